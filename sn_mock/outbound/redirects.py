"""Following redirects, which only happens where the script asks for it (`setFollowRedirect(true)`)."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from sn_mock.outbound.exchange import Exchange
from sn_mock.outbound.outbound_call import MutualAuth, OutboundCall

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_HOPS = 20
"""As HttpsURLConnection (`http.maxRedirects`)."""


def next_hop(call: OutboundCall, exchange: Exchange, hops: int) -> OutboundCall | None:
    """The call that follows a redirect; None where there is none to follow.

    The new location is a call of its own: its scheme decides anew about profile and certificate (ASSUMED), and another
    host gets no credentials. After 303, and after 301 or 302 to a POST, it is a GET (RFC 9110 section 15.4).
    """
    response = exchange.response
    if (
        not call.follow_redirects
        or response.status_code not in REDIRECTS
        or exchange.route is None
        or hops >= MOST_HOPS
    ):
        return None
    location = next((value for name, value in response.headers if name.lower() == "location"), "")
    if not location:
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
        basic_auth=call.basic_auth if (urlsplit(target).hostname or "") == exchange.route.host.lower() else None,
    )
    to_get = response.status_code == 303 or (response.status_code in (301, 302) and call.method == "POST")
    return replace(onward, method="GET", body="") if to_get else onward


def _joined(base: str, location: str) -> str:
    """`urljoin` for schemes it does not know."""
    scheme, _, rest = base.partition("://")
    return scheme + urljoin("https://" + rest, location).removeprefix("https")
