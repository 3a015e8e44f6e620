"""Scripts that run once: rows of `sys_trigger` that a client makes, which is how programs run a script on an instance.

A row with `trigger_type` 0 and `state` 0 runs when its `next_action` (UTC) is there, at once where it has none
(REPORTED: public programs do so). The row goes afterwards, whatever became of the script (ASSUMED); an exception is a
row of `syslog`. Other trigger types stay rows that nothing runs.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from sn_mock.failure import MockUsageError
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.scripts import run_script
from sn_mock.live.state import LiveFolder
from sn_mock.query.calendar import FORMAT
from sn_mock.query.source import Row
from sn_mock.scripting import Context

TABLE = "sys_trigger"
LOOK_AGAIN = 60.0
"""Seconds after which the rows are looked at again, for those that a script or an editor has added; one second where
a row waits for its time."""
_USER = "system"


class Triggers:
    """Runs the triggers of one instance, one after the other, in a thread that begins with the first."""

    def __init__(
        self, folder: LiveFolder, outbound: OutboundLog, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder, self._outbound, self._now = folder, outbound, now
        self._wake = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def inserted(self, table: str) -> None:
        """A client has made a row of that table."""
        if table == TABLE:
            self._start()
            self._wake.set()

    def begin(self) -> None:
        """Go on with what an earlier run left."""
        if self._folder.instance.rows.has_rows(TABLE):
            self._start()

    def close(self) -> None:
        """End; a script that runs is waited for."""
        self._ended = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def run_due(self) -> float:
        """Run what is due; the seconds until the next look."""
        with self._folder.open(_USER) as tables:
            waiting = [dict(row) for row in tables.rows(TABLE) if _runs_once(row)]
        now = self._now().strftime(FORMAT)
        due = [row for row in waiting if row.get("next_action", "") <= now]
        for row in sorted(due, key=lambda row: row.get("next_action", "")):
            if not self._ended and self._folder.delete(TABLE, row["sys_id"], user=_USER):
                self._run(row)
        return 1.0 if len(due) < len(waiting) else LOOK_AGAIN

    def _run(self, row: Row) -> None:
        name = f"{TABLE}.{row.get('name') or row['sys_id']}"
        result = run_script(self._folder, self._outbound, row.get("script", ""), name=name, context=Context(user=_USER))
        if result.error is not None:
            told = {"level": "2", "source": name, "message": f"{result.error.message} ({result.error.where})"}
            self._folder.insert("syslog", told, user=_USER)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._loop, name="triggers", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        while not self._ended:
            self._wake.clear()
            seconds = LOOK_AGAIN
            with contextlib.suppress(MockUsageError):  # the disk, or the folder as an editor left it: the rows stay
                seconds = self.run_due()
            if not self._ended:
                self._wake.wait(seconds)


def _runs_once(row: Row) -> bool:
    return row.get("trigger_type", "0") == "0" and row.get("state", "0") in ("", "0") and bool(row.get("script"))
