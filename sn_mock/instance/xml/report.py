"""What an import did, and what it could not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from guarded.values import dataclass
from sn_mock.instance.instance import Instance


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that did not come in."""

    where: str
    """File, and customer update where there is one."""
    what: str
    """Table and row, or field, or the file itself."""
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why} ({self.where})" if self.where else f"{self.what}: {self.why}"

    def to_json(self) -> dict[str, str]:
        """`{"where", "what", "why"}`."""
        return {"where": self.where, "what": self.what, "why": self.why}


@dataclass(frozen=True, slots=True)
class PasswordNeeded:
    """A password that has to be supplied, because exports hold none that can be read."""

    variable: str
    """The environment variable the instance folder refers to."""
    what: str
    """Table, row and field."""

    def to_json(self) -> dict[str, str]:
        """`{"variable", "what"}`."""
        return {"variable": self.variable, "what": self.what}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import: the instance as written, and an account of everything that was read."""

    instance: Instance = field(repr=False)
    files: int
    """Export files that were read, the damaged ones included."""
    imported: Mapping[str, int]
    """Rows inserted or updated, by table."""
    deleted: Mapping[str, int]
    """Rows removed by DELETE actions, by table."""
    skipped: Mapping[str, int]
    """Rows of tables that play no part in outbound calls, by table."""
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """Files of folders and zip files that are no exports, by what they are; `files` does not count them."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows of other tables that were kept in `rows/`, by table."""
    skipped_fields: Mapping[str, int] = field(default_factory=dict)
    """Filled fields (`table.field`) that play no part in outbound calls, of rows that came in."""
    left_out: tuple[LeftOut, ...] = ()
    passwords: tuple[PasswordNeeded, ...] = ()
    notes: tuple[str, ...] = ()
    """What to do next."""
    written: bool = True
    """False when there was nothing to write; the folder is as it was."""
    message: str = ""
    """The SOAP message that was made of a WSDL; empty for an import of records."""

    @property
    def complete(self) -> bool:
        """True when nothing that matters was left out."""
        return not self.left_out

    def to_json(self) -> dict[str, Any]:
        """Every field but the instance and the message."""
        return {
            "files": self.files,
            "passed_over": dict(self.passed_over),
            "imported": dict(self.imported),
            "rows": dict(self.rows),
            "deleted": dict(self.deleted),
            "skipped": dict(self.skipped),
            "skipped_fields": dict(self.skipped_fields),
            "left_out": [item.to_json() for item in self.left_out],
            "passwords": [needed.to_json() for needed in self.passwords],
            "notes": list(self.notes),
            "written": self.written,
            "complete": self.complete,
        }

    def lines(self) -> Iterator[str]:
        """The report for people."""
        counted = ", ".join(f"{count} {table}" for table, count in {**self.imported, **self.rows}.items())
        yield f"read {self.files} file{'s' if self.files != 1 else ''}; imported {counted or 'nothing'}"
        if self.passed_over:
            kinds = ", ".join(f"{count} {kind}" for kind, count in self.passed_over.items())
            yield f"passed over {sum(self.passed_over.values())} files that are no exports: {kinds}"
        if self.deleted:
            yield "deleted: " + ", ".join(f"{count} {table}" for table, count in self.deleted.items())
        if self.skipped:
            total = sum(self.skipped.values())
            yield f"skipped {total} rows of tables that play no part here: " + ", ".join(
                f"{count} {table}" for table, count in self.skipped.items()
            )
        if self.skipped_fields:
            yield "skipped fields that play no part here: " + ", ".join(self.skipped_fields)
        for item in self.left_out:
            yield f"left out: {item}"
        for needed in self.passwords:
            yield f"password needed: export {needed.variable}=… ({needed.what})"
        for note in self.notes:
            yield f"note: {note}"
        if not self.written:
            yield "nothing was written"
