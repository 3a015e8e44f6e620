"""The page of Java texts: which alert or event makes which client print which exception."""

from __future__ import annotations

from sn_mock.outbound.alerts import ALERT_TEXTS
from sn_mock.outbound.event_texts import EVENT_TEXTS, Event, EventText
from sn_mock.outbound.http_clients import HTTP_CLIENTS
from sn_mock.reference.markdown import NOTICE, code, table


def java_texts_page() -> str:
    """Alerts, events and HTTP clients, each row with its evidence."""
    clients = [
        (code(client.name), client.library, str(client.evidence), client.source) for client in HTTP_CLIENTS.values()
    ]
    alerts = [
        (str(row.number), code(f"{row.java_class}: Received fatal alert: {row.name}"), str(row.evidence), row.source)
        for row in ALERT_TEXTS.values()
        if row.name != "close_notify"
    ]
    events = [
        (str(row.event), code(row.cause), _clients(row), _generations(row), _chain(row), str(row.evidence), row.source)
        for row in sorted(EVENT_TEXTS, key=lambda row: list(Event).index(row.event))
    ]
    return (
        f"# Java texts\n\n{NOTICE}\n"
        "What an instance prints when the provider, or the way to it, fails. `sn-mock explain` searches these texts.\n"
        "Which HTTP client and which Java a release runs is in [releases.md](releases.md).\n\n"
        "## HTTP clients\n\n" + table(("client", "library", "evidence", "source"), clients) + "\n## Alerts\n\n"
        "A fatal alert from the provider, in the handshake or (TLS 1.3) after it.\n\n"
        + table(("number", "text", "evidence", "source"), alerts)
        + "\n## Events\n\n"
        "Everything else: the endpoint's text, the way to the provider, the handshake, the response. From the\n"
        "outermost exception to the root cause; words in braces stand for the call's own values. Where rows differ by\n"
        "client or Java generation, the first that fits answers.\n\n"
        + table(("event", "cause", "client", "Java", "exceptions", "evidence", "source"), events)
    )


def _clients(row: EventText) -> str:
    return "all" if set(row.http_clients) == set(HTTP_CLIENTS) else ", ".join(code(name) for name in row.http_clients)


def _generations(row: EventText) -> str:
    if row.last_java >= 1_000:
        return "" if row.first_java <= 8 else f"{row.first_java} and later"
    return f"up to {row.last_java}" if row.first_java <= 8 else f"{row.first_java} to {row.last_java}"


def _chain(row: EventText) -> str:
    links = [code(name if text is None else f"{name}: {text}") for name, text in row.chain]
    return "\n".join(links) or "no error"
