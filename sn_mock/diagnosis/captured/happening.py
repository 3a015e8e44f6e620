"""What went wrong on a connection of a capture: a sentence, and the text that the instance's Java has for it.

A table of questions, asked in this order; the first that fits names the trouble. Times are those of the capture.
"""

from __future__ import annotations

from collections.abc import Callable

from captures.story import CLIENT, SERVER, Connection, Ended
from guarded.values import dataclass
from sn_mock.java.exceptions import java_texts
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.lang.jdk import REFERENCE

_CLIENT_LIBRARY = "commons-httpclient-3.1"
_FATAL = 2


@dataclass(frozen=True, slots=True)
class Happening:
    """The trouble of one connection."""

    says: str
    """What happened, in a sentence."""
    line: str
    """The text by which it is judged; empty where the wire alone does not tell what to look for."""
    refused_by: str = ""
    """`client` or `server`, where one of them refused the other."""


def happening(connection: Connection, *, speaks_tls: bool = False) -> Happening | None:
    """What went wrong; None where nothing did, as far as the capture shows.

    `speaks_tls`: on other connections of the capture, the server's port does.
    """
    if connection.protocol == "http":
        return _plain_http(connection, speaks_tls=speaks_tls)
    return next((found for ask in _QUESTIONS if (found := ask(connection)) is not None), None)


def _after(connection: Connection, time: int) -> str:
    return f"{(time - connection.began) / 1e6:,.1f} ms after the first frame"


def _of_event(connection: Connection, event: Event) -> str:
    host, port = connection.server
    chain = java_texts.for_event(event, http_client=_CLIENT_LIBRARY, java=REFERENCE, host=host, port=port)
    return "\n".join(str(one) for one in chain)


def _end(connection: Connection, kind: str, by: str) -> Ended | None:
    return next((end for end in connection.endings if (end.kind, end.by) == (kind, by)), None)


def _not_connected(connection: Connection) -> Happening | None:
    if not connection.syns or connection.accepted or any(connection.octets):
        return None
    refusal = _end(connection, "rst", SERVER)
    if refusal is not None:
        return Happening(
            "the server's system refused the connection (RST): nothing listens there",
            _of_event(connection, Event.CONNECTION_REFUSED),
        )
    times = f"{connection.syns} times" if connection.syns > 1 else "once"
    return Happening(
        f"the client asked for a connection {times} and got no answer", _of_event(connection, Event.CONNECT_TIMEOUT)
    )


def _plain_http(connection: Connection, *, speaks_tls: bool) -> Happening | None:
    alert = connection.fatal
    if alert is not None or speaks_tls or "plain http" in connection.http.page.lower():
        how = f"the alert {alert[2].description_name}" if alert is not None else connection.http.answer or "no answer"
        return Happening(
            f"the client speaks plain HTTP ({connection.http.request}) to a port that wants TLS, and gets {how}",
            "The plain HTTP request was sent to HTTPS port",
            SERVER,
        )
    if connection.http.turned_away:
        return _status(connection)
    if not connection.octets[1] and connection.endings:
        return Happening(
            f"the client speaks plain HTTP ({connection.http.request}) and gets no answer; a TLS port would do so",
            _of_event(connection, Event.EOF_BEFORE_RESPONSE),
        )
    return None


def _alert(connection: Connection) -> Happening | None:
    found = connection.fatal
    if found is None:
        return None
    time, by, alert = found
    name, number = alert.description_name, alert.description
    says = f"the {by} sent the alert {name} ({number}), {_after(connection, time)}"
    if by == CLIENT:
        return Happening(says, f"SEND TLSv1.2 ALERT: fatal, description = {name}", CLIENT)
    chain = java_texts.for_alert(_FATAL, number, java=REFERENCE)
    return Happening(says, "\n".join(map(str, chain)), SERVER)


def _sealed_refusal(connection: Connection) -> Happening | None:
    by = connection.refused_sealed
    if by is None:
        return None
    time = connection.last_sealed_alert[0 if by == CLIENT else 1]
    whose = "after it had got the server's flight" if by == CLIENT else "after the client's last flight"
    return Happening(
        f"the {by} ended the handshake {whose} with a record of just the length of an alert, "
        f"{_after(connection, time)}; TLS 1.3 seals what it says",
        "",
        by,
    )


def _status(connection: Connection) -> Happening | None:
    http = connection.http
    if not http.turned_away:
        return None
    return Happening(f"the server answered: {http.answer}", f"{http.answer}\n{http.page}")


def _not_tls(connection: Connection) -> Happening | None:
    if connection.protocol != "tls" or connection.chosen is not None or not connection.http.status:
        return None
    return Happening(
        f"the client greets in TLS and the server answers in plain HTTP: {connection.http.answer}",
        _of_event(connection, Event.NOT_TLS),
    )


def _proxy(connection: Connection) -> Happening | None:
    if connection.protocol != "proxy":
        return None
    answer = connection.http.answer or "no answer"
    return Happening(
        f"the proxy did not open a tunnel to {connection.proxy}: {answer}",
        f"Unable to tunnel through proxy. Proxy returns {answer}",
    )


def _broken_off(connection: Connection) -> Happening | None:
    """The handshake, or the call behind it, ended without a word."""
    if connection.protocol != "tls" or connection.hello is None:
        return None
    if not connection.endings:
        return None if connection.missing else _unfinished(connection)
    first = min(connection.endings, key=lambda end: end.time)
    done = connection.handshake_complete
    if connection.answered or (done and first.by == CLIENT and not connection.application[0]):
        return None
    where = "before the client's last octets were answered" if done else "in the handshake"
    how = {"rst": "reset the connection (RST)", "fin": "closed the connection (FIN)"}[first.kind]
    says = f"the {first.by} {how} {where}, {_after(connection, first.time)}"
    if first.by == CLIENT:
        silent = connection.octets[1] == 0
        if not silent and not done:
            return Happening(f"{says}, without an alert", "", CLIENT)
        return Happening(
            f"{says}: the server had " + ("said nothing" if silent else "not answered the request"),
            _of_event(connection, Event.HANDSHAKE_TIMEOUT if silent else Event.READ_TIMEOUT),
        )
    if first.kind == "rst":
        return Happening(says, _of_event(connection, Event.RESET_BEFORE_RESPONSE if done else Event.RESET), SERVER)
    return Happening(says, _of_event(connection, Event.EOF_BEFORE_RESPONSE if done else Event.EOF_IN_HANDSHAKE), SERVER)


def _unfinished(connection: Connection) -> Happening | None:
    """The capture ends first."""
    if connection.handshake_complete:
        return None
    waited = _after(connection, connection.ended)
    if connection.accepted and not connection.octets[1]:
        return Happening(
            f"the server had not answered the client's greeting when the capture ended, {waited}",
            _of_event(connection, Event.HANDSHAKE_TIMEOUT),
        )
    return Happening(f"the capture ends in the middle of the handshake, {waited}", "")


_QUESTIONS: tuple[Callable[[Connection], Happening | None], ...] = (
    _not_connected,
    _proxy,
    _not_tls,
    _alert,
    _sealed_refusal,
    _status,
    _broken_off,
)
