"""For people with a real instance: what sn-mock predicts for a call beside what the instance said, in one redacted
file to send in. The file given with --said holds what the instance logged or showed: the node log's lines, the script's
getErrorMessage(), the outbound HTTP log's record. Nothing is sent anywhere; read the file before you send it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from guarded import files
from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json, refuse_unwritable
from sn_mock.failure import MockUsageError
from sn_mock.handover.evidence_file import MAX_SAID_BYTES, evidence
from sn_mock.handover.upgrade import on_release

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TELLING_SHARE = 20
"""One character in so many that no text has, or that is not UTF-8 (a log in Latin-1 has a few), and it is no text."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`evidence DIR MESSAGE FUNCTION --said FILE`."""
    options.add_instance(parser)
    parser.add_argument("message", metavar="MESSAGE", help="name of the SOAP or REST message")
    parser.add_argument("function", metavar="FUNCTION", help="name of its function (REST: its HTTP method)")
    parser.add_argument("--said", metavar="FILE", type=Path, required=True, help="what the instance said, as text")
    parser.add_argument("--out", metavar="FILE.json", type=Path, help="the file to write (default: evidence.json)")
    parser.add_argument("--patch", metavar="TEXT", default="", help='patch and hot fix, e.g. "Patch 4 Hot Fix 1a"')
    options.add_release(parser)
    options.add_when(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the file. 1 where prediction and instance differ."""
    out = args.out or Path("evidence.json")
    refuse_unwritable(out)
    said = _text(args.said)
    if not said.strip():
        raise MockUsageError(f"{args.said}: is empty; put into it what the instance logged or showed for the call")
    instance = load_instance(args)
    exchange = on_release(instance, args.message, args.function, args.on)
    data = evidence(instance, exchange, said, patch=args.patch, made_by=args.made_by).written()
    files.write(out, data, private=True)
    document = json.loads(data)
    if args.json:
        print_json(document)
    else:
        print("\n".join(_told(document, out)))
    return 1 if document["differ"] else 0


def _text(file: Path) -> str:
    """What stands in the file, UTF-8 or UTF-16 with its mark. Raises MockUsageError where it is no text."""
    data = files.read(file, MAX_SAID_BYTES)
    text = data.decode("utf-16" if data[:2] in _UTF_16 else "utf-8-sig", "replace")
    odd = sum(one == "\N{REPLACEMENT CHARACTER}" or (one < " " and one not in "\t\n\f\r\x1b") for one in text)
    if odd * _TELLING_SHARE > len(text):
        raise MockUsageError(
            f"{file}: is no text; next step: put into it what the instance logged or showed for the call, as text"
        )
    return text


def _told(document: Mapping[str, Any], out: Path) -> Iterator[str]:
    failure = document["predicted"]["failure"]
    yield f"sn-mock predicts ({document['release']}, against a provider made of the folder)"
    for one in failure["java"] if failure else ():
        yield f"  {one['class']}: {one['message']}"
    if not failure:
        yield "  a call that succeeds"
    yield "the instance said"
    for one in document["said"]["java"]:
        yield f"  {one['class']}: {one['message']}"
    if not document["said"]["java"]:
        yield "  no exception that can be told from the text"
    agreed = [one for one in document["declared_for_its_causes"] if one["said_so"]]
    for one in agreed:
        yield f"as the catalogue declares it: {one['scenario']}, {one['tls']}"
    if document["declared_for_its_causes"] and not agreed:
        yield "none of the texts that the catalogue declares for its causes: this is what a report is for"
    yield f"wrote {out}: read it, then send it as docs/how-to/send-evidence.md says"
