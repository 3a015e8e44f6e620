"""Begin: an instance folder, a provider's policy and a first test, from flags or from answers. Works anywhere. What you
do not have yet (WSDL, keystore) is made up, and said to be. Values may be written as the forms have them:
--type "Java Key Store", --set "Default port=8443".
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sn_mock.commands import options
from sn_mock.commands.output import print_json
from sn_mock.failure import MockUsageError
from sn_mock.instance import labels
from sn_mock.lab.beginning import DEFAULT_PROFILE, Begun, Wishes, begin

_LABELS = {
    "type": "type",
    "default port": "port",
    "port": "port",
    "protocol": "profile",
    "protocol name": "profile",
    "protocol profile": "profile",
    "key store password": "password",
    "keystore password": "password",
    "password": "password",
    "release": "release",
    "wsdl": "wsdl",
    "keystore": "keystore",
    "key store": "keystore",
    "java key store": "keystore",
    "pkcs12 key store": "keystore",
    "trust store cert": "ca",
    "ca": "ca",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`init DIR [--wsdl F] [--keystore F --password P] [--profile NAME] [--release R] [--yes]`."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to write")
    parser.add_argument("--wsdl", metavar="F", help="the partner's WSDL")
    parser.add_argument("--keystore", metavar="F", type=Path, help="the client's keystore: JKS or PKCS#12")
    parser.add_argument("--password", metavar="P", help="its password, or env:NAME")
    parser.add_argument(
        "--type", metavar="TYPE", help='"Java Key Store" or "PKCS12 Key Store" (default: as the file is)'
    )
    parser.add_argument("--profile", metavar="NAME", help=f"protocol profile (default: {DEFAULT_PROFILE})")
    parser.add_argument("--port", metavar="N", type=options.port, help="its default port (default: 443)")
    parser.add_argument("--ca", metavar="F", type=Path, help="the CA of the partner's certificate")
    parser.add_argument("--release", metavar="R", help="the instance's release (default: the newest)")
    parser.add_argument("--set", metavar="LABEL=VALUE", action="append", default=[], help="a value by its form's label")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    options.add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Begin, and say what to do next."""
    wishes = _from_flags(args)
    if not args.yes and not args.json and sys.stdin.isatty():
        wishes = _asked(wishes)
    begun = begin(args.folder, wishes, _secret(wishes.password))
    if args.json:
        print_json({"folder": str(begun.folder), "files": list(begun.files), "notes": list(begun.notes)})
    else:
        print("\n".join(_lines(begun)))
    return 0


def _lines(begun: Begun) -> list[str]:
    folder = begun.folder
    test = next(name for name in begun.files if name.startswith("test_"))
    message, function = begun.functions[0]
    return [
        f"wrote {folder}: {', '.join(begun.files)}",
        f"{len(begun.functions)} function{'' if len(begun.functions) == 1 else 's'} to call: "
        + ", ".join(f"{one}.{other}" for one, other in begun.functions[:5])
        + (" …" if len(begun.functions) > 5 else ""),
        *(f"note: {note}" for note in begun.notes),
        "",
        "next",
        f"  sn-mock try {folder}{'':<30}every function, over mutual TLS, on this machine",
        f"  sn-mock try {folder} {message} {function} -v --report reports",
        f"  pytest {folder / test}",
    ]


def _from_flags(args: argparse.Namespace) -> Wishes:
    wishes = Wishes(
        wsdl=args.wsdl,
        keystore=args.keystore,
        password=args.password,
        kind=_kind(args.type) if args.type else None,
        profile=args.profile or DEFAULT_PROFILE,
        port=args.port,
        release=args.release,
        ca=args.ca,
    )
    for pair in args.set:
        label, equals, value = pair.partition("=")
        field = _LABELS.get(labels.plain(label))
        if not equals or field is None:
            known = ", ".join(f'"{name.capitalize()}"' for name in sorted(_LABELS))
            raise MockUsageError(f"--set {pair}: write LABEL=VALUE with one of {known}")
        wishes = _with(wishes, field, value.strip())
    return wishes


def _with(wishes: Wishes, field: str, text: str) -> Wishes:
    if field == "type":
        return replace(wishes, kind=_kind(text))
    if field == "port":
        try:
            return replace(wishes, port=options.port(text))
        except argparse.ArgumentTypeError as error:
            raise MockUsageError(str(error)) from None
    value: Any = Path(text) if field in ("keystore", "ca") else text
    return replace(wishes, **{field: value})


def _kind(text: str) -> str:
    kind = text if text in ("key_store", "pkcs12_key_store") else labels.choice_value("type", text)
    if kind not in ("key_store", "pkcs12_key_store"):
        raise MockUsageError(f'"{text}" is no type of keystore; take "Java Key Store" or "PKCS12 Key Store"')
    return kind


def _asked(wishes: Wishes) -> Wishes:
    """What the flags leave open, asked of the person at the terminal; Enter skips."""
    questions: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
        ("wsdl", "WSDL of the partner (file or URL; Enter: an example)", "", input),
        ("keystore", "Keystore of the client (JKS or PKCS#12 file; Enter: a stand-in)", "", input),
        ("password", "Key store password (or env:NAME)", "", getpass.getpass),
        ("ca", "CA of the partner's certificate (file; Enter: none)", "", input),
        ("profile", "Protocol profile", DEFAULT_PROFILE, input),
        ("port", "Default port", "443", input),
        ("release", "Release (Enter: the newest)", "", input),
    )
    for field, question, default, ask in questions:
        if getattr(wishes, field) not in (None, default) or (field == "password" and wishes.keystore is None):
            continue
        answer = ask(f"{question}{f' [{default}]' if default else ''}: ").strip()
        if answer:
            wishes = _with(wishes, field, answer)
    return wishes


def _secret(password: str | None) -> str | None:
    if password is None or not password.startswith("env:"):
        return password
    name = password.removeprefix("env:")
    if name not in os.environ:
        raise MockUsageError(f"the environment has no {name}; set it: export {name}=…")
    return os.environ[name]
