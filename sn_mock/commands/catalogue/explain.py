"""What a line of a ticket means: the causes that produce it, ranked, with what would tell them apart, the scenarios
that reproduce it, and the provider stacks that word it so. Takes Java, ServiceNow, nginx and OpenSSL texts, whole
stack traces and debug logs. Knows what it does not know.
"""

from __future__ import annotations

import argparse
import sys

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.diagnosis import Explanation
from sn_mock.failure import MockUsageError
from sn_mock.lab.explaining import explain

_SHOWN = 5
"""Causes that are shown in full; the JSON has them all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`explain TEXT`."""
    parser.add_argument("text", metavar="TEXT", nargs="+", help="the text, or - to read it from stdin")
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Explain. 1 when nothing of the text is known."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if args.text == ["-"] else " ".join(args.text)
    if not text.strip():
        raise MockUsageError("there is no text to explain; quote the line, or pipe it in with -")
    explanation = explain(text)
    if args.json:
        print_json(explanation.to_json())
    else:
        print(_as_text(explanation))
    return 0 if explanation.known else 1


def _as_text(explanation: Explanation) -> str:
    if not explanation.known:
        return (
            "nothing of this text is known here, so there is nothing to say about it; `sn-mock scenarios` lists what is"
        )
    lines: list[str] = []
    for part in explanation.understood:
        lines += [f"{part.quote}", f"  {part.means} [{part.evidence}: {part.source}]"]
        if part.advice:
            lines.append(f"  {part.advice}")
    for number, cause in enumerate(explanation.causes[:_SHOWN], start=1):
        lines += ["", f"{number}. {cause.title}  ({cause.rule})", f"   look at    {cause.confirm}"]
        lines.append(f"   change     {cause.fix}")
        if cause.scenarios:
            lines.append(f"   reproduce  sn-mock reproduce {cause.scenarios[0]}")
    hidden = len(explanation.causes) - _SHOWN
    if hidden > 0:
        lines += ["", f"{hidden} less likely: {', '.join(cause.rule for cause in explanation.causes[_SHOWN:])}"]
    if explanation.wordings:
        lines += ["", "who words it so"]
        lines += [f"  {one.stack}: {one.cause} [{one.evidence}]" for one in explanation.wordings]
    return "\n".join(lines)
