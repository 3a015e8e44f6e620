"""`--pcap FILE.pcapng`: what a command's calls said on the wire, with the keys, as a file for Wireshark."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sn_mock.commands.output import refuse_unwritable
from sn_mock.failure import MockUsageError

if TYPE_CHECKING:
    from captures.recorder import Recorder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--pcap FILE.pcapng`."""
    parser.add_argument(
        "--pcap",
        metavar="FILE.pcapng",
        type=Path,
        help="record every connection, with its keys, for Wireshark (mode 0600; SSLKEYLOGFILE gets the keys alone)",
    )


@contextmanager
def recording(path: Path | None, *, quiet: bool) -> Iterator[Recorder | None]:
    """The recorder for `--pcap`; None where no capture is wanted. Says at the end what was written, unless `quiet`."""
    if path is None:
        yield None
        return
    from importlib.metadata import version

    from captures.recorder import Recorder

    refuse_unwritable(path)
    try:
        recorder = Recorder(path, os.environ.get("SSLKEYLOGFILE") or None, application=f"sn-mock {version('sn-mock')}")
    except OSError as error:
        raise MockUsageError(f"{path} cannot be written: {error.strerror}") from None
    try:
        yield recorder
    finally:
        recorder.close()
        if recorder.trouble:
            print(f"note: {recorder.trouble}", file=sys.stderr)
    if not quiet:
        print(f"wrote {path}: {recorder.told}\n")
