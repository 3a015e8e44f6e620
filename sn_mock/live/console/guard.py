"""The door of the console: who may come in, what may be posted, and what a page may load.

- The Host header must name this machine, else a page elsewhere could rebind its name to us (DNS rebinding).
- `?token=` becomes a cookie (HttpOnly, SameSite=Strict), as Jupyter does; without it there is nothing but a page that
  says where the address is printed.
- Each POST carries a token that only our own pages know, and comes from our own origin where the browser says it.
- Pages load one style sheet and one script of ours, and nothing else; nobody frames them.
- A body is read up to `MOST_BYTES`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

MOST_BYTES = 8 << 20
"""The largest body of a request: a keystore, a WSDL or a log by file."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        b"form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer, browsers post forms with `Origin: null`
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
NOT_KEPT = (b"cache-control", b"no-store")
_OPEN = "/static/"
"""Style and script hold nothing of anybody; a page of refusal needs them, too."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Refuse = Callable[[int, str], bytes]
"""Status and sentence → the page that says so."""


class Keys:
    """What is derived from the console's token; a cookie or a form that gets out does not give the token away."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.cookie = self._derived("cookie")
        self.form = self._derived("form")

    def _derived(self, what: str) -> str:
        return hmac.new(self._token.encode(), f"sn-mock console {what}".encode(), hashlib.sha256).hexdigest()

    def is_token(self, given: str) -> bool:
        """Whether that is the token of the address."""
        return hmac.compare_digest(given.encode(), self._token.encode())

    def is_cookie(self, given: str) -> bool:
        """Whether that is the cookie."""
        return hmac.compare_digest(given.encode(), self.cookie.encode())

    def is_form(self, given: str) -> bool:
        """Whether a form of ours was posted."""
        return hmac.compare_digest(given.encode(), self.form.encode())


class BodyTooLargeError(Exception):
    """More than `MOST_BYTES` were sent."""


class Guard:
    """The door around an ASGI application."""

    def __init__(self, inner: App, keys: Keys, refuse: Refuse, hosts: Iterable[str] = LOOPBACK) -> None:
        self._inner, self._keys, self._refuse = inner, keys, refuse
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        headers = _headers(scope)
        answer = _with_headers(send, kept=scope["path"].startswith(_OPEN))
        if name_of(headers.get("host", "")) not in self._hosts:
            await self._say(answer, 421, "This console answers to this machine's own names only.")
        elif scope["path"].startswith(_OPEN):
            await self._inner(scope, receive, answer)
        elif (given := dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token")) is not None:
            await self._log_in(scope, headers, answer, given)
        elif not self._keys.is_cookie(_cookie(headers, cookie_name(headers))):
            await self._say(
                answer, 403, "Open the address that sn-mock serve printed: it has the token that opens this console."
            )
        elif scope["method"] not in ("GET", "HEAD") and not _same_origin(headers):
            await self._say(answer, 403, "This form was sent from another page.")
        elif int(length if (length := headers.get("content-length", "0")).isdigit() else 0) > MOST_BYTES:
            await self._say(answer, 413, f"More than {MOST_BYTES >> 20} MB were sent; nothing was kept.")
        else:
            await self._inner(scope, _bounded(receive), answer)

    async def _log_in(self, scope: Scope, headers: dict[str, str], send: Send, given: str) -> None:
        if not self._keys.is_token(given):
            await self._say(send, 403, "That token is not this console's. sn-mock serve prints another at each start.")
            return
        left = [pair for pair in parse_qsl(scope["query_string"].decode("latin-1")) if pair[0] != "token"]
        path = "/" + scope["path"].replace("\\", "/").lstrip("/")
        place = quote(path) + (f"?{urlencode(left)}" if left else "")
        cookie = f"{cookie_name(headers)}={self._keys.cookie}; HttpOnly; SameSite=Strict; Path=/"
        found = [(b"location", place.encode("ascii")), (b"set-cookie", cookie.encode())]
        await send({"type": "http.response.start", "status": 303, "headers": found})
        await send({"type": "http.response.body", "body": b""})

    async def _say(self, send: Send, status: int, sentence: str) -> None:
        found = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": status, "headers": found})
        await send({"type": "http.response.body", "body": self._refuse(status, sentence)})


def name_of(host: str) -> str:
    """The name in a Host header, without its port, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]


def cookie_name(headers: dict[str, str]) -> str:
    """Cookies know no ports: each console has a name of its own."""
    port = headers.get("host", "").rpartition(":")[2]
    return f"sn_mock_console_{port if port.isdigit() else 80}"


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _cookie(headers: dict[str, str], name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _same_origin(headers: dict[str, str]) -> bool:
    """What the browser says of where a form comes from; who says nothing needs the form's token all the same."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").strip().lower()


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise BodyTooLargeError
        return message

    return bounded


def _with_headers(send: Send, *, kept: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS, *(() if kept else (NOT_KEPT,))]
        await send(message)

    return sending
