"""Place one outbound call of an instance, over real TLS, and show everything about it: the route and its reasons, the
key that was chosen, both handshakes' messages, the response as a script sees it, and why it failed if it did.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.commands import consent, options
from sn_mock.commands.loading import diagnosed, load_instance
from sn_mock.commands.output import on_terminal, print_json, write_text
from sn_mock.outbound.soap_message import SOAPMessageV2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`call DIR MESSAGE FUNCTION …`."""
    options.add_instance(parser)
    parser.add_argument("message", metavar="MESSAGE", help="name of the SOAP or REST message")
    parser.add_argument("function", metavar="FUNCTION", help="name of its function (REST: HTTP method record)")
    parser.add_argument(
        "-p",
        dest="parameters",
        metavar="name=value",
        action="append",
        default=[],
        help="a string parameter; repeatable",
    )
    options.add_release(parser)
    parser.add_argument("--endpoint", metavar="URL", help="call this URL instead of the record's")
    options.add_when(parser)
    options.add_consent(parser)
    options.add_json(parser)
    parser.add_argument("--report", metavar="FILE.html", type=Path, help="write the call as one HTML page")
