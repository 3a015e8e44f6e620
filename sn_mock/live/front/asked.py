"""`Asked`: one request, read as far as everybody needs it."""

from __future__ import annotations

from dataclasses import field
from urllib.parse import parse_qsl, unquote

from guarded.values import dataclass
from provider_stub.http.messages import Request, Response
from sn_mock.live.access import Visitor

_OVERRIDE = "x-http-method-override"
MOST_PARAMETERS = 1000
JSON, XML = "application/json", "application/xml"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and who asks."""

    method: str
    path: str
    """Decoded, without the query."""
    query: tuple[tuple[str, str], ...]
    base_url: str
    """`https://host:port`, as the client has addressed us."""
    raw: Request = field(repr=False)
    visitor: Visitor
    accepts: str = JSON
    """The media type of the answer."""

    def parameter(self, name: str) -> str | None:
        """The last value of a query parameter."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    def header(self, name: str) -> str:
        """A header's value; empty where it is missing."""
        return self.raw.header(name) or ""

    @property
    def content_type(self) -> str:
        """The body's media type, without parameters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()


def method_of(request: Request) -> str:
    """The method that is meant: POST may stand for another one (docs, c_RESTAPI, X-HTTP-Method-Override)."""
    override = (request.header(_OVERRIDE) or "").strip().upper()
    return override if override and request.method == "POST" else request.method


def target_of(request: Request) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Path and query parameters of the request target."""
    path, _, query = request.target.partition("?")
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    return unquote(path, encoding="utf-8", errors="replace"), pairs_of(query)


def pairs_of(query: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a query or a form; of more than a thousand, none."""
    try:
        return tuple(
            parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="replace", max_num_fields=MOST_PARAMETERS)
        )
    except ValueError:
        return ()


def answer(
    status: int, body: bytes = b"", content_type: str = "", headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """A response of the front door."""
    return Response(status, body, content_type or None, headers)
