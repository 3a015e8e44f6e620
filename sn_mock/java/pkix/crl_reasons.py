"""Why a certificate was revoked, in Java's words: a pure table."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509

REASONS: Mapping[x509.ReasonFlags, str] = {
    x509.ReasonFlags.unspecified: "UNSPECIFIED",
    x509.ReasonFlags.key_compromise: "KEY_COMPROMISE",
    x509.ReasonFlags.ca_compromise: "CA_COMPROMISE",
    x509.ReasonFlags.affiliation_changed: "AFFILIATION_CHANGED",
    x509.ReasonFlags.superseded: "SUPERSEDED",
    x509.ReasonFlags.cessation_of_operation: "CESSATION_OF_OPERATION",
    x509.ReasonFlags.certificate_hold: "CERTIFICATE_HOLD",
    x509.ReasonFlags.remove_from_crl: "REMOVE_FROM_CRL",
    x509.ReasonFlags.privilege_withdrawn: "PRIVILEGE_WITHDRAWN",
    x509.ReasonFlags.aa_compromise: "AA_COMPROMISE",
}
"""RFC 5280 section 5.3.1 to `java.security.cert.CRLReason`."""
