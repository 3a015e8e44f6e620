"""The records that a call needs, without passwords, files, and what people wrote into descriptions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from sn_mock.handover.naming import is_secret, shown
from sn_mock.handover.redaction import Redactor
from sn_mock.handover.reforging import Forged
from sn_mock.instance import Instance, Secret
from sn_mock.instance.records import SysAttachment, SysCertificate, SysProperty
from sn_mock.instance.schema import STAMPS, Kind, Record, fields_of
from sn_mock.instance.tables import TABLE_ATTRIBUTES
from sn_mock.java.keytool.issuing import pem
from sn_mock.outbound.credentials.stores import certificates_in_text

_LEFT_OUT = frozenset(
    {"description", "short_description", "notify_on_expiration", "notify_groups", "wsdl", "wsdl_xml", "choices"}
)
"""Free text, people, and what a call does not read."""
_TABLES_LEFT_OUT = frozenset({"sys_attachment", "sys_script_include"})
_PROPERTIES = ("glide.", "com.glide.", "com.snc.")
_MESSAGE_TABLES = frozenset({"sys_soap_message", "sys_rest_message"})
_PARENTS = ("soap_message", "rest_message", "soap_function", "rest_message_function")


def handed_over(instance: Instance, message: str, redactor: Redactor, forged: Forged) -> Instance:
    """The instance as it goes into the bundle: the records of one message and what all calls share."""
    kept: set[str] = set()
    tables: dict[str, Any] = dict.fromkeys(TABLE_ATTRIBUTES.values(), ())
    for table, attribute in TABLE_ATTRIBUTES.items():
        if table not in _TABLES_LEFT_OUT:
            rows = tuple(row for row in getattr(instance, attribute) if _belongs(row, message, kept))
            kept |= {row.sys_id for row in rows}
            tables[attribute] = tuple(_changed(_with_password(row, instance), redactor, forged) for row in rows)
    quirks = {
        name: redactor.text(value) if isinstance(value, str) else value for name, value in instance.quirks.items()
    }
    return Instance(name=redactor.text(instance.name), release=instance.release, quirks=quirks, **tables)


def _belongs(row: Record, message: str, kept: set[str]) -> bool:
    if isinstance(row, SysProperty):
        return row.name.startswith(_PROPERTIES) and not is_secret(row.name)
    if row.table in _MESSAGE_TABLES:
        return message in (row.display_value, row.sys_id)
    parents = [getattr(row, name) for name in _PARENTS if hasattr(row, name)]
    return not parents or all(parent in kept for parent in parents)


def _with_password(row: Record, instance: Instance) -> Record:
    """A keystore that stands in needs no password on its record; the file that replays it has one."""
    if not isinstance(row, SysCertificate) or not row.stand_in or instance.attachments_of(row):
        return row
    return dataclasses.replace(row, key_store_password=Secret(None))


def _changed(row: Record, redactor: Redactor, forged: Forged) -> Record:
    changes: dict[str, Any] = dict.fromkeys(STAMPS, "")
    changes["sys_id"] = redactor.text(row.sys_id)
    for name, spec in fields_of(type(row)).items():
        value = getattr(row, name)
        if name in _LEFT_OUT:
            changes[name] = spec.default
        elif isinstance(value, Secret):
            changes[name] = Secret(None, _variable(row, name, redactor))
        elif name == "pem_certificate":
            changes[name] = _public(value, redactor, forged)
        elif name in ("basic_auth_user", "username"):
            changes[name] = redactor.user(value)
        elif name == "value" and is_secret(str(getattr(row, "name", ""))):
            changes[name] = ""
        elif isinstance(value, str) and spec.kind is not Kind.CHOICE:
            changes[name] = shown(value, redactor)
        elif isinstance(value, tuple):
            changes[name] = tuple(redactor.text(one) for one in value)
    if isinstance(row, SysCertificate):
        changes["stand_in"] = ()
    return dataclasses.replace(row, **changes)


def _variable(row: Record, field: str, redactor: Redactor) -> str:
    """The variable that takes the password's place: `SN_MOCK_ACME_CLIENT_KEY_STORE_PASSWORD`."""
    text = f"{redactor.text(row.display_value)}_{field}"
    return "SN_MOCK_" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text.upper())


def _public(text: str, redactor: Redactor, forged: Forged) -> str:
    """The certificates of a text, and nothing else that may be in it."""
    found = certificates_in_text(text.encode())
    if not found:
        return "" if "PRIVATE KEY" in text else shown(text, redactor)
    made = (forged.certificates.get(one, one if not redactor.names else b"") for one in found)
    return "".join(pem("CERTIFICATE", one) for one in made if one)


def with_trusted_files(instance: Instance, source: Instance, redactor: Redactor, forged: Forged) -> Instance:
    """Certificates of Trust Store rows that are files become the text of the row."""
    for row, original in zip(instance.certificates, source.certificates, strict=True):
        if original.is_keystore or original.pem_certificate.strip():
            continue
        texts = [_pem_of(file, redactor, forged) for file in source.attachments_of(original)]
        if any(texts):
            instance = instance.replace(row, pem_certificate="".join(texts))
    return instance


def _pem_of(file: SysAttachment, redactor: Redactor, forged: Forged) -> str:
    found = certificates_in_text(file.data)
    made = (forged.certificates.get(one, one if not redactor.names else b"") for one in found)
    return "".join(pem("CERTIFICATE", one) for one in made if one)


def secrets_filled(instance: Instance, value: str) -> Instance:
    """The same instance with every password that is not known set to `value`."""
    for record in list(_with_secrets(instance)):
        changes = {name: Secret(value) for name in fields_of(type(record)) if isinstance(getattr(record, name), Secret)}
        instance = instance.replace(record, **changes)
    return instance


def _with_secrets(instance: Instance) -> Iterator[Record]:
    for record in instance.records():
        if any(isinstance(getattr(record, name), Secret) for name in fields_of(type(record))):
            yield record
