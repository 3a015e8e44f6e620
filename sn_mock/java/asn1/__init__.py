"""DER as `sun.security.util` reads it, with its exceptions."""
