"""Revocation lists of the lab's CAs."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from sn_mock.lab.pki.authority import Identity


def revocation_list(issuer: Identity, revoked: tuple[Identity, ...], now: datetime) -> str:
    """A CRL of `issuer` as PEM text, naming `revoked` (revoked yesterday), good for a month."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(now - timedelta(days=1)).next_update(now + timedelta(days=30))
    for identity in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(identity.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(now - timedelta(days=1)).build())
    crl = builder.sign(issuer.key, hashes.SHA256())
    return crl.public_bytes(serialization.Encoding.PEM).decode("ascii")
