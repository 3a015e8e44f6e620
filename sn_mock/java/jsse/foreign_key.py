"""A private key of another algorithm than its certificate, as Java 8 before 8u261 uses it: it sends the certificate and
signs with the key, under the key's own signature algorithm. JDK 11 sends no certificate instead.

OpenSSL signs with no such pair. So a throw-away key of the certificate's algorithm stands in, and the algorithm that
the CertificateVerify names is exchanged for Java's on its way out, while it is still in the clear (TLS 1.2). The
provider refuses it for what Java does; measured on 8u252 against OpenSSL: illegal_parameter.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tls_transcript import libssl

_HANDSHAKE, _CERTIFICATE_VERIFY = 22, 15
_RECORD_HEADER, _MESSAGE_HEADER = 5, 4


def stand_in(certificate: bytes) -> bytes:
    """A throw-away PKCS#8 key of the certificate's algorithm and size; raises LibsslError where there is none."""
    from cryptography.x509 import load_der_x509_certificate

    public = load_der_x509_certificate(certificate).public_key()
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if isinstance(public, rsa.RSAPublicKey):
        key = rsa.generate_private_key(65537, max(public.key_size, 1024))
    elif isinstance(public, ec.EllipticCurvePublicKey):
        key = ec.generate_private_key(public.curve)
    else:
        raise libssl.LibsslError("no key can stand in for this certificate's")
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def renamed(records: bytes, scheme: int) -> bytes:
    """The records with `scheme` as the signature algorithm of the CertificateVerify among them (one a record)."""
    changed = bytearray(records)
    start = 0
    while start + _RECORD_HEADER + _MESSAGE_HEADER + 2 <= len(changed):
        body = start + _RECORD_HEADER
        if changed[start] != _HANDSHAKE:  # ChangeCipherSpec: what follows is sealed
            break
        if changed[body] == _CERTIFICATE_VERIFY:
            changed[body + _MESSAGE_HEADER : body + _MESSAGE_HEADER + 2] = scheme.to_bytes(2, "big")
        start = body + int.from_bytes(changed[start + 3 : body], "big")
    return bytes(changed)
