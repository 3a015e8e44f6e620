"""Java's algorithm constraints on certificates: key sizes, old hashes, and what the peer announced it can verify.

`jdk.certpath.disabledAlgorithms` and `jdk.tls.disabledAlgorithms` of JDK 17: MD2, MD5, RSA and DSA below 1024 bits, EC
below 224 bits; SHA-1 only under the JDK's own roots. Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sn_mock.outbound import trust_texts, x500
from sn_mock.outbound.certificate import Certificate
from sn_mock.outbound.key_types import Request, offered_signature_names, peer_signature_names
from sn_mock.outbound.trust_faults import Fault, Reason

MIN_BITS = {"RSA": 1024, "RSASSA-PSS": 1024, "DSA": 1024, "EC": 224}
"""Key type to the smallest size Java accepts in a certification path."""

DISABLED_HASHES = ("MD2", "MD5")


def weak_key(certificate: Certificate) -> bool:
    """True where the public key is below Java's limit for its type."""
    return certificate.key_bits < MIN_BITS.get(certificate.key_type, 0)


def disabled_hash(certificate: Certificate) -> str | None:
    """The forbidden hash in the certificate's own signature, e.g. `MD5`; None where it is allowed."""
    return next((name for name in DISABLED_HASHES if certificate.signature.startswith(name)), None)


def path_faults(certificate: Certificate, issuer: Certificate, from_anchor: bool, *, java: int) -> Iterator[Fault]:
    """Faults under `jdk.certpath.disabledAlgorithms`; `from_anchor`: the issuer is the trust anchor.

    Until JDK 21 Java asks first whether the signature algorithm may be used with the issuer's key, and names only the
    algorithm (measured on JDK 17); JDK 25 names what is wrong.
    """
    used = f" used with certificate: {x500.readable(certificate.subject)}"
    forbidden = disabled_hash(certificate)
    if java < 25 and (forbidden or weak_key(issuer)):
        yield _constrained(f"signature algorithm: {certificate.signature}")
    if from_anchor and weak_key(issuer):
        yield _constrained(f"keysize limits: {issuer.key_type} {issuer.key_bits} bit key.")
    if forbidden:
        yield _constrained(f"disabled algorithm: {forbidden}{used}")
    if weak_key(certificate):
        yield _constrained(f"keysize limits: {certificate.key_type} {certificate.key_bits} bit key{used}")


def handshake_faults(certificate: Certificate, from_anchor: bool, *, tls: str, java: int) -> Iterator[Fault]:
    """Faults under the signature algorithms that this Java offers for certificates in its ClientHello."""
    if certificate.signature in offered_signature_names(tls=tls, java=java):
        return
    if java < 25 or from_anchor:
        yield _constrained(f"signature algorithm: {certificate.signature}")
    key = f"{certificate.key_type} key with size of {certificate.key_bits}bits"
    yield _constrained(f"{certificate.signature}signature and {key}")  # no blanks, as Java has it


def plain_manager_fault(chain: Sequence[Certificate], *, tls: str, java: int) -> Fault | None:
    """What JSSE itself checks behind a plain X509TrustManager that accepts everything: algorithms only."""
    for certificate in reversed(chain):
        if disabled_hash(certificate) or certificate.signature not in offered_signature_names(tls=tls, java=java):
            return _constrained(f"signature algorithm: {certificate.signature}")
        if weak_key(certificate):
            if java < 21:
                used = f" used with certificate: {x500.readable(certificate.subject)}"
                return _constrained(f"keysize limits: {certificate.key_type} {certificate.key_bits} bit key{used}")
            return _constrained(f"{certificate.key_type} key with size of {certificate.key_bits}bits")
    return None


def _constrained(what: str) -> Fault:
    return Fault(trust_texts.CONSTRAINED.format(what=what), Reason.ALGORITHM_CONSTRAINED)


def client_chain_fault(chain: Sequence[Certificate], request: Request, tls: str, java: int) -> str | None:
    """Why NewSunX509 drops a key for its chain's algorithms, in plain words; None where it stays.

    Every signature in the chain has to be of an algorithm the server announced; SunX509 does not look.
    """
    announced = peer_signature_names(request, tls=tls, java=java)
    for certificate in reversed(chain):
        if weak_key(certificate):
            return f"its chain holds a {certificate.key_type} key of {certificate.key_bits} bits, which Java forbids"
        if disabled_hash(certificate) or certificate.signature not in announced:
            return f"its chain holds a {certificate.signature} signature, which the provider did not announce"
    return None
