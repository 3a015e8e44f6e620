"""Following redirects: where the script asks for it (`setFollowRedirect(true)`), and inside HttpsURLConnection.

HttpsURLConnection follows by itself, without changing the scheme, and gives up after twenty (measured on JDK 17, and
its HttpURLConnection.followRedirect).
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from sn_mock.exchange import Exchange, Route
from sn_mock.failure import Failure
from sn_mock.java.exceptions import causes, java_texts
from sn_mock.java.exceptions.http_clients import URLCONNECTION
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.lang.jdk import Jdk
from sn_mock.outbound.routing.outbound_call import BasicAuth, MutualAuth, OutboundCall

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_HOPS = 20
"""As HttpsURLConnection (`http.maxRedirects`)."""
_FOLLOWED_BY_JAVA = frozenset({300, 301, 302, 303, 305, 307})


def next_hop(call: OutboundCall, exchange: Exchange, hops: int, http_client: str) -> OutboundCall | None:
    """The call that follows a redirect; None where there is none to follow, or there were enough of them."""
    if hops >= MOST_HOPS:
        return None
    return _by_the_script(call, exchange) if call.follow_redirects else _by_java(call, exchange, http_client)


def endless(call: OutboundCall, exchange: Exchange, hops: int, http_client: str, java: Jdk) -> Failure | None:
    """What Java throws when it has followed often enough and is to go on."""
    route = exchange.route
    if hops < MOST_HOPS or route is None or call.follow_redirects or _by_java(call, exchange, http_client) is None:
        return None
    chain = java_texts.for_event(
        Event.TOO_MANY_REDIRECTS, http_client=http_client, java=java, host=route.host, port=route.port
    )
    return Failure(causes.stage_of("too-many-redirects"), "too-many-redirects", chain)


def _by_java(call: OutboundCall, exchange: Exchange, http_client: str) -> OutboundCall | None:
    """HttpsURLConnection's own next request: the same socket factory, and a GET unless the status is 307.

    Another host gets no password of ours, whatever Java would do.
    """
    response, route = exchange.response, exchange.route
    location = _location(exchange)
    if http_client != URLCONNECTION or route is None or response.status_code not in _FOLLOWED_BY_JAVA or not location:
        return None
    target = location if "://" in location else _joined(route.url, location)
    if target.partition("://")[0].lower() != route.scheme:
        return None
    onward = replace(call, endpoint=target, basic_auth=_credentials_for(target, call, route))
    to_get = call.method == "POST" and response.status_code != 307
    return replace(onward, method="GET", body="") if to_get else onward


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
        call,
        endpoint=target,
        override_profile=None,
        on_message=MutualAuth(),
        on_function=MutualAuth(),
        basic_auth=_credentials_for(target, call, exchange.route),
    )
    to_get = response.status_code == 303 or (response.status_code in (301, 302) and call.method == "POST")
    return replace(onward, method="GET", body="") if to_get else onward


def _credentials_for(target: str, call: OutboundCall, route: Route) -> BasicAuth | None:
    return call.basic_auth if (urlsplit(target).hostname or "") == route.host.lower() else None


def _location(exchange: Exchange) -> str:
    return next((value for name, value in exchange.response.headers if name.lower() == "location"), "")


def _joined(base: str, location: str) -> str:
    """`urljoin` for schemes it does not know."""
    scheme, _, rest = base.partition("://")
    return scheme + urljoin("https://" + rest, location).removeprefix("https")
