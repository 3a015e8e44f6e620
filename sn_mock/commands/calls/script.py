"""Run a ServiceNow server-side script unchanged, on the instance's own tables, in memory: messages, gs, GlideRecord and
the rest that docs/scripts.md lists, with the record, inputs or request it runs with. Needs the QuickJS
engine: `make up` installs it; elsewhere, pip install quickjs-ng.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json
from sn_mock.failure import MockUsageError
from sn_mock.scripting import Context, Limits, ScriptResult
from sn_mock.scripting import run as run_script

_LONGEST = 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`script DIR FILE.js`."""
    options.add_instance(parser)
    parser.add_argument("script", metavar="FILE.js", type=Path, help="the script")
    parser.add_argument(
        "--record",
        metavar="TABLE[:ROW]",
        help="the record behind current and previous; ROW is its sys_id or display value, without it one is inserted",
    )
    parser.add_argument(
        "--field", metavar="NAME=VALUE", action="append", default=[], help="what the update sets in current; repeatable"
    )
    parser.add_argument(
        "--input",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an input of a flow's script step; repeatable",
    )
    parser.add_argument(
        "--context",
        metavar="FILE.json",
        type=Path,
        help="everything else around the script: request, parameters, event …",
    )
    options.add_release(parser)
    options.add_when(parser)
    options.add_consent(parser)
    options.add_resolve(parser)
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
    context = _context(args)
    result = run_script(
        instance,
        _text(args.script),
        name=args.script.name,
        when=args.on,
        allow_remote=args.allow_remote,
        hosts=dict(args.resolve),
        limits=Limits(seconds=args.seconds),
        context=context,
    )
    if args.json:
        print_json(result.to_json())
    else:
        _show(result)
    return 0 if result.ok else 1


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MockUsageError(f"{path}: is not UTF-8 text ({error.reason} at byte {error.start})") from None


def _context(args: argparse.Namespace) -> Context:
    """What the options say of the script's surroundings; they add to the file's."""
    context = Context()
    if args.context:
        try:
            document = json.loads(_text(args.context))
        except (json.JSONDecodeError, RecursionError) as error:
            raise MockUsageError(f"{args.context}: is not JSON: {error}") from None
        context = Context.from_json(document, str(args.context))
    if args.record:
        table, _, row = args.record.partition(":")
        context = replace(context, record=(table, row))
    if args.field and context.record is None:
        raise MockUsageError("--field sets fields of current; next step: give its record with --record TABLE:SYS_ID")
    fields = {**context.fields, **dict(options.assignments(args.field, "--field"))}
    inputs = {**context.inputs, **dict(options.assignments(args.input, "--input"))}
    return replace(context, fields=fields, inputs=inputs)


def _show(result: ScriptResult) -> None:
    for line in result.log:
        print(f"{line.level:<5} {line.text}")
    for exchange in result.exchanges:
        outcome = str(exchange.failure.java[0]) if exchange.failure and exchange.failure.java else ""
        name = f"{exchange.message}.{exchange.function}" if exchange.message else "without a record"
        print(f"call  {name}: {outcome or f'status {exchange.response.status_code}'}")
    for name, value in result.left.items():
        if name != "record" or value.get("changed") or value.get("aborted"):
            print(f"{name:<5} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    for note in result.notes:
        print(f"note: {note}", file=sys.stderr)
    if result.error:
        print(f"{result.error.kind}: {result.error.message}\n{result.error.where}".rstrip(), file=sys.stderr)
