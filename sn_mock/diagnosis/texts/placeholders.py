"""What the `<words>` in a remedy stand for: what only the case at hand can fill in."""

from __future__ import annotations

from collections.abc import Mapping

PLACEHOLDERS: Mapping[str, str] = {
    "advertised": "the CA names in the provider's CertificateRequest (openssl s_client lists them)",
    "alert": "the name of the TLS alert",
    "alias": "the alias of the key that was sent (keytool -list)",
    "begin": "the first day of the new certificate",
    "ca": "the CA whose certificate is missing (openssl x509 -noout -issuer of the last certificate sent)",
    "connection": "the name of the alias's connection",
    "credential": "the name of the connection's credential",
    "file": "the attachment's name in lower case",
    "first": "the protocol profile that was registered first",
    "host": "the provider's host, as the endpoint names it",
    "issuer": "the issuer of the certificate in question (openssl x509 -noout -issuer)",
    "key": "the alias of the private key (keytool -list: PrivateKeyEntry)",
    "name": "the name of the record",
    "named": "the profile that the script names",
    "names": "the host names in the provider's certificate",
    "offered": "the TLS versions that the instance offers",
    "others": "the aliases of the keys that were not sent (keytool -list: PrivateKeyEntry)",
    "other": "the name of the connection that was meant",
    "port": "the port of the call",
    "profile": "the name of the protocol profile",
    "record": "the record and field of the WS-Security profile at fault",
    "recorded": "the profile that the record names",
    "reply": "the alias under which the CA's reply was imported",
    "scheme": "the endpoint's custom scheme, as myhttps",
    "source": "the keystore record and alias that the certificate came from",
    "status": "the HTTP status of the answer",
    "subject": "the subject of the certificate in question (openssl x509 -noout -subject)",
}
"""Word to meaning."""
