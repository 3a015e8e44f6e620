"""PKCS#12, read and written as `sun.security.pkcs12` does."""
