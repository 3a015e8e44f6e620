"""`Visit`: the provider's record of one connection, whatever became of it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from guarded import secrets
from guarded.values import dataclass
from tls_transcript import (
    Alert,
    Certificate,
    ClientHello,
    DecodeError,
    Direction,
    ServerHello,
    Transcript,
    registries,
)
from tls_transcript.x509 import CertificateSummary, summary, summary_text

T = TypeVar("T")


class Verdict(StrEnum):
    """How a connection ended, in one word."""

    ACCEPTED = "accepted"
    """The handshake was completed and the client's certificate (or its absence) satisfied the policy."""
    REFUSED = "refused"
    """The provider refused the client; `reason` says why, `alert_sent` (or the HTTP answer) what it was told."""
    CLIENT_REFUSED = "client-refused"
    """The client refused the provider, with an alert; usually it does not trust the provider's certificate."""
    NO_TLS = "no-tls"
    """What came was no TLS: plain HTTP, garbage, or nothing at all."""
    ABORTED = "aborted"
    """The client went away (or fell silent) in the middle of the handshake."""
    FAULT = "fault"
    """The policy's `fault` ended the connection."""
    INTERNAL_ERROR = "internal-error"
    """A fault of provider_stub itself ended the connection before there was a verdict; `detail` names it."""
    OPEN = "open"
    """No verdict yet: the handshake is still going on."""


INTERNAL_ERROR = str(Verdict.INTERNAL_ERROR)
"""The reason of a visit that a fault of ours ended."""
ACCEPTED, OPEN = Verdict.ACCEPTED, Verdict.OPEN
"""What most connections meet, without a look-up in an Enum class: before Python 3.12 it costs what ten lines cost."""


class Told:
    """The text that the visit before had, for the next one of the same; gone with who writes: bodies hold secrets."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: dict[str, tuple[Any, str]] = {}

    def text(self, kind: str, facts: Any, tell: Callable[[], dict[str, Any]]) -> str:
        """What `tell` tells of these facts, written."""
        latest = self._latest.get(kind)
        if latest is not None and latest[0] == facts:
            return latest[1]
        text = _written(tell())
        self._latest[kind] = (facts, text)
        return text


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """One HTTP request and the answer it got."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """As received, names in the client's spelling; secrets are in here and in `body` only, not in `to_json()`."""
    body: bytes = field(default=b"", repr=False)
    """The body, cut to what the journal keeps."""
    body_bytes: int = 0
    """Length of the whole body."""
    operation: str | None = None
    """The WSDL operation it was matched to."""
    status: int | None = None
    """The answer's HTTP status; None where no answer was sent."""
    fault: str | None = None
    """The fault string, where the answer was a SOAP fault."""
    response_body: bytes = field(default=b"", repr=False)
    duration_ms: float = 0.0
    ws_security: Mapping[str, Any] | None = None
    """What was found in the Security header: `accepted`, `cause`, `code`, `detail`, `signer`, `user`, `signed`,
    `algorithms`; None where the policy does not look at it."""

    def to_json(self) -> dict[str, Any]:
        """One element of a visit's `requests`; `ws_security` only where the policy looks at it."""
        return {**self._said(), **self._worked()}

    def json_text(self, known: Told) -> str:
        """`to_json()` without blanks."""
        said = (self.method, self.target, self.headers, self.body, self.body_bytes)
        answered = (self.operation, self.status, self.fault, self.response_body)
        return _joined(known.text("request", (said, answered), self._said), _written(self._worked()))

    def _said(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "target": self.target,
            "headers": [[name, secrets.header(name, value)] for name, value in self.headers],
            "body": secrets.decoded(self.body),
            "body_bytes": self.body_bytes,
            "operation": self.operation,
            "status": self.status,
            "fault": self.fault,
            "response_body": secrets.decoded(self.response_body),
        }

    def _worked(self) -> dict[str, Any]:
        looked_at = {} if self.ws_security is None else {"ws_security": dict(self.ws_security)}
        return {"duration_ms": round(self.duration_ms, 3), **looked_at}


