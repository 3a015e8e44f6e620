"""Every scenario of the catalogue happens as declared, and its fix mends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sn_mock.lab.lab import Providers
from sn_mock.lab.runner import reproduce
from sn_mock.lab.scenarios import SCENARIOS

RUNS = [(name, tls) for name, scenario in SCENARIOS.items() for tls in scenario.tls]


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    """Providers that the runs of this module share."""
    running = Providers()
    yield running
    running.close()


@pytest.mark.parametrize(("name", "tls"), RUNS, ids=[f"{name}-{tls}" for name, tls in RUNS])
def test_a_scenario_breaks_and_mends_as_declared(name: str, tls: str, providers: Providers) -> None:
    """Stage, Java text, statuses, connections, both alerts, the certificate the provider saw, and the first finding are
    as declared; the fixed twin succeeds and no rule fires on it."""
    result = reproduce(SCENARIOS[name], tls=tls, providers=providers)

    assert result.differences == ()
