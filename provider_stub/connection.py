"""One accepted socket: TLS, HTTP, the policy's delays and faults, and a goodbye that lets every alert arrive.

A connection lives in its hub's event loop and never blocks it. Its states:

    TLS -> SERVING -> LINGERING -> CLOSED
           (gates: at a named stage it may be held for a while, stalled, closed or reset)

Lingering: after the last byte our side is shut down and the client's late bytes are read for up to a second. A plain
close() would make the kernel answer them with RST, and the client would lose the alert it was about to read.
"""

from __future__ import annotations

import contextlib
import errno
import inspect
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from provider_stub.http.messages import Request, Response, text_response
from provider_stub.http.reader import HttpError, HttpReader
from provider_stub.journal.visit import Verdict, Visit, VisitRequest
from provider_stub.service import Caller
from provider_stub.tls.personality import Ending, HttpAnswer
from provider_stub.tls.session import Phase, TlsSession
from tls_transcript import Transcript

if TYPE_CHECKING:
    from provider_stub.hub import Hub

LINGER_SECONDS = 1.0
KEPT_BODY = 64 * 1024
"""Bytes of a request or response body that a visit keeps."""
KEPT_REQUESTS = 200
"""Requests of one connection that a visit keeps."""
_RECEIVE = 256 * 1024
_FOREVER = float("inf")


class State(Enum):
    """What a connection is busy with."""

    TLS = auto()
    SERVING = auto()
    STALLED = auto()
    LINGERING = auto()
    CLOSED = auto()


