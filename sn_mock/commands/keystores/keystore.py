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
from sn_mock.instance.releases import release
from sn_mock.java.keytool import workshop
from sn_mock.java.keytool.inspection import CertificateReport, KeyStoreReport, inspect

_BY_SUFFIX = {".p12": "PKCS12", ".pfx": "PKCS12", ".jceks": "JCEKS"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`keystore show|new|csr|import-reply|export-cert FILE …`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary, add in (
        ("show", "what Java sees in the file", _add_show),
        ("new", "make a key and a self-signed certificate, in a new or an existing keystore", _add_new),
        ("csr", "write a certificate signing request for a key", _add_csr),
        ("import-reply", "put the CA's reply under the key that it answers", _add_import_reply),
        ("export-cert", "write the public certificate, to send to the provider", _add_export_cert),
        ("import-cert", "trust a certificate of the provider, under an alias of its own", _add_import_cert),
    ):
        add(
            actions.add_parser(
                name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
            )
        )


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handler=_show)
    _add_file(parser)
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--key-password", metavar="P", help="password of the keys (default: the keystore's)")
    keys.add_argument("--no-key-password", action="store_true", help="Java's null as the password of the keys")
    parser.add_argument("--algorithm", choices=("SunX509", "NewSunX509"), default="SunX509", help="key manager")
    options.add_java(parser)
    parser.add_argument(
        "--no-dual-format",
        action="store_true",
        help="JKS and PKCS12 do not read each other's files (keystore.type.compat=false)",
    )
    options.add_when(parser)
    options.add_json(parser)


def _add_new(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handler=_new)
    _add_file(parser)
    _add_key(parser)
    parser.add_argument("--subject", metavar="NAME", required=True, help='e.g. "CN=acme-client, O=Example, C=NL"')
    parser.add_argument("--algorithm", choices=("RSA", "EC"), default="RSA", help="kind of key (default: RSA)")
    parser.add_argument("--bits", type=int, metavar="N", help="size of the key (default: 2048 for RSA, 256 for EC)")
    parser.add_argument("--days", type=int, metavar="N", default=90, help="validity of the certificate (default: 90)")
    parser.add_argument("--release", metavar="R", help="write what this release's Java can read, e.g. helsinki")
    options.add_java(parser, "write what this Java can read")


def _add_csr(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handler=_csr)
    _add_file(parser)
    _add_key(parser)
    parser.add_argument("--subject", metavar="NAME", help="ask for this name (default: the certificate's)")
    parser.add_argument("--out", metavar="FILE", type=Path, help="file to write (default: print it)")


def _add_import_reply(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handler=_import_reply)
    _add_file(parser)
    _add_key(parser)
    parser.add_argument("reply", metavar="REPLY", type=Path, help="what the CA sent: PEM, DER or P7B")
    parser.add_argument(
        "--ca",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="certificates above it, if not in the reply",
    )
    parser.add_argument("--incomplete", action="store_true", help="accept a chain that does not reach a root")


def _add_export_cert(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handler=_export_cert)
    _add_file(parser)
    _add_key(parser)
    parser.add_argument("--out", metavar="FILE", type=Path, help="file to write (default: print it)")
    parser.add_argument("--der", action="store_true", help="write DER instead of PEM")
    parser.add_argument("--chain", action="store_true", help="with the certificates above it")


def _add_import_cert(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(handler=_import_cert, key_password=None)
    _add_file(parser)
    parser.add_argument("--alias", metavar="A", required=True, help="the new entry")
    parser.add_argument("certificate", metavar="CERT", type=Path, help="one certificate: PEM or DER")


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--alias", metavar="A", required=True, help="the entry")
    parser.add_argument("--key-password", metavar="P", help="password of the key (default: the keystore's)")


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
    key_password = password if args.key_password is None else _password(args.key_password)
    report = inspect(
        args.file.name,
        args.file.read_bytes(),
        _declared_type(args),
        password,
        None if args.no_key_password else key_password,
        args.algorithm,
        java=args.java,
        when=args.on,
        compat=not args.no_dual_format,
    )
    if args.json:
        print_json(report.to_json())
    else:
        print(_as_text(report))
        if report.failure and args.password is None:
            print("no password was given; next step: --password P, or --password env:NAME")
    return 1 if report.failure else 0


def _new(args: argparse.Namespace) -> int:
    return _report(
        workshop.new(
            _access(args),
            args.alias,
            args.subject,
            key_algorithm=args.algorithm,
            key_size=args.bits,
            days=args.days,
            java=release(args.release).java if args.release else args.java,
        )
    )


def _csr(args: argparse.Namespace) -> int:
    request = workshop.csr(_access(args), args.alias, args.out, subject=args.subject)
    print(f"wrote {args.out}: send it to the CA" if args.out else request, end="\n" if args.out else "")
    return 0


def _import_reply(args: argparse.Namespace) -> int:
    return _report(
        workshop.import_reply(_access(args), args.alias, args.reply, ca_files=args.ca, incomplete=args.incomplete)
    )


def _export_cert(args: argparse.Namespace) -> int:
    if args.der and args.out is None:
        raise MockUsageError("DER is no text to print; add --out FILE")
    data = workshop.export_cert(_access(args), args.alias, args.out, as_pem=not args.der, whole_chain=args.chain)
    print(f"wrote {args.out}: send it to the provider" if args.out else data.decode("ascii"))
    return 0


def _import_cert(args: argparse.Namespace) -> int:
    return _report(workshop.import_cert(_access(args), args.alias, args.certificate))


def _report(outcome: workshop.ToolOutcome) -> int:
    print(f"{outcome.file}: {outcome.alias}")
    for subject in outcome.chain:
        print(f"  {subject}")
    for note in outcome.notes:
        print(f"note: {note}")
    return 0


def _access(args: argparse.Namespace) -> workshop.Access:
    password = _password(args.password)
    if password is None:
        raise MockUsageError(f"{args.file}: give its password: --password P, or --password env:NAME")
    return workshop.Access(args.file, password, _declared_type(args), _password(args.key_password))


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
