"""`Checks`: what is wrong with the folder as it is now, finding by finding with its records, judged once per state."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from guarded.values import dataclass
from sn_mock.diagnosis.checking import check
from sn_mock.exchange import Finding
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.live.console.desk.mentions import Told, told
from sn_mock.live.state import LiveFolder

_FRESH_FOR = 60.0
"""A certificate may expire while nothing changes."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The folder, judged."""

    when: datetime
    wrong: tuple[Told, ...] = ()
    hints: tuple[Told, ...] = ()
    """Nothing is wrong yet; worth knowing."""
    calls: tuple[tuple[str, str, str, str], ...] = ()
    """Message, function, URL, and which key would be sent or where the call would fail."""
    problem: str = ""
    """Why it could not be judged."""

    def about(self, table: str, sys_id: str) -> tuple[tuple[str, Told], ...]:
        """What of it concerns one record: `wrong` or `hint`, and the finding."""
        marked = [*(("wrong", one) for one in self.wrong), *(("hint", one) for one in self.hints)]
        return tuple(
            (mark, one)
            for mark, one in marked
            if any((named.table, named.sys_id) == (table, sys_id) for named in (*one.change, *one.seen))
        )


class Checks:
    """Answers from memory as long as the folder stays as it is."""

    def __init__(self, folder: LiveFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._known: tuple[Instance, Checked] | None = None

    def now(self) -> Checked:
        """The folder as it is now."""
        instance, when = self._folder.instance, datetime.now(UTC)
        with self._lock:
            if self._known is not None:
                known, checked = self._known
                if known is instance and (when - checked.when).total_seconds() < _FRESH_FOR:
                    return checked
            checked = checked_at(instance, when)
            self._known = (instance, checked)
            return checked


def checked_at(instance: Instance, when: datetime) -> Checked:
    """An instance judged as of a moment."""
    try:
        report = check(instance, when)
    except MockUsageError as error:  # a password's variable is not set
        return Checked(when, problem=str(error))
    calls_of = {finding: call for call in report.calls for finding in call.findings}

    def with_records(findings: tuple[Finding, ...]) -> tuple[Told, ...]:
        return tuple(
            told(one, instance, call.message, call.function) if (call := calls_of.get(one)) else told(one, instance)
            for one in findings
        )

    calls = []
    for call in report.calls:
        if call.failure:
            thrown = call.failure.java[0] if call.failure.java else call.failure.cause
            outcome = f"would fail at {call.failure.stage}: {thrown}"
        elif call.key_choice and call.key_choice.alias:
            outcome = f"would send {call.key_choice.outcome}"
        elif call.not_judged:
            outcome = f"not judged: the folder has no file for {' and '.join(call.not_judged)}"
        else:
            outcome = "would send no client certificate"
        calls.append((call.message, call.function, call.route.url if call.route else "no route", outcome))
    return Checked(when, with_records(report.findings), with_records(report.hints), tuple(calls))
