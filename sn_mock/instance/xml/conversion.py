"""A row as an export has it into a Record, as far as it can travel.

`password2` values are encrypted with the instance's own key, so they never come in; where a row uses a password, a
reference to an environment variable takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.instance.schema import STAMPS, FieldSpec, Kind, Record, fields_of
from sn_mock.instance.tables import TABLES
from sn_mock.instance.xml.xml_reader import RawRecord
from sn_mock.secret import Secret

_SYS_ID = regex(r"[0-9a-f]{32}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_SCOPE_TABLES = {"sys_soap_message", "sys_rest_message", "sys_script_include", "sys_alias"}
_LOCAL_FILE = "file:"

_OTHER_SPELLINGS = {"trust_store_cert": "trust_store"}
"""The value behind "Trust Store Cert" is not published; this one is seen in the wild."""

Complain = Callable[[str, str], None]
"""Called with what is left out (table, row, field) and why."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A row that came in, with what its references said their targets are called."""

    record: Record
    reference_names: dict[str, str]
    """Reference field → display value in the export."""


def convert(raw: RawRecord, complain: Complain) -> Conversion | None:
    """The record; None when the row cannot be used, which has been complained about."""
    record_class = TABLES[raw.table]
    sys_id = raw.text("sys_id").lower()
    what = f"{raw.table} '{raw.text(record_class.display) or sys_id}'"
    if not is_sys_id(sys_id):
        complain(what, f"its sys_id '{sys_id}' is not 32 hex digits")
        return None
    values: dict[str, Any] = {"sys_id": sys_id}
    names: dict[str, str] = {}
    for spec in fields_of(record_class).values():
        found = raw.fields.get(spec.name)
        if spec.kind is Kind.PASSWORD2 or found is None:
            continue
        if spec.kind in (Kind.REFERENCE, Kind.GLIDE_LIST) and (name := found.attributes.get("display_value")):
            names[spec.name] = name
        try:
            values[spec.name] = _value(spec, found.text)
        except ValueError as error:
            if raw.table == "sys_certificate" and spec.name == "type":
                complain(what, f"its type {error}")
                return None
            complain(f"{what}.{spec.name}", f"{error}; the default is used")
    for spec in fields_of(record_class).values():
        if spec.mandatory and not values.get(spec.name):
            complain(what, f"it has no {spec.name}")
            return None
    values |= {name: text for name in STAMPS if (text := raw.text(name))}
    if raw.table in _SCOPE_TABLES:
        values["sys_scope"] = _scope(raw)
    if str(values.get("wsdl", "")).startswith(_LOCAL_FILE):
        complain(f"{what}.wsdl", "it points to a file on another machine")
        values["wsdl"] = ""
    return Conversion(record_class(**values), names)


def unknown_fields(raw: RawRecord) -> list[str]:
    """The filled fields of a row that have no place here; the platform's own `sys_…` fields do not count."""
    known = fields_of(TABLES[raw.table])
    return [
        name
        for name, found in raw.fields.items()
        if name not in known and not name.startswith("sys_") and found.text.strip()
    ]


def is_sys_id(text: str) -> bool:
    """True for 32 lower-case hex digits."""
    return _SYS_ID.fullmatch(text) is not None


def _value(spec: FieldSpec, text: str) -> Any:
    """The field's value; raises `ValueError` with the reason where the text is not one."""
    plain = text.strip()
    match spec.kind:
        case Kind.STRING:
            return text
        case Kind.REFERENCE:
            return plain.lower() if is_sys_id(plain.lower()) else plain
        case Kind.GLIDE_LIST:
            return tuple(item.strip() for item in plain.split(",") if item.strip())
        case Kind.CHOICE if plain in spec.choices:
            return plain
        case Kind.CHOICE if plain:
            folded = _OTHER_SPELLINGS.get(plain.lower(), plain.lower())
            if folded not in spec.choices:
                raise ValueError(f"'{plain}' is not known here")
            return folded
    if not plain:
        return spec.default
    match spec.kind:
        case Kind.BOOLEAN:
            if plain.lower() not in _BOOLEANS:
                raise ValueError(f"'{plain}' is neither true nor false")
            return _BOOLEANS[plain.lower()]
        case Kind.INTEGER:
            return _integer(spec, plain)
        case Kind.GLIDE_DATE_TIME:
            datetime.strptime(plain, "%Y-%m-%d %H:%M:%S")
    return plain


def _integer(spec: FieldSpec, text: str) -> int:
    try:
        number = int(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"'{text}' is not a whole number") from None
    if spec.port and not 1 <= number <= 65535:
        raise ValueError(f"{number} is no TCP port")
    return number


def _scope(raw: RawRecord) -> str:
    """The scope's name: sys_package carries it as `source`; sys_scope has only sys_id and label."""
    package = raw.fields.get("sys_package")
    if raw.text("sys_scope") == "global" or package is None:
        return "global"
    return package.attributes.get("source") or "global"


_USES_PASSWORD: dict[tuple[str, str], str] = {
    ("sys_certificate", "key_store_password"): "type",
    ("sys_soap_message", "basic_auth_password"): "basic_auth_user",
    ("sys_soap_message_function", "basic_auth_password"): "basic_auth_user",
    ("sys_soap_message_function", "key_store_password"): "key_store",
    ("sys_rest_message", "basic_auth_password"): "basic_auth_user",
    ("sys_rest_message_fn", "basic_auth_password"): "basic_auth_user",
    ("sys_auth_profile_basic", "password"): "username",
    ("mid_protocol_profile", "password"): "keystore_path",
    ("basic_auth_credentials", "password"): "user_name",
    ("api_key_credentials", "api_key"): "name",
    ("oauth_entity", "client_secret"): "client_id",
    ("oauth_credential", "token_received"): "type",
    ("jwt_keystore_aliases", "signing_key_password"): "signing_keystore",
    ("ws_security_x509_profile_outbound", "key_store_password"): "key_store",
    ("ws_security_username_profile_outbound", "password"): "username",
}
"""Which field says, by not being empty, that a password is in use; of those without a row nobody says so."""


def needed_passwords(record: Record) -> tuple[str, ...]:
    """The password fields that the row uses and that are empty."""
    return tuple(
        spec.name
        for spec in fields_of(type(record)).values()
        if spec.kind is Kind.PASSWORD2 and getattr(record, spec.name) is None and _uses(record, spec.name)
    )


def _uses(record: Record, field: str) -> bool:
    named = _USES_PASSWORD.get((record.table, field))
    if named is None:
        return False
    value = getattr(record, named)
    return value in {"key_store", "pkcs12_key_store"} if record.table == "sys_certificate" else bool(value)


def password_reference(record: Record, field: str, taken: set[str]) -> Secret:
    """A reference to an environment variable named after the row; `taken` keeps the names apart."""
    words = re.sub(r"[^A-Z0-9]+", "_", f"{record.display_value}_{field}".upper()).strip("_")
    base = f"SN_MOCK_{words}"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return Secret.parse(f"env:{name}")
