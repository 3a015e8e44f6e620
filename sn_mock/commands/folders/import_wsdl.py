"""Make a SOAP message from a WSDL, as *Generate sample SOAP messages* does: one function per operation, envelopes with
${variables}, parameters, endpoints. The WSDL is a file, or a URL that is fetched by the instance itself, with mutual
authentication where --profile names a protocol profile.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.instance.wsdl.importer import import_wsdl
from sn_mock.outbound.messages.fetching import fetcher

_CHOSEN = ": the newest release was taken; --release R says another"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`import-wsdl WSDL --into DIR`."""
    parser.add_argument("wsdl", metavar="WSDL", help="file or URL")
    parser.add_argument("--into", metavar="DIR", type=Path, required=True, help="instance folder to write")
    parser.add_argument("--message", metavar="NAME", help="name of the SOAP message (default: the WSDL's service)")
    parser.add_argument("--profile", metavar="PROFILE", help="protocol profile for mutual authentication")
    parser.add_argument(
        "--within",
        metavar="DIR",
        type=Path,
        help="the WSDL may import schemas from anywhere below (default: its folder)",
    )
    options.add_release(parser)
    options.add_when(parser)
    options.add_consent(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Import. 1 when a part of the WSDL was left out."""
    fresh = not (args.into / "instance.toml").exists()
    fetch = (
        fetcher(args.into, args.profile, when=args.on, allow_remote=args.allow_remote) if "://" in args.wsdl else None
    )
    report = import_wsdl(
        args.wsdl,
        args.into,
        fetch,
        message=args.message,
        protocol_profile=args.profile,
        release=args.release,
        within=args.within,
    )
    if args.json:
        print_json(report.to_json())
    else:
        print("\n".join(report.lines()))
        if report.written:
            print(f"wrote {args.into} ({report.instance.release.label}){_CHOSEN if fresh and not args.release else ''}")
            print(f"next: sn-mock try {args.into}    calls every function, under the partner's name, on this machine")
    return 0 if report.written and report.complete else 1
