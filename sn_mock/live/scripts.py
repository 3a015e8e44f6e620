"""Scripts of a live instance: they see its tables as clients do, and what they write is everybody's at once."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager

from sn_mock.instance import Instance
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.state import LiveFolder
from sn_mock.live.tables import LiveTables
from sn_mock.outbound.calls.session import Session, of_environment
from sn_mock.outbound.messages.session import entered
from sn_mock.scripting import Context, Limits, ScriptResult, run_in

MOST_LOGGED = 1000
"""Lines of one script that become rows of `syslog`."""
_LEVELS = {"debug": "-1", "info": "0", "warn": "1", "error": "2"}
"""Docs, syslog: the levels as they are stored."""


class LiveSession(Session):
    """A script's session on the live folder: `instance` is the present one, and setting it writes it."""

    def __init__(self, folder: LiveFolder, outbound: OutboundLog) -> None:
        self._folder = folder
        where = outbound.where
        self.when = where.get("when")
        self.allow_remote = where.get("allow_remote", False)
        self.hosts = dict(where.get("hosts") or {})
        self.pool = None
        self.recorder = where.get("recorder") or of_environment()
        self.pending = weakref.WeakSet()
        self.tokens = outbound.tokens
        self.shared = True

    @property
    def instance(self) -> Instance:
        """The instance as it is now."""
        return self._folder.instance

    @instance.setter
    def instance(self, changed: Instance) -> None:
        self._folder.instance = changed

    def guard(self) -> AbstractContextManager[object]:
        """See `Session`."""
        return self._folder.open()

    def change(self, step: Callable[[Instance], Instance]) -> None:
        """See `Session`."""
        self._folder.change(step)


def run_script(
    folder: LiveFolder,
    outbound: OutboundLog,
    source: str,
    *,
    name: str,
    context: Context,
    limits: Limits | None = None,
) -> ScriptResult:
    """Run a script on the live instance; the calls that it places stand in the outbound log."""
    with entered(LiveSession(folder, outbound)) as session:
        result = run_in(session, source, name=name, limits=limits, context=context, view=LiveTables)
    for line in result.log[:MOST_LOGGED]:
        row = {"level": _LEVELS.get(line.level, "0"), "message": line.text, "source": name}
        folder.insert("syslog", row, user=context.user or "system")
    for exchange in result.exchanges:
        outbound.keep(exchange, folder.instance, user=context.user or "system", source=name)
    return result
