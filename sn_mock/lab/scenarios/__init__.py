"""The catalogue: every known way an outbound mutual-TLS call fails, as data.

- *scenario*: a lab with one defect, the same lab mended, and what everybody sees in between (`Scenario`).
- *expected*: the outcome, with *variants* where it differs by release, TLS version or HTTP client.
- *source*: where we know it from, and how well.

`SCENARIOS` is the whole catalogue in reading order, checked when all of it is asked for; who asks for one by its id
loads the chapter that it stands in. `find()` takes an id or a KB number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from sn_mock.failure import MockUsageError
from sn_mock.lab.scenarios.contents import CHAPTERS, chapter_of
from sn_mock.lab.scenarios.model import TLS_VERSIONS, Expected, Scenario, Source, Variant

__all__ = ["SCENARIOS", "TLS_VERSIONS", "Expected", "Scenario", "Source", "Variant", "catalogue", "find"]


def _chapter(name: str) -> Sequence[Scenario]:
    scenarios: Sequence[Scenario] = import_module(f"{__name__}.{name}").SCENARIOS
    return scenarios


def _by_id(scenarios: Iterable[Scenario]) -> Mapping[str, Scenario]:
    table: dict[str, Scenario] = {}
    for scenario in scenarios:
        if scenario.id in table:
            raise MockUsageError(f"two scenarios are called {scenario.id!r}")
        if not scenario.sources:
            raise MockUsageError(f"scenario {scenario.id!r} names no source")
        if not scenario.runs_on(scenario.release):
            raise MockUsageError(f"scenario {scenario.id!r} cannot run on its own release {scenario.release!r}")
        table[scenario.id] = scenario
    for scenario in table.values():
        for other in scenario.see_also:
            if other not in table:
                raise MockUsageError(f"scenario {scenario.id!r} refers to {other!r}, which does not exist")
    return table


@cache
def _whole() -> Mapping[str, Scenario]:
    return _by_id(scenario for name in CHAPTERS for scenario in _chapter(name))


class _Catalogue(Mapping[str, Scenario]):
    """Every scenario by its id."""

    def __getitem__(self, name: str) -> Scenario:
        chapter = chapter_of(name)
        if chapter is None:
            raise KeyError(name)
        return next(scenario for scenario in _chapter(chapter) if scenario.id == name)

    def __iter__(self) -> Iterator[str]:
        return iter(_whole())

    def __len__(self) -> int:
        return len(_whole())


SCENARIOS: Mapping[str, Scenario] = _Catalogue()
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
