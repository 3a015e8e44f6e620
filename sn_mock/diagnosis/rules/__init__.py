"""The rules, one table per area; `RULES` is all of them in the order in which they are tried."""

from __future__ import annotations

from sn_mock.diagnosis.rule import Rule
from sn_mock.diagnosis.rules import (
    answers,
    choosing,
    client_certificates,
    connections,
    keystore_contents,
    keystore_records,
    ports,
    provider_certificates,
    tokens,
    transport,
    unreadable,
)

RULES: tuple[Rule, ...] = (
    *tokens.RULES,
    *connections.RULES,
    *choosing.RULES,
    *ports.RULES,
    *keystore_records.RULES,
    *keystore_contents.RULES,
    *client_certificates.RULES,
    *provider_certificates.RULES,
    *unreadable.RULES,
    *transport.RULES,
    *answers.RULES,
)
"""Every rule; the first that fires names the root cause."""
