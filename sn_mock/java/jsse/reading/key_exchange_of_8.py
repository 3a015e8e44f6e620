"""A ServerKeyExchange of TLS 1.2 as the client of Java 8 before 8u261 verifies it. Measured on 8u252.

`HandshakeMessage.ECDH_ServerKeyExchange`, `sun.security.rsa.RSASignature`.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sn_mock.failure import JavaException
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.exceptions.alerts import HANDSHAKE_EXCEPTION
from sn_mock.java.jsse.reading import groups
from sn_mock.java.jsse.reading.fault import (
    HANDSHAKE_FAILURE,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
    FaultError,
)
from sn_mock.java.jsse.reading.verifying import UnfitKeyError, UnreadableSignatureError, is_signed, key_of
from sn_mock.java.lang.jdk import named
from sn_mock.java.pkix.signature_schemes import known_schemes
from tls_transcript import der

_JAVA_8 = named(8)
_IO_EXCEPTION = "java.io.IOException"
_KEY_EXCEPTION = "javax.net.ssl.SSLKeyException"
_DIGESTS = {
    name.lower().replace("-", ""): oid_named(name) for name in ("SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512")
}
_NOT_OFFERED = (
    "Unsupported SignatureAndHashAlgorithm in ServerKeyExchange message: "
    "sun.security.ssl.SignatureAndHashAlgorithm@1b2c6ec2"
)
"""With the identity of an object, which is another one each time."""
_WRONG = "Invalid signature on ECDH server key exchange message"


def check_point(curve: int, point: bytes) -> None:
    """`JsseJce.decodePoint`, whose exception nobody wraps."""
    try:
        groups.check_key(curve, point)
    except groups.UnreadableKeyError as unreadable:
        raise FaultError(Fault(UNEXPECTED_MESSAGE, unreadable.cause.message, java_class=_IO_EXCEPTION)) from None


def check_scheme(number: int) -> None:
    """Of those that were offered."""
    if not known_schemes((number,), _JAVA_8):
        raise FaultError(Fault(HANDSHAKE_FAILURE, _NOT_OFFERED, java_class=HANDSHAKE_EXCEPTION))


def check_signature(leaf: bytes, number: int, signature: bytes, content: bytes) -> None:
    """`Signature.verify`, and what is made of what it throws. Raises FaultError."""
    try:
        right = is_signed(leaf, number, signature, content, _JAVA_8)
        if not right:
            _check_digest(leaf, number, signature)
    except (UnfitKeyError, UnreadableSignatureError) as error:
        raise FaultError(Fault(UNEXPECTED_MESSAGE, "Server key", error.causes, SSL_EXCEPTION)) from None
    if not right:
        raise FaultError(Fault(UNEXPECTED_MESSAGE, _WRONG, java_class=_KEY_EXCEPTION))


def _check_digest(leaf: bytes, number: int, signature: bytes) -> None:
    """A DigestInfo that names another digest is no signature; raises UnreadableSignatureError."""
    key = key_of(leaf)
    (scheme,) = known_schemes((number,), _JAVA_8)
    if not isinstance(key, rsa.RSAPublicKey):
        return
    try:
        info = der.read(key.recover_data_from_signature(signature, padding.PKCS1v15(), None))
        told = der.oid(info.children()[0].children()[0])
    except (InvalidSignature, ValueError, IndexError):
        return
    if told != _DIGESTS[scheme.name.rpartition("_")[2]]:
        cause = JavaException(_IO_EXCEPTION, f"ObjectIdentifier mismatch: {told}")
        raise UnreadableSignatureError("Signature encoding error", cause)