@dataclass(frozen=True, slots=True)
class Visit:
    """One connection as the provider saw it."""

    id: str
    """Unique within a journal; the same visit keeps its id while it is still open."""
    started: datetime
    peer: tuple[str, int]
    """Address and port of the client: the key that pairs a visit with a client's connection."""
    transcript: Transcript
    verdict: Verdict
    reason: str | None = None
    """A cause word (`provider_stub.refusals.causes.Cause`, or e.g. `handshake-timeout`, `fault handshake:reset`);
    `internal-error` where a fault of provider_stub itself ended the connection, whatever the verdict was before."""
    detail: str | None = None
    """OpenSSL's own words or a second sentence, where there is more to say."""
    verify_code: int | None = None
    """X509_V_ERR code of the chain check, where there was one that failed."""
    alert_sent: str | None = None
    """The alert that went out on the wire."""
    requests: tuple[VisitRequest, ...] = ()
    """The most recent requests of the connection, oldest first."""
    request_count: int = 0
    duration_ms: float = 0.0
    resumed: bool = False
    """An earlier TLS session went on; the client's certificate was seen then, not now."""
    open: bool = False
    """The connection is still there."""

    @property
    def sni(self) -> str | None:
        """The server name the client asked for."""
        hello = self.transcript.first(ClientHello)
        return hello.server_name if isinstance(hello, ClientHello) else None

    @property
    def tls_version(self) -> str | None:
        """`TLSv1.3`; None where none was negotiated."""
        hello = self._server_hello
        return None if hello is None else _version_name(hello)

    @property
    def cipher(self) -> str | None:
        """The negotiated suite's IANA name."""
        hello = self._server_hello
        return None if hello is None else _cipher_name(hello)

    @property
    def _server_hello(self) -> ServerHello | None:
        hellos = self.transcript.of(ServerHello)
        return hellos[-1] if hellos else None

    @property
    def presented_chain(self) -> tuple[bytes, ...]:
        """The certificates the client sent (DER), leaf first; () where it sent none."""
        message = self.transcript.first(Certificate, Direction.RECEIVED)
        return message.chain if isinstance(message, Certificate) else ()

    @property
    def certificate_message(self) -> bool:
        """True when the client sent a Certificate message at all, even an empty one."""
        return self.transcript.first(Certificate, Direction.RECEIVED) is not None

    @property
    def presented(self) -> tuple[CertificateSummary, ...]:
        """Subject, issuer, dates, fingerprint and usages of `presented_chain`; what cannot be read is left out."""
        return tuple(_each(summary, self.presented_chain))

    @property
    def alert_received(self) -> str | None:
        """The first alert the client sent that is more than a farewell."""
        for entry in self.transcript.entries:
            if entry.may_be_alert and entry.direction is Direction.RECEIVED and isinstance(entry.message, Alert):
                name = entry.message.description_name
                if name != "close_notify":
                    return name
        return None

    def to_json(self) -> dict[str, Any]:
        """The visit as one JSON object."""
        return {
            **self._came(),
            **self._judged(),
            "presented": [certificate.to_json() for certificate in self.presented],
            "certificate_message": self.certificate_message,
            "transcript": self.transcript.to_json(),
            **self._asked(),
        }

    def json_text(self, known: Told | None = None) -> str:
        """`to_json()` as JSON without blanks, which costs less: what many visits have in common is written once.

        `known` is shared by visits that are written in one go.
        """
        known = known or Told()
        message = self.transcript.first(Certificate, Direction.RECEIVED)
        presented = "" if message is None else ",".join(_each(summary_text, message.chain))
        came, transcript = "false" if message is None else "true", self.transcript.json_text()
        middle = f'"presented":[{presented}],"certificate_message":{came},"transcript":{transcript}'
        judged = known.text("verdict", self._judgement, self._judged)
        requests = ",".join([request.json_text(known) for request in self.requests])
        front, end = _joined(_written(self._came()), judged)[:-1], _written(self._ended())[1:]
        return f'{front},{middle},"requests":[{requests}],{end}'

    def _came(self) -> dict[str, Any]:
        """What no other visit has."""
        peer = {"host": self.peer[0], "port": self.peer[1]}
        return {"id": self.id, "started": self.started.isoformat(), "peer": peer}

    @property
    def _judgement(self) -> tuple[Any, ...]:
        hello = self._server_hello
        said = (self.alert_sent, self.alert_received, self.sni, hello and (hello.version, hello.cipher_suite))
        return self.verdict, self.reason, self.detail, self.verify_code, *said

    def _judged(self) -> dict[str, Any]:
        """What else stands in front of the client's certificates."""
        hello = self._server_hello
        tls = hello and {"version": _version_name(hello), "cipher": _cipher_name(hello)}
        return {
            "verdict": str(self.verdict),
            "reason": self.reason,
            "detail": self.detail,
            "verify_code": self.verify_code,
            "alert_sent": self.alert_sent,
            "alert_received": self.alert_received,
            "sni": self.sni,
            "tls": tls,
        }

    def _asked(self) -> dict[str, Any]:
        """What stands behind the transcript."""
        return {"requests": [request.to_json() for request in self.requests], **self._ended()}

    def _ended(self) -> dict[str, Any]:
        return {
            "request_count": self.request_count,
            "duration_ms": round(self.duration_ms, 3),
            "resumed": self.resumed,
            "open": self.open,
        }


_written = json.JSONEncoder(separators=(",", ":")).encode


def _joined(one: str, other: str) -> str:
    """Two objects, written, as one."""
    return f"{one[:-1]},{other[1:]}"


def _version_name(hello: ServerHello) -> str:
    return registries.version_name(hello.version)


def _cipher_name(hello: ServerHello) -> str:
    return registries.cipher_suite_name(hello.cipher_suite)


def _each(reader: Callable[[bytes], T], chain: Iterable[bytes]) -> Iterator[T]:
    """What cannot be read is left out."""
    for der in chain:
        with contextlib.suppress(DecodeError):
            yield reader(der)
