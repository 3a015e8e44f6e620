"""JSSE, the TLS of the Java platform, as its client reads a server."""
