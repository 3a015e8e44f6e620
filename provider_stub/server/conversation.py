"""The HTTP side of a connection: requests in, answers out, the policy's refusals, delays and faults between them."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from guarded import clock
from provider_stub.http.messages import Request, Response, text_response
from provider_stub.http.reader import KEPT_REQUEST, HttpError, HttpReader, Weighed
from provider_stub.http.service import Caller, WordsRefusals
from provider_stub.journal.visit import Verdict, VisitRequest
from provider_stub.policy.material import Material
from provider_stub.policy.model import REUSE
from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import HttpAnswer
from provider_stub.server.hub_view import HubView
from provider_stub.tls.session import TlsSession

KEPT_BODY = 64 * 1024
"""Bytes of a request or response body that a visit keeps."""
KEPT_REQUESTS = 200
"""Requests of one connection that a visit keeps."""
KEPT_BYTES = 1024 * 1024
"""Bytes of requests and answers of one connection that a visit keeps; the oldest requests go first."""


_NO_REQUEST = Request("", "", ())
Noted = VisitRequest | tuple[Request, Response | None, float]
"""A request, its answer and its milliseconds; where they are too long to be kept, what is kept of them."""


class Line(Protocol):
    """What a conversation needs of its connection."""

    @property
    def serving(self) -> bool:
        """Answers can still be sent."""
        ...

    @property
    def congested(self) -> bool:
        """The client does not take what is sent to it: the next answer has to wait."""
        ...

    def breathe(self) -> None:
        """Some of what has arrived was taken: listen again."""
        ...

    def send(self, plaintext: bytes) -> None:
        """Send an answer (or a part of one)."""
        ...

    def goodbye(self) -> None:
        """End the connection politely after what was sent."""
        ...

    def fault(self, stage: str) -> None:
        """Do what the policy's fault says at this stage."""
        ...

    def safely(self, step: Callable[[], object]) -> None:
        """Do something later than at once; a fault of ours in it ends the connection."""
        ...

    def broken(self, error: BaseException) -> None:
        """A fault of ours: end the connection, and tell."""
        ...

    def blame(self, error: BaseException) -> None:
        """From here on the visit says that a fault of ours ended it."""
        ...

    def set_deadline(self, seconds: float) -> None:
        """From now on the client has this many seconds for its next step."""
        ...

    def extend_deadline(self, seconds: float) -> None:
        """Time that we spend ourselves is not the client's."""
        ...

    def ask(self) -> None:
        """Send what asks for the client's certificate; `Conversation.asked()` is told when it has answered."""
        ...

    def judge(self, verdict: Verdict, reason: str | None = None) -> None:
        """What is thought of this client from now on."""
        ...


class _Gone:
    """The line of a conversation whose connection has ended."""

    serving = False
    congested = False

    def breathe(self) -> None:
        pass

    def send(self, plaintext: bytes) -> None:
        pass

    def goodbye(self) -> None:
        pass

    def fault(self, stage: str) -> None:
        pass

    def safely(self, step: Callable[[], object]) -> None:
        pass

    def broken(self, error: BaseException) -> None:
        pass

    def blame(self, error: BaseException) -> None:
        pass

    def set_deadline(self, seconds: float) -> None:
        pass

    def extend_deadline(self, seconds: float) -> None:
        pass

    def ask(self) -> None:
        pass

    def judge(self, verdict: Verdict, reason: str | None = None) -> None:
        pass


_GONE = _Gone()


