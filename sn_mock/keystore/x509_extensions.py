"""Certificate extensions as Java takes them in: only a broken critical one refuses the certificate."""

from __future__ import annotations

from dataclasses import dataclass, field

from sn_mock.keystore import der, oids
from sn_mock.keystore.thrown import JavaThrow, io
from sn_mock.keystore.x509_extension_values import PARSERS

_ALTERNATIVE_NAME = "2.5.29.17"


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions of one certificate by OID."""

    values: dict[str, bytes] = field(default_factory=dict)
    critical: frozenset[str] = frozenset()
    alternative_names: int | None = None
    """How many subject alternative names Java parsed; None without such an extension."""


def parse_extensions(cursor: der.Input) -> Extensions:
    """The `Extensions` SEQUENCE of RFC 5280 section 4.1; raises the JDK's IOExceptions."""
    values: dict[str, bytes] = {}
    critical: set[str] = set()
    taken: set[str] = set()
    names: int | None = None
    for member in cursor.sequence():
        oid, is_critical, value = _extension(member)
        values.setdefault(oid, value)
        if is_critical:
            critical.add(oid)
        parser = PARSERS.get(oid)
        try:
            parsed = None if parser is None else parser(value, is_critical)
        except JavaThrow as refused:
            if not is_critical:
                continue
            if refused.is_io:
                raise
            raise io(str(refused), refused) from None
        if oid in taken:
            raise io("Duplicate extensions not allowed")
        taken.add(oid)
        if oid == _ALTERNATIVE_NAME:
            names = parsed
    return Extensions(values, frozenset(critical), names)


def _extension(value: der.Value) -> tuple[str, bool, bytes]:
    cursor = value.input()
    oid = oids.oid_text(cursor.oid())
    content = cursor.value()
    is_critical = False
    if content.tag == der.BOOLEAN:
        is_critical = content.boolean()
        content = cursor.value()
    return oid, is_critical, content.octet_string()
