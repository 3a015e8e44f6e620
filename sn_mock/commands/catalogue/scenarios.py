"""The catalogue: every known way outbound mutual authentication fails. `sn-mock reproduce ID` runs one. Words narrow
the list: `sn-mock scenarios expired client`.
"""

from __future__ import annotations

import argparse
from itertools import groupby

from sn_mock.commands.options import add_json
from sn_mock.commands.output import print_json
from sn_mock.failure import MockUsageError
from sn_mock.lab.scenarios import SCENARIOS, Scenario, catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`scenarios [WORD...] [--json]`."""
    parser.add_argument("words", metavar="WORD", nargs="*", help="list only the scenarios that have all these words")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """List the catalogue, or what of it has the words."""
    found = [scenario for scenario in SCENARIOS.values() if _has(scenario, args.words)]
    if not found:
        raise MockUsageError(
            f"no scenario has all of: {' '.join(args.words)}; `sn-mock scenarios` lists them all, "
            "`sn-mock explain` takes a line of a log"
        )
    if args.json:
        print_json(catalogue(found))
        return 0
    width = max(len(scenario.id) for scenario in found)
    for group, members in groupby(found, key=lambda scenario: scenario.group):
        print(f"\n{group}")
        for scenario in members:
            kb = f" ({', '.join(scenario.kb)})" if scenario.kb else ""
            print(f"  {scenario.id:<{width}}  {scenario.title}{kb}")
    return 0


def _has(scenario: Scenario, words: list[str]) -> bool:
    """Whether id, title, group, cause or KB numbers hold every word, in any letter case."""
    told = " ".join((scenario.id, scenario.title, scenario.group, scenario.expected.finding, *scenario.kb)).lower()
    return all(word.lower() in told for word in words)