class Conversation:
    """One connection's requests, one after the other."""

    def __init__(
        self, hub: HubView, line: Line, material: Material, tls: TlsSession | None, peer: tuple[str, int]
    ) -> None:
        self._hub, self._material, self._tls = hub, material, tls
        self._line: Line = line
        policy = material.policy
        self._http = HttpReader(
            max_header_bytes=policy.max_header_bytes, max_body_bytes=policy.max_body_bytes, memory=hub.heads
        )
        self.busy = False
        """An answer is being worked on."""
        self.last = False
        """The connection ends with the answer that is being worked on."""
        self._noted: deque[tuple[Noted, int]] = deque()
        self.noted_bytes = 0
        """Of the requests and answers that a visit keeps."""
        self._asking: tuple[Request, float] | None = None
        find_chain = tuple if tls is None else tls.known_chain
        self._caller = Caller(hub.base_url, find_chain, peer, tls is not None)
        self.count = 0

    @property
    def idle(self) -> bool:
        """Between two requests."""
        return self._http.idle and not self.busy

    def hang_up(self) -> None:
        """The connection has ended; letting go of it leaves no reference cycle for the garbage collector."""
        self._line = _GONE

    def receive(self, data: bytes) -> None:
        """Plaintext from the client."""
        http, timeout = self._http, self._material.policy.request_timeout
        was_in_body = False
        if http.idle:
            self._line.set_deadline(timeout)
            request = None if self.busy or self._line.congested else http.known(data)
            if request is not None:
                self._take(request)
                return
        else:
            was_in_body = http.in_body
        http.feed(data)
        self._serve()
        if not was_in_body and http.in_body:
            self._line.set_deadline(timeout)

    def overdue(self) -> bool:
        """The client took too long for a request: answer 408. False where it has not begun one."""
        if self._http.idle or self.busy:
            return False
        part = "body" if self._http.in_body else "headers"
        self._refuse(HttpError(408, f"the {part} took too long"))
        return True

    @property
    def waiting(self) -> int:
        """Bytes that have arrived and wait for an answer under way."""
        return self.unanswered(congested=self._line.congested)

    def unanswered(self, *, congested: bool) -> int:
        """The same for who knows already whether the client takes what is sent to it."""
        return self._http.waiting if self.busy or congested else 0

    def go_on(self) -> None:
        """The client has taken all that was sent to it."""
        self._serve()

    def _serve(self) -> None:
        """Answer what has arrived complete, one request after the other, as fast as the client takes the answers."""
        http = self._http
        while not (http.idle or self.busy) and self._line.serving and not self._line.congested:
            try:
                request = http.next()
            except HttpError as error:
                self._refuse(error)
                return
            if request is None:
                if http.continue_due:
                    http.continue_due = False
                    self._line.send(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self._take(request)

    def _refuse(self, error: HttpError) -> None:
        service = self._hub.service
        worded = service.refusal(error.status, str(error), error.target) if isinstance(service, WordsRefusals) else None
        response = dataclasses.replace(worded or text_response(error.status, str(error)), fault=str(error))
        self._note(_NO_REQUEST, response, clock.monotonic())
        self._line.send(response.wire(close=True))
        self._line.goodbye()

    def _take(self, request: Request) -> None:
        begun = clock.monotonic()
        policy = self._material.policy
        stage = self._material.fault_stage
        if stage == "request" or (stage == REUSE and self.count):
            self._note(request, None, begun)
            self._line.fault(stage)
        elif policy.delay_ms and policy.delay_at == "request":
            self._wait(policy.delay_ms, lambda: self._answer(request, begun))
        else:
            self._answer(request, begun)

    def _wait(self, milliseconds: int, then: Callable[[], None]) -> None:
        self.busy = True
        self._line.extend_deadline(milliseconds / 1000)

        def go_on() -> None:
            if self._line.serving:
                then()

        self._hub.later(milliseconds / 1000, lambda: self._line.safely(go_on))

    def _answer(self, request: Request, begun: float) -> None:
        tls = self._tls
        if tls is not None and tls.must_ask:
            self._ask(tls, request, begun)
            return
        refusal = None if tls is None else tls.http_refusal
        if refusal is not None and isinstance(refusal.outcome, HttpAnswer):
            self._respond(request, _page(refusal.outcome, close=True), begun)
            return
        try:
            answer = self._hub.service.answer(request, self._caller)
        except BaseException as error:  # see `Connection.safely`
            self._apologize(request, error, begun)
            return
        if isinstance(answer, Response):
            self._respond(request, answer, begun)
        elif inspect.isawaitable(answer):
            self.busy = True
            self._line.set_deadline(math.inf)  # the time that we spend ourselves is not the client's
            self._hub.spawn(
                answer,
                lambda response: self._line.safely(lambda: self._respond(request, response, begun)),
                lambda error: self._line.safely(lambda: self._apologize(request, error, begun)),
            )

    def _ask(self, tls: TlsSession, request: Request, begun: float) -> None:
        """Ask for the client's certificate before its request is answered, or refuse where that cannot be."""
        cause = Cause.CANNOT_ASK
        if len(request.body) > self._material.personality.kept_while_asking:
            cause = Cause.TOO_LARGE_TO_ASK
        elif tls.ask():
            self.busy, self._asking = True, (request, begun)
            self._line.ask()
            return
        self._line.judge(Verdict.REFUSED, cause)
        page = self._material.outcome(cause)
        assert isinstance(page, HttpAnswer)  # a policy cannot change it
        self._respond(request, _page(page, close=cause is Cause.TOO_LARGE_TO_ASK), begun)

    def asked(self, *, admitted: bool) -> None:
        """The client has answered: go on with its request, or keep it for the visit."""
        if self._asking is None:
            return
        (request, begun), self._asking = self._asking, None
        if not admitted:
            self._note(request, None, begun)
        elif self._line.serving:
            self._answer(request, begun)

    def _apologize(self, request: Request, error: BaseException, begun: float) -> None:
        """The service failed: the client is told whose fault it is, the journal too, and the connection ends."""
        self._hub.failed(f"answering {request.method} {request.shown_target}", error)
        self._line.blame(error)
        text = f"internal error of provider-stub: {type(error).__name__}: {error}"
        self._respond(request, text_response(500, text, close=True), begun)

    def _respond(self, request: Request, response: Response, begun: float) -> None:
        if not self._line.serving:
            return
        policy = self._material.policy
        close = response.close or self.last or not request.keep_alive
        self._note(request, response, begun)
        data = self._wire(response, head_only=request.method == "HEAD", close=close, keep_alive=request.http10)
        if self._material.fault_stage == "response":
            self._line.send(data[: len(data) - max(1, len(response.body) // 2)])
            self._line.fault("response")
        elif policy.delay_ms and policy.delay_at == "response":
            half = len(data) - len(response.body) // 2
            self._line.send(data[:half])
            self._wait(policy.delay_ms, lambda: self._finish(data[half:], close))
        else:
            self._finish(data, close)

    def _finish(self, data: bytes, close: bool) -> None:
        waited, self.busy = self.busy, False
        self._line.send(data)
        self._line.set_deadline(self._material.policy.idle_timeout)
        if close or (waited and self._tls is not None and self._tls.peer_closed and self.idle):
            self._line.goodbye()
        elif waited:
            self._serve()
            self._line.breathe()

    def _wire(self, response: Response, *, head_only: bool, close: bool, keep_alive: bool) -> bytes:
        """The response as bytes; the last small plain one is kept."""
        if head_only or close or keep_alive or len(response.body) > KEPT_REQUEST:
            return response.wire(head_only=head_only, close=close, keep_alive=keep_alive)
        memory = self._hub.heads
        if memory.sent[0] is not response:
            memory.sent = (response, response.wire())
        return memory.sent[1]

    def _note(self, request: Request, response: Response | None, begun: float) -> None:
        self.count += 1
        noted = (request, response, (clock.monotonic() - begun) * 1000)
        memory = self._hub.heads
        weighed = memory.weighed  # who repeats himself has the same request and gets the same answer
        if weighed is None or request is not weighed.request or response is not weighed.response:
            weighed = _weighed(request, response)
            memory.weighed = None if weighed.cut else weighed
        weight = weighed.bytes
        self._noted.append((_record(*noted) if weighed.cut else noted, weight))
        self.noted_bytes += weight
        while len(self._noted) > KEPT_REQUESTS or (self.noted_bytes > KEPT_BYTES and len(self._noted) > 1):
            self.noted_bytes -= self._noted.popleft()[1]
        self._hub.journal.progressed()

    def noted(self) -> tuple[Noted, ...]:
        """The most recent requests and their answers, oldest first; `visit_requests` makes a visit's of them."""
        return tuple([noted for noted, _ in tuple(self._noted)])


def visit_requests(kept: Iterable[Noted]) -> tuple[VisitRequest, ...]:
    """The same as a visit shows them."""
    return tuple([noted if isinstance(noted, VisitRequest) else _record(*noted) for noted in kept])


def _weighed(request: Request, response: Response | None) -> Weighed:
    sent, answered = len(request.body), 0 if response is None else len(response.body)
    head = len(request.target) + sum(len(name) + len(value) for name, value in request.headers)
    kept = min(sent, KEPT_BODY) + min(answered, KEPT_BODY)
    return Weighed(request, response, kept + head, sent > KEPT_BODY or answered > KEPT_BODY)


def _page(page: HttpAnswer, *, close: bool) -> Response:
    return Response(page.status, page.body(), page.content_type, page.headers, close=close)


def _record(request: Request, response: Response | None, milliseconds: float) -> VisitRequest:
    return VisitRequest(
        request.method,
        request.shown_target,
        request.headers,
        request.body[:KEPT_BODY],
        len(request.body),
        None if response is None else response.operation,
        None if response is None else response.status,
        None if response is None else response.fault,
        b"" if response is None else response.body[:KEPT_BODY],
        milliseconds,
        None if response is None else response.ws_security,
    )
