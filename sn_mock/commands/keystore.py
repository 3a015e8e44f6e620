"""Keystores as Java sees them, and what keytool does to them in the mutual-authentication guide.

show: entries in Java's order, chains, dates, and what will hurt later. new, csr, import-reply, export-cert: make a key,
ask a CA to sign it, import the reply under the same alias, extract the certificate to send to the provider.
"""
