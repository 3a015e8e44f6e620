"""The rules, one table per area; `RULES` is all of them in the order in which they are tried."""

from __future__ import annotations

from sn_mock.diagnosis.rule import Rule
from sn_mock.diagnosis.rules import (
    answers,
    choosing,
    client_certificates,
    connections,
    inbound,
    key_pairs,
    keystore_contents,
    keystore_files,
    keystore_records,
    message_security,
    message_signing,
    mid_servers,
    outbound_policies,
    ports,
    provider_certificates,
    tokens,
    transport,
    unreadable,
)

RULES: tuple[Rule, ...] = (
    *tokens.RULES,
    *connections.RULES,
    *mid_servers.RULES,
    *choosing.RULES,
    *ports.RULES,
    *keystore_records.RULES,
    *keystore_files.RULES,
    *key_pairs.RULES,
    *keystore_contents.RULES,
    *inbound.RULES,
    *client_certificates.RULES,
    *provider_certificates.RULES,
    *outbound_policies.RULES,
    *unreadable.RULES,
    *transport.RULES,
    *message_signing.RULES,
    *message_security.RULES,
    *answers.RULES,
)
"""Every rule; the first that fires names the root cause."""
