"""CONNECT, HANDSHAKE, HTTP: one attempt at a call over one TCP connection; the module that holds sockets.

Whatever happens to the connection becomes a value: an `Outcome` with the attempt, what was learnt from the handshake,
and either the answer or the failure in Java's words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from guarded.values import dataclass
from sn_mock.exchange import Attempt, Route
from sn_mock.failure import Failure, Stage
from sn_mock.java.exceptions import failures
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.httpclient import http1 as http
from sn_mock.java.httpclient.clients import known
from sn_mock.java.httpclient.http1 import HttpRequest
from sn_mock.java.httpclient.ocsp_client import OcspClient
from sn_mock.java.httpclient.reading import engine
from sn_mock.java.httpclient.reading.clients import Peer
from sn_mock.java.httpclient.reading.values import Answer, Thrown, ThrownError
from sn_mock.java.jsse import client_context as java_tls
from sn_mock.java.jsse.client_context import NothingOfferedError
from sn_mock.java.jsse.handshake import Credentials, Listener, server_name
from sn_mock.java.jsse.tls_stream import TlsError, TlsStream
from sn_mock.java.net.network import Network, ProxyRefusedError, connect, open_tunnel
from sn_mock.java.net.plain_stream import PlainStream
from sn_mock.java.net.wire import Wire, WireError
from sn_mock.java.pkix import trust
from sn_mock.negotiated import KeyChoice, TlsSession
from sn_mock.outbound.calls.settings import Settings
from sn_mock.outbound.credentials.material import Material
from tls_transcript import Transcript

_IN_LIBRARY = {
    Event.CONNECT_TIMEOUT: Event.CONNECT_TIMEOUT_IN_LIBRARY,
    Event.CONNECTION_REFUSED: Event.CONNECTION_REFUSED_IN_LIBRARY,
}
"""commons-httpclient's own socket factory watches the connect timeout itself, and words it (KB2466570, KB3067060); a
custom factory, such as a protocol profile's, leaves it to Java and lets Java's SocketTimeoutException through (measured
on JDK 17; KB2712211)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt and everything it brought."""

    attempt: Attempt
    key_choice: KeyChoice | None = None
    tls: TlsSession | None = None
    presented: tuple[bytes, ...] = ()
    response: Answer | None = None
    in_handshake: bool = False
    """The failure came before the client's side of the handshake was complete (and after TCP was)."""
    request_sent: bool = False
    """The request was written whole."""
    after_head: bool = False
    """The failure came while the body was read."""
    told: bool = False
    """`response` is what the client tells its caller, if this failure is the last."""
    log: tuple[str, ...] = ()

    @property
    def failure(self) -> Failure | None:
        """Why the attempt failed."""
        return self.attempt.failure


@dataclass(frozen=True, slots=True)
class Line:
    """What every attempt of a call shares: where to, with what, for how long."""

    route: Route
    settings: Settings
    material: Material
    network: Network
    when: datetime


@dataclass(slots=True)
class Connection:
    """An open connection, as the pool keeps it: a later call inherits its certificate."""

    stream: TlsStream | PlainStream
    local_port: int
    listener: Listener | None = None
    tls: TlsSession | None = None
    left: bytes = b""
    """Octets behind the last answer, which the client reads as the beginning of the next."""


def attempt(
    line: Line, request: HttpRequest, kept: Connection | None = None, *, keep: bool = False
) -> tuple[Outcome, Connection | None]:
    """Place the request once, over `kept` or over a new connection. Raises ConsentNeededError.

    With `keep` the connection comes back where it can carry another request, and is then the caller's to close.
    """
    return _Attempt(line).run(request, kept, keep=keep)


