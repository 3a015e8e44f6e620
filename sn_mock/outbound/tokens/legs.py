"""`place`: a call with both its legs. The token is asked for first, unless the session has one that has not expired.

A refused token ends the call before its own request; the exchange has the token request as its `token`, so that a
failure of one leg is never taken for one of the other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from guarded import secrets
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Exchange
from sn_mock.failure import Failure, Stage
from sn_mock.java.net.wire import Cancellation
from sn_mock.outbound.calls import call as calls
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.calls.tokens import Token
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.routing.ledger import Ledger
from sn_mock.outbound.routing.outbound_call import OutboundCall

if TYPE_CHECKING:
    from sn_mock.outbound.tokens.answers import Problem
    from sn_mock.outbound.tokens.requests import Asked

NOT_OBTAINED = "token-not-obtained"
_KEPT = Fact("", Evidence.DOCUMENTED, "docs, OAuth outbound: a token is used until it expires")
_RFC6750 = Fact("", Evidence.DOCUMENTED, "RFC 6750 section 2.1")
_FLOW = Fact(
    "OAuth flow failed. Verify the configurations and try again. Error detail:{detail}",
    Evidence.ASSUMED,
    "community 2325489, KB2829960 print it for Get OAuth Token; what a call prints is not published",
)
_REFRESHING = Fact(
    "User Not Authenticated. Could not retrieve a new access token with the refresh token. {detail}",
    Evidence.REPORTED,
    "community td-p/3532967",
)


def place(session: Session, call: OutboundCall, cancellation: Cancellation | None = None) -> Exchange:
    """As `calls.place`, with the token that the call needs."""
    if call.oauth is None or call.refusal is not None:
        return calls.place(session, call, cancellation)
    now = session.when or datetime.now(UTC)
    kept = session.tokens.get(call.oauth.profile)
    if kept is not None and kept.expires > now:
        sentence = f"the session has a token until {kept.expires:%Y-%m-%d %H:%M:%S}: none is asked for"
        return calls.place(session, _with(call, session, kept, sentence), cancellation)
    from sn_mock.outbound.tokens.requests import request_for  # most calls need no token

    asked = request_for(KeystoreShelf(session.instance), call.oauth, now)
    if isinstance(asked, Failure):
        return calls.place(session, replace(call, refusal=asked), cancellation)
    leg, problem, _ = ask(session, asked, now, cancellation)
    token = session.tokens.get(call.oauth.profile)
    if leg.failure is not None or token is None:
        java = leg.failure.java if leg.failure else ()
        refused = replace(call, refusal=Failure(Stage.ROUTE, NOT_OBTAINED, java))
        return _told(replace(calls.place(session, refused, cancellation), token=leg), problem)
    exchange = calls.place(session, _with(call, session, token, f"{leg.message} granted a token"), cancellation)
    return replace(exchange, token=leg)


def _with(call: OutboundCall, session: Session, token: Token, sentence: str) -> OutboundCall:
    ledger = Ledger(session.instance)
    ledger.note("token", "bearer", sentence, _KEPT)
    ledger.note("authorization", "bearer", "the token goes into the Authorization header", _RFC6750)
    return replace(call, bearer=token.value, decided=(*call.decided, *ledger.decisions))


def ask(
    session: Session, asked: Asked, now: datetime, cancellation: Cancellation | None = None
) -> tuple[Exchange, Fact[str] | None, bytes]:
    """Place the token request; what is granted is kept in the session.

    With it, what the script is told if nothing is, and what the provider sent, which no exchange keeps.
    """
    from sn_mock.outbound.tokens.answers import Problem, read

    leg = calls.place(session, asked.call, cancellation)
    found: Token | Problem | None = None
    if leg.response.status_code:
        found = read(leg.response, asked.entity.access_token_lifespan, now)
    sent = leg.response.content
    leg = replace(leg, response=replace(leg.response, content=b""))
    session.tokens.pop(asked.profile, None)
    if isinstance(found, Token):
        session.tokens[asked.profile] = found
        return leg, None, sent
    text = _REFRESHING if asked.grant == "refresh_token" else _FLOW
    if isinstance(found, Problem):
        told = secrets.without(secrets.body(found.detail.value), calls.own_secrets(asked.call))
        found = replace(found, detail=replace(found.detail, value=told))
        leg = replace(leg, failure=Failure(Stage.HTTP, found.cause), log=(*leg.log, found.detail.value))
        leg = replace(leg, facts={**leg.facts, "token.detail": found.detail.told})
        return leg, Fact(text.value.format(detail=found.detail.value), text.evidence, text.source), sent
    detail = leg.response.error_message
    return leg, Fact(text.value.format(detail=detail), text.evidence, text.source), sent


def _told(exchange: Exchange, told: Fact[str] | None) -> Exchange:
    """The call that was never placed, with what its script reads."""
    if told is None:
        return exchange
    response = replace(exchange.response, error_message=told.value)
    facts = {**exchange.facts, "script_view.error_message": told.told}
    return replace(exchange, response=response, facts=facts)
