"""The catalogue: every known way an outbound mutual-TLS call fails, as data.

- *scenario*: a lab with one defect, the same lab mended, and what everybody sees in between (`Scenario`).
- *expected*: the outcome, with *variants* where it differs by release, TLS version or HTTP client.
- *source*: where we know it from, and how well.

`SCENARIOS` is the whole catalogue in reading order, checked when it is loaded. `find()` takes an id or a KB number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sn_mock.failure import MockUsageError
from sn_mock.lab.scenarios import (
    choosing,
    client_certificates,
    connections,
    inbound,
    keystores,
    message_security,
    neighbours,
    provider_certificates,
    stacks,
    tokens,
    transport,
)
from sn_mock.lab.scenarios.model import TLS_VERSIONS, Expected, Scenario, Source, Variant

__all__ = ["SCENARIOS", "TLS_VERSIONS", "Expected", "Scenario", "Source", "Variant", "catalogue", "find"]


def _by_id(scenarios: Sequence[Scenario]) -> Mapping[str, Scenario]:
    table: dict[str, Scenario] = {}
    for scenario in scenarios:
        if scenario.id in table:
            raise MockUsageError(f"two scenarios are called {scenario.id!r}")
        if not scenario.sources:
            raise MockUsageError(f"scenario {scenario.id!r} names no source")
        if not scenario.runs_on(scenario.release):
            raise MockUsageError(f"scenario {scenario.id!r} cannot run on its own release {scenario.release!r}")
        table[scenario.id] = scenario
    for scenario in scenarios:
        for other in scenario.see_also:
            if other not in table:
                raise MockUsageError(f"scenario {scenario.id!r} refers to {other!r}, which does not exist")
    return MappingProxyType(table)


SCENARIOS: Mapping[str, Scenario] = _by_id(
    (
        *choosing.SCENARIOS,
        *keystores.SCENARIOS,
        *client_certificates.SCENARIOS,
        *stacks.SCENARIOS,
        *provider_certificates.SCENARIOS,
        *transport.SCENARIOS,
        *connections.SCENARIOS,
        *inbound.SCENARIOS,
        *message_security.SCENARIOS,
        *tokens.SCENARIOS,
        *neighbours.SCENARIOS,
    )
)
"""Every scenario by its id, in reading order."""


def catalogue(scenarios: Iterable[Scenario] = SCENARIOS.values()) -> list[dict[str, Any]]:
    """The catalogue (or a part of it) as JSON: what `sn-mock scenarios --json` prints."""
    return [scenario.to_json() for scenario in scenarios]


def find(name: str) -> tuple[Scenario, ...]:
    """The scenarios of that id, or those that tell that KB article's story. Raises MockUsageError for neither."""
    if name in SCENARIOS:
        return (SCENARIOS[name],)
    wanted = name.strip().upper()
    told = tuple(scenario for scenario in SCENARIOS.values() if wanted in scenario.kb)
    if told:
        return told
    from difflib import get_close_matches

    numbers = sorted({number for scenario in SCENARIOS.values() for number in scenario.kb})
    close = get_close_matches(name, [*SCENARIOS, *numbers], n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else "`sn-mock scenarios` lists them"
    raise MockUsageError(f"there is no scenario {name!r}; {hint}")
