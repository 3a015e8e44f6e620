"""`Exchange`: everything that is known of one outbound call, as frozen values.

An Exchange is built stage by stage and never changed afterwards. The CLI, the log, the report and the diagnosis are
readers of it; none of them decides anything the Exchange does not already say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from guarded.values import dataclass
from sn_mock.failure import Failure
from sn_mock.masking import without_password, without_secrets
from sn_mock.negotiated import KeyChoice, TlsSession
from tls_transcript import Alert, Certificate, Direction, Transcript


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that led to a route: rules ask for it by what it is about, people read its sentence."""

    fact: str
    """The release fact that decided; where records, script or URL did, the word for what was decided."""
    outcome: Any
    """The fact's value, or what was decided."""
    sentence: str
    """In words, with the evidence mark of what it rests on."""


@dataclass(frozen=True, slots=True)
class Route:
    """What the release's rules make of the record and the endpoint: where to connect, and with which key material."""

    url: str
    """The URL the instance uses, after any scheme rewrite (`myhttps://host:port/path`); a password in it is masked."""
    scheme: str
    host: str
    port: int
    path: str = "/"
    mutual_auth: bool = False
    protocol_profile: str | None = None
    socket_factory: str = "default"
    """`profile`, `legacy-property` or `default`."""
    keystores: tuple[str, ...] = ()
    """Names of the `sys_certificate` records whose keys may be offered, in row order."""
    keystore_ids: tuple[str, ...] = ()
    """Their sys_ids (names need not be unique)."""
    stand_ins: tuple[str, ...] = ()
    """Those of `keystores` that nobody has: forged from what is known of them."""
    proxy: tuple[str, int] | None = field(default=None, repr=False)
    """Host and port of the proxy the call goes through, as the property has them: not shown, it may hold a password."""
    decisions: tuple[Decision, ...] = ()
    """Everything that was decided on the way here, in order."""

    @property
    def because(self) -> tuple[str, ...]:
        """One sentence for every decision, in the order they were taken, with the mark of the fact behind it."""
        return tuple(decision.sentence for decision in self.decisions)

    def decision(self, fact: str) -> Decision | None:
        """The first decision about that; None where there was nothing to decide."""
        return next((decision for decision in self.decisions if decision.fact == fact), None)

    def to_json(self) -> dict[str, Any]:
        """The contract's `route` object."""
        return {
            "url": self.url,
            "scheme": self.scheme,
            "host": self.host,
            "port": self.port,
            "mutual_auth": self.mutual_auth,
            "protocol_profile": self.protocol_profile,
            "socket_factory": self.socket_factory,
            "keystores": list(self.keystores),
            "stand_ins": list(self.stand_ins),
            "proxy": f"{without_password(self.proxy[0])}:{self.proxy[1]}" if self.proxy else None,
            "because": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Response:
    """What the script sees through `SOAPResponseV2` (or `RESTResponseV2`)."""

    status_code: int = 0
    have_error: bool = False
    error_code: int = 0
    error_message: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """As received, in order, duplicates kept."""
    body: str = ""
    content: bytes = field(default=b"", repr=False)
    """The body as received, before it was decoded."""
    status_line: str = field(default="", repr=False)
    """As the HTTP client understood it; it is no part of what a script sees."""

    def to_json(self) -> dict[str, Any]:
        """The contract's `response` object; of duplicate headers the last one wins, as in `getHeaders()`."""
        return {
            "status_code": self.status_code,
            "have_error": self.have_error,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "headers": dict(self.headers),
            "body": self.body,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer to "why": a rule that fired, the evidence it quotes, and what to change where."""

    rule: str
    title: str
    evidence: tuple[str, ...]
    fix: str
    source: str

    def to_json(self) -> dict[str, Any]:
        """One element of the contract's `findings`."""
        return {
            "rule": self.rule,
            "title": self.title,
            "evidence": list(self.evidence),
            "fix": self.fix,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """One TCP connection of the call; the HTTP client's retry rules can make several."""

    transcript: Transcript = field(default_factory=Transcript)
    failure: Failure | None = None
    local_port: int | None = None
    """Our end of the connection: the key that pairs an attempt with the provider's Visit."""
    duration_ms: float = 0.0
    reused: bool = False
    """The connection was open already: a pooled one, left over from an earlier call."""


@dataclass(frozen=True, slots=True)
class StepOrigin:
    """The IntegrationHub step that a call comes from, and the connection its alias led to."""

    kind: str
    """`rest` or `soap`."""
    alias: str
    alias_id: str
    connection: str = ""
    """Name of the `http_connection`; empty where the alias led to none."""
    connection_id: str = ""
    mutual_auth: bool = False
    """An active connection of the alias asks for mutual authentication, whatever becomes of it."""

    def to_json(self) -> dict[str, Any]:
        """The Exchange document's `step`."""
        return {"kind": self.kind, "alias": self.alias, "connection": self.connection or None}


@dataclass(frozen=True, slots=True)
class Execution:
    """One of the tries of a step: a retry policy asks for more than one."""

    after_seconds: float
    """How long the policy has it wait before."""
    because: str
    """Why it was made; empty for the first."""
    response: Response
    failure: Failure | None
    connections: int
    outbound_http_log: Mapping[str, Any] = field(default_factory=dict)
    """Each try has a row of its own."""

    def to_json(self) -> dict[str, Any]:
        """One element of the Exchange document's `executions`."""
        return {
            "after_seconds": self.after_seconds,
            "because": self.because,
            "status_code": self.response.status_code,
            "error_message": self.response.error_message,
            "failure": self.failure.to_json() if self.failure else None,
            "connections": self.connections,
            "outbound_http_log": dict(self.outbound_http_log),
        }


@dataclass(frozen=True, slots=True)
class Exchange:
    """One outbound call from the record to the response (or to the failure, in Java's words)."""

    message: str
    function: str
    release: str
    started: datetime
    route: Route | None = None
    key_choice: KeyChoice | None = None
    tls: TlsSession | None = None
    attempts: tuple[Attempt, ...] = ()
    failure: Failure | None = None
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: str = ""
    method: str = "POST"
    response: Response = field(default_factory=Response)
    outbound_http_log: Mapping[str, Any] = field(default_factory=dict)
    """The `sys_outbound_http_log` row: `response_status` is -1 where no connection was completed (KB0659194)."""
    log: tuple[str, ...] = ()
    """Node-log lines the instance would write, oldest first."""
    presented_chain: tuple[bytes, ...] = ()
    """The provider's certificates as received (DER), leaf first."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """The release facts this call rested on: name to `value (EVIDENCE: source)`."""
    findings: tuple[Finding, ...] = ()
    clock: datetime | None = None
    """The moment certificates were judged by, where it was not the moment of the call (`--on DATE`)."""
    function_id: str = ""
    """sys_id of the function's record; empty where the call came from none."""
    step: StepOrigin | None = None
    """The step behind it; None for messages and bare requests."""
    token: Exchange | None = None
    """The token request before it: the other leg of a call with OAuth 2.0. None without one, or with a kept token."""
    oauth_entity: str = ""
    """sys_id of the `oauth_entity` whose token this call asks for; empty for every other call."""
    executions: tuple[Execution, ...] = ()
    """Every try of a step, the first included, where its retry policy asked for more than one."""
    ws_security: Mapping[str, Any] | None = None
    """How the Security header was made and what of it is ASSUMED; None where there is none."""

    @property
    def when(self) -> datetime:
        """The moment certificates were judged by."""
        return self.clock or self.started

    @property
    def transcript(self) -> Transcript:
        """The last attempt's TLS messages (empty when no connection was made)."""
        return self.attempts[-1].transcript if self.attempts else Transcript()

    @property
    def unheard(self) -> bool:
        """A certificate was chosen, and the connection broke before any Certificate message (or alert of ours) left."""
        choice, said = self.key_choice, self.transcript
        chosen = choice is not None and choice.alias is not None and not choice.sent
        return chosen and bool(said) and not any(said.of(kind, Direction.SENT) for kind in (Certificate, Alert))

    @property
    def ok(self) -> bool:
        """True when an HTTP response below 400 arrived and nothing failed."""
        return self.failure is None and not self.response.have_error

    def to_json(self) -> dict[str, Any]:
        """The contract's Exchange document; no key of the contract is ever missing."""
        return {
            "call": {"message": self.message, "function": self.function, "release": self.release},
            "started": self.started.isoformat(),
            "route": self.route.to_json() if self.route else None,
            "key_choice": self.key_choice.to_json() if self.key_choice else None,
            "tls": self.tls.to_json() if self.tls else None,
            "transcript": self.transcript.to_json(),
            "connections": len(self.attempts),
            "reused_connection": bool(self.attempts) and self.attempts[-1].reused,
            "failure": self.failure.to_json() if self.failure else None,
            "request": {
                "method": self.method,
                "headers": dict(self.request_headers),
                "body": without_secrets(self.request_body),
            },
            "response": self.response.to_json(),
            "outbound_http_log": dict(self.outbound_http_log),
            "log": list(self.log),
            "facts": dict(self.facts),
            "findings": [finding.to_json() for finding in self.findings],
            "step": self.step.to_json() if self.step else None,
            "token": self.token.to_json() if self.token else None,
            "executions": [execution.to_json() for execution in self.executions],
            "ws_security": dict(self.ws_security) if self.ws_security else None,
        }
