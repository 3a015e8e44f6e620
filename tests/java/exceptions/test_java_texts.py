"""Alerts, I/O events and causes: the tables, and what is read out of them. Texts were measured on JDK 17 and 25."""

from __future__ import annotations

import pytest

from sn_mock.failure import MockUsageError, Stage
from sn_mock.java.exceptions import causes
from sn_mock.java.exceptions.alerts import ALERT_TEXTS, FATAL, WARNING
from sn_mock.java.exceptions.event_texts import EVENT_TEXTS
from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, TELEMETRY, URLCONNECTION
from sn_mock.java.exceptions.java_texts import Event, for_alert, for_event, row_for
from sn_mock.java.httpclient.clients import HTTP_CLIENTS
from sn_mock.java.lang.features import Feature, update_name
from sn_mock.java.lang.jdk import GENERATIONS, REFERENCE, JavaName, named

SSL = "javax.net.ssl."
PLAIN = {20, 21, 22, 30, 80, 86}
SPECIAL = {0, 10, 90}
JAVAS = (*GENERATIONS, *(update_name(*one) for each in Feature for one in each.value.since if one[0] in GENERATIONS))
"""Each generation's measured update, and each update that changed something."""


def alert(level: int, number: int, *, java: JavaName = 17, handshake: bool = True) -> str:
    """The chain as one line."""
    return " <- ".join(map(str, for_alert(level, number, java=named(java), handshake=handshake)))


@pytest.mark.parametrize("number", sorted(set(ALERT_TEXTS) - PLAIN - SPECIAL))
def test_alerts_of_the_handshake(number: int) -> None:
    """Their fatal form is an SSLHandshakeException with the RFC name; 17.0.19, 21.0.13 and 25 put the name in front."""
    name = ALERT_TEXTS[number].name
    assert alert(FATAL, number) == f"{SSL}SSLHandshakeException: Received fatal alert: {name}"
    for java in (25, "17.0.19", "21.0.13"):
        assert alert(FATAL, number, java=java) == f"{SSL}SSLHandshakeException: ({name}) Received fatal alert: {name}"
    for java in ("17.0.15", "21.0.8", "11.0.32", "8u504"):
        assert alert(FATAL, number, java=java) == f"{SSL}SSLHandshakeException: Received fatal alert: {name}"


@pytest.mark.parametrize("number", sorted(PLAIN))
def test_other_alerts(number: int) -> None:
    """Alerts that may come at any time are plain SSLExceptions."""
    assert alert(FATAL, number) == f"{SSL}SSLException: Received fatal alert: {ALERT_TEXTS[number].name}"


@pytest.mark.parametrize(
    ("level", "number", "expected"),
    [
        (FATAL, 0, "SSLProtocolException: Received close_notify during handshake"),
        (WARNING, 0, "SSLProtocolException: Received close_notify during handshake"),
        (FATAL, 10, "SSLProtocolException: Received fatal alert: unexpected_message"),
        (FATAL, 90, "SSLException: Received fatal close_notify alert"),
        (FATAL, 255, "SSLProtocolException: Unknown alert description (-1)"),
        (WARNING, 255, "SSLProtocolException: Unknown alert description (-1)"),
        (FATAL, 128, "SSLProtocolException: Unknown alert description (-128)"),
        (FATAL, 61, "SSLProtocolException: Unknown alert description (61)"),
        (WARNING, 41, "SSLHandshakeException: received handshake warning: no_certificate"),
        (WARNING, 112, "SSLHandshakeException: received handshake warning: unrecognized_name"),
        (3, 40, "SSLHandshakeException: Received fatal alert: handshake_failure"),
    ],
)
def test_alerts_with_a_rule_of_their_own(level: int, number: int, expected: str) -> None:
    """close_notify, user_canceled, unknown numbers, warnings, an unknown level."""
    assert alert(level, number) == SSL + expected


@pytest.mark.parametrize(("level", "number"), [(WARNING, 90), (WARNING, 20)])
def test_warnings_java_ignores(level: int, number: int) -> None:
    """Nothing is thrown; what follows decides."""
    assert alert(level, number) == ""


def test_after_the_handshake() -> None:
    """A late fatal alert (TLS 1.3's refusal) reads the same; close_notify is the end of the stream; warnings pass."""
    assert (
        alert(FATAL, 116, handshake=False) == f"{SSL}SSLHandshakeException: Received fatal alert: certificate_required"
    )
    assert alert(WARNING, 0, handshake=False) == ""
    assert alert(WARNING, 41, handshake=False) == ""


def test_every_event_is_worded_for_every_client_and_java() -> None:
    """No hole in the table: one row answers each question, its cause is a known word, its templates fill."""
    for event in Event:
        for client in HTTP_CLIENTS:
            for java in JAVAS:
                row = row_for(event, http_client=client, java=named(java))
                assert row.cause in causes.CAUSES or row.cause == "protocol-version", row
                chain = for_event(event, http_client=client, java=named(java), host="h{0}", port=1, detail="{d}")
                assert all(link.message is None or "{host}" not in link.message for link in chain)


