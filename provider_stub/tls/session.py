"""One TLS connection without its socket: bytes in, bytes out, and what was decided on the way.

    feed(bytes) -> advance()                      the handshake; `phase` says where it stands
                -> read() / write(plaintext)      once `phase` is OPEN
    take()                                        what must go onto the wire

OpenSSL does the protocol and judges the chain. A session looks on through the transcript, applies the policy's own
rules as soon as the client's Certificate has been read, and where the policy wants another answer than OpenSSL's it
drops what OpenSSL was about to send and puts its own alert (or nothing) in its place.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence

from provider_stub.policy.material import Material
from provider_stub.refusals import causes
from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import Ending, HttpAnswer, SendAlert
from provider_stub.tls import injection, phase, said
from provider_stub.tls.context import (
    answered_by_openssl,
    asks_later,
    build,
    fingerprint_alone_decides,
    own_rules,
    requires_certificate,
)
from provider_stub.tls.judge import date_code, refusal_cause
from provider_stub.tls.phase import Phase, Refusal
from tls_transcript import Alert, Direction, Entry, FaultSlot, KeyLines, Notebook, libssl, note

_TLS13 = 0x0304
_CHUNK = 32 * 1024
"""More than a record holds, so that a read leaves nothing of one behind."""
_STAGES: Mapping[int | None, str] = {said.CLIENT_HELLO: "client-hello", said.CERTIFICATE: "certificate"}


class TlsServer:
    """One policy's context; sessions made from it share it. All its sessions must live in one thread."""

    def __init__(self, material: Material, *, recorded: bool = False) -> None:
        self.material = material
        self._recorded, self._key_lines, self._lines = recorded, bytearray(), KeyLines()
        self.notebook = Notebook()
        self.current: TlsSession | None = None
        self.has_own_rules = own_rules(material)
        self.looks = self.has_own_rules or material.policy.sni_required
        """What OpenSSL finds acceptable may still not be."""
        self.asks_later = asks_later(material)
        self.faults = FaultSlot()
        self.requires_certificate = requires_certificate(material)
        self.context = build(material, self._on_verdict, self._on_keylog, self.faults, tell_keys=recorded)
        if recorded and libssl.available() is not None:
            self._lines.follow(self.context)
        note(self.context, self.notebook)

    def session(self) -> TlsSession:
        """A fresh connection's TLS."""
        return TlsSession(self)

    def _on_verdict(self, code: int, chain: Sequence[bytes]) -> int:
        return code if self.current is None else self.current.judge(code, chain)

    def fresh_keys(self) -> bytes:
        """The key log lines since the last question, for whoever records; nothing where nobody does."""
        lines = bytes(self._key_lines) + self._lines.fresh()
        self._key_lines.clear()
        return lines

    def _on_keylog(self, line: str) -> None:
        if self._recorded:
            self._key_lines += f"{line}\n".encode()
        if self.current is not None and line.startswith("SERVER_TRAFFIC_SECRET_0 "):
            self.current.secret = bytes.fromhex(line.rsplit(" ", 1)[1])


