"""Java's algorithm constraints on certificates: key sizes, old hashes, and what the peer announced it can verify.

`jdk.certpath.disabledAlgorithms` and `jdk.tls.disabledAlgorithms` of JDK 17: MD2, MD5, RSA and DSA below 1024 bits, EC
below 224 bits; SHA-1 only under the JDK's own roots. Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Sequence

from sn_mock.outbound.certificate import Certificate
from sn_mock.outbound.key_types import Request, peer_signature_names

MIN_BITS = {"RSA": 1024, "RSASSA-PSS": 1024, "DSA": 1024, "EC": 224}
"""Key type to the smallest size Java accepts in a certification path."""

DISABLED_HASHES = ("MD2", "MD5")


def weak_key(certificate: Certificate) -> bool:
    """True where the public key is below Java's limit for its type."""
    return certificate.key_bits < MIN_BITS.get(certificate.key_type, 0)


def disabled_hash(certificate: Certificate) -> str | None:
    """The forbidden hash in the certificate's own signature, e.g. `MD5`; None where it is allowed."""
    return next((name for name in DISABLED_HASHES if certificate.signature.startswith(name)), None)


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
