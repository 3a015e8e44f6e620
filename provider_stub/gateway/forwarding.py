"""A middleware in front of a back-end: two hops, and the certificate in a header between them.

The middleware ends the TLS connection, checks the client by its own policy and passes the request on in plain HTTP
with the client's certificate in a header. The back-end (`plain_http = true`) never sees the handshake; it can only
check what the header says. So a certificate that only the back-end imported is refused in front, and the back-end's
journal stays empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from urllib.parse import quote, unquote_to_bytes, urlsplit

import h11
from h11._headers import Headers

from provider_stub.http.messages import Request, Response, text_response
from provider_stub.http.service import BackEndError, Caller, Service
from provider_stub.policy import sources as pem
from provider_stub.policy.material import Material
from provider_stub.refusals.causes import Cause
from provider_stub.tls.judge import date_cause, refusal_cause

BACK_END_SECONDS = 10.0
BACK_END_BYTES = 64 * 1024 * 1024
"""The longest answer of a back-end that is passed on."""
_OWN_HEADERS = frozenset(("content-length", "content-type", "connection", "transfer-encoding", "keep-alive"))
_HOP_HEADERS = _OWN_HEADERS - {"content-type"} | {"host", "expect"}


class Forwarder:
    """The middleware's service: passes every request on to one back-end."""

    path = "/tickets"

    def __init__(self, back_end: str, certificate_header: str) -> None:
        url = urlsplit(back_end)
        self._host, self._port = url.hostname or "127.0.0.1", url.port or 80
        self._header = certificate_header

    async def answer(self, request: Request, caller: Caller) -> Response:
        """The back-end's response; 504 where it takes too long."""
        try:
            async with asyncio.timeout(BACK_END_SECONDS):
                return await self._ask(request, caller)
        except TimeoutError:
            return text_response(504, "the back-end did not answer in time")

    async def _ask(self, request: Request, caller: Caller) -> Response:
        headers = [(name, value) for name, value in request.headers if name.lower() not in _HOP_HEADERS]
        headers = [(name, value) for name, value in headers if name.lower() != self._header.lower()]
        headers += [("Host", f"{self._host}:{self._port}"), ("Content-Length", str(len(request.body)))]
        chain = caller.chain
        if chain:
            headers.append((self._header, header_value(chain[0])))
        headers.append(("X-Forwarded-For", caller.peer[0]))
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            connection = h11.Connection(h11.CLIENT)
            head = h11.Request(method=request.method, target=request.target.encode("latin-1"), headers=headers)
            writer.write((connection.send(head) or b"") + (connection.send(h11.Data(data=request.body)) or b""))
            writer.write(connection.send(h11.EndOfMessage()) or b"")
            await writer.drain()
            return await self._receive(connection, reader)
        except h11.ProtocolError as error:
            raise BackEndError(f"no valid HTTP: {error}") from None
        finally:
            writer.close()

    async def _receive(self, connection: h11.Connection, reader: asyncio.StreamReader) -> Response:
        status, body = 502, bytearray()
        found: list[tuple[str, str]] = []
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Response):
                status, found = event.status_code, _texts(event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > BACK_END_BYTES:
                    raise BackEndError(f"its answer has more than {BACK_END_BYTES} bytes")
            elif isinstance(event, h11.EndOfMessage):
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise BackEndError("it closed the connection without an answer")
        content_type = next((value for name, value in found if name.lower() == "content-type"), None)
        others = tuple((name, value) for name, value in found if name.lower() not in _OWN_HEADERS)
        return Response(status, bytes(body), content_type, others)


def _texts(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("ascii"), value.decode("latin-1")) for name, value in headers.raw_items()]


class HeaderCheck:
    """The back-end's own rules, applied to the certificate in the header; a refusal is HTTP 403."""

    def __init__(self, inner: Service, material: Material) -> None:
        from provider_stub.gateway.header_chain import HeaderChain

        self._inner, self._material = inner, material
        self._chain = HeaderChain(material)
        self.path = getattr(inner, "path", "/tickets")

    def answer(self, request: Request, caller: Caller) -> Response | Awaitable[Response]:
        """The inner service's response, or 403 with the cause."""
        chain = certificate_from(request.header(self._material.policy.certificate_header))
        cause = self._cause(chain)
        if cause is not None:
            words = "without a certificate" if cause is Cause.NO_CERTIFICATE else f"with its certificate: {cause}"
            return text_response(403, f"the back-end does not accept this client {words}")
        return self._inner.answer(request, Caller(caller.base_url, lambda: chain, caller.peer, encrypted=False))

    def _cause(self, chain: tuple[bytes, ...]) -> Cause | None:
        if not chain:
            return refusal_cause(self._material, chain)
        leaf = chain[0]
        return self._chain.cause(leaf) or date_cause(self._material, leaf) or refusal_cause(self._material, chain)


def header_value(certificate: bytes) -> str:
    """A certificate as nginx's `$ssl_client_escaped_cert` writes it: URL-encoded PEM."""
    return quote(pem.to_pem("CERTIFICATE", certificate))


def certificate_from(value: str | None) -> tuple[bytes, ...]:
    """The certificate in a header value; () where there is none that can be read."""
    if not value:
        return ()
    try:
        return pem.certificates(unquote_to_bytes(value))[:1]
    except ValueError:
        return ()
