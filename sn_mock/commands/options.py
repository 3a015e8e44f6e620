"""Arguments that several commands share, so that they are spelled and explained once."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from sn_mock.failure import MockUsageError

if TYPE_CHECKING:
    from sn_mock.java.lang.jdk import Jdk


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`: one JSON document on stdout, and nothing else."""
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def add_release(parser: argparse.ArgumentParser) -> None:
    """`--release R`: behave as that release instead of the instance's own."""
    parser.add_argument("--release", metavar="R", help="behave as this release, e.g. helsinki")


def add_when(parser: argparse.ArgumentParser) -> None:
    """`--on DATE`: move the clock, certificate verification included."""
    parser.add_argument(
        "--on", metavar="DATE", type=moment, help="the clock of the run: 2027-03-01 or 2027-03-01T12:00Z (default: now)"
    )


def add_java(parser: argparse.ArgumentParser, what: str = "what this Java makes of it") -> None:
    """`--java N`: a generation, or an update of one."""
    parser.add_argument(
        "--java",
        type=_java,
        default="17",
        metavar="N",
        help=f"{what}: 8, 11, 17, 21, 25, or an update such as 8u301 or 11.0.10 (default: 17)",
    )


def _java(text: str) -> Jdk:
    from sn_mock.java.lang import jdk  # not needed by the help of other commands

    try:
        return jdk.named(text)
    except MockUsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_tls(parser: argparse.ArgumentParser) -> None:
    """`--tls 1.2|1.3`."""
    parser.add_argument("--tls", choices=("1.2", "1.3"), help="TLS version of the provider")


def add_instance(parser: argparse.ArgumentParser) -> None:
    """The positional instance folder."""
    parser.add_argument("folder", metavar="DIR", type=_folder, help="instance folder (with an instance.toml)")


def add_instance_here(parser: argparse.ArgumentParser) -> None:
    """The instance folder; the current one where none is given."""
    parser.add_argument(
        "folder", metavar="DIR", type=_folder, nargs="?", default=Path(), help="instance folder (default: this one)"
    )


def _folder(text: str) -> Path:
    """A folder, or the instance.toml in it."""
    path = Path(text)
    return path.parent if path.name == "instance.toml" and not path.is_dir() else path


def add_consent(parser: argparse.ArgumentParser) -> None:
    """`--allow-remote`: consent to leave the machine."""
    parser.add_argument(
        "--allow-remote", action="store_true", help="consent to connect to a host other than this machine"
    )


def add_resolve(parser: argparse.ArgumentParser) -> None:
    """`--resolve HOST=ADDR:PORT`: call a host under its own name somewhere else, as curl's option of that name."""
    parser.add_argument(
        "--resolve",
        metavar="HOST=ADDR:PORT",
        type=resolution,
        action="append",
        default=[],
        help="connect to this address instead, keep the name: e.g. api.partner.example=127.0.0.1:8443; repeatable",
    )


def add_bundle(parser: argparse.ArgumentParser) -> None:
    """`--bundle FILE.zip [--redact]`: all that a ticket needs, without secrets."""
    parser.add_argument(
        "--bundle",
        metavar="FILE.zip",
        type=Path,
        help="write all that a ticket needs: report, records, versions, replay; no key, no password",
    )
    parser.add_argument(
        "--redact",
        action="store_true",
        help="in the bundle, other names for hosts, companies, people, addresses, numbers",
    )


def demand_bundle(args: argparse.Namespace) -> None:
    """Raise MockUsageError for `--redact` without `--bundle`."""
    if args.redact and not args.bundle:
        raise MockUsageError("--redact is about the bundle; say --bundle FILE.zip, too")


def resolution(text: str) -> tuple[str, str]:
    """`HOST=ADDR[:PORT]`, or curl's `HOST:PORT:ADDR`, as (host, address with port)."""
    host, equals, place = text.partition("=")
    if not equals:
        parts = text.split(":", 2)
        host, place = (parts[0], parts[2]) if len(parts) == 3 else ("", "")
    address, colon, number = place.rpartition(":")
    if not colon or (":" in address and not address.endswith("]")):  # no port, or an IPv6 address without brackets
        address, number = place, ""
    try:
        numeric = "127.0.0.1" if address == "localhost" else str(ip_address(address.strip("[]")))
        if not host or (number and not 0 < int(number) < 65536):
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no HOST=ADDR:PORT with a numeric address, e.g. api.partner.example=127.0.0.1:8443"
        ) from None
    shown = f"[{numeric}]" if ":" in numeric else numeric
    return host, f"{shown}:{number}" if number else shown


def moment(text: str) -> datetime:
    """A date or an ISO 8601 time as an aware datetime; times without zone are UTC, a bare date is its midnight."""
    try:
        if len(text) == len("2027-03-01"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2027-03-01 or 2027-03-01T12:00Z") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def assignments(pairs: list[str], option: str = "-p") -> tuple[tuple[str, str], ...]:
    """`name=value` arguments as pairs; MockUsageError where the `=` is missing."""
    parsed = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise MockUsageError(f"{option} {pair}: write it as name=value")
        parsed.append((name, value))
    return tuple(parsed)


def port(text: str) -> int:
    """A TCP port; 0 means any free one."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)


_WITHOUT_TLS = frozenset({"http", "ftp", "sftp", "ssh", "ws", "ldap", "file", "jms", "tcp", "telnet"})
"""Schemes that no instance speaks TLS under; any other may be a protocol profile's."""


def host_and_port(text: str) -> tuple[str, int]:
    """`HOST:PORT`, `[::1]:PORT`, `HOST` or an https URL as a pair; without a port it is 443."""
    scheme, separator, rest = text.partition("://")
    place = (rest if separator else text).partition("/")[0].rpartition("@")[2]
    host, colon, number = place.rpartition(":")
    if not colon or (place.endswith("]") and place.startswith("[")):
        host, number = place, "443"
    if separator and scheme.lower() in _WITHOUT_TLS:
        raise argparse.ArgumentTypeError(f"{text!r} has the scheme {scheme}; give an https URL, or localhost:8443")
    good = host and number.isascii() and number.isdecimal() and len(number) < 6 and 0 < int(number) < 65536
    if not good or " " in host:
        raise argparse.ArgumentTypeError(f"{text!r} is no HOST:PORT to speak TLS with, e.g. localhost:8443")
    return host.strip("[]"), int(number)
