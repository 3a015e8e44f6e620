"""`place`: one outbound call, from the record to the Exchange, stage by stage.

    OutboundCall -> ROUTE -> KEYSTORE -> (CONNECT -> HANDSHAKE -> HTTP) as often as the HTTP client tries -> SOAP

A simulated failure is part of the Exchange, never raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from guarded import secrets
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Attempt, Exchange, Response, Route
from sn_mock.failure import Failure, Stage
from sn_mock.java.exceptions.http_clients import texts_of
from sn_mock.java.httpclient import http1 as http
from sn_mock.java.httpclient import retries
from sn_mock.java.httpclient.clients import known
from sn_mock.java.httpclient.http1 import HttpRequest
from sn_mock.java.httpclient.reading.values import Answer
from sn_mock.java.jsse import client_context as java_tls
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.net.network import Network
from sn_mock.java.net.wire import Cancellation
from sn_mock.outbound.calls import envelope, message_security, outbound_log, script_view, transport, watching
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.calls.redirects import next_hop
from sn_mock.outbound.calls.response_view import EVIDENCE, of_response
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.calls.settings import Settings, basic_credentials, settings_of
from sn_mock.outbound.calls.transport import Line, Outcome
from sn_mock.outbound.credentials.material import NoMaterial, open_keystores
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.routing.ledger import Ledger
from sn_mock.outbound.routing.outbound_call import OutboundCall
from sn_mock.outbound.routing.route import settle

__all__ = ["OutboundCall", "place"]

_UNFAITHFUL = Fact("", Evidence.ASSUMED, "this Python")


def place(session: Session, call: OutboundCall, cancellation: Cancellation | None = None) -> Exchange:
    """Place a call in these surroundings and tell everything about it.

    `cancellation` ends the call early; such a call has a connection of its own, none of the pool's. Raises
    ConsentNeededError for a host that is not this machine unless the session consents; nothing else is raised for what
    a provider or a keystore does.
    """
    session = session.at_this_moment(pooled=cancellation is None)
    if call.mid_server is not None:
        session.instance = session.instance.seen_by_mid_server()
    instance, network = session.instance, session.network(cancellation)
    shelf = KeystoreShelf(instance)
    exchange = _place_once(session, call, network, shelf)
    visited: tuple[str, ...] = ()
    client = known(instance.fact("http_client").value)
    while (onward := next_hop(call, exchange, visited, client, instance.java)) is not None:
        if isinstance(onward, Failure):
            exchange = _failed(exchange, call, onward, exchange.log, java=instance.java)
            break
        call, visited = replace(onward, decided=()), (*visited, onward.endpoint)
        before = exchange.attempts
        exchange = _place_once(session, call, network, shelf)
        exchange = replace(exchange, attempts=before + exchange.attempts)
    watching.tell(instance, exchange)
    return exchange


def _place_once(session: Session, call: OutboundCall, network: Network, shelf: KeystoreShelf) -> Exchange:
    instance, pool = session.instance, session.pool
    started = datetime.now(UTC)
    resolution = settle(instance, call)
    ledger = Ledger(instance)
    settings = settings_of(ledger, call)
    route = resolution.route
    if reason := java_tls.unfaithful():
        ledger.note("tls_library", "unfaithful", reason, _UNFAITHFUL)
        route = replace(route, decisions=(*route.decisions, *ledger.decisions))
    exchange = Exchange(
        message=call.message,
        function=call.function,
        function_id=call.function_id,
        release=instance.release.name,
        started=started,
        clock=session.when,
        route=route,
        request_body=secrets.body(call.body) if call.oauth_entity else call.body,
        method=call.method,
        facts={**resolution.facts, **ledger.facts},
        step=call.step,
        oauth_entity=call.oauth_entity,
    )
    if resolution.failure:
        return _failed(exchange, call, resolution.failure, (), java=settings.java)
    network.check_consent(route.host, _another_scheme(call.endpoint, route))
    if call.security.wanted:
        made = message_security.secured(exchange, call, shelf, ledger, session.when or started)
        if isinstance(made, message_security.NotSecured):
            return _failed(exchange, call, made.failure, made.log, java=settings.java)
        exchange, call = made
        route = replace(route, decisions=(*resolution.route.decisions, *ledger.decisions))
        exchange = replace(exchange, route=route)
    material = open_keystores(shelf, route, pool.keystores if pool else None)
    if isinstance(material, NoMaterial):
        return _failed(exchange, call, material.failure, material.log, java=settings.java)
    request = _request(call, route, settings, resolution.default_port)
    line = Line(route, settings, material, network, session.when or started)
    return _over_the_wire(exchange, call, line, request, pool if settings.keep_connections else None)


def _over_the_wire(
    exchange: Exchange, call: OutboundCall, line: Line, request: HttpRequest, pool: ConnectionPool | None
) -> Exchange:
    """Try as often as the HTTP client would, and tell of the last try."""
    client = known(line.settings.http_client)
    sent = False
    attempts: list[Attempt] = []
    log = list(line.material.log)
    while True:
        outcome = _attempt(line, request, pool)
        attempts.append(outcome.attempt)
        log += outcome.log
        failure = outcome.failure
        if failure is None:
            break
        swallowed = client.swallows_handshake and outcome.in_handshake
        surfaced = retries.surfaced(failure.java, swallowed=swallowed, java=line.settings.java)
        failure = replace(failure, java=surfaced.chain, hidden=surfaced.hidden)
        log += surfaced.log
        sent = sent or outcome.request_sent
        most = retries.attempts(
            client.retry, surfaced.chain, sent, method=request.method, after_head=outcome.after_head
        )
        if line.network.cancelled or len(attempts) >= most:
            break
        log += retries.retry_log(client.retry, surfaced.chain)
    reached: dict[str, Any] = {
        "request_headers": http.without_credentials(request.headers),
        "attempts": tuple(attempts),
        "key_choice": outcome.key_choice,
        "tls": outcome.tls,
        "presented_chain": outcome.presented,
    }
    if failure is not None and not outcome.told:
        exchange = replace(exchange, **reached)
        return _failed(exchange, call, failure, tuple(log), outcome.response, java=line.settings.java)
    assert outcome.response is not None
    return _answered(exchange, reached, call, outcome.response, tuple(log))


def _attempt(line: Line, request: HttpRequest, pool: ConnectionPool | None) -> Outcome:
    kept = pool.take(line.route, known(line.settings.http_client).trusts_for_ms) if pool else None
    outcome, connection = transport.attempt(line, request, kept, keep=pool is not None)
    if pool and connection:
        pool.keep(line.route, connection)
    return outcome


def _request(call: OutboundCall, route: Route, settings: Settings, default_port: int) -> HttpRequest:
    body = call.body.encode(call.charset, "replace")
    given = call.headers
    if call.basic_auth is not None:
        credentials = basic_credentials(call.basic_auth.user, call.basic_auth.password.reveal())
        given = (*given, ("Authorization", credentials))
    if call.bearer is not None:
        given = (*given, ("Authorization", f"Bearer {call.bearer.reveal()}"))
    headers = http.complete_headers(
        given,
        method=call.method,
        host=route.host,
        port=route.port,
        default_port=default_port,
        agent=settings.user_agent,
        body=body,
    )
    through_proxy = route.proxy is not None and route.scheme == "http"
    if through_proxy and settings.proxy_authorization:
        headers = (*headers, ("Proxy-Authorization", settings.proxy_authorization))
    target = f"http://{route.host}:{route.port}{route.path}" if through_proxy else route.path
    return HttpRequest(call.method, target, headers, body)


def _another_scheme(endpoint: str, route: Route) -> str:
    """A remark where a scheme that no call of the web has was typed, and the protocol profile's took its place."""
    typed, found, _ = endpoint.partition("://")
    placed = route.url.partition("://")[0]
    if not found or typed.lower() in ("http", "https", placed.lower()):
        return ""
    return (
        f"the endpoint's scheme {typed.lower()}:// gives way to {placed}://, the protocol profile's, on this release; "
    )


