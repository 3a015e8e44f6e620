"""Alert or I/O event to Java's exception chain, for each HTTP client and Java generation.

`for_alert` reads the table in `alerts`, `for_event` the one in `event_texts`. Pure; the tables carry sources.
"""

from __future__ import annotations

from collections.abc import Sequence

from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions import alerts, event_texts, http_clients
from sn_mock.java.exceptions.event_texts import Event, EventText
from sn_mock.java.lang.addresses import is_address, java_address
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

__all__ = ["Event", "for_alert", "for_event", "row_for"]


def for_alert(level: int, description: int, *, java: Jdk, handshake: bool = True) -> JavaChain:
    """What a JSSE client throws on receiving this alert; () where it carries on.

    `handshake` is False once the client's side of the handshake is complete. In TLS 1.3 that is where the refusal of a
    client certificate arrives; a fatal alert then reads as in the handshake, close_notify is the end of the stream, and
    warnings are ignored.
    """
    if not java.has(Feature.JSSE_11):
        return _for_alert_of_java_8(level, description, handshake)
    row = alerts.ALERT_TEXTS.get(description)
    if row is None:
        signed = description - 256 if description > 127 else description  # Java prints the byte
        return alerts.own_exception(alerts.UNEXPECTED_MESSAGE, f"Unknown alert description ({signed})", java=java)
    if description == alerts.CLOSE_NOTIFY:
        if not handshake:
            return ()
        return alerts.own_exception(alerts.UNEXPECTED_MESSAGE, "Received close_notify during handshake", java=java)
    if description == alerts.USER_CANCELED:
        if level == alerts.WARNING:
            return ()
        return alerts.own_exception(alerts.USER_CANCELED, "Received fatal close_notify alert", java=java)
    if level == alerts.WARNING:
        if not (row.handshake_only and handshake):
            return ()
        received = "Received" if java.has(Feature.CAPITAL_WARNING) else "received"
        return alerts.own_exception(alerts.HANDSHAKE_FAILURE, f"{received} handshake warning: {row.name}", java=java)
    return alerts.own_exception(row.number, f"Received fatal alert: {row.name}", java=java)


_NO_ALERT = 255


def _for_alert_of_java_8(level: int, description: int, handshake: bool) -> JavaChain:
    """Before 8u261: every warning ends a handshake, and -1 counts as a record that is too short."""
    if description == _NO_ALERT:
        return (JavaException(alerts.SSL_EXCEPTION, "Short alert message"),)
    name = alerts.old_name(description)
    if level != alerts.WARNING:
        return (JavaException(alerts.old_class(description), f"Received fatal alert: {name}"),)
    if not handshake:
        return ()
    if description == alerts.CLOSE_NOTIFY:
        return (JavaException(alerts.SSL_EXCEPTION, "Received close_notify during handshake"),)
    return (JavaException(alerts.PROTOCOL_EXCEPTION, f"handshake alert:  {name}"),)  # two blanks, as Java has it


def row_for(event: Event, *, http_client: str, java: Jdk) -> EventText:
    """The row that answers for this event, client and Java generation; raises MockUsageError for an unknown client."""
    client = http_clients.checked(http_client)
    return next(
        row
        for row in event_texts.EVENT_TEXTS
        if row.event is event and client in row.http_clients and row.javas.covers(java)
    )


def for_event(
    event: Event,
    *,
    http_client: str,
    java: Jdk,
    host: str,
    port: int,
    addresses: Sequence[str] = (),
    timeout_ms: int | None = None,
    scheme: str = "https",
    url: str | None = None,
    detail: str = "",
) -> JavaChain:
    """The exception chain for something that happened to the connection or to the endpoint's text.

    `addresses` are all numeric addresses the host resolved to (default: the host itself), `timeout_ms` is the limit in
    milliseconds, `detail` whatever the row's text quotes (a length, a name, a status line).
    """
    row = row_for(event, http_client=http_client, java=java)
    values = {
        "host": host,
        "port": str(port),
        "addresses": ", ".join(_inet_address(host, address) for address in addresses or (host,)),
        "timeout_ms": "" if timeout_ms is None else str(timeout_ms),
        "scheme": scheme,
        "url": url or f"{scheme}://{host}:{port}/",
        "detail": detail,
    }
    return tuple(
        JavaException(class_name, None if text is None else text.format_map(values)) for class_name, text in row.chain
    )


def _inet_address(host: str, address: str) -> str:
    """`InetAddress.toString()`: `name/1.2.3.4`, `/1.2.3.4` for a host given as a number; IPv6 without `::`."""
    name = "" if is_address(host) else host
    return f"{name}/{java_address(address)}" if is_address(address) else address
