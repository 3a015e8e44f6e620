"""Calls with all that is known of them: the provider's record where it is ours, the findings, the records to change."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta

from guarded.values import dataclass
from sn_mock.diagnosis import diagnosed
from sn_mock.exchange import Exchange
from sn_mock.live.console.desk.background import Background
from sn_mock.live.console.desk.mentions import Told, told
from sn_mock.live.console.desk.providers import Providers
from sn_mock.live.live_instance import LiveInstance
from sn_mock.live.outbound import PlacedCall
from sn_mock.report import headline
from sn_mock.report.story import VisitRecord

_VISIT_SECONDS = 1.0
"""How long the record of a connection that is just over may take to arrive."""
_JUST_NOW = timedelta(seconds=200)
"""A call takes 175 seconds at most before its connection is over (docs, `glide.http.timeout`)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One call that is kept whole."""

    id: str
    """sys_id of its row of the log."""
    exchange: Exchange
    """With its findings."""
    visit: VisitRecord | None
    """The provider's record of its last connection, where the provider runs here."""
    findings: tuple[Told, ...]
    source: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What was typed for its variables."""

    @property
    def ok(self) -> bool:
        """It succeeded, and no rule fired."""
        return self.exchange.ok and not self.exchange.findings

    @property
    def headline(self) -> str:
        """Outcome and cause in one line."""
        return headline(self.exchange)


class Placed:
    """The calls of the instance, each judged once: when somebody looks at it."""

    def __init__(self, live: LiveInstance, providers: Providers, background: Background) -> None:
        self._live, self._providers, self._background = live, providers, background
        self._lock = threading.Lock()
        self._known: dict[str, Judged] = {}
        self._values: dict[str, Mapping[str, str]] = {}

    def test(self, message: str, function: str, values: Mapping[str, str] | None = None) -> Judged:
        """Place a call with the records' test values, then these: the related link *Test*."""
        self._providers.follow()
        placed = self._live.outbound.place(message, function, values)
        with self._lock:
            self._values[placed.id] = dict(values or {})
        return self._judged(placed)

    def call(self, sys_id: str) -> Judged | None:
        """A call that is kept; None where only its row is left, or not even that."""
        placed = self._live.outbound.call(sys_id)
        return self._judged(placed) if placed else None

    def newest(self) -> Judged | None:
        """The last call."""
        calls = self._live.outbound.calls()
        return self._judged(calls[0]) if calls else None

    def last_failed(self) -> Judged | None:
        """The last call that failed."""
        return next((one for placed in self._live.outbound.calls() if not (one := self._judged(placed)).ok), None)

    def _judged(self, placed: PlacedCall) -> Judged:
        with self._lock:
            judged = self._known.get(placed.id)
            if judged is None:
                judged = self._known[placed.id] = self._judge(placed)
                for gone in [one for one in self._known if self._live.outbound.call(one) is None]:
                    del self._known[gone]
                    self._values.pop(gone, None)
            return judged

    def _judge(self, placed: PlacedCall) -> Judged:
        recent = datetime.now(UTC) - placed.exchange.started < _JUST_NOW
        patience = _VISIT_SECONDS if recent else 0.0
        visit = self._providers.visit(placed.exchange, patience)
        exchange = diagnosed(placed.exchange, placed.instance, visit)
        names = (exchange.message, exchange.function)
        findings = tuple(told(one, placed.instance, *names) for one in exchange.findings)
        told_of = visit or self._background.visit(placed.exchange, patience)
        return Judged(placed.id, exchange, told_of, findings, placed.source, self._values.get(placed.id, {}))
