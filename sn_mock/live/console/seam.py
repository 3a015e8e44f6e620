"""What the console needs of a live instance, and nothing more: the pages work on these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sn_mock.exchange import Exchange
from sn_mock.instance import Instance
from sn_mock.query import InstanceTables
from sn_mock.report.story import VisitJson


class Folder(Protocol):
    """The instance folder while it is served."""

    path: Path
    problem: str
    """Why the folder cannot be read as it is now; empty while all is well."""
    version: int
    """Grows with every change, whoever made it."""

    @property
    def instance(self) -> Instance:
        """The instance as it is now."""

    def change(self, step: Callable[[Instance], Instance]) -> Instance:
        """Make another state of the present one, on disk before it is in force."""

    def open(self, user: str = "admin") -> AbstractContextManager[InstanceTables]:
        """The tables, with nobody else at them."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One outbound call that was placed."""

    id: str
    """sys_id of its row of `sys_outbound_http_log`."""
    exchange: Exchange
    """With its findings."""
    visit: VisitJson | None = None
    """The provider's record of its last connection, where the provider is one of ours."""

    @property
    def started(self) -> datetime:
        """When it was placed, UTC."""
        return self.exchange.started


class Calls(Protocol):
    """The outbound calls, whoever placed them: a form, a script, a client of the REST API."""

    def calls(self) -> Sequence[Logged]:
        """Those that are kept, oldest first."""

    def call(self, sys_id: str) -> Logged | None:
        """One of them."""

    def test(self, table: str, sys_id: str) -> Logged:
        """Place the call of a function's record, with its test values: the related link *Test*."""
