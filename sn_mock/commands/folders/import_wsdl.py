"""Make a SOAP message from a WSDL, as *Generate sample SOAP messages* does: one function per operation, envelopes with
${variables}, parameters, endpoints. The WSDL is a file, or a URL that is fetched by the instance itself, with mutual
authentication where --profile names a protocol profile.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.diagnosis.planning import calls
from sn_mock.instance.wsdl.importer import import_wsdl
from sn_mock.instance.xml.report import ImportReport
from sn_mock.masking import without_password
from sn_mock.outbound.messages.fetching import fetcher
from sn_mock.outbound.routing.route import settle

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
            print("\n".join(_next(args, report)))
    return 0 if report.written and report.complete else 1


def _next(args: argparse.Namespace, report: ImportReport) -> list[str]:
    """What to do now: call, or what the imported calls lack first (a keystore; a provider would ask for it)."""
    routes = [settle(report.instance, call).route for call in calls(report.instance) if call.message == report.message]
    into, wsdl = shlex.quote(str(args.into)), shlex.quote(without_password(args.wsdl))
    try_it = f"sn-mock try {into}    calls every function, under the partner's name, on this machine"
    if all(route.keystores or route.scheme != "https" for route in routes):
        return [f"next: {try_it}"]
    why = f"{report.message}: mutual authentication is off, so it sends no certificate to a partner that asks for one"
    profiles = [profile.protocol for profile in report.instance.protocol_profiles if profile.keystore]
    if not profiles:
        begin = f"sn-mock init {shlex.quote(f'{args.into}-mutual')} --wsdl {wsdl}"
        return [why, f"next: {begin}    a folder with a protocol profile and a stand-in keystore; then sn-mock try"]
    message = f" --message {shlex.quote(args.message)}" if args.message else ""
    again = f"sn-mock import-wsdl {wsdl} --into {into}{message} --profile {profiles[0]}"
    return [why, f"next: {again}    switches it on (profiles here: {', '.join(profiles)})", f"then: {try_it}"]
