"""Run a ServiceNow server-side script unchanged: sn_ws.SOAPMessageV2, sn_ws.RESTMessageV2, gs, GlideRecord, on the
instance's own tables, in memory. Needs the extra: pip install 'sn-mock[script]'.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json
from sn_mock.failure import MockUsageError
from sn_mock.scripting import Limits, ScriptResult
from sn_mock.scripting import run as run_script

_LONGEST = 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`script DIR FILE.js`."""
    options.add_instance(parser)
    parser.add_argument("script", metavar="FILE.js", type=Path, help="the script")
    options.add_release(parser)
    options.add_when(parser)
    options.add_consent(parser)
    parser.add_argument(
        "--seconds", type=_seconds, default=10.0, help="its time limit, calls not counted (default: 10)"
    )
    options.add_json(parser)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is not a time limit; take 0.1 to {_LONGEST} seconds")
    return seconds


def run(args: argparse.Namespace) -> int:
    """Run the script. 1 when it ended in an exception that it did not catch, or at a limit."""
    instance = load_instance(args)
    try:
        source = args.script.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise MockUsageError(f"{args.script}: is not UTF-8 text ({error.reason} at byte {error.start})") from None
    result = run_script(
        instance,
        source,
        name=args.script.name,
        when=args.on,
        allow_remote=args.allow_remote,
        limits=Limits(seconds=args.seconds),
    )
    if args.json:
        print_json(result.to_json())
    else:
        _show(result)
    return 0 if result.ok else 1


def _show(result: ScriptResult) -> None:
    for line in result.log:
        print(f"{line.level:<5} {line.text}")
    for exchange in result.exchanges:
        outcome = str(exchange.failure.java[0]) if exchange.failure and exchange.failure.java else ""
        name = f"{exchange.message}.{exchange.function}" if exchange.message else "without a record"
        print(f"call  {name}: {outcome or f'status {exchange.response.status_code}'}")
    if result.error:
        print(f"{result.error.kind}: {result.error.message}\n{result.error.where}".rstrip(), file=sys.stderr)
