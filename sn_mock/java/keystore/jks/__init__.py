"""JKS and JCEKS, read and written as `sun.security.provider` does."""
