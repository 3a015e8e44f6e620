"""Who is named in an instance and a call: everything a redactor has to know before it replaces anything."""

from __future__ import annotations

import getpass
import os
import re
import socket
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from guarded import secrets as blanking
from guarded.regex import regex
from sn_mock.exchange import Exchange
from sn_mock.handover.redaction import Redactor
from sn_mock.handover.words import tells, words
from sn_mock.instance import Instance, Secret
from sn_mock.instance.schema import Record, fields_of

_SECRET_NAME = regex(r"passw(or)?d|passphrase|secret|token|api[-_]?key|credential|authorization|cookie", re.IGNORECASE)
_USERS = frozenset({"basic_auth_user", "username"})
_HOSTS = frozenset({"glide.http.proxy_host", "glide.glidesoap.proxy_host"})
_USER_PROPERTIES = regex(r"proxy.*user", re.IGNORECASE)
_PASSWORD_IN_URL = regex(r"//[^\s/?#@:]*:([^\s@]{1,256})@")


def is_secret(name: str) -> bool:
    """Whether a parameter, header or property of that name has a value that nobody may see."""
    return _SECRET_NAME.search(name) is not None


def secrets_of(instance: Instance, parameters: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Every password and token that is known, with what it is."""
    found: dict[str, str] = {}
    for record in instance.records():
        for name in fields_of(type(record)):
            value = getattr(record, name)
            if isinstance(value, Secret) and value.value:
                found[value.value] = "password"
            elif isinstance(value, str):
                for password in _PASSWORD_IN_URL.findall(value):
                    found[password] = "password in a URL"
                    found[unquote(password)] = "password in a URL"
        named = str(getattr(record, "name", ""))
        if is_secret(named) and isinstance(getattr(record, "value", None), str):
            found[record.value] = "secret value"  # type: ignore[attr-defined]
    for name, value in parameters:
        if is_secret(name):
            found[value] = "parameter"
        for password in _PASSWORD_IN_URL.findall(value):
            found[password] = "password in a URL"
    return found


def learn(redactor: Redactor, instance: Instance, exchange: Exchange | None = None) -> None:
    """Teach it the names of an instance, of a call, and of this machine and its user."""
    redactor.name(instance.name, "instance name")
    _learn_machine(redactor, instance)
    for record in instance.records():
        _learn_record(redactor, record)
    if exchange is not None:
        document = exchange.to_json()
        for key in ("route", "key_choice", "failure", "request", "response", "log", "transcript"):
            redactor.learn_all(document[key])
        if exchange.route and exchange.route.host:
            redactor.host(exchange.route.host)
        if exchange.route and exchange.route.proxy:
            redactor.host(exchange.route.proxy[0].rpartition("@")[2])


def _learn_machine(redactor: Redactor, instance: Instance) -> None:
    redactor.user(_user())
    host = socket.gethostname()
    if any(map(tells, words(host))):
        redactor.host(host)
    for place in filter(None, (Path.home(), instance.folder and instance.folder.resolve())):
        redactor.replaced(str(place), "<folder>", "path")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return os.environ.get("USER", "")


def _learn_record(redactor: Redactor, record: Record) -> None:
    redactor.learn(record.sys_id)
    for stamp, value in record.stamps.items():
        if stamp.endswith("_by"):
            redactor.user(value)
    for name in fields_of(type(record)):
        value = getattr(record, name)
        if not isinstance(value, str) or not value:
            continue
        if name in _USERS:
            redactor.user(value)
        if name.endswith("endpoint"):
            _learn_endpoint(redactor, value)
        redactor.learn(value)
    named, value = str(getattr(record, "name", "")), str(getattr(record, "value", ""))
    if named in _HOSTS:
        redactor.host(value.strip())
    elif _USER_PROPERTIES.search(named):
        redactor.user(value)


def _learn_endpoint(redactor: Redactor, value: str) -> None:
    try:
        host = urlsplit(value if "//" in value else f"//{value}").hostname
    except ValueError:
        return
    if host and "$" not in host:
        redactor.host(host)


def shown(text: str, redactor: Redactor) -> str:
    """A text as it may be handed over: passwords by their names masked, then known secrets and names."""
    return redactor.text(blanking.body(text))
