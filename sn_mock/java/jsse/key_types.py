"""From a CertificateRequest to the key types a JSSE key manager is asked for.

JSSE takes the *server's* order of signature algorithms, keeps the ones it can use itself, and reduces them to key
algorithm names. In TLS 1.2 the certificate_types field filters the result; in TLS 1.3 there is no such field.
Measured on JDK 11, 17, 21 and 25 against OpenSSL and JSSE servers; RFC 5246 section 7.4.4, RFC 8446 section 4.3.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions.alerts import DECODE_ERROR, HANDSHAKE_FAILURE, INTERNAL_ERROR, SSL_EXCEPTION, own_exception
from sn_mock.java.jsse.reading.verifying import NUMBERS
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix.signature_schemes import TLS12, TLS13, Request, Scheme, certificate_schemes, known_schemes

CERTIFICATE_TYPES: Mapping[int, tuple[str, ...]] = {
    1: ("RSA",),
    2: ("DSA",),
    64: ("EC", "EdDSA"),
}
"""rsa_sign, dss_sign, ecdsa_sign (RFC 5246 section 7.4.4, RFC 8422 section 5.5) to Java key types."""


_RSA_MD5 = 0x0101
_NAMED_TYPES = frozenset({1, 2, 3, 4, 5, 6, 0x14, 0x40, 0x41, 0x42})
"""Those that JSSE has a name for (ClientCertificateType)."""
_OLD_TYPES: Mapping[int, str] = {1: "RSA", 2: "DSA", 64: "EC"}
"""What Java 8 before 8u261 makes of the same numbers (measured on 8u252)."""


@dataclass(frozen=True, slots=True)
class ClientAbort:
    """The client itself ends the handshake: what Java throws, and the alert it sends."""

    java: JavaChain
    alert: int


def key_types(request: Request, *, tls: str, java: Jdk) -> tuple[str, ...]:
    """The key types the key manager is asked for, in order; empty when nothing in the request can be used.

    The order is that of the schemes JSSE accepts in *certificates*; a key type stays only if one of the schemes also
    signs handshakes. Before 8u261 it is that of the certificate types, and signature algorithms do not count.
    So `rsa_pkcs1_sha256, ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256` is RSA, EC in TLS 1.3 too.
    """
    if not java.has(Feature.JSSE_11):
        return tuple(dict.fromkeys(_OLD_TYPES[one] for one in request.certificate_types if one in _OLD_TYPES))
    signing = {scheme.key_type for scheme in signing_schemes(request, tls=tls, java=java)}
    wanted = dict.fromkeys(scheme.key_type for scheme in certificate_schemes(request, tls=tls, java=java))
    if tls == TLS12 and _takes_unusable(java):
        wanted = _with_md5(request, java)
    allowed = _allowed(request.certificate_types, java) if tls == TLS12 else frozenset(signing)
    return tuple(name for name in wanted if name in signing and name in allowed)


def _with_md5(request: Request, java: Jdk) -> dict[str, None]:
    """In JDK 11 `rsa_md5` signs nothing, and has its place in the order all the same (measured on 11.0.13)."""
    told = ("RSA" if number == _RSA_MD5 else known_schemes((number,), java) for number in request.signature_algorithms)
    return dict.fromkeys(one if isinstance(one, str) else one[0].key_type for one in told if one)


def signing_schemes(request: Request, *, tls: str, java: Jdk) -> tuple[Scheme, ...]:
    """The schemes of the request that JSSE can sign a CertificateVerify with, in the server's order."""
    return tuple(
        scheme
        for scheme in known_schemes(request.signature_algorithms, java)
        if scheme.signs_handshakes.covers(java) and (tls != TLS13 or scheme.tls13 == "signs")
    )


def unusable_request(request: Request, *, tls: str, java: Jdk) -> ClientAbort | None:
    """What Java does when it knows none of the request's signature algorithms: it ends the handshake itself.

    In TLS 1.3 until JDK 24 a scheme that is good for certificates only is enough to go on, with an empty Certificate.
    """
    if signing_schemes(request, tls=tls, java=java) or _takes_unusable(java):
        return None
    known = known_schemes(request.signature_algorithms, java)
    if tls == TLS13 and not java.has(Feature.SCHEMES_BY_SCOPE) and any(scheme.tls13 != "absent" for scheme in known):
        return None
    text = "No supported signature algorithm"
    if not java.has(Feature.JSSE_11):
        text = "No supported signature and hash algorithm in common"
    return ClientAbort(own_exception(HANDSHAKE_FAILURE, text, java=java), HANDSHAKE_FAILURE)


def unknown_type(request: Request, *, tls: str, java: Jdk) -> ClientAbort | None:
    """What JDK 11 does of a certificate type that it has no name for, be it of GOST: it fails, and sends an alert."""
    known = NUMBERS.intersection(request.signature_algorithms)
    fails = java.has(Feature.JSSE_11) and not java.has(Feature.TAKES_STRANGE_TYPES)
    if tls != TLS12 or not known or not fails or _NAMED_TYPES.issuperset(request.certificate_types):
        return None
    return ClientAbort((JavaException(SSL_EXCEPTION), JavaException("java.lang.NullPointerException")), INTERNAL_ERROR)


def _takes_unusable(java: Jdk) -> bool:
    return java.has(Feature.JSSE_11) and not java.has(Feature.REFUSES_UNUSABLE_REQUESTS)


def unreadable_authorities(why: JavaChain, java: Jdk) -> ClientAbort:
    """What Java does when an advertised CA's name cannot be read; `why` is what its reader complains of."""
    cause = JavaException("java.lang.IllegalArgumentException", "improperly specified input name")
    if not java.has(Feature.UNREADABLE_AUTHORITIES_TOLD):
        return ClientAbort(own_exception(INTERNAL_ERROR, cause.message or "", cause, *why, java=java), INTERNAL_ERROR)
    text = "The distinguished names of the peer's certificate authorities could not be parsed"
    return ClientAbort(own_exception(DECODE_ERROR, text, cause, *why, java=java), DECODE_ERROR)


def _allowed(certificate_types: Sequence[int], java: Jdk) -> frozenset[str]:
    allowed = {name for number in certificate_types for name in CERTIFICATE_TYPES.get(number, ())}
    if "RSA" in allowed and java.has(Feature.RSA_TYPE_COVERS_PSS):
        allowed.add("RSASSA-PSS")
    return frozenset(allowed)
