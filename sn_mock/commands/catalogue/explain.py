"""What a line of a ticket or a whole log means: whose log it is, the causes that produce it, ranked, with what would
tell them apart, the scenarios that reproduce it, and the provider stacks that word it so. Takes a text, a file, stdin:
lines, stack traces and debug logs of Java, ServiceNow, nginx, Apache, haproxy, IIS, Tomcat, Go, node, Envoy, Kong and
load balancers, the output of keytool, openssl and curl, pages. Knows what it does not know.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.explanation import Explanation, LikelyCause
from sn_mock.diagnosis.reading import sifting
from sn_mock.diagnosis.reading.sides import Side
from sn_mock.failure import MockUsageError

_SHOWN = 5
"""Causes that are shown in full; the JSON has them all."""
_PARTS = 8
"""Known parts of the text that are shown."""

_GZIP = b"\x1f\x8b"
_PATHS = ("/", "./", "../", "~/")
_LOG_NAMES = (".log", ".txt", ".out", ".err", ".gz")

_WHOSE = {
    Side.INSTANCE: "the instance's side (or a Java client in its place)",
    Side.PROVIDER: "the provider's side",
    Side.TOOL: "a tool's output",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`explain TEXT | FILE | -`."""
    parser.add_argument("text", metavar="TEXT", nargs="+", help="the text, a file that holds it, or - to read stdin")
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Explain. 1 when nothing of the text is known."""
    sifted = _read(args.text)
    if not any(line.strip() for line in sifted.lines):
        raise MockUsageError("there is no text to explain; quote the line, name a file, or pipe it in with -")
    explanation = explain(sifted)
    if args.json:
        print_json(explanation.to_json())
    else:
        print("\n".join(_as_text(explanation)))
    return 0 if explanation.known else 1


def _read(given: list[str]) -> sifting.Sifted:
    if given == ["-"]:
        return sifting.of_stream(sys.stdin.buffer)
    if len(given) == 1 and (file := _file(given[0])) is not None:
        with file.open("rb") as stream:
            start = stream.read(len(_GZIP))
            if start == _GZIP:
                raise MockUsageError(f"{file}: is compressed; next step: zcat {file} | sn-mock explain -")
            return sifting.of_stream(stream, start)
    if len(given) == 1 and _looks_like_a_path(given[0]):
        raise MockUsageError(f"{given[0]}: there is no such file; quote the line itself, or pipe it in with -")
    return sifting.of_text(" ".join(given))


def _file(given: str) -> Path | None:
    """The file (or pipe) of that name; None for a text, however long it is. Raises MockUsageError for a folder."""
    try:
        path = Path(given)
        kind = path.stat().st_mode
    except (OSError, ValueError):
        return None
    if not stat.S_ISDIR(kind):
        return path
    if given.startswith(_PATHS) or os.sep in given:
        raise MockUsageError(f"{given}: is a folder; next step: name the log in it")
    return None


def _looks_like_a_path(given: str) -> bool:
    return not any(map(str.isspace, given)) and (given.startswith(_PATHS) or given.lower().endswith(_LOG_NAMES))


def _as_text(explanation: Explanation) -> Iterator[str]:
    yield from (f"left out: {sentence}" for sentence in explanation.left_out)
    if explanation.did_you_mean:
        yield f"did you mean: {explanation.did_you_mean}"
    if not explanation.known:
        yield (
            "nothing of this text is known here, so there is nothing to say about it; `sn-mock scenarios` lists what is"
        )
        yield from _listed("what would help", explanation.collect)
        return
    yield from _whose(explanation)
    for part in explanation.understood[:_PARTS]:
        yield part.quote
        yield f"  {part.means} [{part.evidence}: {part.source}]"
        if part.advice:
            yield f"  {part.advice}"
    if not explanation.causes:
        yield "nothing in it points to a cause"
    for number, cause in enumerate(explanation.causes[:_SHOWN], start=1):
        yield from _cause(number, cause)
    hidden = explanation.causes[_SHOWN:]
    if hidden:
        yield f"\n{len(hidden)} less likely: {', '.join(cause.rule for cause in hidden)}"
    for rule, fact in explanation.ruled_out.items():
        yield f"not {rule}: {fact}"
    if explanation.causes:
        yield from _listed("what to look for next", explanation.collect)
    if explanation.wordings:
        yield "\nwho words it so"
        stacks: dict[str, list[str]] = {}
        for one in explanation.wordings:
            stacks.setdefault(f"{one.stack} [{one.evidence}]", []).append(one.cause)
        yield from (f"  {stack}: {', '.join(dict.fromkeys(told))}" for stack, told in stacks.items())


def _whose(explanation: Explanation) -> Iterator[str]:
    if explanation.side is not Side.UNKNOWN:
        by = f": {explanation.written_by[0]}" if explanation.written_by else ""
        yield f"whose log: {_WHOSE[explanation.side]}{by}"
    elif explanation.readings:
        yield "whose log: it cannot be told from this text"
        for side, rules in explanation.readings.items():
            yield f"  if {_WHOSE[side]}: {', '.join(rules[:3]) or 'no cause'}"


def _cause(number: int, cause: LikelyCause) -> Iterator[str]:
    yield f"\n{number}. {cause.title}  ({cause.rule})"
    yield f"   look at    {cause.confirm}"
    yield f"   change     {cause.fix}"
    for name, meaning in cause.placeholders.items():
        yield f"              <{name}>: {meaning}"
    if cause.scenarios:
        yield f"   reproduce  sn-mock reproduce {cause.scenarios[0]}"


def _listed(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)