class _Attempt:
    """One attempt while it lives."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.stage = Stage.CONNECT
        self.address: str | None = None
        self.connection: Connection | None = None
        self.wire: Wire | None = None
        self.listener: Listener | None = None
        self.tls: TlsSession | None = None
        self.response: Answer | None = None
        self.reused = False
        self.sent = False
        self.thrown: Thrown | None = None
        self.log: list[str] = []
        settings = line.settings
        self.client = known(settings.http_client)
        self.responders = OcspClient(line.network, java=settings.java, timeout_ms=settings.connect_timeout_ms)

    def run(self, request: HttpRequest, kept: Connection | None, *, keep: bool) -> tuple[Outcome, Connection | None]:
        """Go through the stages; the connection is closed unless it can and shall be used again."""
        began = time.monotonic()
        failure: Failure | None = None
        try:
            self.reused = kept is not None
            self.connection = kept or self._open()
            self.listener, self.tls = self.connection.listener, self.connection.tls
            self._exchange(self.connection, request)
            if self.thrown is not None:
                failure = failures.of_chain(self.thrown.cause, self.thrown.java, at=Stage.HTTP)
        except WireError as error:
            self.sent = self.sent or error.after_request
            failure = self._of_event(self._worded(error.event), error.detail)
        except TlsError as error:
            self.sent = self.sent or error.after_request
            failure = failures.of_chain(error.cause, error.java)
        except ProxyRefusedError as error:
            self.response = Answer(error.status_code, error.status_line, (), b"", reusable=False)
            failure = failures.of_chain("proxy-refused", ())
        finally:
            reusable = keep and failure is None and self.response is not None and self.response.reusable
            if not reusable:
                self._close()
        outcome = self._outcome(failure, (time.monotonic() - began) * 1000)
        return outcome, self.connection if reusable else None

    def _open(self) -> Connection:
        line, route = self.line, self.line.route
        target, port = route.proxy or (route.host, route.port)
        for host in {target, route.host}:
            line.network.check_consent(host)
        if not (self.client.connects_first or route.proxy):
            self._check_versions()
        self.address = line.network.resolve(target)
        port = line.network.port(target, port)
        self.wire = connect(self.address, port, line.settings.connect_timeout_ms, line.network)
        if route.scheme == "http":
            return Connection(PlainStream(self.wire), self.wire.local_port)
        if route.proxy:
            headers = [("User-Agent", line.settings.user_agent)]
            if line.settings.proxy_authorization:
                headers.append(("Proxy-Authorization", line.settings.proxy_authorization))
            open_tunnel(self.wire, route.host, route.port, line.settings.socket_timeout_ms, tuple(headers))
        self._check_versions()
        self.stage = Stage.HANDSHAKE
        self.listener = Listener(self._credentials(), recorded=self.wire.recorded)
        try:
            stream = TlsStream(self.wire, self.listener)
        except NothingOfferedError:
            raise WireError(Event.NO_COMMON_PROTOCOL) from None
        self.connection = Connection(stream, self.wire.local_port, self.listener)
        self.tls = self.connection.tls = stream.shake_hands(line.settings.handshake_timeout_ms)
        return self.connection

    def _check_versions(self) -> None:
        """Raise WireError where Java can make no TLS socket for the protocols that it is told to speak."""
        settings = self.line.settings
        strange = java_tls.unknown_version(settings.tls_versions, settings.java)
        if self.line.route.scheme != "http" and strange:
            self.stage = Stage.HANDSHAKE
            raise WireError(Event.UNSUPPORTED_PROTOCOL_NAME, strange)

    def _credentials(self) -> Credentials:
        settings, route = self.line.settings, self.line.route
        return Credentials(
            versions=settings.tls_versions,
            candidates=self.line.material.candidates,
            check_trust=self._check_trust,
            java=settings.java,
            key_manager=settings.key_manager,
            server_name=server_name(route.host) if settings.sni else None,
            when=self.line.when,
            at_once=self.client.swallows_handshake,
        )

    def _check_trust(self, chain: tuple[bytes, ...], tls: str, cipher: str) -> trust.TrustRefusal | None:
        line = self.line
        return trust.check_server(
            chain,
            anchors=line.material.anchors,
            host=line.route.host,
            when=line.when,
            tls=tls,
            cipher=cipher,
            policy=line.settings.trust_policy(self.responders.ask),
        )

    def _exchange(self, connection: Connection, request: HttpRequest) -> None:
        self.stage, stream = Stage.HTTP, connection.stream
        if self.listener and self.listener.late_refusal:
            refusal = self.listener.late_refusal
            raise TlsError(refusal.java, refusal.cause)
        timeout_ms = self.line.settings.socket_timeout_ms
        try:
            stream.send(request.to_bytes(), timeout_ms)
        except TlsError:
            self.sent = True  # we read the refusal first; Java has written the request by then (measured)
            raise
        self.sent = True
        read = engine.read(self.client.reader, self._receiving(stream, timeout_ms), self._peer(), connection.left)
        if isinstance(read, Answer):
            self.response, connection.left = read, read.left
        else:
            self.thrown, self.response = read, read.told

    def _peer(self) -> Peer:
        route = self.line.route
        return Peer(route.host, route.port, self.line.settings.java)

    def _receiving(self, stream: TlsStream | PlainStream, timeout_ms: int) -> Callable[[], bytes]:
        receive = http.paced(stream, timeout_ms)

        def more() -> bytes:
            try:
                return receive()
            except WireError as error:
                failure = self._of_event(self._worded(error.event), error.detail)
            except TlsError as error:
                failure = failures.of_chain(error.cause, error.java)
            raise ThrownError(Thrown(failure.java, failure.cause))

        return more

    # From what happened to a failure

    def _worded(self, event: Event) -> Event:
        return _IN_LIBRARY.get(event, event) if self.line.route.socket_factory == "default" else event

    def _of_event(self, event: Event, detail: str) -> Failure:
        route, settings = self.line.route, self.line.settings
        connecting = self.stage is Stage.CONNECT
        failure = failures.of_event(
            event,
            http_client=settings.http_client,
            java=settings.java,
            host=route.host,
            port=route.port,
            addresses=(self.address,) if self.address else (),
            timeout_ms=settings.connect_timeout_ms if connecting else settings.socket_timeout_ms,
            scheme=route.scheme,
            url=route.url,
            detail=detail,
            at=self.stage,
        )
        if failure.cause == "handshake-hangs":
            gave_up = settings.handshake_timeout_ms
            self.log.append(f"sn-mock: the instance would wait here without limit; given up after {gave_up} ms")
        return failure

    def _outcome(self, failure: Failure | None, took_ms: float) -> Outcome:
        listener = self.listener
        self.log += self.responders.log
        if listener and listener.trouble:
            self.log.append(f"sn-mock: {listener.trouble}")
        made = Attempt(
            failure=failure,
            local_port=self.connection.local_port if self.connection else self.wire.local_port if self.wire else None,
            duration_ms=took_ms,
            reused=self.reused,
            transcript=listener.builder.build() if listener else Transcript(),
        )
        return Outcome(
            made,
            response=self.response,
            request_sent=self.sent,
            after_head=self.thrown is not None and self.thrown.after_head,
            told=self.thrown is not None and self.thrown.told is not None,
            log=tuple(self.log),
            key_choice=listener.key_choice() if listener else None,
            tls=self.tls if listener else None,
            presented=listener.presented if listener else (),
            in_handshake=bool(listener and failure and self.tls is None and not self.sent),
        )

    def _close(self) -> None:
        if self.connection is not None:
            self.connection.stream.close()
        elif self.wire is not None:
            self.wire.close()
