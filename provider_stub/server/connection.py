"""One accepted socket: its handshake, the policy's delays and faults, and a goodbye that lets every alert arrive.

A connection lives in its hub's event loop and never blocks it. Its states:

    TLS -> SERVING -> LINGERING -> CLOSED
           (gates: at a named stage it may be held for a while, stalled, closed or reset)

Lingering: after the last byte our side is shut down and the client's late bytes are read for up to a second. A plain
close() would make the kernel answer them with RST, and the client would lose the alert it was about to read.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from datetime import UTC, datetime

from guarded import clock
from provider_stub.journal.story import Story
from provider_stub.journal.visit import ACCEPTED, INTERNAL_ERROR, OPEN, Verdict
from provider_stub.policy.model import ANSWERING_STAGES
from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import Ending
from provider_stub.server import connection_state as state
from provider_stub.server.conversation import Conversation
from provider_stub.server.gates import Gates, gates
from provider_stub.server.hub_view import HubView
from provider_stub.server.story import story
from provider_stub.server.wire import Wire
from provider_stub.tls import phase
from provider_stub.tls.session import TlsSession

LINGER_SECONDS = 1.0
HIGH_WATER = 256 * 1024
"""Bytes that a connection holds for its client, in either direction, before it stops reading."""
_FOREVER = float("inf")
_LISTENING = (state.TLS, state.SERVING)


class Connection:
    """One client's connection; see the module's head."""

    def __init__(self, hub: HubView, number: int, sock: socket.SocketType, peer: tuple[str, int]) -> None:
        self._hub, self._number, self._peer = hub, number, peer
        self._wire = Wire(hub.ready, sock, self._cut, self._sent, hub.tap(sock, peer))
        self._material = hub.material
        self._begun = datetime.now(UTC), (now := clock.monotonic())
        self._tls: TlsSession | None = None if hub.tls is None else hub.tls.session()
        self._talk = Conversation(hub, self, hub.material, self._tls, peer)
        self._gates = gates(hub.material)
        self._received_any = self._fed_while_held = False
        self._verdict = OPEN if self._tls else ACCEPTED
        self._why: tuple[str | None, str | None] = (None, None)  # reason and detail
        self._state = state.TLS if self._tls else state.SERVING
        policy = hub.material.policy
        self.deadline = now + (policy.handshake_timeout if self._tls else policy.idle_timeout)
        """When the hub calls `overdue()`, in monotonic seconds."""

    # What the hub does with a connection

    def start(self) -> None:
        """Begin to listen."""
        self._hub.journal.opened(self._number, self.story)
        self._wire.listen(self._readable)
        if self._gates is not None:
            self._gates.reached(["connect"])
            self._run_gates(self._gates)

    @property
    def idle(self) -> bool:
        """Between two requests, with nothing in the air."""
        return self._state is state.SERVING and self._talk.idle and not self._wire.unsent

    def finish(self) -> None:
        """Close politely: now if idle, else after the answer that is being worked on."""
        if self.idle:
            self.goodbye()
        elif self._state is state.STALLED:
            self.drop()
        else:
            self._talk.last = True

    def overdue(self) -> None:
        """The deadline has passed."""
        if self._shaking:
            silent = not self._received_any
            self.judge(Verdict.NO_TLS if silent else Verdict.ABORTED, "silent" if silent else "handshake-timeout")
            self._linger()
        elif self.idle:
            self.goodbye()
        elif self._state is not state.SERVING or not self._talk.overdue():
            self.drop()

    def drop(self, *, reset: bool = False) -> None:
        """End the connection now and write its visit."""
        if self._state is state.CLOSED:
            return
        try:
            if self._verdict is OPEN:
                self.judge(Verdict.ABORTED, "shutdown")
        finally:  # whatever goes wrong here, nobody is left waiting
            self._state = state.CLOSED
            try:
                self._wire.close(reset=reset)
                self._talk.hang_up()
            finally:
                self._hub.gone(self._number, lambda: self.story(is_open=False))

    def safely(self, step: Callable[[], object]) -> None:
        """Do something; a fault of ours in it ends this connection and no other, and is told (`Provider.check`)."""
        try:
            step()
        except BaseException as error:  # also what test tools fail with, and the exit that a service asks for
            self.broken(error)

    def broken(self, error: BaseException) -> None:
        """Something of ours went wrong here: no verdict about the client, and nothing more is sent."""
        try:
            self._hub.failed(f"connection {self._number}", error)
            if self._state is not state.CLOSED:
                self.blame(error)
        finally:
            if self._state is not state.CLOSED:
                self.safely(self._give_up)  # CLOSED by then, so this ends

    def _give_up(self) -> None:
        try:
            if self._tls is not None and self._shaking:
                self._tls.withhold()  # an alert that OpenSSL prepared would be a verdict
        finally:
            self.drop()

    def blame(self, error: BaseException) -> None:
        """Say in the visit that it was our fault; a verdict that was reached before stays true."""
        known = self._verdict if self._verdict in (ACCEPTED, Verdict.REFUSED) else Verdict.INTERNAL_ERROR
        self.judge(known, INTERNAL_ERROR, f"{type(error).__name__}: {error}")

    def story(self, *, is_open: bool = True) -> Story:
        """So far; open until the journal has it as ended: who finds it open no more looks for its line."""
        name, judged = (self._hub.name, self._number), (self._verdict, *self._why)
        return story(name, self._peer, self._begun, judged, self._tls, self._talk, is_open=is_open)

    # Reading

    def _readable(self) -> None:
        """Something (or the end) has arrived: what `safely` does, in one frame, because it is done at every step."""
        try:
            try:
                data = self._wire.receive()
            except OSError as error:
                self._lost("reset" if error.errno == errno.ECONNRESET else "connection-lost")
                return
            if self._state not in _LISTENING:
                if data == b"":
                    self.drop()
            elif data:
                self._received(data)
            elif data is not None:
                self._lost("closed")
        except BaseException as error:  # see `safely`
            self.broken(error)

    def _received(self, data: bytes) -> None:
        self._received_any, tls, wire = True, self._tls, self._wire
        if tls is None:
            self._talk.receive(data)
        else:
            tls.feed(data)
            if self._gates is not None and self._gates.closed:
                self._fed_while_held = True
            elif self._state is state.TLS:
                self._handshake(tls)
            else:
                self._read(tls)
        if wire.unsent or self._talk.busy or not wire.reading or (tls is not None and tls.incoming.pending):
            self.breathe()  # nearly never

    def breathe(self) -> None:
        """Read on, or stop reading while more is held than `HIGH_WATER`; who waits for us need not be listened to."""
        tls, wire = self._tls, self._wire
        congested = wire.waiting > HIGH_WATER
        held = self._talk.unanswered(congested=congested) + (tls.waiting if tls is not None else 0)
        if (held > HIGH_WATER or congested) and self._state in _LISTENING:
            wire.pause()
        elif not wire.reading:
            wire.resume()

    @property
    def congested(self) -> bool:
        """The client does not take what is sent to it."""
        return self._wire.waiting > HIGH_WATER

    def _sent(self) -> None:
        self.safely(self._go_on)

    def _cut(self) -> None:
        self.safely(lambda: self._lost("reset"))

    def _go_on(self) -> None:
        """The client has taken all that was sent to it."""
        if self._state is state.SERVING:
            self._talk.go_on()
            if self._tls is not None and self._tls.peer_closed and self.idle:
                self.goodbye()
        self.breathe()

    def _lost(self, how: str) -> None:
        """The client is gone (or has at least finished sending)."""
        if self._shaking and self._verdict in (OPEN, ACCEPTED):
            self.judge(Verdict.ABORTED if self._received_any else Verdict.NO_TLS, how)
        self.drop()

    def _read(self, tls: TlsSession) -> None:
        """Decrypt what has arrived and pass it to the conversation."""
        asked = tls.phase is phase.ASKING
        data = tls.read()
        if tls.outgoing.pending and (not asked or tls.phase is phase.ASKING):
            self._flush()  # else it is a verdict, which is noted before it leaves
        if data and self._state is state.SERVING:
            self._talk.receive(data)
        if asked and self._state is state.SERVING:
            self._asked(tls)
        if self._state is not state.SERVING or tls.phase is phase.ASKING:
            return
        if tls.phase is phase.CLIENT_REFUSED and not self._talk.count:
            self.judge(Verdict.CLIENT_REFUSED, tls.alert_received or "alert", tls.detail)
            self._linger()
        elif tls.phase is not phase.OPEN:
            self._why = (self._why[0], tls.detail)
            self._linger()
        elif tls.peer_closed and not self._talk.busy and not self._talk.waiting:
            # Most clients have closed their socket by now and will not hear our farewell.
            if self._wire.ended():
                self.drop()
            else:
                self.goodbye()

    def _asked(self, tls: TlsSession) -> None:
        """The client has said something since it was asked for its certificate."""
        if tls.phase is phase.OPEN:
            self._accepted(tls)
            self._talk.asked(admitted=True)
        elif tls.phase is not phase.ASKING:
            self._talk.asked(admitted=False)
            self._settle(tls)
        elif tls.peer_closed:
            self._lost("closed")

    # The handshake

    @property
    def _shaking(self) -> bool:
        """In a handshake, the first or the one that asks for a certificate."""
        asked = self._state is state.SERVING and self._tls is not None and self._tls.phase is phase.ASKING
        return asked or self._state is state.TLS

    def _handshake(self, tls: TlsSession) -> None:
        tls.advance()
        if self._gates is not None and tls.stages:
            self._gates.reached(tls.stages)
            self._run_gates(self._gates)
        else:
            self._settle(tls)

    def _settle(self, tls: TlsSession) -> None:
        """Act on where the handshake stands."""
        if tls.phase is phase.HANDSHAKE:
            self._wire.put(tls.take())
        elif tls.phase is phase.OPEN:
            self._accepted(tls)
        elif tls.phase is phase.CLIENT_REFUSED:
            self.judge(Verdict.CLIENT_REFUSED, tls.alert_received or "alert", tls.detail)
            self._linger()
        else:
            self._refused(tls)

    def _accepted(self, tls: TlsSession) -> None:
        if tls.http_refusal is None:
            self.judge(ACCEPTED)
        else:
            self.judge(Verdict.REFUSED, tls.http_refusal.cause, tls.http_refusal.detail)
        self._state = state.SERVING
        self.set_deadline(self._material.policy.idle_timeout)
        finished = tls.take()
        self._wire.put(finished)
        if self._wire.closed:
            return
        if tls.incoming.pending:
            self._read(tls)
        elif not finished:
            self._wire.acknowledge()

    def _refused(self, tls: TlsSession) -> None:
        refusal = tls.refusal
        if refusal is None:
            self.judge(Verdict.ABORTED, Cause.TLS_ERROR, tls.detail)
            self._linger()
            return
        no_tls = refusal.cause in (Cause.PLAIN_HTTP, Cause.NOT_TLS)
        self.judge(Verdict.NO_TLS if no_tls else Verdict.REFUSED, refusal.cause, refusal.detail)
        if refusal.outcome in (Ending.RESET, Ending.ABRUPT):
            self.drop(reset=refusal.outcome is Ending.RESET)
        elif self._material.policy.late_bytes == "reset" and not isinstance(refusal.outcome, Ending):
            self._flush()
            self.drop()
        else:
            self._linger()

    def judge(self, verdict: Verdict, reason: str | None = None, detail: str | None = None) -> None:
        """What is thought of this client from now on."""
        if self._why[0] == INTERNAL_ERROR:
            return  # whatever comes after a fault of ours says nothing about the client
        self._verdict, self._why = verdict, (None if reason is None else str(reason), detail)
        self._hub.journal.progressed()

    # Delays and faults at a named stage

    def _run_gates(self, gates: Gates) -> None:
        """Pass the stages that have been reached; stop where the policy says so."""
        held = gates.held() if self._state in _LISTENING else None
        if held is not None:
            stage, seconds = held
            if seconds is None:
                self.fault(stage)
            else:
                self.extend_deadline(seconds)
                self._hub.later(seconds, lambda: self.safely(lambda: self._run_gates(gates)))
            return
        if self._tls is None:
            return
        if self._state is state.TLS:
            self._settle(self._tls)
        if self._fed_while_held:
            self._fed_while_held = False
            if self._state is state.TLS:
                self._handshake(self._tls)
            elif self._state is state.SERVING:
                self._read(self._tls)
            self.breathe()

    def fault(self, stage: str) -> None:
        """Do what the policy's fault says at this stage."""
        action = self._material.fault_action
        self.judge(Verdict.FAULT, f"fault {stage}:{action}")
        if self._tls is not None and self._state is state.TLS:
            self._tls.withhold()
        if action == "stall":
            self._state, self.deadline = state.STALLED, _FOREVER
            self._wire.resume()
        elif action == "reset":
            self.drop(reset=True)
        else:
            self._linger(flush=stage in ANSWERING_STAGES)

    # What the conversation does with a connection

    @property
    def serving(self) -> bool:
        """Answers can still be sent."""
        return self._state is state.SERVING

    def set_deadline(self, seconds: float) -> None:
        """From now on the client has this many seconds for its next step."""
        self.deadline = clock.monotonic() + seconds

    def extend_deadline(self, seconds: float) -> None:
        """Time that we spend ourselves is not the client's."""
        self.deadline += seconds

    def send(self, plaintext: bytes) -> None:
        """Encrypt and send."""
        self._wire.put(plaintext if self._tls is None else self._tls.write(plaintext))

    def ask(self) -> None:
        """Send what asks for the client's certificate; `Conversation.asked()` is told when it has answered."""
        self.set_deadline(self._material.policy.handshake_timeout)
        self._flush()

    def goodbye(self) -> None:
        """Say close_notify and linger."""
        if self._tls is not None and self._tls.phase is phase.OPEN:
            self._tls.close_notify()
        self._linger()

    def _flush(self) -> None:
        if self._tls is not None:
            self._wire.put(self._tls.take())

    def _linger(self, *, flush: bool = True) -> None:
        """Send what is left, shut our side, and read the client's late bytes for a while."""
        if self._state in (state.CLOSED, state.LINGERING):
            return
        self._state = state.LINGERING
        self.set_deadline(LINGER_SECONDS)
        if flush:
            self._flush()
        if not self._wire.closed:
            self._wire.shut()
            self._wire.resume()
