"""Calls replayed over real TLS through each HTTP client: who sends what, who is told what, how often it is tried.

The expectations are what the same four clients did on JDK 17 against an OpenSSL provider.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from sn_mock.exchange import Exchange
from sn_mock.instance import Instance
from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, TELEMETRY, URLCONNECTION
from sn_mock.lab.pki import KeySpec, KeystoreSpec, Pki
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from tls_transcript import Certificate, Direction

CLIENTS = (COMMONS, TELEMETRY, HTTPCLIENT4, URLCONNECTION)
NONE_SENT = ("handshake_failure", "certificate_required")


@dataclass(frozen=True)
class Case:
    """What stands in the keystore, what the provider advertises, and what comes of it."""

    name: str
    identity: str
    chain: str = "full"
    advertise: str = "trusted"
    sent: bool = True
    alerts: tuple[str, str] | None = None
    """In TLS 1.2 and in 1.3; None: the call succeeds."""


CASES = (
    Case("healthy", "acme-client"),
    Case("leaf only, root advertised", "acme-client", "leaf", sent=False, alerts=NONE_SENT),
    Case("leaf only, nothing advertised", "acme-client", "leaf", "none", alerts=("unknown_ca", "unknown_ca")),
    Case("unrelated, root advertised", "unrelated-client", sent=False, alerts=NONE_SENT),
    Case("unrelated, nothing advertised", "unrelated-client", advertise="none", alerts=("unknown_ca", "unknown_ca")),
    Case("self-signed", "self-signed-client", advertise="none", alerts=("unknown_ca", "unknown_ca")),
    Case("expired", "expired-client", alerts=("certificate_expired", "certificate_expired")),
    Case("not valid yet", "future-client", alerts=("bad_certificate", "bad_certificate")),
    Case("for servers", "server-auth-client", alerts=("unsupported_certificate", "unsupported_certificate")),
)


def replay(instance: Instance, client: str) -> Exchange:
    """One call of that client on Java 17."""
    instance = instance.with_quirk("http_client", client).with_quirk("java", 17)
    instance = instance.with_quirk("tls_versions", ("TLSv1.2", "TLSv1.3"))
    exchange = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute().exchange
    assert exchange is not None
    return exchange


def certificates_sent(exchange: Exchange) -> list[int]:
    """How many certificates each Certificate message of ours held."""
    return [
        len(entry.message.chain)
        for entry in exchange.transcript
        if entry.direction is Direction.SENT and isinstance(entry.message, Certificate)
    ]


def expected(case: Case, client: str, tls: str) -> tuple[list[str], int]:
    """The exception chain and the number of connections."""
    if case.alerts is None:
        return [], 1
    late = tls == "1.3"
    if client == TELEMETRY and not late:
        return ["java.net.SocketException: Socket is closed"], 4
    text = f"javax.net.ssl.SSLHandshakeException: Received fatal alert: {case.alerts[late]}"
    return [text], 2 if client == URLCONNECTION and late else 1


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_client_certificates(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki, case: Case, tls: str
) -> None:
    """Alias, certificates sent, exception chain and connections, for all four clients."""
    store = KeystoreSpec(keys=(KeySpec("acme", case.identity, chain=case.chain),))
    length = {"full": len(pki[case.identity].der_chain), "leaf": 1}[case.chain] if case.sent else 0
    with serve(tls_min=tls, tls_max=tls, advertise=case.advertise) as provider:
        instance = make_instance(provider.port, store)
        for client in CLIENTS:
            provider.clear()
            # when
            exchange = replay(instance, client)
            chain, connections = expected(case, client, tls)
            provider.wait_for_visits(connections)
            # then
            assert (
                [str(thrown) for thrown in exchange.failure.java if exchange.failure] == chain if chain else exchange.ok
            )
            assert exchange.key_choice is not None
            assert (exchange.key_choice.alias, exchange.key_choice.sent) == ("acme" if case.sent else None, case.sent)
            assert certificates_sent(exchange) == [length]
            assert (len(exchange.attempts), len(provider.visits)) == (connections, connections)


PATH = (
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
    "sun.security.provider.certpath.SunCertPathBuilderException: "
    "unable to find valid certification path to requested target"
)
CLOSED = "java.net.SocketException: Socket is closed"


def told(exchange: Exchange) -> tuple[str | None, int]:
    """The outermost exception, and how many connections were made."""
    return (str(exchange.failure.java[0]) if exchange.failure else None), len(exchange.attempts)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_an_unknown_ca(serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str) -> None:
    """Every client refuses it in the same words; behind the telemetry only a closed socket is left, four times."""
    with serve(tls_min=tls, tls_max=tls) as provider:
        instance = make_instance(provider.port, trusted="unrelated-root")
        for client in CLIENTS:
            assert told(replay(instance, client)) == ((CLOSED, 4) if client == TELEMETRY else (PATH, 1))


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_another_host_name(serve: Callable[..., Any], make_instance: Callable[..., Instance], tls: str) -> None:
    """commons-httpclient does not notice; the other two compare, each in its own words."""
    with serve(tls_min=tls, tls_max=tls) as provider:
        instance = make_instance(provider.port)
        (function,) = instance.soap_functions
        instance = instance.replace(function, soap_endpoint=f"https://elsewhere.localhost:{provider.port}/tickets")
        for client in (COMMONS, TELEMETRY):
            assert told(replay(instance, client)) == (None, 1)
        assert told(replay(instance, HTTPCLIENT4)) == (
            "javax.net.ssl.SSLPeerUnverifiedException: Certificate for <elsewhere.localhost> doesn't match any of the "
            "subject alternative names: [localhost, tickets.localhost, 127.0.0.1]",
            1,
        )
        assert told(replay(instance, URLCONNECTION)) == (
            "javax.net.ssl.SSLHandshakeException: No subject alternative DNS name matching elsewhere.localhost found.",
            1,
        )
