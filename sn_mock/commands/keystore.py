"""Keystores as Java sees them, and what keytool does to them in the mutual-authentication guide.

show: entries in Java's order, chains, dates, and what will hurt later. new, csr, import-reply, export-cert: make a key,
ask a CA to sign it, import the reply under the same alias, extract the certificate to send to the provider.
A password may be given as env:NAME, so that it stays out of the shell's history.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.failure import MockUsageError
from sn_mock.keystore.inspection import CertificateReport, KeyStoreReport, inspect

_BY_SUFFIX = {".p12": "PKCS12", ".pfx": "PKCS12", ".jceks": "JCEKS"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`keystore show|new|csr|import-reply|export-cert FILE …`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_show(actions.add_parser("show", help="what Java sees in the file", allow_abbrev=False))


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handler=_show)
    _add_file(parser)
    parser.add_argument("--key-password", metavar="P", help="password of the keys (default: the keystore's)")
    parser.add_argument("--algorithm", choices=("SunX509", "NewSunX509"), default="SunX509", help="key manager")
    options.add_when(parser)
    options.add_json(parser)


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the keystore")
    parser.add_argument(
        "--type", metavar="TYPE", help="declared type: JKS, PKCS12 or JCEKS (default: by the file's name)"
    )
    parser.add_argument("--password", metavar="P", help="password of the keystore, or env:NAME")


def run(args: argparse.Namespace) -> int:
    """Run the action."""
    handler = args.handler
    return int(handler(args))


def _show(args: argparse.Namespace) -> int:
    """1 where Java would not get a key manager from the file."""
    password = _password(args.password)
    report = inspect(
        args.file.name,
        args.file.read_bytes(),
        _declared_type(args),
        password,
        password if args.key_password is None else _password(args.key_password),
        args.algorithm,
        when=args.on,
    )
    if args.json:
        print_json(report.to_json())
    else:
        print(_as_text(report))
    return 1 if report.failure else 0


def _declared_type(args: argparse.Namespace) -> str:
    return str(args.type or _BY_SUFFIX.get(args.file.suffix.lower(), "JKS"))


def _password(given: str | None) -> str | None:
    if given is None or not given.startswith("env:"):
        return given
    name = given.removeprefix("env:")
    if name not in os.environ:
        raise MockUsageError(f"the environment has no {name}; set it: export {name}=…")
    return os.environ[name]


def _as_text(report: KeyStoreReport) -> str:
    lines = [f"{report.file}: declared {report.declared_type}, content {report.content}"]
    for entry in report.entries:
        lines.append(f"\n{entry.alias}  ({entry.kind}{', ' + entry.key_type if entry.key_type else ''})")
        lines += [f"  {_certificate(certificate)}" for certificate in entry.chain]
    lines.append("")
    if report.failure:
        lines.append(f"Java fails at {report.failure.failed_at}:")
        lines += [f"  {'Caused by: ' if depth else ''}{thrown}" for depth, thrown in enumerate(report.failure.java)]
    else:
        lines.append(f"usable keys: {', '.join(report.usable_keys) or 'none'}")
    lines += [f"warning: {warning}" for warning in report.warnings]
    return "\n".join(lines)


def _certificate(certificate: CertificateReport) -> str:
    usage = "any use" if certificate.eku is None else ", ".join(certificate.eku)
    bits = f" {certificate.key_bits}" if certificate.key_bits else ""
    return (
        f"{certificate.subject}  [{certificate.key_type}{bits}, {certificate.not_before:%Y-%m-%d} to "
        f"{certificate.not_after:%Y-%m-%d}, {usage}]  issued by {certificate.issuer}"
    )
