"""What a script run leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from guarded.values import dataclass
from sn_mock.exchange import Exchange
from sn_mock.instance import Instance


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of `gs.info` and its relatives."""

    level: str
    """debug, info, warn or error."""
    text: str

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"level": self.level, "text": self.text}


@dataclass(frozen=True, slots=True)
class ScriptError:
    """Why a script did not come to its end."""

    kind: str
    """`exception` (nobody caught it), `syntax`, `engine`, or a limit: `time-`, `memory-`, `output-` or `call-limit`."""
    message: str
    where: str = ""
    """Stack lines with the script's name and line numbers."""

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"kind": self.kind, "message": self.message, "where": self.where}


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """The outcome of one run."""

    log: tuple[LogLine, ...]
    exchanges: tuple[Exchange, ...]
    """Every call that the script placed, oldest first."""
    error: ScriptError | None
    instance: Instance
    """With the rows and properties as the script left them; nothing is saved."""
    duration_ms: float
    """Time the script took by itself, calls not counted."""
    left: Mapping[str, Any] = field(default_factory=dict)
    """What the script left besides rows: record (changes to `current`), outputs, scratchpad, response, ajax, email."""
    notes: tuple[str, ...] = ()
    """What sn-mock has to say of the run: parts of queries that mean nothing."""

    def rows(self, table: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a table that is not modelled, as the script left them."""
        return tuple(self.instance.rows.table(table).values())

    @property
    def ok(self) -> bool:
        """The script came to its end."""
        return self.error is None

    def to_json(self) -> dict[str, Any]:
        """For `sn-mock script --json`."""
        return {
            "ok": self.ok,
            "error": self.error.to_json() if self.error else None,
            "log": [line.to_json() for line in self.log],
            "exchanges": [exchange.to_json() for exchange in self.exchanges],
            "duration_ms": round(self.duration_ms, 1),
            "left": dict(self.left),
            "notes": list(self.notes),
        }
