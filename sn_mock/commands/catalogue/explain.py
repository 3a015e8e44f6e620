"""What a line of a ticket or a whole log means: whose log it is, the causes that produce it, ranked, with what would
tell them apart, the scenario that prints it or a similar one, and the stacks that word it so. Takes a text, file or
stdin: lines, stack traces and debug logs of Java, ServiceNow, nginx, Apache, haproxy, IIS, Tomcat, Go, node, Envoy,
Kong and load balancers, the output of keytool, openssl and curl, pages. Takes a capture, too (pcap, pcapng), and
tells its connections apart. Knows what it does not know.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from captures.magic import is_capture
from guarded.regex import regex
from sn_mock.commands import options
from sn_mock.commands.catalogue.captures import CaptureExplanation, read_capture, show_capture
from sn_mock.commands.catalogue.explained import as_text
from sn_mock.commands.output import print_json
from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.reading import sifting
from sn_mock.failure import MockUsageError

_GZIP = b"\x1f\x8b"
_ARCHIVE = b"PK\x03\x04"
_STORE = regex(rb"\xfe\xed\xfe\xed|\xce\xce\xce\xce|0[\x80\x82\x83][\x00-\x3f]")
"""How a JKS, a JCEKS and DER (certificates, keys, PKCS12) begin; no text does."""
_PEM = "-----BEGIN "
_MAGIC, _BUFFER = 4, 1 << 20
_PATHS = ("/", "./", "../", "~/")
_FILE_NAMES = (
    *(".log", ".txt", ".out", ".err", ".gz", ".zip"),
    *(".pcap", ".pcapng", ".cap"),
    *(".html", ".htm", ".json", ".xml", ".har"),
    *(".jks", ".p12", ".pfx", ".pem", ".crt", ".cer", ".der"),
)
"""How the names of what is read here end, and of what is refused with a next step: no exception, alert or property."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`explain TEXT | FILE | -`."""
    parser.add_argument(
        "text", metavar="TEXT", nargs="+", help="the text, a file that holds it (a log, a capture), or - to read stdin"
    )
    parser.add_argument(
        "--keylog",
        metavar="FILE",
        type=Path,
        help="TLS secrets for a capture, beside those that stand in it (default: the file that SSLKEYLOGFILE names)",
    )
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Explain. 1 when nothing of the text is known."""
    sifted = _read(args.text, args)
    if isinstance(sifted, CaptureExplanation):
        return show_capture(sifted, as_json=args.json)
    if not any(line.strip() for line in sifted.lines):
        raise MockUsageError("there is no text to explain; quote the line, name a file, or pipe it in with -")
    explanation = explain(sifted)
    if not explanation.known and len(args.text) == 1 and _is_folder(args.text[0]):
        raise _folder(args.text[0])
    if not explanation.known and sifted.lines[0].startswith(_PEM):
        raise _no_log(args.text[0] if _file(args.text[0]) else "the text")
    if args.json:
        print_json(explanation.to_json())
    else:
        print("\n".join(as_text(explanation)))
    return 0 if explanation.known else 1


def _read(given: list[str], args: argparse.Namespace) -> sifting.Sifted | CaptureExplanation:
    if given == ["-"]:
        return _stream(sys.stdin.buffer, "stdin", args)
    if len(given) == 1 and (file := _file(given[0])) is not None:
        with file.open("rb", buffering=_BUFFER) as stream:
            return _stream(stream, str(file), args)
    if len(given) == 1 and _looks_like_a_path(given[0]):
        raise MockUsageError(f"{given[0]}: there is no such file; quote the line itself, or pipe it in with -")
    return sifting.of_text(" ".join(given))


def _stream(stream: BinaryIO, name: str, args: argparse.Namespace) -> sifting.Sifted | CaptureExplanation:
    start = stream.read(_MAGIC)
    if start[: len(_GZIP)] == _GZIP:
        raise MockUsageError(f"{name}: is compressed; next step: zcat {name} | sn-mock explain -")
    if start == _ARCHIVE:
        raise MockUsageError(f"{name}: is an archive; next step: unpack it, and name the log that comes out")
    if _STORE.match(start):
        raise _no_log(name)
    if is_capture(start):
        return read_capture(stream, name, start, args.keylog)
    if args.keylog is not None:
        raise MockUsageError(f"{name} is no capture (pcap, pcapng): --keylog has nothing to open in it")
    return sifting.of_stream(stream, start)


def _no_log(name: str) -> MockUsageError:
    return MockUsageError(f"{name}: holds keys or certificates, no log; next step: sn-mock keystore show FILE")


def _folder(name: str) -> MockUsageError:
    return MockUsageError(f"{name}: is a folder; next step: name the log or the capture in it")


def _file(given: str) -> Path | None:
    """The file (or pipe) of that name; None for a text, however long it is.

    Raises MockUsageError for a folder that is named as a path; a bare word may be a text all the same.
    """
    try:
        path = Path(given)
        kind = path.stat().st_mode
    except (OSError, ValueError):
        return None
    if not stat.S_ISDIR(kind):
        return path
    if given.startswith(_PATHS) or os.sep in given:
        raise _folder(given)
    return None


def _is_folder(given: str) -> bool:
    try:
        return Path(given).is_dir()
    except (OSError, ValueError):  # too long for a name, or with a NUL: a text
        return False


def _looks_like_a_path(given: str) -> bool:
    return not any(map(str.isspace, given)) and (given.startswith(_PATHS) or given.lower().endswith(_FILE_NAMES))
