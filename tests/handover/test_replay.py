"""What a bundle replays: failures of every stage, told by the provider, by the instance, or on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from sn_mock.handover.archive import read
from sn_mock.handover.bundle import bundle_call, replay_call
from sn_mock.handover.recording import Asked
from sn_mock.lab import Lab
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.lab.setup import FUNCTION, MESSAGE

KINDS = (
    "broken-row-in-merged-store",
    "wrong-store-password-pkcs12",
    "pkcs12-under-java-key-store",
    "wrong-default-keystore",
    "unknown-client-ca",
    "client-ca-not-advertised",
    "certificate-not-imported",
    "closed-instead-of-answer",
    "host-name-not-in-certificate",
    "plain-http-port",
    "mutual-auth-off",
    "soap-fault",
)
"""One scenario for each mechanism: recipes of keystores, alerts, a chain that is not trusted, endings, answers."""


@pytest.mark.parametrize("redact", [False, True], ids=["plain", "redacted"])
@pytest.mark.parametrize("name", [name for name in KINDS if name in SCENARIOS])
def test_a_failure_replays_as_it_was(name: str, redact: bool, tmp_path: Path) -> None:
    """Stage, cause and Java text from the zip file alone, under pseudonyms, too."""
    path = tmp_path / "b.zip"
    with Lab(scenario=SCENARIOS[name]) as lab:
        lab.change(SCENARIOS[name].broken)
        exchange, _ = lab.call()
        done = bundle_call(path, Asked(MESSAGE, FUNCTION), lab.instance, exchange, redact=redact)

    again = replay_call(read(path), str(path))

    assert done.notes == ()
    assert again.same
    assert again.exchange.failure is None or again.exchange.failure.cause == exchange.failure.cause  # type: ignore[union-attr]


def test_every_kind_is_a_scenario() -> None:
    """The list above names scenarios that exist."""
    assert [name for name in KINDS if name not in SCENARIOS] == []
