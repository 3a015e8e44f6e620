"""Two calls side by side: route, key, CA names, alert, Java text, and every other place where they differ. A and B are
what `call --json` printed, or bundles. With a folder, a message, a function and two releases: that call on both, placed
against a provider made of the folder, and the release facts that explain the change, with how they are known.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from guarded import files
from sn_mock.commands import options
from sn_mock.commands.output import on_terminal, print_coloured, print_json
from sn_mock.failure import MockUsageError
from sn_mock.handover.differences import Difference, FactChange, Line, differences, fact_changes, lines, misshapen, told

MAX_EXCHANGE_BYTES = 64 * 1024 * 1024
_SHOWN = 5
_NEXT = "next step: `sn-mock call … --json > FILE`"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`diff A B` or `diff DIR MESSAGE FUNCTION --release A --release B`."""
    parser.add_argument("what", metavar="A", type=Path, help="an exchange (JSON), a bundle, or an instance folder")
    parser.add_argument("other", metavar="B", help="the other exchange; with a folder the MESSAGE")
    parser.add_argument("function", metavar="FUNCTION", nargs="?", help="with a folder: the function")
    parser.add_argument(
        "--release", metavar="R", action="append", default=[], help="with a folder: twice, before and after"
    )
    options.add_when(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Compare. 1 where the calls differ; releases and their facts may differ all the same."""
    if args.what.is_dir():
        names, a, b = _on_two_releases(args)
    elif args.function or args.release:
        raise MockUsageError(f"{args.what} is no folder; MESSAGE, FUNCTION and --release belong to one")
    else:
        names = str(args.what), args.other
        a, b = _exchange(args.what), _exchange(Path(args.other))
    found = differences(a, b)
    calls = [one for one in found if one.of_the_call]
    if args.json:
        print_json([one.to_json() for one in found])
        return 1 if calls else 0
    rows = lines(a, b)
    if on_terminal():
        print_coloured(_table(rows, names))
    else:
        print("\n".join(told(rows, names)))
    print("\n".join(_explained(rows, calls, fact_changes(a, b))))
    print(f"\n{_counted(len(calls))} of the calls, {len(found) - len(calls)} of releases and facts (--json lists them)")
    return 1 if calls else 0


def _counted(number: int) -> str:
    return f"{number} {'difference' if number == 1 else 'differences'}"


def _explained(rows: Sequence[Line], calls: Sequence[Difference], facts: Sequence[FactChange]) -> Iterator[str]:
    if not calls:
        yield "\nthe two behave alike"
    elif not any(not row.same and row.what != "release" for row in rows):
        paths = [one.path for one in calls]
        yield "\nthe two end alike, and differ on the way in"
        yield from (f"  {path}" for path in paths[:_SHOWN])
        if len(paths) > _SHOWN:
            yield f"  … and {len(paths) - _SHOWN} more"
    release = [fact for fact in facts if fact.of_the_release]
    if release:
        yield "\nwhat the releases do differently, as far as these calls rest on it"
        yield from _told_facts(release)
    elif calls:
        yield "\nno release fact differs: records, keystores or the provider changed"
    results = [fact for fact in facts if not fact.of_the_release]
    if results:
        yield "\nhow what the calls ended with is known"
        yield from _told_facts(results)


def _told_facts(facts: Sequence[FactChange]) -> Iterator[str]:
    for fact in facts:
        yield f"  {fact.name}"
        yield f"    before: {fact.a or 'not asked'}"
        yield f"    after:  {fact.b or 'not asked'}"


def _table(rows: Sequence[Line], names: tuple[str, str]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table("", *names, show_lines=False)
    for row in rows:
        style = "" if row.same else "bold"
        table.add_row(
            Text(row.what, style), Text(row.a, "" if row.same else "red"), Text(row.b, "" if row.same else "green")
        )
    return table


def _on_two_releases(args: argparse.Namespace) -> tuple[tuple[str, str], Any, Any]:
    from sn_mock.handover.upgrade import on_release
    from sn_mock.instance import Instance

    if not args.function or len(args.release) != 2:
        raise MockUsageError(
            "with a folder say MESSAGE, FUNCTION and two releases: "
            "sn-mock diff DIR MESSAGE FUNCTION --release A --release B"
        )
    instance = Instance.load(args.what)
    before, after = (instance.with_release(name) for name in args.release)
    documents = [on_release(one, args.other, args.function, args.on).to_json() for one in (before, after)]
    return (before.release.label, after.release.label), documents[0], documents[1]


def _exchange(path: Path) -> Mapping[str, Any]:
    """An Exchange document: of `call --json`, of a bundle, the only one of `try --json`."""
    data = files.read(path, MAX_EXCHANGE_BYTES)
    if data[:2] == b"PK":
        from sn_mock.handover import archive

        members = archive.unpacked(data, str(path))
        archive.manifest(members, str(path))
        document = archive.document(members, "report.json", str(path))
    else:
        try:
            document = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise MockUsageError(f"{path}: is no JSON ({type(error).__name__}); {_NEXT}") from None
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if isinstance(document, dict) and "broken" in document:
        document = document["broken"]
    if isinstance(document, dict) and "exchange" in document:
        document = document["exchange"]
    if not isinstance(document, dict) or not {"call", "route", "failure", "response"} <= document.keys():
        raise MockUsageError(f"{path}: holds no exchange; {_NEXT}")
    if (wrong := misshapen(document)) is not None:
        raise MockUsageError(f"{path}: holds no exchange of sn-mock: {wrong}; {_NEXT}")
    return document
