"""Following redirects: where the script asks for it (`setFollowRedirect(true)`), and where the client follows."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from sn_mock.exchange import Exchange, Route
from sn_mock.failure import Failure
from sn_mock.java.exceptions import failures
from sn_mock.java.httpclient.challenges import CHALLENGES
from sn_mock.java.httpclient.clients import HttpClient
from sn_mock.java.httpclient.following import DeadEnd, Redirected
from sn_mock.java.lang.jdk import Jdk
from sn_mock.outbound.routing.outbound_call import MutualAuth, OutboundCall

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_HOPS = 20
"""A script's redirects end there (ASSUMED, as in HttpsURLConnection)."""


def next_hop(
    call: OutboundCall, exchange: Exchange, visited: tuple[str, ...], client: HttpClient, java: Jdk
) -> OutboundCall | Failure | None:
    """The call that follows a redirect, or what the client throws instead; None where the answer is the answer.

    A 401 and a 407 lead nowhere, but may be unreadable.

    `visited` are the places that redirects have led to already.
    """
    redirected = 300 <= exchange.response.status_code < 400
    if exchange.route is None or not (redirected or exchange.response.status_code in CHALLENGES):
        return None
    if redirected and call.follow_redirects:
        return _by_the_script(call, exchange) if len(visited) < MOST_HOPS else None
    return _by_java(call, exchange, exchange.route, visited, client, java)


def _by_java(
    call: OutboundCall, exchange: Exchange, route: Route, visited: tuple[str, ...], client: HttpClient, java: Jdk
) -> OutboundCall | Failure | None:
    """The client's own next request, through the same socket factory where it stays in the scheme.

    Another host gets no password of ours, whatever Java would do.
    """
    _, separator, rest = route.url.partition("://")
    plain = "http" if route.scheme == "http" else "https"
    locations = [value for name, value in exchange.response.headers if name.lower() == "location"]
    status_code = exchange.response.status_code
    challenge = CHALLENGES.get(status_code)
    found = client.follow(
        Redirected(
            status_code=status_code,
            status_line=exchange.response.status_line,
            method=call.method,
            url=plain + separator + rest,
            first=locations[0] if locations else None,
            last=locations[-1] if locations else None,
            visited=visited,
            java=java,
            challenges=tuple(value for name, value in exchange.response.headers if name.lower() == challenge),
        )
    )
    if found is None:
        return None
    if isinstance(found, DeadEnd):
        return failures.of_chain(found.cause, found.java)
    onward = _to(found.url, call, route)
    if not found.url.startswith(plain + ":"):
        onward = replace(onward, override_profile=None, on_message=MutualAuth(), on_function=MutualAuth())
    return onward if found.method == call.method else replace(onward, method=found.method, body="")


def _by_the_script(call: OutboundCall, exchange: Exchange) -> OutboundCall | None:
    """What `setFollowRedirect(true)` asks for.

    The new location is a call of its own: its scheme decides anew about profile and certificate (ASSUMED), and another
    host gets no credentials. After 303, and after 301 or 302 to a POST, it is a GET (RFC 9110 section 15.4).
    """
    response = exchange.response
    if response.status_code not in REDIRECTS or exchange.route is None or not (location := _location(exchange)):
        return None
    target = location if "://" in location else _joined(exchange.route.url, location)
    if call.allowed_redirects and not any(target.startswith(allowed) for allowed in call.allowed_redirects):
        return None
    onward = replace(
        _to(target, call, exchange.route), override_profile=None, on_message=MutualAuth(), on_function=MutualAuth()
    )
    to_get = response.status_code == 303 or (response.status_code in (301, 302) and call.method == "POST")
    return replace(onward, method="GET", body="") if to_get else onward


def _to(target: str, call: OutboundCall, route: Route) -> OutboundCall:
    """The call to another place; another host gets neither password nor token."""
    if (urlsplit(target).hostname or "") == route.host.lower():
        return replace(call, endpoint=target)
    return replace(call, endpoint=target, basic_auth=None, bearer=None)


def _location(exchange: Exchange) -> str:
    return next((value for name, value in exchange.response.headers if name.lower() == "location"), "")


def _joined(base: str, location: str) -> str:
    """`urljoin` for schemes it does not know."""
    scheme, _, rest = base.partition("://")
    return scheme + urljoin("https://" + rest, location).removeprefix("https")
