"""Run scenarios of the catalogue by id or KB number: the broken call, then the fix, then the call again, with what both
sides saw. Reproduced means that the broken call failed exactly as declared and the fixed call succeeded.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sn_mock.commands import options, pipelines, recording
from sn_mock.commands.output import print_json, refuse_unwritable
from sn_mock.commands.showing import about
from sn_mock.failure import MockUsageError

if TYPE_CHECKING:
    from sn_mock.lab import Reproduction

_NAMED = 4
"""Pages that are named one by one; of more there is a count."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`reproduce ID… | --all`."""
    parser.add_argument("ids", metavar="ID", nargs="*", help="scenario id or KB number; `sn-mock scenarios` lists them")
    parser.add_argument("--all", action="store_true", help="the whole catalogue")
    options.add_release(parser)
    options.add_tls(parser)
    options.add_when(parser)
    options.add_json(parser)
    recording.add_arguments(parser)
    parser.add_argument("--report", metavar="DIR", type=Path, help="write one HTML page for each run into this folder")
    options.add_bundle(parser)
    pipelines.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Run them. 1 when one was not reproduced."""
    from sn_mock.commands.catalogue.reproductions import progress, show_reproduction
    from sn_mock.lab import reproduce_many

    if bool(args.ids) == args.all:
        raise MockUsageError("name scenarios or KB numbers, or say --all; `sn-mock scenarios` lists them")
    options.demand_bundle(args)
    if args.bundle:
        refuse_unwritable(args.bundle)
    with recording.recording(args.pcap, quiet=args.json) as recorder, progress(quiet=args.json) as tell:
        results = reproduce_many(args.ids, args.release, args.tls, tell, when=args.on, recorder=recorder)
    written = [*(_pages(args, results) if args.report else ()), *(_bundle(args, results) if args.bundle else ())]
    if args.json:
        print_json([result.to_json() for result in results])
    else:
        for result in results:
            show_reproduction(result, brief=len(results) > 2)
        if len(results) > 2:
            print(f"\n{sum(result.reproduced for result in results)} of {len(results)} runs reproduced")
        for path in written[:_NAMED]:
            print(f"wrote {path}")
        if len(written) > _NAMED:
            print(f"wrote {len(written)} pages into {args.report}")
    pipelines.publish(args, "sn-mock reproduce", _cases(results))
    return 0 if all(result.reproduced for result in results) else 1


def _pages(args: argparse.Namespace, results: Sequence[Reproduction]) -> list[Path]:
    from sn_mock.commands.catalogue.reproductions import write_reproduction
    from sn_mock.instance import RELEASES

    args.report.mkdir(parents=True, exist_ok=True)
    return [
        write_reproduction(args.report, result, about(args, "the lab's", RELEASES[result.release].label))
        for result in results
    ]


def _bundle(args: argparse.Namespace, results: Sequence[Reproduction]) -> list[Path]:
    from sn_mock.handover.bundle import bundle_reproductions

    made = about(args, "the lab's")
    bundle_reproductions(
        args.bundle, results, redact=args.redact, about=made, command=args.command_line, made_by=args.made_by
    )
    return [args.bundle]


def _cases(results: Sequence[Reproduction]) -> list[pipelines.Case]:
    return [
        pipelines.Case(
            group=f"reproduce.{result.release}",
            name=f"{result.scenario.id} {result.tls}",
            failure=None if result.reproduced else f"{result.scenario.id} was not reproduced under {result.tls}",
            detail="\n".join(result.differences),
        )
        for result in results
    ]
