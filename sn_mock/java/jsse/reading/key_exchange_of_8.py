"""A ServerKeyExchange of TLS 1.2 as the client of Java 8 before 8u261 verifies it. Measured on 8u252.

`HandshakeMessage.ECDH_ServerKeyExchange`, `sun.security.rsa.RSASignature`.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sn_mock.failure import JavaException
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.exceptions.alerts import HANDSHAKE_EXCEPTION
from sn_mock.java.jsse.reading import finite_field, groups
from sn_mock.java.jsse.reading.fault import (
    HANDSHAKE_FAILURE,
    INTERNAL_ERROR,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
    FaultError,
    fatal,
)
from sn_mock.java.jsse.reading.finite_field import Numbers
from sn_mock.java.jsse.reading.hello_of_8 import Stream
from sn_mock.java.jsse.reading.verifying import UnfitKeyError, UnreadableSignatureError, is_signed
from sn_mock.java.lang.jdk import named
from sn_mock.java.pkix.signature_schemes import known_schemes
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.java.x509.signatures import loaded
from tls_transcript import der

_JAVA_8 = named(8)
_IO_EXCEPTION = "java.io.IOException"
_KEY_EXCEPTION = "javax.net.ssl.SSLKeyException"
_NOT_OFFERED = (
    "Unsupported SignatureAndHashAlgorithm in ServerKeyExchange message: "
    "sun.security.ssl.SignatureAndHashAlgorithm@1b2c6ec2"
)
"""With the identity of an object, which is another one each time."""
_WRONG = {
    "ECDHE": "Invalid signature on ECDH server key exchange message",
    "DHE": "Server D-H key verification failed",
}
_WEAK = "DHPublicKey does not comply to algorithm constraints"
_NAMED_CURVE, _CURVES = 3, (0x17, 0x18, 0x19)


def read_curve(stream: Stream) -> bytes:
    """The parameters of ECDHE, which are signed. Raises FaultError, ShortError."""
    kind = stream.number(1)
    if kind != _NAMED_CURVE:
        raise fatal(HANDSHAKE_FAILURE, f"Unsupported ECCurveType: {kind}")
    curve = stream.number(2)
    if curve not in _CURVES:
        raise fatal(HANDSHAKE_FAILURE, f"Unsupported curveId: {curve}")
    point = stream.vector(1)
    check_point(curve, point)
    return bytes((kind,)) + curve.to_bytes(2, "big") + bytes((len(point),)) + point


def read_numbers(stream: Stream) -> tuple[bytes, Numbers]:
    """Those of DHE, and as numbers; the key is looked at before anything behind it is read."""
    signed, numbers = finite_field.read(stream.vector)
    if objection := numbers.objection():
        raise _server_key(objection)
    return signed, numbers


def check_secret(params: bytes) -> None:
    """The secret of ECDHE, which is made when the ServerHelloDone has come; the provider of old is not Java's."""
    curve, point = int.from_bytes(params[1:3], "big"), params[4:]
    if text := groups.unfit(curve, point):
        below = JavaException("java.security.ProviderException", text[0].lower() + text[1:])
        raise FaultError(Fault(INTERNAL_ERROR, str(below), (below,), SSL_EXCEPTION))


def check_agreement(numbers: Numbers) -> None:
    """`DHCrypt`: the client's half is made at once, and only then the server's is held to the constraints."""
    if causes := numbers.no_key_pair():
        text = f"{causes[0].class_name}: {causes[0].message}"
        raise FaultError(Fault(INTERNAL_ERROR, text, causes, SSL_EXCEPTION))
    if numbers.is_weak:
        raise FaultError(Fault(HANDSHAKE_FAILURE, _WEAK, java_class=HANDSHAKE_EXCEPTION))


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


def check_signature(leaf: bytes, number: int, signature: bytes, content: bytes, exchange: str) -> None:
    """`Signature.verify`, and what is made of what it throws; `exchange`: `ECDHE`, `DHE`. Raises FaultError."""
    try:
        right = is_signed(leaf, number, signature, content, _JAVA_8)
        if not right:
            _check_digest(leaf, number, signature)
    except (UnfitKeyError, UnreadableSignatureError) as error:
        raise _server_key(*error.causes) from None
    if not right:
        raise FaultError(Fault(UNEXPECTED_MESSAGE, _WRONG[exchange], java_class=_KEY_EXCEPTION))


def _server_key(*causes: JavaException) -> FaultError:
    """What is made of a GeneralSecurityException."""
    return FaultError(Fault(UNEXPECTED_MESSAGE, "Server key", causes, SSL_EXCEPTION))


def _check_digest(leaf: bytes, number: int, signature: bytes) -> None:
    """A DigestInfo that names another digest is no signature; raises UnreadableSignatureError."""
    key = loaded(parse_certificate(leaf).public_key)
    (scheme,) = known_schemes((number,), _JAVA_8)
    if not isinstance(key, rsa.RSAPublicKey):
        return
    try:
        info = der.read(key.recover_data_from_signature(signature, padding.PKCS1v15(), None))
        told = der.oid(info.children()[0].children()[0])
    except (InvalidSignature, ValueError, IndexError):
        return
    digest = scheme.name.rpartition("_")[2].upper().replace("SHA", "SHA-")
    if told != oid_named(digest):
        cause = JavaException(_IO_EXCEPTION, f"ObjectIdentifier mismatch: {told}")
        raise UnreadableSignatureError("Signature encoding error", cause)