class Connection:
    """One client's connection; see the module's head."""

    def __init__(self, hub: Hub, number: int, sock: socket.socket, peer: tuple[str, int]) -> None:
        self._hub, self._number, self._socket, self._peer = hub, number, sock, peer
        self._material = hub.material
        self._started, self._clock = datetime.now(UTC), time.perf_counter()
        self._tls: TlsSession | None = None if hub.tls is None else hub.tls.session()
        policy = self._material.policy
        self._http = HttpReader(max_header_bytes=policy.max_header_bytes, max_body_bytes=policy.max_body_bytes)
        self._output = bytearray()
        self._writing = False
        self._gates: deque[str] = deque()
        self._passed: set[str] = set()
        self._busy = False
        self._close_after_output = False
        self._received_any = False
        self._fed_while_held = False
        self._verdict = Verdict.OPEN if self._tls else Verdict.ACCEPTED
        self._reason: str | None = None
        self._detail: str | None = None
        self._requests: deque[VisitRequest] = deque(maxlen=KEPT_REQUESTS)
        self._request_count = 0
        self._state = State.TLS if self._tls else State.SERVING
        self.deadline = time.monotonic() + (policy.handshake_timeout if self._tls else policy.idle_timeout)
        """When the hub calls `overdue()`, in monotonic seconds."""

    # What the hub does with a connection

    def start(self) -> None:
        """Begin to listen."""
        self._hub.journal.opened(self._number, self.visit)
        self._hub.loop.add_reader(self._socket.fileno(), self._readable)
        self._gates.append("connect")
        self._run_gates()

    @property
    def idle(self) -> bool:
        """Between two requests, with nothing in the air."""
        return self._state is State.SERVING and self._http.idle and not self._busy and not self._output

    def finish(self) -> None:
        """Close politely: now if idle, else after the answer that is being worked on."""
        if self.idle:
            self._goodbye()
        else:
            self._close_after_output = True

    def overdue(self) -> None:
        """The deadline has passed."""
        if self._state is State.TLS:
            silent = not self._received_any
            self._judge(Verdict.NO_TLS if silent else Verdict.ABORTED, "silent" if silent else "handshake-timeout")
            self._linger()
        elif self._state is State.SERVING and not self._busy and not self._http.idle:
            part = "body" if self._http.in_body else "headers"
            self._refuse_request(HttpError(408, f"the {part} took too long"))
        elif self._state is State.SERVING and not self._busy and not self._output:
            self._goodbye()
        else:
            self.drop()

    def drop(self, *, reset: bool = False) -> None:
        """End the connection now and write its visit."""
        if self._state is State.CLOSED:
            return
        if self._verdict is Verdict.OPEN:
            self._judge(Verdict.ABORTED, "shutdown")
        self._state = State.CLOSED
        loop, descriptor = self._hub.loop, self._socket.fileno()
        loop.remove_reader(descriptor)
        if self._writing:
            loop.remove_writer(descriptor)
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()
        self._hub.gone(self._number, self.visit())

    def visit(self) -> Visit:
        """The story so far."""
        tls = self._tls
        refusal = None if tls is None else tls.refusal or tls.http_refusal
        return Visit(
            id=f"{self._hub.name}-{self._number}",
            started=self._started,
            peer=self._peer,
            transcript=Transcript() if tls is None else tls.transcript,
            verdict=self._verdict,
            reason=self._reason,
            detail=self._detail,
            verify_code=None if refusal is None else refusal.verify_code,
            alert_sent=None if tls is None else tls.alert_sent,
            requests=tuple(self._requests),
            request_count=self._request_count,
            duration_ms=(time.perf_counter() - self._clock) * 1000,
            resumed=tls is not None and tls.resumed,
            open=self._state is not State.CLOSED,
        )

    # Reading

    def _readable(self) -> None:
        try:
            data = self._socket.recv(_RECEIVE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._lost("reset" if error.errno == errno.ECONNRESET else "connection-lost")
            return
        if self._state in (State.LINGERING, State.STALLED):
            if not data:
                self.drop()
            return
        if not data:
            self._lost("closed")
            return
        self._received_any = True
        if self._tls is None:
            self._plaintext(data)
            return
        self._tls.feed(data)
        if self._gates:
            self._fed_while_held = True
            return
        if self._state is State.TLS:
            self._handshake()
        else:
            self._read_tls(self._tls)

    def _lost(self, how: str) -> None:
        """The client is gone (or has at least finished sending)."""
        if self._state is State.TLS and self._verdict is Verdict.OPEN:
            self._judge(Verdict.ABORTED if self._received_any else Verdict.NO_TLS, how)
        self.drop()

    # The handshake

    def _handshake(self) -> None:
        tls = self._tls
        assert tls is not None
        tls.advance()
        if tls.stages:
            self._gates.extend(tls.stages)
            self._run_gates()
        else:
            self._settle_handshake()

    def _settle_handshake(self) -> None:
        tls = self._tls
        if tls is None or self._state is not State.TLS:
            return
        if tls.phase is Phase.HANDSHAKE:
            self._flush()
        elif tls.phase is Phase.OPEN:
            self._accepted(tls)
        elif tls.phase is Phase.CLIENT_REFUSED:
            self._judge(Verdict.CLIENT_REFUSED, tls.alert_received or "alert", tls.detail)
            self._linger()
        else:
            self._refused(tls)

    def _accepted(self, tls: TlsSession) -> None:
        if tls.http_refusal is None:
            self._judge(Verdict.ACCEPTED)
        else:
            self._judge(Verdict.REFUSED, tls.http_refusal.cause, tls.http_refusal.detail)
        self._state = State.SERVING
        self.deadline = time.monotonic() + self._material.policy.idle_timeout
        self._flush()
        if not self._material.policy.tickets and self._state is State.SERVING:
            # Nothing is sent now, so the kernel would delay its ACK while a client without TCP_NODELAY waits for it.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self._read_tls(tls)

    def _refused(self, tls: TlsSession) -> None:
        refusal = tls.refusal
        if refusal is None:
            self._judge(Verdict.ABORTED, "tls-error", tls.detail)
            self._linger()
            return
        verdict = Verdict.NO_TLS if refusal.cause in ("plain-http", "not-tls") else Verdict.REFUSED
        self._judge(verdict, refusal.cause, refusal.detail)
        if refusal.outcome is Ending.RESET:
            self.drop(reset=True)
        elif refusal.outcome is Ending.ABRUPT:
            self.drop()
        else:
            self._linger()

    def _judge(self, verdict: Verdict, reason: str | None = None, detail: str | None = None) -> None:
        self._verdict, self._reason, self._detail = verdict, None if reason is None else str(reason), detail
        self._hub.journal.progressed()

    # Delays and faults at a named stage

    def _run_gates(self) -> None:
        """Pass the stages that have been reached; stop where the policy says so."""
        material = self._material
        while self._gates and self._state in (State.TLS, State.SERVING):
            stage = self._gates[0]
            if material.policy.delay_ms and material.policy.delay_at == stage and stage not in self._passed:
                self._passed.add(stage)
                self._hold(material.policy.delay_ms / 1000, self._run_gates)
                return
            self._gates.popleft()
            if material.fault_stage == stage and self._fault(stage):
                return
        if self._state is State.TLS:
            self._settle_handshake()
        if self._fed_while_held:
            self._fed_while_held = False
            if self._state is State.TLS:
                self._handshake()
            elif self._state is State.SERVING and self._tls is not None:
                self._read_tls(self._tls)

    def _fault(self, stage: str) -> bool:
        action = self._material.fault_action
        self._judge(Verdict.FAULT, f"fault {stage}:{action}")
        if action == "stall":
            self._stall()
        elif action == "reset":
            self.drop(reset=True)
        else:
            self._linger(flush=stage in ("request", "response"))
        return True

    def _hold(self, seconds: float, then: Callable[[], object]) -> None:
        self.deadline += seconds
        self._hub.later(seconds, then)

    def _stall(self) -> None:
        self._state, self.deadline = State.STALLED, _FOREVER

    # HTTP

    def _read_tls(self, tls: TlsSession) -> None:
        if self._state is not State.SERVING:
            return
        data = tls.read()
        if data:
            self._plaintext(data)
        if self._state is not State.SERVING:
            return
        if tls.phase in (Phase.BROKEN, Phase.CLIENT_REFUSED):
            if tls.phase is Phase.CLIENT_REFUSED and not self._request_count:
                self._judge(Verdict.CLIENT_REFUSED, tls.alert_received or "alert", tls.detail)
            else:
                self._detail = tls.detail
            self._linger()
        elif tls.peer_closed and not self._busy:
            self._answer_farewell()

    def _answer_farewell(self) -> None:
        """The client has said close_notify; most have closed their socket by now and will not hear ours."""
        try:
            gone = not self._socket.recv(1)
        except (BlockingIOError, InterruptedError):
            gone = False
        except OSError:
            gone = True
        if gone:
            self.drop()
        else:
            self._goodbye()

    def _plaintext(self, data: bytes) -> None:
        if self._http.idle:
            self.deadline = time.monotonic() + self._material.policy.request_timeout
        was_in_body = self._http.in_body
        self._http.feed(data)
        if not self._busy:
            self._serve()
        if self._http.in_body and not was_in_body:
            self.deadline = time.monotonic() + self._material.policy.request_timeout

    def _serve(self) -> None:
        """Answer what has arrived complete, one request after the other."""
        while self._state is State.SERVING and not self._busy:
            try:
                request = self._http.next()
            except HttpError as error:
                self._refuse_request(error)
                return
            if request is None:
                if self._http.continue_due:
                    self._http.continue_due = False
                    self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self._take(request)

    def _refuse_request(self, error: HttpError) -> None:
        self._note(VisitRequest("", "", status=error.status, fault=str(error)))
        self._send(text_response(error.status, str(error)).wire(close=True))
        self._goodbye()

    def _take(self, request: Request) -> None:
        begun = time.perf_counter()
        material = self._material
        if material.fault_stage == "request":
            self._note(_record(request, None, begun))
            self._fault("request")
            return
        if material.policy.delay_ms and material.policy.delay_at == "request":
            self._busy = True
            self._hold(material.policy.delay_ms / 1000, lambda: self._resume(request, begun))
            return
        self._answer(request, begun)

    def _resume(self, request: Request, begun: float) -> None:
        if self._state is State.SERVING:
            self._answer(request, begun)

    def _answer(self, request: Request, begun: float) -> None:
        tls = self._tls
        if tls is not None and tls.http_refusal is not None and isinstance(tls.http_refusal.outcome, HttpAnswer):
            page = tls.http_refusal.outcome
            server = (("Server", page.server),)
            self._respond(request, Response(page.status, page.body(), "text/html", server, close=True), begun)
            return
        find_chain = tuple if tls is None else tls.known_chain
        caller = Caller(self._hub.base_url, find_chain, self._peer, encrypted=tls is not None)
        answer = self._hub.service.answer(request, caller)
        if inspect.isawaitable(answer):
            self._busy = True
            self._hub.spawn(answer, lambda response: self._respond(request, response, begun))
        else:
            assert isinstance(answer, Response)
            self._respond(request, answer, begun)

    def _respond(self, request: Request, response: Response, begun: float) -> None:
        if self._state is not State.SERVING:
            return
        again = self._busy
        self._busy = False
        close = response.close or self._close_after_output or not request.keep_alive
        self._note(_record(request, response, begun))
        data = response.wire(head_only=request.method == "HEAD", close=close)
        material = self._material
        if material.fault_stage == "response":
            self._send(data[: len(data) - max(1, len(response.body) // 2)])
            self._fault("response")
            return
        if material.policy.delay_ms and material.policy.delay_at == "response":
            half = len(data) - len(response.body) // 2
            self._send(data[:half])
            self._busy = True
            self._hold(material.policy.delay_ms / 1000, lambda: self._sent(data[half:], close, again=True))
            return
        self._sent(data, close, again=again)

    def _sent(self, data: bytes, close: bool, *, again: bool) -> None:
        if self._state is not State.SERVING:
            return
        self._busy = False
        self._send(data)
        self.deadline = time.monotonic() + self._material.policy.idle_timeout
        if close:
            self._goodbye()
        elif again:
            self._serve()
            if self._tls is not None and self._tls.peer_closed and self.idle:
                self._goodbye()

    def _note(self, request: VisitRequest) -> None:
        self._request_count += 1
        self._requests.append(request)
        self._hub.journal.progressed()

    # Writing and ending

    def _send(self, plaintext: bytes) -> None:
        if self._tls is None:
            self._put(plaintext)
            return
        self._tls.write(plaintext)
        self._flush()

    def _flush(self) -> None:
        if self._tls is not None:
            self._put(self._tls.take())

    def _put(self, data: bytes) -> None:
        if self._state is State.CLOSED or not data:
            return
        if not self._output:
            try:
                sent = self._socket.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError:
                self._write_failed()
                return
            if sent == len(data):
                return
            data = data[sent:]
        self._output += data
        if not self._writing:
            self._writing = True
            self._hub.loop.add_writer(self._socket.fileno(), self._writable)

    def _writable(self) -> None:
        try:
            sent = self._socket.send(self._output)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._write_failed()
            return
        del self._output[:sent]
        if self._output:
            return
        self._writing = False
        self._hub.loop.remove_writer(self._socket.fileno())
        if self._state is State.LINGERING:
            self._shut()

    def _write_failed(self) -> None:
        """The client has reset the connection; what it sent before is read first, there may be an alert in it."""
        if self._state is State.TLS and self._verdict is Verdict.OPEN:
            self._judge(Verdict.ABORTED, "reset")
        self.drop()

    def _goodbye(self) -> None:
        """Say close_notify and linger."""
        if self._tls is not None and self._tls.phase is Phase.OPEN:
            self._tls.close_notify()
        self._linger()

    def _linger(self, *, flush: bool = True) -> None:
        """Send what is left, shut our side, and read the client's late bytes for a while."""
        if self._state in (State.CLOSED, State.LINGERING):
            return
        self._state = State.LINGERING
        self.deadline = time.monotonic() + LINGER_SECONDS
        if flush:
            self._flush()
        if not self._output and self._state is State.LINGERING:
            self._shut()

    def _shut(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)


def _record(request: Request, response: Response | None, begun: float) -> VisitRequest:
    return VisitRequest(
        request.method,
        request.target,
        request.headers,
        request.body[:KEPT_BODY],
        len(request.body),
        None if response is None else response.operation,
        None if response is None else response.status,
        None if response is None else response.fault,
        b"" if response is None else response.body[:KEPT_BODY],
        (time.perf_counter() - begun) * 1000,
    )
