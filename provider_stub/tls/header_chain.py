"""Judging a certificate that came without a handshake, in a middleware's header: the leaf alone, nothing to build on.

OpenSSL's rules for a chain of two: an imported leaf or a direct issuer in `trust`, revocation, purpose.
An intermediate's client is known only where the intermediate itself is in `trust`.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from provider_stub.policy import pem
from provider_stub.policy.material import Material
from provider_stub.tls.causes import Cause

_CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
_ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE


def chain_cause(material: Material, leaf: bytes) -> Cause | None:
    """Why the policy's `trust`, `trusted_leaves`, `check_eku` and `crl` refuse `leaf` (DER); None where they do not."""
    try:  # the library reads the parts when they are asked for
        certificate = x509.load_der_x509_certificate(leaf)
        self_issued = certificate.subject == certificate.issuer
        good_purpose = _may_authenticate(certificate)
    except ValueError:
        return Cause.CERTIFICATE_INVALID
    cause = _trust_cause(material, certificate, self_issued)
    return cause or (Cause.WRONG_PURPOSE if material.policy.check_eku and not good_purpose else None)


def _trust_cause(material: Material, certificate: x509.Certificate, self_issued: bool) -> Cause | None:
    leaf = certificate.public_bytes(Encoding.DER)
    if leaf in material.leaves or leaf in material.trust or not (material.trust or material.leaves):
        return None
    issuers = [x509.load_der_x509_certificate(der) for der in material.trust]
    issuer = next((issuer for issuer in issuers if _issued(certificate, issuer)), None)
    if issuer is None:
        return Cause.SELF_SIGNED if self_issued else Cause.UNKNOWN_CA
    return _revocation_cause(material, certificate, issuer) if material.crl else None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _revocation_cause(material: Material, certificate: x509.Certificate, issuer: x509.Certificate) -> Cause | None:
    lists = [x509.load_der_x509_crl(der) for label, der in pem.blocks(material.crl) if label == "X509 CRL"]
    current = next((crl for crl in lists if crl.issuer == issuer.subject), None)
    if current is None:
        return Cause.CRL_MISSING
    if current.next_update_utc is not None and current.next_update_utc < material.now:
        return Cause.CRL_EXPIRED
    revoked = current.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return None if revoked is None else Cause.REVOKED


def _may_authenticate(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return _CLIENT_AUTH in usages or _ANY in usages
