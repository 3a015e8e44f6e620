"""Place one REST or SOAP step of IntegrationHub through a Connection & Credential alias, over real TLS, and show
everything about it as `call` does: which connection the alias led to, which URL its URL builder made, which key was
sent, every try that the retry policy asked for. Writes: sn-mock step DIR rest ALIAS METHOD PATH, or
sn-mock step DIR soap ALIAS FUNCTION, where FUNCTION brings envelope and SOAP action.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from sn_mock.commands import options
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json, refuse_unwritable
from sn_mock.commands.showing import about, show_call, write_report
from sn_mock.failure import MockUsageError

if TYPE_CHECKING:
    from sn_mock.instance import Instance
    from sn_mock.outbound.steps.step import RESTStep, SOAPStep


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`step DIR rest ALIAS METHOD PATH` · `step DIR soap ALIAS FUNCTION`."""
    options.add_instance(parser)
    parser.add_argument("kind", choices=("rest", "soap"), help="which step")
    parser.add_argument("alias", metavar="ALIAS", help="name, ID or sys_id of the Connection & Credential alias")
    parser.add_argument("what", metavar="METHOD|FUNCTION", help="rest: the HTTP method; soap: the function's name")
    parser.add_argument("path", metavar="PATH", nargs="?", default="", help="rest: the resource path")
    parser.add_argument(
        *("-p", "--parameter"),
        dest="parameters",
        metavar="name=value",
        action="append",
        default=[],
        help="soap: a variable of the envelope; rest: a query parameter; repeatable",
    )
    parser.add_argument(
        *("-H", "--header"),
        dest="headers",
        metavar="name=value",
        action="append",
        default=[],
        help="a request header; repeatable",
    )
    parser.add_argument("--body", metavar="TEXT", default="", help="rest: the request body")
    parser.add_argument("--base-url", metavar="URL", default="", help="rest: what is typed behind the lock of Base URL")
    parser.add_argument("--connection", metavar="NAME", default="", help="one of several connections of the alias")
    parser.add_argument("--retry-policy", metavar="NAME", default="", help="instead of the alias's default one")
    parser.add_argument("--wait", action="store_true", help="wait between the tries as long as the policy says")
    options.add_release(parser)
    options.add_when(parser)
    options.add_consent(parser)
    options.add_resolve(parser)
    options.add_json(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="request and response in full, too")
    parser.add_argument("--report", metavar="FILE.html", type=Path, help="write the call as one HTML page")


def run(args: argparse.Namespace) -> int:
    """Place the call. 1 when it failed."""
    from sn_mock.diagnosis import diagnosed

    if args.report:
        refuse_unwritable(args.report)
    instance = load_instance(args)
    exchange = diagnosed(_step(instance, args).place(), instance)
    if args.report:
        write_report(args.report, exchange, about=about(args, instance.name, instance.release.label))
    if args.json:
        print_json(exchange.to_json())
    else:
        show_call(exchange, verbose=args.verbose)
        if args.report:
            print(f"\nwrote {args.report}")
    return 0 if exchange.ok else 1


def _step(instance: Instance, args: argparse.Namespace) -> RESTStep | SOAPStep:
    from sn_mock.outbound.steps.step import RESTStep, SOAPStep

    parameters = options.assignments(args.parameters)
    headers = options.assignments(args.headers, "-H")
    if args.kind == "rest":
        return RESTStep(
            args.alias,
            args.what,
            args.path,
            query=parameters,
            headers=headers,
            body=args.body,
            base_url=args.base_url,
            connection=args.connection,
            retry_policy=args.retry_policy,
            wait=args.wait,
            instance=instance,
            when=args.on,
            allow_remote=args.allow_remote,
            hosts=dict(args.resolve),
        )
    for name in ("path", "body", "base_url"):
        if getattr(args, name):
            raise MockUsageError(f"a SOAP step has no {name.replace('_', '-')}: it calls the connection's URL as it is")
    return SOAPStep(
        args.alias,
        args.what,
        parameters=dict(parameters),
        headers=headers,
        connection=args.connection,
        retry_policy=args.retry_policy,
        wait=args.wait,
        instance=instance,
        when=args.on,
        allow_remote=args.allow_remote,
        hosts=dict(args.resolve),
    )
