"""Windows' codes of certificates: one number, written as a name, in hexadecimal, unsigned or signed."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import CA_UNKNOWN, DOCUMENTED, PROVIDER_UNTRUSTED, KnownText, Weight, text

_SOURCE = "Microsoft Learn, COM error codes (security): winerror.h"
_DATES = ("provider-certificate-expired", "client-certificate-expired client-certificate-not-yet-valid")
_CHAIN = ("provider-chain-incomplete provider-not-trusted", "client-chain-incomplete client-ca-unknown")
_TRUST = (PROVIDER_UNTRUSTED, CA_UNKNOWN)
_PURPOSE = ("provider-certificate-purpose", "client-certificate-purpose")
_REVOKED = ("provider-certificate-revoked", "client-certificate-revoked")
_UNCHECKED = ("revocation-not-checkable", "provider-crl-unusable")

_ROWS: tuple[tuple[str, int, str, tuple[str, str]], ...] = (
    ("CERT_E_EXPIRED", 0x800B0101, "a certificate is outside its dates", _DATES),
    ("CERT_E_PURPOSE", 0x800B0106, "a certificate is not made for its part", _PURPOSE),
    ("CERT_E_UNTRUSTEDROOT", 0x800B0109, "the chain ends in a root that is not trusted", _TRUST),
    ("CERT_E_CHAINING", 0x800B010A, "no chain leads to a trusted root: an intermediate is missing", _CHAIN),
    ("CERT_E_REVOKED", 0x800B010C, "a certificate was revoked by its issuer", _REVOKED),
    ("CERT_E_REVOCATION_FAILURE", 0x800B010E, "it could not be learnt whether it is revoked", _UNCHECKED),
    ("CERT_E_CN_NO_MATCH", 0x800B010F, "the certificate is for another name", ("host-name-not-in-certificate", "")),
    ("CERT_E_WRONG_USAGE", 0x800B0110, "a certificate is not valid for this use", _PURPOSE),
    ("CERT_E_UNTRUSTEDCA", 0x800B0112, "a CA of the chain is not trusted", _TRUST),
)


def _notations(name: str, number: int) -> str:
    return f"{name} | 0x{number:08X} | {number:08X} | {number} | {number - (1 << 32)}"


WINDOWS_CODES: tuple[KnownText, ...] = tuple(
    text(
        _notations(name, number),
        f"Windows: {means} ({name})",
        any_side=provider,
        provider=client,
        source=_SOURCE,
        evidence=DOCUMENTED,
        weight=Weight.EXACT,
    )
    for name, number, means, (provider, client) in _ROWS
)
"""What each code means of the other side's certificate."""
