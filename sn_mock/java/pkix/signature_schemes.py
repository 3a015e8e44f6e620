"""The signature schemes of JSSE, and which of them a certificate's signature may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from guarded.values import dataclass
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import EVERY_JAVA, Jdk, Span
from sn_mock.java.lang.remembering import remembered

TLS12, TLS13 = "TLSv1.2", "TLSv1.3"


class Request(Protocol):
    """The fields of a CertificateRequest that decide (`tls_transcript.CertificateRequest` has them)."""

    @property
    def certificate_types(self) -> tuple[int, ...]:
        """TLS 1.2's ClientCertificateType numbers; empty in TLS 1.3."""

    @property
    def signature_algorithms(self) -> tuple[int, ...]:
        """SignatureScheme numbers in the server's order."""

    @property
    def certificate_signature_algorithms(self) -> tuple[int, ...] | None:
        """TLS 1.3's separate list for certificates; None where `signature_algorithms` counts for them, too."""

    @property
    def authorities(self) -> tuple[bytes, ...]:
        """DER names of the CAs the server advertises."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One signature scheme JSSE implements."""

    number: int
    name: str
    key_type: str
    """Java's key algorithm name."""
    tls13: str
    """In TLS 1.3: `signs` in the handshake, appears in `certificates` only, or is `absent` (RFC 8446 section 4.2.3)."""
    min_bits: int = 0
    """The smallest RSA key that can make such a signature (RFC 8017: hash + salt + 16 octets)."""
    curve: str | None = None
    """The only curve it goes with; None for every curve or no curve at all."""
    known: Span = EVERY_JAVA
    """The Javas that know it at all."""
    signs_handshakes: Span = EVERY_JAVA
    """The Javas that sign handshakes with it by default."""


_EDDSA, _PSS = Span(since=Feature.EDDSA), Span(since=Feature.JSSE_11)
_WITH_SHA1 = Span(before=Feature.NO_SHA1_HANDSHAKES)


_SCHEMES = (
    Scheme(0x0403, "ecdsa_secp256r1_sha256", "EC", "signs", curve="secp256r1"),
    Scheme(0x0503, "ecdsa_secp384r1_sha384", "EC", "signs", curve="secp384r1"),
    Scheme(0x0603, "ecdsa_secp521r1_sha512", "EC", "signs", curve="secp521r1"),
    Scheme(0x0807, "ed25519", "EdDSA", "signs", known=_EDDSA),
    Scheme(0x0808, "ed448", "EdDSA", "signs", known=_EDDSA),
    Scheme(0x0804, "rsa_pss_rsae_sha256", "RSA", "signs", min_bits=528, known=_PSS),
    Scheme(0x0805, "rsa_pss_rsae_sha384", "RSA", "signs", min_bits=784, known=_PSS),
    Scheme(0x0806, "rsa_pss_rsae_sha512", "RSA", "signs", min_bits=1040, known=_PSS),
    Scheme(0x0809, "rsa_pss_pss_sha256", "RSASSA-PSS", "signs", min_bits=528, known=_PSS),
    Scheme(0x080A, "rsa_pss_pss_sha384", "RSASSA-PSS", "signs", min_bits=784, known=_PSS),
    Scheme(0x080B, "rsa_pss_pss_sha512", "RSASSA-PSS", "signs", min_bits=1040, known=_PSS),
    Scheme(0x0401, "rsa_pkcs1_sha256", "RSA", "certificates", min_bits=511),
    Scheme(0x0501, "rsa_pkcs1_sha384", "RSA", "certificates", min_bits=768),
    Scheme(0x0601, "rsa_pkcs1_sha512", "RSA", "certificates", min_bits=768),
    Scheme(0x0402, "dsa_sha256", "DSA", "absent"),
    Scheme(0x0303, "ecdsa_sha224", "EC", "absent"),
    Scheme(0x0301, "rsa_sha224", "RSA", "absent", min_bits=511),
    Scheme(0x0302, "dsa_sha224", "DSA", "absent"),
    Scheme(0x0203, "ecdsa_sha1", "EC", "signs", signs_handshakes=_WITH_SHA1),
    Scheme(0x0201, "rsa_pkcs1_sha1", "RSA", "certificates", min_bits=511, signs_handshakes=_WITH_SHA1),
    Scheme(0x0202, "dsa_sha1", "DSA", "absent", signs_handshakes=_WITH_SHA1),
)


SCHEMES: Mapping[int, Scheme] = {scheme.number: scheme for scheme in _SCHEMES}
"""Signature schemes that JSSE offers; `rsa_md5` is disabled by `jdk.tls.disabledAlgorithms` and therefore absent."""

_ONLY_HEARD = {
    0x0101: Scheme(
        0x0101,
        "rsa_md5",
        "RSA",
        "absent",
        min_bits=511,
        known=Span(since=Feature.JSSE_11, before=Feature.WHOLE_JSSE_11),
    )
}
"""Never offered; Java 8 signs with it all the same where the provider asks for it (measured on 8u504)."""


NAMED = frozenset(
    {
        *(0x0201, 0x0202, 0x0203, 0x0301, 0x0302, 0x0303, 0x0401, 0x0402, 0x0403, 0x0501, 0x0503, 0x0601, 0x0603),
        *(0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B, 0x0101),
    }
)
"""Numbers of all that JSSE has a name for, be they of use or not (SignatureScheme)."""


ENABLED_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
"""The curves JSSE enables for signatures and certificates by default (`jdk.tls.namedGroups`)."""


def peer_signature_names(request: Request, *, tls: str, java: Jdk) -> frozenset[str]:
    """Java's names of the certificate signature algorithms the server announced and this Java accepts."""
    return frozenset(map(java_signature_name, certificate_schemes(request, tls=tls, java=java)))


@remembered(64)
def offered_signature_names(*, tls: str, java: Jdk) -> frozenset[str]:
    """Java's names of the certificate signature algorithms it offers itself for that protocol version."""
    known = (scheme for scheme in _SCHEMES if scheme.known.covers(java))
    return frozenset(java_signature_name(scheme) for scheme in known if tls != TLS13 or scheme.tls13 != "absent")


def java_signature_name(scheme: Scheme) -> str:
    """`rsa_pkcs1_sha256` to `SHA256withRSA`, `ed25519` to `Ed25519`, every RSA-PSS scheme to `RSASSA-PSS`."""
    if scheme.name.startswith("rsa_pss"):
        return "RSASSA-PSS"
    if scheme.key_type == "EdDSA":
        return scheme.name.capitalize()
    digest = scheme.name.rsplit("_", 1)[1].upper()
    return f"{digest}with{'ECDSA' if scheme.key_type == 'EC' else scheme.key_type}"


def certificate_schemes(request: Request, *, tls: str, java: Jdk) -> tuple[Scheme, ...]:
    """The schemes that JSSE accepts in the certificates of the client's chain, in the server's order."""
    separate = request.certificate_signature_algorithms
    listed = request.signature_algorithms if separate is None else separate
    return tuple(scheme for scheme in known_schemes(listed, java) if tls != TLS13 or scheme.tls13 != "absent")


def known_schemes(numbers: Sequence[int], java: Jdk) -> tuple[Scheme, ...]:
    """Those of the numbers that this Java implements, in their order."""
    return _known_schemes(tuple(numbers), java)


@remembered(256)
def _known_schemes(numbers: tuple[int, ...], java: Jdk) -> tuple[Scheme, ...]:
    heard = (SCHEMES.get(number) or _ONLY_HEARD.get(number) for number in numbers)
    return tuple(scheme for scheme in heard if scheme is not None and scheme.known.covers(java))
