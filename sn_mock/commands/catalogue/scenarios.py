"""The catalogue: every known way outbound mutual authentication fails. `sn-mock reproduce ID` runs one."""

from __future__ import annotations

import argparse
from itertools import groupby

from sn_mock.commands.options import add_json
from sn_mock.commands.output import print_json
from sn_mock.lab.scenarios import SCENARIOS, catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`scenarios [--json]`."""
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """List the catalogue."""
    if args.json:
        print_json(catalogue())
        return 0
    width = max(len(name) for name in SCENARIOS)
    for group, members in groupby(SCENARIOS.values(), key=lambda scenario: scenario.group):
        print(f"\n{group}")
        for scenario in members:
            kb = f" ({', '.join(scenario.kb)})" if scenario.kb else ""
            print(f"  {scenario.id:<{width}}  {scenario.title}{kb}")
    return 0
