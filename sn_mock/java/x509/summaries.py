"""Certificates in a few lines for people, as views over what Java read.

The noun is `tls_transcript`'s, so that both ends of a connection show certificates alike. A certificate that Java
cannot parse is still shown, as far as the leaf's own reader gets: a report has to say what was presented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509 import general_names
from sn_mock.java.x509.certificates import KEPT, Certificate, generate_certificate
from sn_mock.java.x509.extension_values import KEY_USAGE_BITS
from sn_mock.java.x509.general_names import GeneralName
from tls_transcript import CertificateSummary, DecodeError, x509

_USAGE_NAMES: Mapping[str, str] = dict(zip(KEY_USAGE_BITS, x509.KEY_USAGE_NAMES, strict=True))
_NAME_KINDS = {general_names.RFC822: "email", general_names.DNS: "DNS", general_names.URI: "URI"}


def summary_of(certificate: Certificate) -> CertificateSummary:
    """A certificate that Java read."""
    usage = certificate.extensions.key_usage
    return CertificateSummary(
        subject=certificate.subject.rfc2253(),
        issuer=certificate.issuer.rfc2253(),
        serial=certificate.serial,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        sha256=certificate.sha256,
        key_type=certificate.public_key.java_algorithm,
        key_bits=certificate.public_key.bits,
        signature_algorithm=certificate.signature_algorithm.name,
        eku=certificate.extended_key_usage,
        key_usage=None if usage is None else tuple(_USAGE_NAMES[bit] for bit in KEY_USAGE_BITS if bit in usage),
        is_ca=certificate.is_ca,
        subject_alternative_names=tuple(
            shown for name in certificate.extensions.alternative_names or () if (shown := _shown(name))
        ),
    )


@remembered(KEPT)
def summary(encoded: bytes) -> CertificateSummary | None:
    """A DER certificate by its bytes; None where nobody can make anything of them."""
    try:
        return summary_of(generate_certificate(encoded))
    except JavaThrow:
        try:
            return x509.summary(encoded)
        except DecodeError:
            return None


def summaries(chain: Iterable[bytes]) -> tuple[CertificateSummary, ...]:
    """The readable certificates of a chain, in its order; one that cannot be read ends it."""
    found: list[CertificateSummary] = []
    for encoded in chain:
        read = summary(encoded)
        if read is None:
            break
        found.append(read)
    return tuple(found)


def _shown(name: GeneralName) -> str | None:
    if name.kind == general_names.IP:
        return f"IP:{_address(name.content)}"
    kind = _NAME_KINDS.get(name.kind)
    return f"{kind}:{name.text}" if kind else None


def _address(octets: bytes) -> str:
    if len(octets) == 4:
        return ".".join(map(str, octets))
    return ":".join(octets[i : i + 2].hex() for i in range(0, len(octets), 2))
