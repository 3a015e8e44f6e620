"""The dialogue of a call: both transcripts as one list of lines, with the step at which it failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from guarded.values import dataclass
from sn_mock.exchange import Exchange
from sn_mock.failure import Stage
from sn_mock.java.x509.summaries import summary
from tls_transcript import (
    Alert,
    Certificate,
    CertificateRequest,
    ClientHello,
    Direction,
    Message,
    ServerHello,
    names,
)
from tls_transcript.registries import CIPHER_SUITES, VERSIONS

_NAMED_CAS = 3
_BEFORE_TLS = (Stage.ROUTE, Stage.KEYSTORE, Stage.CONNECT)


@dataclass(frozen=True, slots=True)
class Line:
    """One message, or the point at which the call broke off."""

    to_provider: bool
    label: str
    note: str = ""
    failed: bool = False
    """True for the step at which the call failed."""
    lost: bool = False
    """Sent by one side and never seen by the other."""


def dialogue(exchange: Exchange, visit: Mapping[str, Any] | None = None) -> tuple[Line, ...]:
    """The last connection's messages as the instance saw them, completed by what only the provider recorded."""
    lines = [
        Line(entry.direction is Direction.SENT, _label(entry.message), _note(entry.message), _ends(entry.message))
        for entry in exchange.transcript
    ]
    lines += _only_provider(exchange, visit)
    lines[_farewell(lines) :] = [*_http(exchange), *lines[_farewell(lines) :]]
    return tuple(_with_break(lines, exchange))


def _farewell(lines: list[Line]) -> int:
    """Where the closing alerts begin; HTTP was spoken before them."""
    position = len(lines)
    while position and lines[position - 1].note == "close_notify":
        position -= 1
    return position


def _label(message: Message) -> str:
    words = message.name.split("_")
    return "".join(word.capitalize() for word in words)


def _ends(message: Message) -> bool:
    return isinstance(message, Alert) and message.level_name == "fatal"


def _note(message: Message) -> str:
    if isinstance(message, ClientHello):
        offered = message.supported_versions or (message.legacy_version,)
        versions = ", ".join(VERSIONS.get(version, hex(version)) for version in offered if version in VERSIONS)
        return f"{versions}; server name {message.server_name or 'not sent'}"
    if isinstance(message, ServerHello):
        suite = CIPHER_SUITES.get(message.cipher_suite, hex(message.cipher_suite))
        return f"{VERSIONS.get(message.version, hex(message.version))}, {suite}"
    if isinstance(message, CertificateRequest):
        return _named_cas(message)
    if isinstance(message, Certificate):
        return _subjects(message)
    return message.description_name if isinstance(message, Alert) else ""


def _named_cas(message: CertificateRequest) -> str:
    if not message.authorities:
        return "names no CA"
    shown = [names.readable(authority) for authority in message.authorities[:_NAMED_CAS]]
    more = len(message.authorities) - len(shown)
    return "CAs: " + "; ".join(shown) + (f" and {more} more" if more else "")


def _subjects(message: Certificate) -> str:
    if not message.chain:
        return "empty: no certificate"
    read = summary(message.chain[0])
    leaf = read.subject if read else "unreadable"
    more = len(message.chain) - 1
    return leaf + (f" and {more} above it" if more else "")


def _only_provider(exchange: Exchange, visit: Mapping[str, Any] | None) -> list[Line]:
    """What the provider sent and the instance never saw: alerts above all."""
    if visit is None:
        return []
    seen = Counter(entry.message.name for entry in exchange.transcript if entry.direction is Direction.RECEIVED)
    lines = []
    for message in visit.get("transcript") or []:
        if message.get("direction") != "sent" or message["message"] in ("change_cipher_spec", "new_session_ticket"):
            continue
        if seen[message["message"]] > 0:
            seen[message["message"]] -= 1
        elif (
            message["message"] == "alert"
            and message.get("description_name", message.get("description")) != "close_notify"
        ):
            what = str(message.get("description_name") or message.get("description") or "")
            lines.append(Line(False, "Alert", what, failed=True, lost=True))
    return lines


def _http(exchange: Exchange) -> list[Line]:
    if not exchange.request_headers or (exchange.tls is None and exchange.response.status_code == 0):
        return []
    failure = exchange.failure
    if failure is not None and failure.stage in (*_BEFORE_TLS, Stage.HANDSHAKE):
        return []
    path = exchange.route.path if exchange.route else "/"
    lines = [Line(True, "HTTP request", path)]
    status = exchange.response.status_code
    if status:
        lines.append(Line(False, f"HTTP {status}", "", failed=status >= 400))
    return lines


def _with_break(lines: list[Line], exchange: Exchange) -> list[Line]:
    """Mark the end, where the call failed and no message says so itself."""
    failure = exchange.failure
    if failure is None or failure.stage in _BEFORE_TLS or any(line.failed for line in lines):
        return lines
    text = str(failure.java[0]) if failure.java else failure.cause
    return [*lines, Line(False, "the call ends here", text, failed=True)]
