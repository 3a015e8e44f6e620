"""What a log proves, and which causes that rules out."""

from __future__ import annotations

from sn_mock.diagnosis.reading.sides import Side
from sn_mock.diagnosis.reading.words import phrase
from sn_mock.diagnosis.texts.model import NOTHING_SENT, Fact

_CALLERS = frozenset({Side.INSTANCE, Side.TOOL, Side.UNKNOWN})
_TRUST = (
    "provider-not-trusted",
    "provider-chain-incomplete",
    "trusted-certificate-inactive",
    "provider-certificate-expired",
    "provider-chain-expired",
    "provider-certificate-not-yet-valid",
    "provider-chain-invalid",
    "provider-certificate-purpose",
)
_RECORDS = (
    "mutual-auth-off",
    "profile-not-chosen",
    "scheme-not-rewritten",
    "mid-server-without-mutual-auth",
    "mutual-auth-on-wrong-record",
    "sni-off",
    "no-common-cipher-suite",
    "no-common-tls-version",
)
_NONE_SENT_BECAUSE = (
    "client-ca-not-advertised",
    "web-server-certificate-imported",
    "keystore-without-key",
    "profile-without-keystore",
    "key-type-not-accepted",
    "provider-requires-certificate",
    *_RECORDS[:5],
)
SENT_AND_REFUSED = (
    "client-ca-unknown",
    "client-certificate-expired",
    "client-certificate-not-yet-valid",
    "client-certificate-purpose",
    "client-certificate-weak",
    "client-certificate-revoked",
    "self-signed-client-certificate",
    "client-certificate-not-imported",
    "legacy-properties-beat-profile",
    "all-active-keystores-offered",
    "key-does-not-fit-certificate",
)
"""Why a provider refuses a client certificate that was sent."""


def _fact(
    name: str,
    phrases: str,
    rules_out: tuple[str, ...],
    sides: frozenset[Side] = frozenset(Side),
    disproves: tuple[str, ...] = (),
) -> Fact:
    return Fact(name, tuple(phrase(one) for one in phrases.split(" | ")), sides, rules_out, disproves)


FACTS: tuple[Fact, ...] = (
    _fact(
        "the provider asked for a client certificate, and Java looked for a key",
        "No X.509 cert selected for | No available authentication scheme | No available client authentication scheme"
        " | no suitable certificate found - continuing without client authentication"
        " | use empty Certificate message instead",
        (*_RECORDS, *SENT_AND_REFUSED),
        _CALLERS,
    ),
    _fact(
        "no client certificate came",
        "peer did not return a certificate | Empty client certificate chain | null cert chain"
        " | client sent no required SSL certificate | No required SSL certificate was sent"
        " | client didn't provide a certificate",
        SENT_AND_REFUSED[:8],
    ),
    _fact(
        "a client certificate was sent",
        "Produced client CertificateVerify handshake message | Produced CertificateVerify handshake message",
        _NONE_SENT_BECAUSE,
        _CALLERS,
        tuple(NOTHING_SENT.split()),
    ),
    _fact(
        "the provider closed the connection; the alert that Java writes then says no more",
        "Remote host terminated the handshake | Remote host closed connection during handshake",
        (),
        _CALLERS,
        ("no-common-cipher-suite", "no-common-tls-version"),
    ),
    _fact(
        "the caller accepted the provider's chain",
        "Verify return code: 0 (ok) | Verification: OK | Found trusted certificate",
        _TRUST,
        _CALLERS,
    ),
)
"""Every fact; a line that carries one is evidence."""