def _failed(
    exchange: Exchange,
    call: OutboundCall,
    failure: Failure,
    log: tuple[str, ...],
    answer: Answer | None = None,
    *,
    java: Jdk,
) -> Exchange:
    url = exchange.route.url if exchange.route else ""
    view = script_view.from_failure(failure, url=url, status_code=answer.status_code if answer else 0)
    seen = {f"script_view.{name}": told for name, told in view.evidence().items()}
    if failure.java:
        texts = texts_of(java)
        seen["java_texts"] = texts.told
    exchange = replace(exchange, failure=failure, response=view.response(), facts={**exchange.facts, **seen})
    return replace(
        exchange,
        log=(*log, *([view.node_log.value] if view.node_log.value else ())),
        outbound_http_log={} if call.refusal else outbound_log.row(exchange, call, view.outbound_log_text.value),
    )


def _answered(
    exchange: Exchange, reached: Mapping[str, Any], call: OutboundCall, answer: Answer, log: tuple[str, ...]
) -> Exchange:
    """`reached` are the fields of the Exchange that are known by now: one that is made anew for each costs."""
    path = exchange.route.path if exchange.route else "/"
    response = of_response(answer, path)
    if call.oauth_entity:  # `content` still has it, for who reads the token
        response = replace(response, body=secrets.without(secrets.body(response.body), own_secrets(call)))
    failure = _http_failure(call, response)
    facts = {**exchange.facts, **EVIDENCE} if response.have_error else exchange.facts
    exchange = replace(exchange, **reached, failure=failure, response=response, log=log, facts=facts)
    return replace(exchange, outbound_http_log=outbound_log.row(exchange, call))


def own_secrets(call: OutboundCall) -> tuple[str, ...]:
    """What a token request is made with and an answer may repeat: the secrets of its form, its Basic credentials."""
    basic = call.basic_auth
    if basic is None:
        return secrets.in_form(call.body)
    password = basic.password.reveal()
    return (*secrets.in_form(call.body), password, basic_credentials(basic.user, password).partition(" ")[2])


def _http_failure(call: OutboundCall, response: Response) -> Failure | None:
    """An HTTP error status, or a SOAP fault whatever its status; both without a Java exception."""
    if call.soap and envelope.fault_of(response.body) is not None:
        return Failure(Stage.SOAP, "soap-fault")
    return Failure(Stage.HTTP, "http-status") if response.status_code >= 400 else None
