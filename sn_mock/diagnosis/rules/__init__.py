"""The rules, one table per area; `RULES` is all of them in the order in which they are tried."""

from __future__ import annotations

from sn_mock.diagnosis.rule import Rule
from sn_mock.diagnosis.rules import (
    answers,
    choosing,
    client_certificates,
    inbound,
    keystore_contents,
    keystore_records,
    ports,
    provider_certificates,
    transport,
    unreadable,
)

RULES: tuple[Rule, ...] = (
    *choosing.RULES,
    *ports.RULES,
    *keystore_records.RULES,
    *keystore_contents.RULES,
    *inbound.RULES,
    *client_certificates.RULES,
    *provider_certificates.RULES,
    *unreadable.RULES,
    *transport.RULES,
    *answers.RULES,
)
"""Every rule; the first that fires names the root cause."""