class TlsSession:
    """One connection's TLS; see the module's head."""

    __slots__ = (
        "_complete",
        "_flown",
        "_inner",
        "_judged",
        "_mark",
        "_replacement",
        "_said",
        "_server",
        "_settled_by",
        "_soft",
        "_ssl",
        "detail",
        "feed",
        "http_refusal",
        "incoming",
        "must_ask",
        "outgoing",
        "peer_closed",
        "phase",
        "refusal",
        "resumed",
        "secret",
    )

    def __init__(self, server: TlsServer) -> None:
        self._server = server
        self.incoming, self.outgoing = incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        """What has come over the wire and OpenSSL has not taken yet, and what it wants to send."""
        self.feed = incoming.write
        """Takes bytes from the wire."""
        self._ssl = server.context.wrap_bio(incoming, outgoing, server_side=True)
        self._inner: ssl.SSLObject = getattr(self._ssl, "_sslobj", self._ssl)
        """What does the work; the object around it, which is public, adds a call to each."""
        self._said: said.Said = []
        self._mark = 0
        self._complete = False
        """The handshake is through, whatever our own rules say of the client."""
        self._flown = False
        self._judged = False
        self._soft: tuple[Cause, int] | None = None
        self._replacement: bytes | None = None
        self._settled_by: Direction | None = None
        self.must_ask = server.asks_later
        """The client's certificate is still to be asked for, with the first request."""
        self.phase: Phase = phase.HANDSHAKE
        self.refusal: Refusal | None = None
        self.http_refusal: Refusal | None = None
        """Set where the handshake went through but the first request must be answered with a refusal."""
        self.detail: str | None = None
        self.peer_closed = False
        """The client sent close_notify."""
        self.resumed = False
        """An earlier session goes on: no certificate was presented this time."""
        self.secret = b""

    @property
    def stages(self) -> list[str]:
        """Stages reached by the last `advance()`."""
        heard = [one.handshake_type for one in self._news() if one.direction is Direction.RECEIVED]
        reached = [_STAGES[kind] for kind in heard if kind in _STAGES]
        return [*reached, "handshake"] if self._complete else reached

    def _news(self) -> list[Entry]:
        """What was said in this step."""
        return said.entries(self._said[self._mark :])

    def judge(self, code: int, chain: Sequence[bytes]) -> int:
        """OpenSSL's verdict on the chain, or another one where the policy wants the handshake to go on."""
        material = self._server.material
        if fingerprint_alone_decides(material) and (code == 0 or causes.from_verify_code(code) in _CHAIN_CAUSES):
            code = date_code(material, chain[0]) if chain else 0
        if code == 0:
            return 0
        cause = causes.from_verify_code(code)
        outcome = material.outcome(cause)
        if isinstance(outcome, HttpAnswer) or outcome is Ending.ACCEPT:
            self._soft = (cause, code)
            return 0
        return code

    @property
    def waiting(self) -> int:
        """Bytes from the wire that nobody has looked at yet."""
        return self.incoming.pending

    def end(self) -> None:
        """The client will send no more."""
        self.incoming.write_eof()

    def advance(self) -> None:
        """Take the handshake as far as the bytes allow. Raises what a callback of ours raised meanwhile."""
        server = self._server
        self._mark = len(self._said)
        server.current, server.notebook.page = self, self._said
        try:
            self._inner.do_handshake()
        except ssl.SSLWantReadError:
            if server.faults.error is not None:
                server.faults.check()
            if server.looks or self._soft is not None:
                self._look()
        except ssl.SSLError as error:
            server.faults.check()
            self._failed(error)
        else:
            if server.faults.error is not None:
                server.faults.check()
            self.phase, self._complete = phase.OPEN, True
            self.resumed = self._inner.session_reused is True
            if server.looks or self._soft is not None:
                self._look()
        finally:
            server.current, server.notebook.page = None, None
            if len(self._said) > said.KEPT_MESSAGES:
                said.cut(self._said)

    def _look(self) -> None:
        """Apply our own rules to what has been read in this step."""
        if self._server.material.policy.sni_required and self.sni is None and "client-hello" in self.stages:
            self._refuse(Refusal(Cause.SNI_MISSING, self._server.material.outcome(Cause.SNI_MISSING)))
            return
        if not self._server.has_own_rules and self._soft is None:
            return
        if self.must_ask or self._judged or not (self.phase is phase.OPEN or "certificate" in self.stages):
            return
        self._judged = True
        material = self._server.material
        cause, code = self._soft or (None, None)
        if cause is None or material.outcome(cause) is Ending.ACCEPT:
            cause, code = refusal_cause(material, self.known_chain()), None
        if cause is None:
            return
        outcome = material.outcome(cause)
        refusal = Refusal(cause, outcome, verify_code=code)
        if isinstance(outcome, HttpAnswer):
            self.http_refusal = refusal
        elif outcome is not Ending.ACCEPT:
            self._refuse(refusal)

    def known_chain(self) -> tuple[bytes, ...]:
        """What the client presented, in this handshake or in the one that is resumed."""
        if self.resumed:
            leaf = self._ssl.getpeercert(binary_form=True)
            return () if leaf is None else (leaf,)
        return self.presented_chain

    def _failed(self, error: ssl.SSLError) -> None:
        received = [entry for entry in self._news() if entry.direction is Direction.RECEIVED]
        if any(entry.content_type == said.ALERT_CONTENT for entry in received):
            self.phase, self.detail = phase.CLIENT_REFUSED, error.reason
            return
        code = getattr(error, "verify_code", None)
        cause = causes.from_ssl_error(error.reason, code)
        detail = getattr(error, "verify_message", None) or error.reason or "end of stream"
        if answered_by_openssl(self._server.material, cause):
            self.phase = phase.REFUSED
            self.refusal = Refusal(cause, None, detail, code)
        else:
            self._refuse(Refusal(cause, self._server.material.outcome(cause), detail, code))

    def _refuse(self, refusal: Refusal) -> None:
        """Say no in our own way: nothing that OpenSSL prepared in this step leaves."""
        self.phase, self.refusal = phase.REFUSED, refusal
        self.withhold()
        self._replacement = b""
        if isinstance(refusal.outcome, SendAlert):
            self._inject(refusal.outcome)
        elif isinstance(refusal.outcome, HttpAnswer):
            self._replacement = refusal.outcome.wire()

    def withhold(self) -> None:
        """Nothing that OpenSSL prepared in this step leaves, and the transcript says nothing else."""
        self.outgoing.read()
        self._said[self._mark :] = [entry for entry in self._news() if entry.direction is Direction.RECEIVED]

    def _inject(self, outcome: SendAlert) -> None:
        hello = said.server_hello(self._said)
        tls13 = hello is not None and hello.version == _TLS13
        description = outcome.code(tls13=tls13)
        if tls13 and self._flown and hello is not None:
            self._replacement = injection.protected_alert(description, suite=hello.cipher_suite, secret=self.secret)
        else:
            self._replacement = injection.plain_alert(description)
        self._said.append(Entry(Direction.SENT, Alert(injection.FATAL, description)))

    def ask(self) -> bool:
        """Ask for the client's certificate now; `read()` takes it from here while `phase` is ASKING.

        False: in TLS 1.3 only a client that offered post-handshake authentication can be asked.
        """
        server = self._server
        self._mark = len(self._said)
        server.current, server.notebook.page = self, self._said
        try:
            self.must_ask = not libssl.ask_for_certificate(self._ssl, required=server.requires_certificate)
        finally:
            server.current, server.notebook.page = None, None
        server.faults.check()
        if not self.must_ask:  # TLS 1.2's second handshake ends with our Finished, TLS 1.3's asking with the client's
            self._settled_by = Direction.RECEIVED if self._ssl.version() == "TLSv1.3" else Direction.SENT
            self.phase = phase.ASKING
        return not self.must_ask

    def read(self) -> bytes:
        """The plaintext that has arrived. Raises what a callback of ours raised meanwhile."""
        chunks: list[bytes] = []
        inner, incoming, server = self._inner, self.incoming, self._server
        self._mark = len(self._said)
        server.current, server.notebook.page = self, self._said
        try:
            while True:
                chunk = inner.read(_CHUNK)
                if not chunk:  # so CPython tells of a close_notify that we have not answered yet
                    self.peer_closed = True
                    break
                chunks.append(chunk)
                if not incoming.pending:
                    break
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.peer_closed = True
        except ssl.SSLError as error:
            if self.phase is phase.ASKING:
                server.faults.check()
                self._failed(error)
                return b""
            alerts = [entry for entry in self._news() if entry.content_type == said.ALERT_CONTENT]
            received = any(entry.direction is Direction.RECEIVED for entry in alerts)
            self.phase = phase.CLIENT_REFUSED if received else phase.BROKEN
            self.detail = error.reason
        finally:
            server.current, server.notebook.page = None, None
        if server.faults.error is not None:
            server.faults.check()
        if self.phase is phase.ASKING and self._settled():
            self.phase = phase.OPEN
            self._look()
        if len(self._said) > said.KEPT_MESSAGES:
            said.cut(self._said)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _settled(self) -> bool:
        """Whether the Finished has been said with which the asking ends."""
        return any(e.handshake_type == said.FINISHED and e.direction is self._settled_by for e in self._news())

    def write(self, plaintext: bytes) -> bytes:
        """Encrypt; then as `take()`."""
        if plaintext:
            self._inner.write(plaintext)
            if self._server.faults.error is not None:
                self._server.faults.check()
        return self.take()

    def close_notify(self) -> None:
        """Say goodbye, as TLS wants it before the stream ends."""
        server = self._server
        server.current, server.notebook.page = self, self._said
        try:
            self._ssl.unwrap()
        except ssl.SSLError:
            pass
        finally:
            server.current, server.notebook.page = None, None
        server.faults.check()

    def take(self) -> bytes:
        """Everything that must go onto the wire now."""
        if self._replacement is not None:
            data, self._replacement = self._replacement, b""
            return data
        data = self.outgoing.read()
        if data:
            self._flown = True
        return data

    def told(self) -> tuple[tuple[said.One, ...], Refusal | None, bool]:
        """What was said until now, the refusal, and whether an earlier session goes on."""
        return tuple(self._said), self.refusal or self.http_refusal, self.resumed

    @property
    def sni(self) -> str | None:
        """The server name the client asked for."""
        return said.server_name(self._said)

    @property
    def presented_chain(self) -> tuple[bytes, ...]:
        """The client's certificates (DER), leaf first."""
        return said.presented_chain(self._said)

    @property
    def alert_received(self) -> str | None:
        """The client's first alert that is more than a farewell."""
        return said.alert_received(said.entries(self._said))


_CHAIN_CAUSES = frozenset((Cause.UNKNOWN_CA, Cause.SELF_SIGNED))
