"""Place one outbound call of an instance, over real TLS, and show everything about it: the route and its reasons, the
key that was chosen, both handshakes' messages, the response as a script sees it, and why it failed if it did.
Parameters that are not given have the values of the record's test parameters.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sn_mock.commands import options, recording
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json, refuse_unwritable
from sn_mock.commands.showing import about, show_call, write_report

if TYPE_CHECKING:
    from sn_mock.outbound.messages.rest_message import RESTMessageV2
    from sn_mock.outbound.messages.soap_message import SOAPMessageV2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`call DIR MESSAGE FUNCTION …`."""
    options.add_instance(parser)
    parser.add_argument("message", metavar="MESSAGE", help="name of the SOAP or REST message")
    parser.add_argument("function", metavar="FUNCTION", help="name of its function (REST: its HTTP method)")
    parser.add_argument(
        "-p", dest="parameters", metavar="name=value", action="append", default=[], help="a parameter; repeatable"
    )
    options.add_release(parser)
    parser.add_argument("--endpoint", metavar="URL", help="call this URL instead of the record's")
    options.add_when(parser)
    options.add_consent(parser)
    options.add_resolve(parser)
    options.add_json(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="request and response in full, too")
    recording.add_arguments(parser)
    parser.add_argument("--report", metavar="FILE.html", type=Path, help="write the call as one HTML page")


def run(args: argparse.Namespace) -> int:
    """Place the call. 1 when it failed."""
    from sn_mock.diagnosis import diagnosed
    from sn_mock.outbound.messages.named import named_message

    parameters = options.assignments(args.parameters)
    if args.report:
        refuse_unwritable(args.report)
    instance = load_instance(args)
    with recording.recording(args.pcap, quiet=args.json) as recorder:
        message = named_message(
            args.message,
            args.function,
            instance=instance,
            when=args.on,
            allow_remote=args.allow_remote,
            hosts=dict(args.resolve),
            recorder=recorder,
        )
        for name, value in parameters:
            message.setStringParameter(name, value)
        _point_out_strangers(message, [name for name, _ in parameters])
        if args.endpoint:
            message.setEndpoint(args.endpoint)
        exchange = message.execute().exchange
    assert exchange is not None
    exchange = diagnosed(exchange, instance)
    if args.report:
        write_report(args.report, exchange, about=about(args, instance.name, instance.release.label))
    if args.json:
        print_json(exchange.to_json())
    else:
        show_call(exchange, verbose=args.verbose)
        if args.report:
            print(f"\nwrote {args.report}")
    return 0 if exchange.ok else 1


def _point_out_strangers(message: SOAPMessageV2 | RESTMessageV2, names: Sequence[str]) -> None:
    """A parameter that nothing asks for changes nothing, as on the platform; a reader should know of the slip."""
    from sn_mock.outbound.messages.rest_message import RESTMessageV2

    if isinstance(message, RESTMessageV2):
        return  # its variables may stand in headers and query parameters, too
    known = message.getVariables()
    for name in names:
        if name not in known:
            others = ", ".join(known) or "none"
            print(f"note: there is no ${{{name}}} in the envelope; it has: {others}", file=sys.stderr)