def test_every_row_is_reached_and_has_a_source() -> None:
    """No row is hidden behind an earlier one."""
    reached = {
        id(row_for(event, http_client=client, java=named(java)))
        for event in Event
        for client in HTTP_CLIENTS
        for java in JAVAS
    }
    for row in EVENT_TEXTS:
        assert id(row) in reached, row
        assert row.source, row


@pytest.mark.parametrize(
    ("event", "client", "java", "expected"),
    [
        (Event.CONNECTION_REFUSED, COMMONS, 17, ["java.net.ConnectException: Connection refused"]),
        (Event.CONNECTION_REFUSED, COMMONS, 11, ["java.net.ConnectException: Connection refused (Connection refused)"]),
        (
            Event.CONNECTION_REFUSED,
            COMMONS,
            "21.0.13",
            ["java.net.ConnectException: Connection refused (connect failed)"],
        ),
        (Event.CONNECTION_REFUSED, COMMONS, "21.0.8", ["java.net.ConnectException: Connection refused"]),
        (Event.CONNECTION_REFUSED_IN_LIBRARY, COMMONS, "21.0.13", ["java.net.ConnectException: Connection refused"]),
        (
            Event.TAG_MISMATCH,
            COMMONS,
            "17.0.19",
            [f"{SSL}SSLException: (bad_record_mac) Tag mismatch!", "javax.crypto.AEADBadTagException: Tag mismatch!"],
        ),
        (
            Event.CONNECTION_REFUSED,
            HTTPCLIENT4,
            17,
            [
                "org.apache.http.conn.HttpHostConnectException: Connect to acme.test:8443 [acme.test/127.0.0.1, "
                "acme.test/0:0:0:0:0:0:0:1] failed: Connection refused",
                "java.net.ConnectException: Connection refused",
            ],
        ),
        (Event.CONNECT_TIMEOUT, COMMONS, 8, ["java.net.SocketTimeoutException: connect timed out"]),
        (Event.CONNECT_TIMEOUT, COMMONS, 17, ["java.net.SocketTimeoutException: Connect timed out"]),
        (
            Event.CONNECT_TIMEOUT_IN_LIBRARY,
            COMMONS,
            17,
            [
                "org.apache.commons.httpclient.ConnectTimeoutException: "
                "The host did not accept the connection within timeout of 10000 ms"
            ],
        ),
        (Event.HANDSHAKE_TIMEOUT, TELEMETRY, 17, []),
        (Event.UNKNOWN_HOST, HTTPCLIENT4, 17, ["java.net.UnknownHostException: acme.test: Name or service not known"]),
        (Event.UNKNOWN_HOST, COMMONS, 17, ["java.net.UnknownHostException: acme.test"]),
        (
            Event.EOF_IN_HANDSHAKE,
            COMMONS,
            25,
            [
                "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake",
                "java.io.EOFException: SSL peer shut down incorrectly",
            ],
        ),
        (
            Event.EOF_BEFORE_RESPONSE,
            COMMONS,
            17,
            ["org.apache.commons.httpclient.NoHttpResponseException: The server acme.test failed to respond"],
        ),
        (
            Event.EOF_BEFORE_RESPONSE,
            URLCONNECTION,
            17,
            ["java.net.SocketException: Unexpected end of file from server"],
        ),
        (Event.UNSUPPORTED_SCHEME, COMMONS, 17, ["java.lang.IllegalStateException: unsupported protocol: 'myhttps'"]),
    ],
)
def test_events_in_each_clients_words(event: Event, client: str, java: JavaName, expected: list[str]) -> None:
    """A sample of every kind of difference: library, Java generation, what the text quotes."""
    chain = for_event(
        event,
        http_client=client,
        java=named(java),
        host="acme.test",
        port=8443,
        addresses=("127.0.0.1", "::1"),
        timeout_ms=10000,
        scheme="myhttps",
    )
    assert [str(link) for link in chain] == expected


def test_a_client_without_a_table_is_our_callers_mistake() -> None:
    """The error lists the names there are."""
    with pytest.raises(MockUsageError, match=r"commons-httpclient-3\.1"):
        row_for(Event.NOT_TLS, http_client="curl", java=REFERENCE)
    assert row_for(Event.NOT_TLS, http_client=COMMONS, java=REFERENCE).cause == "not-tls"


@pytest.mark.parametrize(
    ("number", "requested", "sent", "expected"),
    [
        (116, False, False, "certificate-required"),
        (42, True, False, "certificate-required"),
        (40, True, False, "certificate-required"),
        (42, True, True, "bad-certificate"),
        (40, False, False, "handshake-failure"),
        (48, True, True, "unknown-ca"),
        (200, False, False, "unknown-alert"),
    ],
)
def test_the_cause_of_an_alert(number: int, requested: bool, sent: bool, expected: str) -> None:
    """After an empty Certificate, handshake_failure and bad_certificate mean that one was wanted."""
    assert causes.for_alert(number, certificate_requested=requested, certificate_sent=sent) == expected
    assert causes.stage_of(expected) is Stage.HANDSHAKE
