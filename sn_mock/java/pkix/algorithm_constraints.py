"""Java's algorithm constraints on certificates: key sizes, old hashes, and what the peer announced it can verify.

`jdk.certpath.disabledAlgorithms` and `jdk.tls.disabledAlgorithms` of JDK 17: MD2, MD5, RSA and DSA below 1024 bits, EC
below 224 bits; SHA-1 only under the JDK's own roots. Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.faults import PathFault, Reason
from sn_mock.java.pkix.signature_schemes import Request, offered_signature_names, peer_signature_names
from sn_mock.java.x509 import curves
from sn_mock.java.x509.certificates import Certificate

MIN_BITS = {"RSA": 1024, "RSASSA-PSS": 1024, "DSA": 1024, "EC": 224}
"""Key type to the smallest size Java accepts in a certification path."""

DISABLED_HASHES = ("MD2", "MD5")


def weak_key(certificate: Certificate, java: Jdk) -> bool:
    """True where the public key is below Java's limit for its type, or on a curve that this Java disables."""
    key = certificate.public_key
    return (key.bits or 0) < MIN_BITS.get(key.java_algorithm, 0) or _disabled_curve(certificate, java) is not None


def _disabled_curve(certificate: Certificate, java: Jdk) -> str | None:
    """The name of the key's curve where `jdk.disabled.namedCurves` has it."""
    return curves.DISABLED.get(certificate.public_key.curve or "") if java.has(Feature.NAMES_DISABLED_CURVES) else None


_USES = frozenset(
    {
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
    }
)


def useless(certificate: Certificate) -> bool:
    """True where the key usage is there and allows nothing: no bit, or only encipherOnly and decipherOnly."""
    usage = certificate.extensions.key_usage
    return usage is not None and not usage & _USES


def disabled_hash(certificate: Certificate) -> str | None:
    """The forbidden hash in the certificate's own signature, e.g. `MD5`; None where it is allowed."""
    return next((name for name in DISABLED_HASHES if _signature(certificate).startswith(name)), None)


def _signature(certificate: Certificate) -> str:
    return certificate.signature_algorithm.name


def path_faults(certificate: Certificate, issuer: Certificate, from_anchor: bool, *, java: Jdk) -> Iterator[PathFault]:
    """Faults under `jdk.certpath.disabledAlgorithms`; `from_anchor`: the issuer is the trust anchor.

    Until JDK 21 Java asks first whether the signature algorithm may be used with the issuer's key, and names only the
    algorithm (measured on JDK 17); JDK 25 names what is wrong.
    """
    forbidden = disabled_hash(certificate)
    told_by_size = issuer.public_key.java_algorithm == "EC" and java.has(Feature.EC_ANCHORS_BY_SIZE)
    if not java.has(Feature.JAVA_25_PATHS) and (forbidden or (weak_key(issuer, java) and not told_by_size)):
        yield _constrained(f"signature algorithm: {_signature(certificate)}")
    if not java.has(Feature.USAGE_BY_HANDSHAKE) and useless(certificate):
        yield PathFault(trust_texts.USAGE_WITHOUT_BITS)
    if from_anchor and weak_key(issuer, java):
        bare = _disabled_curve(issuer, java) is not None or not java.has(Feature.KEY_SIZE_TEXT_9)
        yield _constrained(_weakness(issuer, "", java) + ("" if bare else "."))
    if forbidden:
        yield _constrained(f"disabled algorithm: {forbidden}{_used(certificate)}")
    if weak_key(certificate, java):
        yield _constrained(_weakness(certificate, _used(certificate), java))


def _used(certificate: Certificate) -> str:
    return f" used with certificate: {certificate.subject}"


def _weakness(certificate: Certificate, used: str, java: Jdk) -> str:
    """A disabled curve is told before a size, and without the certificate."""
    if name := _disabled_curve(certificate, java):
        return f"disabled algorithm: {name}"
    if java.has(Feature.KEY_SIZE_TEXT_9):
        return f"keysize limits: {_key(certificate)} bit key{used}"
    usage = f"{used}.  Usage was tls server" if used else ""
    return f"keysize limits. {_key(certificate)}bit key{usage}"


def _key(certificate: Certificate) -> str:
    return f"{certificate.public_key.java_algorithm} {certificate.public_key.bits or 0}"


def handshake_faults(
    certificate: Certificate, from_anchor: bool, *, tls: str, java: Jdk, offered: tuple[str, ...] = ()
) -> Iterator[PathFault]:
    """Faults under the signature algorithms that this Java offers for certificates in its ClientHello.

    Until JDK 21 those of all the versions it offered count, whichever was agreed on.
    """
    algorithm = _signature(certificate)
    versions = (tls, *offered) if not java.has(Feature.JAVA_25_PATHS) else (tls,)
    if not any(algorithm in offered_signature_names(tls=version, java=java) for version in versions):
        if not java.has(Feature.JAVA_25_PATHS) or from_anchor:
            yield _constrained(f"signature algorithm: {algorithm}")
        key = certificate.public_key
        size = f"{key.java_algorithm} key with size of {key.bits or 0}bits"
        yield _constrained(f"{algorithm}signature and {size}")  # no blanks, as Java has it
    if java.has(Feature.USAGE_BY_HANDSHAKE) and useless(certificate):
        yield PathFault(trust_texts.USAGE_WITHOUT_BITS)


def plain_manager_fault(
    chain: Sequence[Certificate], *, tls: str, java: Jdk, offered: tuple[str, ...] = ()
) -> PathFault | None:
    """What JSSE itself checks behind a plain X509TrustManager that accepts everything: algorithms only."""
    versions = (tls, *offered) if not java.has(Feature.JAVA_25_PATHS) else (tls,)
    names = {name for version in versions for name in offered_signature_names(tls=version, java=java)}
    for certificate in reversed(chain):
        if disabled_hash(certificate) or _signature(certificate) not in names:
            return _constrained(f"signature algorithm: {_signature(certificate)}")
        if useless(certificate):
            return PathFault(trust_texts.USAGE_WITHOUT_BITS)
        if weak_key(certificate, java):
            if not java.has(Feature.PLAIN_KEY_SIZE_TEXT):
                return _constrained(_weakness(certificate, _used(certificate), java))
            return _constrained(
                f"{certificate.public_key.java_algorithm} key with size of {certificate.public_key.bits or 0}bits"
            )
    return None


def _constrained(what: str) -> PathFault:
    return PathFault(trust_texts.CONSTRAINED.format(what=what), Reason.ALGORITHM_CONSTRAINED)


def client_chain_fault(chain: Sequence[Certificate], request: Request, tls: str, java: Jdk) -> str | None:
    """Why NewSunX509 drops a key for its chain's algorithms, in plain words; None where it stays.

    Every signature in the chain has to be of an algorithm the server announced; SunX509 does not look.
    """
    announced = peer_signature_names(request, tls=tls, java=java)
    for certificate in reversed(chain):
        key = certificate.public_key
        if weak_key(certificate, java):
            return f"its chain holds a {key.java_algorithm} key of {key.bits or 0} bits, which Java forbids"
        if disabled_hash(certificate) or _signature(certificate) not in announced:
            return f"its chain holds a {_signature(certificate)} signature, which the provider did not announce"
        if useless(certificate):
            return "its chain holds a certificate whose key usage allows nothing"
    return None
