"""`OutboundLog`: places calls for a live instance, and keeps what became of them.

Every call is a row of `sys_outbound_http_log`, whoever placed it; one that the Test link placed is a row of
`sys_soap_message_test`, too. The newest calls are kept whole, with the instance as it was, so that their reports can be
shown.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from guarded.values import dataclass
from sn_mock.exchange import Exchange
from sn_mock.instance import Instance
from sn_mock.live.state import LiveFolder
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.calls.tokens import Token
from sn_mock.outbound.messages.named import named_message
from sn_mock.outbound.messages.soap_message import SOAPMessageV2

KEPT_CALLS = 200
"""Whole calls that are kept in memory; the rows of the log stay."""
KEPT_BYTES = 16 << 20
"""Of requests and answers of the calls that are kept; the oldest go first, the newest stays."""
LOG = "sys_outbound_http_log"
TEST = "sys_soap_message_test"


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """One call that was placed."""

    id: str
    """The sys_id of its row in `sys_outbound_http_log`."""
    exchange: Exchange
    instance: Instance
    """The instance as it was when the call was placed."""
    source: str = "Test"
    """Who placed it: `Test`, or the script."""

    def diagnosed(self) -> Exchange:
        """The exchange with its findings: why it failed, and which record to change."""
        from sn_mock.diagnosis import diagnosed

        return diagnosed(self.exchange, self.instance)


class OutboundLog:
    """The calls of one live instance."""

    def __init__(self, folder: LiveFolder, where: Where | None = None) -> None:
        self._folder = folder
        self.where: Where = where or {}
        """What calls may reach (`allow_remote`, `hosts`), and their clock."""
        self._kept: OrderedDict[str, PlacedCall] = OrderedDict()
        self._bytes = 0
        self.tokens: dict[str, Token] = {}
        """Access tokens that calls of this instance share, as `Session.tokens`."""
        self._lock = threading.Lock()
        self._listeners: list[Callable[[PlacedCall], None]] = []

    def place(
        self,
        message: str,
        function: str,
        variables: Mapping[str, str] | None = None,
        *,
        endpoint: str = "",
        user: str = "admin",
        test: bool = True,
    ) -> PlacedCall:
        """Place a call of a SOAP or REST message, as its Test link does: the test values of the records, then
        `variables`. Raises `MockUsageError` where there is no such message or function."""
        instance = self._folder.instance
        outbound = named_message(message, function, instance=instance, **self.where)
        outbound.session.tokens = self.tokens
        for name, value in (variables or {}).items():
            outbound.setStringParameter(name, value)
        if endpoint:
            outbound.setEndpoint(endpoint)
        exchange = outbound.execute().exchange
        assert exchange is not None
        placed = self.keep(exchange, instance, user=user)
        if test and isinstance(outbound, SOAPMessageV2):
            self._folder.insert(TEST, _test_row(exchange), user=user)
        return placed

    def keep(self, exchange: Exchange, instance: Instance, *, user: str = "admin", source: str = "Test") -> PlacedCall:
        """Write the row of a call that was placed, and keep the call."""
        row = self._folder.insert(LOG, _log_row(exchange, user), user=user)
        placed = PlacedCall(row["sys_id"], exchange, instance, source)
        with self._lock:
            self._kept[placed.id] = placed
            self._bytes += _weight(exchange)
            while len(self._kept) > KEPT_CALLS or (self._bytes > KEPT_BYTES and len(self._kept) > 1):
                self._bytes -= _weight(self._kept.popitem(last=False)[1].exchange)
        for listener in self._listeners:
            listener(placed)
        return placed

    def call(self, sys_id: str) -> PlacedCall | None:
        """A kept call by the sys_id of its row; None where only the row is left (or not even that)."""
        return self._kept.get(sys_id)

    def calls(self) -> tuple[PlacedCall, ...]:
        """The kept calls, the newest first."""
        with self._lock:
            return tuple(reversed(self._kept.values()))

    def on_call(self, listener: Callable[[PlacedCall], None]) -> None:
        """Have `listener` called with every call that was placed; it must be quick."""
        self._listeners.append(listener)


def _weight(exchange: Exchange) -> int:
    """What its texts take, about: the answer is there as bytes and as a text."""
    own = len(exchange.request_body) + len(exchange.response.body) + len(exchange.response.content)
    return own + (_weight(exchange.token) if exchange.token else 0)


def _log_row(exchange: Exchange, user: str) -> dict[str, str]:
    row = {name: _text(value) for name, value in exchange.outbound_http_log.items()}
    return {**row, "user": user, "sequence": exchange.started.strftime("%Y%m%d%H%M%S%f")}


def _test_row(exchange: Exchange) -> dict[str, str]:
    """As the Test page saves it: the error where there was one, else the body (script include SOAPMessageGenerator)."""
    response = exchange.response
    return {
        "soap_function": exchange.function_id,
        "request": exchange.request_body,
        "response": response.error_message if response.have_error else response.body,
        "http_status": str(response.status_code),
    }


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
