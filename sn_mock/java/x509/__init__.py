"""Certificates, names, keys and extensions as `sun.security.x509` reads them, refuses them and prints them."""
