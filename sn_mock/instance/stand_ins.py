"""`StandIn`: what is known of a keystore that nobody has, as the key `stand_in` of a `sys_certificate` row tells it.

A ticket has a screenshot of the form or of `keytool -list`, or the public certificate; the private key stays with the
customer. From what is known a keystore is forged (`sn_mock.outbound.credentials.forgery`), in memory, whenever the row
is used and has no attachment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, time
from typing import Any

from guarded.regex import regex
from guarded.values import dataclass

FILE_PREFIX = "file:"
DEFAULT_ALIAS = "stand-in"
_KEY = regex(r"(RSA|EC)[\s-]*(?:P-?)?(\d+)?(?:\s*bits?)?", re.IGNORECASE)
_PUBLIC = regex(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_FIELDS = ("alias", "subject", "issuer", "not_before", "not_after", "key", "certificate")
EXAMPLE = 'stand_in = [{alias = "acme", subject = "CN=client,O=Acme", issuer = "CN=Acme CA", not_after = "2027-03-01"}]'


class StandInError(ValueError):
    """Why a `stand_in` cannot be used, and what to write instead."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """One private-key entry of a keystore that nobody has."""

    alias: str = DEFAULT_ALIAS
    subject: str = ""
    """A distinguished name as people copy it: RFC 2253 text, OpenSSL's two notations, or a bare common name."""
    issuer: tuple[str, ...] = ()
    """The names of the CAs above it, the nearest first; () for a self-signed certificate."""
    not_before: datetime | None = None
    not_after: datetime | None = None
    """None: a year from now."""
    key: tuple[str, int | None] = ("RSA", None)
    """`RSA` or `EC`, and the size in bits (None: 2048, 256)."""
    certificate: bytes = field(default=b"", repr=False)
    """The public certificate (PEM or DER), where that is known; everything but its key is taken from it then."""
    certificate_file: str = ""
    """The file of the instance folder it was read from."""


def read_stand_ins(value: Any, content: Callable[[str], bytes]) -> tuple[StandIn, ...]:
    """The entries that `stand_in = …` tells of; `content` reads a file of the instance folder.

    A list of tables, one table, or `file:public.pem`. Raises StandInError; what `content` raises passes through.
    """
    entries = value if isinstance(value, list) else [value]
    if not entries or not all(isinstance(entry, dict | str) for entry in entries):
        raise StandInError(f"must be a list of entries, or file:public.pem; write it like this: {EXAMPLE}")
    read = tuple(_entry(entry if isinstance(entry, dict) else {"certificate": entry}, content) for entry in entries)
    aliases = [entry.alias.lower() for entry in read]
    for alias in aliases:
        if aliases.count(alias) > 1:
            raise StandInError(f"two entries have the alias '{alias}'; give each its own")
    return read


def _entry(entry: Mapping[str, Any], content: Callable[[str], bytes]) -> StandIn:
    for name in entry:
        if name not in _FIELDS:
            from difflib import get_close_matches

            near = get_close_matches(name, _FIELDS, n=1)
            raise StandInError(f"unknown key '{name}'; {f'did you mean {near[0]}?' if near else ', '.join(_FIELDS)}")
    for name in ("alias", "subject", "certificate", "key"):
        if not isinstance(entry.get(name, "x"), str) or not entry.get(name, "x").strip():
            raise StandInError(f"{name} must be a text; write it like this: {EXAMPLE}")
    alias = entry.get("alias", DEFAULT_ALIAS).strip()
    if "certificate" in entry:
        return _from_certificate(alias, entry, content)
    if "subject" not in entry:
        raise StandInError(f"an entry needs a subject, or a certificate = file:…; write it like this: {EXAMPLE}")
    issuer = entry.get("issuer", [])
    issuers = [issuer] if isinstance(issuer, str) else issuer
    if not isinstance(issuers, list) or not all(isinstance(name, str) and name.strip() for name in issuers):
        raise StandInError("issuer must be a name, or a list of names from the nearest CA to the root")
    begin, end = _moment("not_before", entry.get("not_before")), _moment("not_after", entry.get("not_after"))
    if begin and end and begin >= end:
        raise StandInError("not_before must come before not_after")
    return StandIn(alias, entry["subject"], tuple(issuers), begin, end, _key(entry.get("key", "RSA")))


def _from_certificate(alias: str, entry: Mapping[str, Any], content: Callable[[str], bytes]) -> StandIn:
    text = entry["certificate"]
    if extra := [name for name in entry if name not in ("alias", "certificate")]:
        raise StandInError(f"the certificate says {', '.join(extra)} itself; leave that out")
    if not text.startswith(FILE_PREFIX):
        raise StandInError(f"'{text}' must be file:public.pem, the public certificate in the instance folder")
    file = text.removeprefix(FILE_PREFIX)
    data = content(file)
    if not _PUBLIC.search(data) and data[:1] != b"\x30":
        raise StandInError(f"'{file}' holds no certificate (PEM or DER)")
    return StandIn(alias, certificate=data, certificate_file=file)


def _key(text: str) -> tuple[str, int | None]:
    match = _KEY.fullmatch(text.strip())
    bits = int(match[2]) if match and match[2] else None
    sizes = {"RSA": (None, 1024, 2048, 3072, 4096), "EC": (None, 256, 384, 521)}
    if match is None or bits not in sizes[match[1].upper()]:
        raise StandInError(f"key = '{text}' is no kind of key; write RSA, RSA 4096, EC or EC 384")
    return match[1].upper(), bits


def _moment(name: str, value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise StandInError(f"{name} = '{value}' is no date; write it as 2027-03-01") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise StandInError(f"{name} must be a date such as 2027-03-01")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def written(entries: tuple[StandIn, ...]) -> list[dict[str, Any]]:
    """The entries as `read_stand_ins` takes them."""
    return [_written(entry) for entry in entries]


def _written(entry: StandIn) -> dict[str, Any]:
    if entry.certificate:
        return {"alias": entry.alias, "certificate": f"{FILE_PREFIX}{entry.certificate_file}"}
    fields: dict[str, Any] = {"alias": entry.alias, "subject": entry.subject}
    if entry.issuer:
        fields["issuer"] = entry.issuer[0] if len(entry.issuer) == 1 else list(entry.issuer)
    for name in ("not_before", "not_after"):
        moment = getattr(entry, name)
        if moment is not None:
            fields[name] = moment.isoformat(sep=" ").replace("+00:00", "Z")
    return {**fields, "key": " ".join(str(part) for part in entry.key if part)}
