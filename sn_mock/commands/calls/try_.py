"""Call every function of an instance folder over mutual TLS, against a provider that is made of the folder's own WSDL
and trust, on this machine, under the partner's own host name. The first thing to run with a folder of one's own; with a
provider.toml in the folder, its demands count.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json, write_text
from sn_mock.commands.showing import about, show_call
from sn_mock.failure import MockUsageError
from sn_mock.lab.partner import Partner, Tried


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`try DIR`."""
    options.add_instance(parser)
    parser.add_argument("message", metavar="MESSAGE", nargs="?", help="only this message's functions")
    parser.add_argument("function", metavar="FUNCTION", nargs="?", help="only this function")
    parser.add_argument(
        "-p", dest="parameters", metavar="name=value", action="append", default=[], help="a parameter; repeatable"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="each call in full, with request and response")
    options.add_release(parser)
    options.add_when(parser)
    options.add_resolve(parser)
    options.add_json(parser)
    parser.add_argument("--report", metavar="D", type=Path, help="write all calls as one HTML page into this folder")


def run(args: argparse.Namespace) -> int:
    """Try. 1 when a function failed."""
    from provider_stub import PolicyError

    values = dict(options.assignments(args.parameters))
    instance = load_instance(args)
    try:
        with Partner(instance, hosts=dict(args.resolve), when=args.on) as partner:
            tried = tuple(partner.try_all(args.message, args.function, values))
            notes = tuple(dict.fromkeys(partner.notes))
    except PolicyError as errors:
        raise MockUsageError("; ".join(map(str, errors.problems))) from None
    if not tried:
        raise MockUsageError(
            f"{args.folder} describes no call; next step: `sn-mock import-wsdl WSDL --into {args.folder}`"
        )
    page = _page(args, tried, about(args, instance.name, instance.release.label)) if args.report else None
    if args.json:
        print_json([one.to_json() for one in tried])
    else:
        for one in tried if args.verbose else ():
            show_call(one.exchange, one.visit.to_json() if one.visit else None, verbose=True)
            print()
        print("\n".join(_lines(instance.name, instance.release.label, tried, notes, str(args.folder))))
        if page:
            print(f"wrote {page}")
    return 0 if all(one.ok for one in tried) else 1


def _lines(name: str, release: str, tried: Sequence[Tried], notes: Sequence[str], folder: str) -> list[str]:
    width = max(len(f"{one.message}.{one.function}") for one in tried)
    lines = [f"{name} on {release}: every function against a provider made of this folder", ""]
    for one in tried:
        lines.append(f"  {'ok    ' if one.ok else 'FAILED'}  {f'{one.message}.{one.function}':<{width}}  {_told(one)}")
    causes = list(dict.fromkeys(finding for one in tried for finding in one.exchange.findings[:1]))
    for finding in causes:
        lines += ["", f"why: {finding.title}  ({finding.rule})"]
        lines += [f"  seen    {evidence}" for evidence in finding.evidence]
        lines += [f"  change  {finding.fix}"]
    lines += ["", *(f"note: {note}" for note in notes)]
    good = sum(one.ok for one in tried)
    lines.append(f"{good} of {len(tried)} functions succeeded")
    first = next((one for one in tried if not one.ok), tried[0])
    return [*lines, f"one call in full: sn-mock try {folder} {first.message} {first.function} -v"]


def _told(one: Tried) -> str:
    exchange = one.exchange
    choice = exchange.key_choice
    sent = "no client certificate"
    if choice is not None and choice.sent:
        stand_in = " (stand-in)" if exchange.route and choice.keystore in exchange.route.stand_ins else ""
        sent = f"{choice.subject}, alias {choice.alias} of {choice.keystore}{stand_in}"
    host = f"{exchange.route.host}:{exchange.route.port}" if exchange.route else "nowhere"
    if exchange.failure and exchange.failure.java:
        return f"{host}  {exchange.failure.java[0]}"
    return f"{host}  HTTP {exchange.response.status_code}  {exchange.tls.version if exchange.tls else 'no TLS'}  {sent}"


def _page(args: argparse.Namespace, tried: Sequence[Tried], made: Sequence[tuple[str, str]]) -> Path:
    from sn_mock.report import Chapter, page

    args.report.mkdir(parents=True, exist_ok=True)
    path = Path(args.report) / "try.html"
    chapters = [Chapter(one.exchange, one.visit, f"{one.message}.{one.function}") for one in tried]
    good = sum(one.ok for one in tried)
    write_text(path, page(f"{good} of {len(tried)} functions succeeded", chapters, about=made))
    return path
