"""Policy files: TOML to a policy, with every unknown key and wrong type collected."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from guarded import files, toml
from guarded.regex import regex
from provider_stub.policy.model import Policy
from provider_stub.policy.problems import PolicyProblem
from provider_stub.policy.ws_security import WsSecurity

Reader = Callable[[Any, Path], Any]
P = TypeVar("P", bound=Policy)


class _WrongTypeError(Exception):
    """The value is not what the key wants; the message says what it wants."""


_NO_TEXT = regex("[\0\ud800-\udfff]")
_MOST = 2**31 - 1
_MOST_OFFSET = 10 * 365 * 24 * 60 * 60


def _text(value: Any, _folder: Path) -> str:
    if not isinstance(value, str):
        raise _WrongTypeError("must be a string")
    if _NO_TEXT.search(value):
        raise _WrongTypeError("must be text, without NUL or half a character")
    return value


def _version(value: Any, folder: Path) -> str:
    return str(value) if isinstance(value, float) else _text(value, folder)


def _flag(value: Any, _folder: Path) -> bool:
    if not isinstance(value, bool):
        raise _WrongTypeError("must be true or false")
    return value


def _whole(value: Any, _folder: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise _WrongTypeError(f"must be a whole number from 0 to {_MOST}")
    return value


def _offset(value: Any, _folder: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _MOST_OFFSET:
        raise _WrongTypeError(f"must be a whole number from -{_MOST_OFFSET} to {_MOST_OFFSET}")
    return value


def _seconds(value: Any, _folder: Path) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= _MOST:
        raise _WrongTypeError(f"must be a number of seconds above 0, at most {_MOST}")
    return float(value)


def _moment(value: Any, _folder: Path) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise _WrongTypeError("must be a date and time such as 2027-01-31T12:00:00Z") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise _WrongTypeError("must be a date and time such as 2027-01-31T12:00:00Z")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _file(value: Any, folder: Path) -> Path | str:
    text = _text(value, folder)
    return text if "\n" in text else folder / text


def _texts(value: Any, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _WrongTypeError("must be a list of strings")
    return tuple(_text(item, folder) for item in value)


def _files(value: Any, folder: Path) -> tuple[Path | str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _WrongTypeError("must be a list of files")
    return tuple(_file(item, folder) for item in items)


def _advertise(value: Any, folder: Path) -> str | tuple[Path | str, ...]:
    if isinstance(value, str) and value in ("trusted", "none"):
        return value
    if isinstance(value, list):
        return _files(value, folder)
    raise _WrongTypeError('must be "trusted", "none" or a list of files')


def _table(value: Any, folder: Path) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _WrongTypeError("must be a table of strings")
    return {key: _text(item, folder) for key, item in value.items()}


def _ws_security(value: Any, folder: Path) -> WsSecurity:
    if not isinstance(value, dict):
        raise _WrongTypeError(f"must be a table with keys of {', '.join(WS_SECURITY)}")
    read: dict[str, Any] = {}
    for key, item in value.items():
        reader = WS_SECURITY.get(key)
        if reader is None:
            raise _WrongTypeError(f"unknown key {key!r}; known: {', '.join(WS_SECURITY)}")
        try:
            read[key] = reader(item, folder)
        except _WrongTypeError as error:
            raise _WrongTypeError(f"{key} {error}") from None
    return WsSecurity(**read)


WS_SECURITY: Mapping[str, Reader] = {
    "require": _texts,
    "signed_parts": _texts,
    "trust": _files,
    "users": _table,
    "password_types": _texts,
    "signature_algorithms": _texts,
    "digest_algorithms": _texts,
    "canonicalizations": _texts,
    "time_to_live": _whole,
    "clock_skew": _whole,
    "replay_window": _whole,
    "clock_offset": _offset,
    "middleware": _text,
}
"""Every key of the table `ws_security` and how its value is read."""

READERS: Mapping[str, Reader] = {
    "client_auth": _text,
    "trust": _files,
    "trusted_leaves": _files,
    "partial_chain": _flag,
    "advertise": _advertise,
    "require_ca_signed": _flag,
    "pin_sha256": _texts,
    "allow_subjects": _texts,
    "crl": _files,
    "check_eku": _flag,
    "now": _moment,
    "server_certificate": _file,
    "server_key": _file,
    "server_key_password": _text,
    "send_chain": _flag,
    "tls_min": _version,
    "tls_max": _version,
    "ciphers": _text,
    "tickets": _flag,
    "sni_required": _flag,
    "personality": _text,
    "refusals": _table,
    "late_bytes": _text,
    "wsdl": _file,
    "wsdl_within": _file,
    "responses": _file,
    "validate_requests": _flag,
    "http_status": _whole,
    "http_fault": _flag,
    "delay_ms": _whole,
    "delay_at": _text,
    "fault": _text,
    "ws_security": _ws_security,
    "plain_http": _flag,
    "forward_to": _text,
    "certificate_header": _text,
    "token_endpoint": _text,
    "token_clients": _table,
    "token_users": _table,
    "token_certificates": _files,
    "token_scopes": _texts,
    "token_seconds": _whole,
    "token_bound": _flag,
    "token_required": _flag,
    "token_answer": _text,
    "handshake_timeout": _seconds,
    "request_timeout": _seconds,
    "idle_timeout": _seconds,
    "max_header_bytes": _whole,
    "max_body_bytes": _whole,
}
"""Every key and how its value is read."""


def from_mapping(
    document: Mapping[str, Any], folder: Path, *, base: P, file: str = ""
) -> tuple[P, list[PolicyProblem]]:
    """A policy from parsed TOML or JSON, relative paths below `folder`; unusable keys are left out and reported.

    Keys that are not given keep the values of `base` (a change of a running provider's policy); None stands for a
    key's default.
    """
    problems: list[PolicyProblem] = []
    values: dict[str, Any] = {}
    for key, value in document.items():
        reader = READERS.get(key)
        if reader is None:
            import difflib

            near = difflib.get_close_matches(key, READERS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            problems.append(PolicyProblem(key, f"unknown key{hint}", file))
            continue
        if value is None:
            values[key] = getattr(Policy(), key)
            continue
        try:
            values[key] = reader(value, folder)
        except _WrongTypeError as error:
            problems.append(PolicyProblem(key, str(error), file))
    return dataclasses.replace(base, **values), problems


def read(path: Path, *, plain: P) -> tuple[P, list[PolicyProblem]]:
    """A policy file over the defaults in `plain`; relative paths in it start at the file's own folder."""
    try:
        document = toml.parse(files.read(path, toml.MAX_BYTES))
    except OSError as error:
        return plain, [PolicyProblem("policy", f"cannot be read: {error.strerror}", str(path))]
    except toml.TomlError as error:
        return plain, [PolicyProblem("policy", str(error), str(path))]
    return from_mapping(document, path.parent, base=plain, file=str(path))


def said(path: Path) -> frozenset[str]:
    """The keys that a policy file gives a value, be it the default's or an empty one; none where it cannot be read.

    Whoever fills in what a policy leaves open asks this: the policy itself no longer tells `trust = []` from no word.
    """
    try:
        return frozenset(toml.parse(files.read(path, toml.MAX_BYTES)))
    except (OSError, toml.TomlError):
        return frozenset()
