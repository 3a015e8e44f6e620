"""Place the call of a bundle again, on this machine, without the files it came from: keystores and certificates are
made again with keys of sn-mock's own, and a provider says what the recorded one said. A bundle of `reproduce` runs its
scenarios again. The outcome is compared: stage, cause and Java text.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.commands.showing import show_call
from sn_mock.handover import archive
from sn_mock.handover.bundle import replay_call


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`replay FILE.zip`."""
    parser.add_argument(
        "bundle", metavar="FILE.zip", type=Path, help="what `call --bundle` or `reproduce --bundle` wrote"
    )
    options.add_json(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="request and response in full, too")


def run(args: argparse.Namespace) -> int:
    """Replay. 1 where it ended otherwise than recorded."""
    members = archive.read(args.bundle)
    manifest = archive.manifest(members, str(args.bundle))
    if manifest.get("kind") == "reproduce":
        return _reproduced(manifest, str(args.bundle), as_json=args.json)
    again = replay_call(members, str(args.bundle))
    if args.json:
        print_json(again.to_json())
        return 0 if again.same else 1
    show_call(again.exchange, verbose=args.verbose)
    print()
    for note in again.notes:
        print(f"note: {note}")
    if again.by_chance:
        print("replayed: the same refusal; the provider closes at once, so Java's words differ by chance:")
        print(f"  {again.by_chance}")
    elif again.same:
        print("replayed: stage, cause and Java text are those of the bundle")
    else:
        print("replayed, and it ended otherwise:")
        for line in again.differences:
            print(f"  {line}")
    return 0 if again.same else 1


def _reproduced(manifest: Mapping[str, Any], shown: str, *, as_json: bool) -> int:
    """Run the scenarios of the bundle again."""
    from sn_mock.commands.catalogue.reproductions import show_reproduction
    from sn_mock.lab import reproduce_many

    try:
        runs = [(str(run["id"]), str(run["release"]), str(run["tls"]).removeprefix("TLSv")) for run in manifest["runs"]]
    except (KeyError, TypeError) as error:
        raise archive.BundleError(f"{shown}: its manifest.json names no runs ({error})") from None
    results = [one for name, release, tls in runs for one in reproduce_many([name], release, tls)]
    if as_json:
        print_json([result.to_json() for result in results])
    else:
        for result in results:
            show_reproduction(result, brief=len(results) > 2)
    return 0 if all(result.reproduced for result in results) else 1
