"""Which records a finding is about: the one to change first, then those that its evidence quotes.

Remedies name a record by its place in the navigator ("System Security > Protocol Profiles > myhttps > Default port"),
evidence by its table ("sys_certificate 'ACME client': active = false"). Both are read here, against the records there
are; a name that no record has leads to the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.diagnosis.records import REST_MODULE, SOAP_MODULE
from sn_mock.exchange import Finding
from sn_mock.instance import TABLES, Instance, Record
from sn_mock.live.console.rows.cells import list_url, record_url
from sn_mock.live.console.rows.labels import CALLED

_PLACES = (
    ("System Definition > Certificates", "sys_certificate"),
    ("System Security > Protocol Profiles", "sys_protocol_profile"),
    ("sys_properties.list", "sys_properties"),
)
_TABLE = regex(r"\b(keystore(?= ')|" + "|".join(sorted(TABLES, key=len, reverse=True)) + r")\b[ :]*'?")
_PROPERTY = regex(r"(?:glide|com)\.[\w.]*\w")


@dataclass(frozen=True, slots=True)
class Mention:
    """A record, as a link."""

    table: str
    sys_id: str
    """Empty where a list is meant, `-1` where a new record is."""
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with the records that it is about."""

    finding: Finding
    change: tuple[Mention, ...]
    """The records to change, the most likely first."""
    seen: tuple[Mention, ...]
    """Other records that the evidence quotes."""


def told(finding: Finding, instance: Instance, message: str = "", function: str = "") -> Told:
    """The finding with its records; `message` and `function` are those of the call, where there is one."""
    change = tuple(dict.fromkeys(_of_remedy(finding, instance, message, function)))
    seen = dict.fromkeys(one for line in (finding.title, *finding.evidence) for one in _of_line(line, instance))
    return Told(finding, change, tuple(one for one in seen if one not in change))


def mention(record: Record) -> Mention:
    """The record as a link."""
    kind = CALLED[record.table].one if record.table in CALLED else record.table
    return Mention(
        record.table, record.sys_id, f"{kind} {record.display_value}", record_url(record.table, record.sys_id)
    )


def _of_remedy(finding: Finding, instance: Instance, message: str, function: str) -> Iterator[Mention]:
    fix = finding.fix
    for place, table in _PLACES:
        for found in re.finditer(re.escape(place), fix):
            rest = fix[found.end() :].removeprefix(" > ")
            named = _beginning(instance, table, rest)
            if named is not None:
                yield mention(named)
            elif rest.startswith("New"):
                preset = {"sysparm_query": "type=trust_store"} if "Trust Store Cert" in rest else {}
                yield Mention(table, "-1", f"New {CALLED[table].one}", record_url(table, "-1", **preset))
            elif table == "sys_properties":
                yield from _properties(finding, instance)
            else:
                yield from (one for line in finding.evidence for one in _of_line(line, instance) if one.table == table)
                yield Mention(table, "", CALLED[table].plural, list_url(table))
    for module in (SOAP_MODULE, REST_MODULE):
        if module in fix:
            yield from _of_call(instance, module, fix, message, function)
    yield from _of_line(fix, instance)


def _properties(finding: Finding, instance: Instance) -> Iterator[Mention]:
    names = dict.fromkeys(_PROPERTY.findall(" ".join((*finding.evidence, finding.fix))))
    if any(name.endswith(".class") for name in names):
        names |= dict.fromkeys(name.removesuffix(".class") + ".port" for name in list(names) if name.endswith(".class"))
    rows = {row.name.lower(): row for row in instance.properties}
    found = [rows[name.lower()] for name in names if name.lower() in rows]
    yield from map(mention, found)
    if not found:
        yield Mention("sys_properties", "", CALLED["sys_properties"].plural, list_url("sys_properties"))


def _of_call(instance: Instance, module: str, fix: str, message: str, function: str) -> Iterator[Mention]:
    soap = module == SOAP_MODULE
    parent = instance.soap_message(message) if soap else instance.rest_message(message)
    if parent is None:
        table = "sys_soap_message" if soap else "sys_rest_message"
        yield Mention(table, "", CALLED[table].plural, list_url(table))
        return
    child = instance.soap_function(message, function) if soap else instance.rest_function(message, function)
    if "the function" in fix and child is not None:
        yield mention(child)
    else:
        yield mention(parent)


def _of_line(line: str, instance: Instance) -> Iterator[Mention]:
    for found in _TABLE.finditer(line):
        table = "sys_certificate" if found[1] == "keystore" else found[1]
        named = _beginning(instance, table, line[found.end() :])
        if named is not None:
            yield mention(named)


def _beginning(instance: Instance, table: str, text: str) -> Record | None:
    """The record whose display value the text begins with, as a whole word; the longest."""
    fitting = [
        row
        for row in instance.table(table)
        if row.display_value
        and text.startswith(row.display_value)
        and not text[len(row.display_value) : len(row.display_value) + 1].isalnum()
    ]
    return max(fitting, key=lambda row: len(row.display_value), default=None)
