"""What a capture tells of one connection: who called, what was said in TLS, how it ended, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from guarded.values import dataclass
from tls_transcript import (
    Alert,
    Certificate,
    CertificateRequest,
    CertificateSummary,
    ClientHello,
    DecodeError,
    Direction,
    ServerHello,
    Transcript,
    names,
    registries,
    x509,
)

from .dialogue import Said

CLIENT, SERVER = "client", "server"


@dataclass(frozen=True, slots=True)
class Ended:
    """One side's end of the connection."""

    time: int
    by: str
    """`client` or `server`."""
    kind: str
    """`fin` or `rst`."""


@dataclass(frozen=True, slots=True)
class Http:
    """The last refusal (else the last answer) that could be read and its request, by their first lines; the query of a
    URL is left out."""

    request: str = ""
    status: int = 0
    answer: str = ""
    page: str = ""
    """The beginning of an error page, for judging only; in no JSON."""

    @property
    def turned_away(self) -> bool:
        """The answer is an error, or a redirect of a request that asked for more than a page."""
        moved = _FIRST_REDIRECT <= self.status < _FIRST_ERROR and not self.request.startswith(("GET ", "HEAD "))
        return self.status >= _FIRST_ERROR or moved

    def to_json(self) -> dict[str, Any]:
        """First lines only; null where nothing was read."""
        return {"request": self.request or None, "status": self.status or None, "answer": self.answer or None}


@dataclass(frozen=True, slots=True)
class Connection:
    """One TCP connection of a capture."""

    client: tuple[str, int]
    server: tuple[str, int]
    known_by: str
    """What says who the client is: `syn`, `client_hello` or `port` (the higher one calls)."""
    began: int
    """Nanoseconds since 1970, of the first frame."""
    ended: int
    protocol: str
    """`tls`, `http`, `proxy` (a tunnel that was not opened), `sslv2-hello`, `other`, or `none`: no octets at all."""
    said: tuple[Said, ...]
    """What was said in TLS, oldest first, seen from the client; sealed messages only where keys were known."""
    syns: int
    """How often the client asked for the connection; 0 where that was before the capture."""
    accepted: bool
    """The server's answer to that is in the capture."""
    endings: tuple[Ended, ...]
    octets: tuple[int, int]
    """Payload of the client and of the server."""
    application: tuple[int, int]
    """Records of application data (TLS 1.3: of anything that is sealed) of the client and of the server."""
    changed_cipher: tuple[bool, bool]
    """TLS 1.2: client and server have gone over to sealed records."""
    sealed_alerts: tuple[int, int]
    """Alerts of the client and of the server whose words are sealed (TLS 1.3: records of just that length)."""
    last_sealed_alert: tuple[int, int]
    decrypted: bool
    """Sealed records were opened with keys."""
    answered: bool
    """The server sent application data after the client's last (TLS 1.3: anything sealed that is no alert)."""
    proxy: str = ""
    """`host:port` that was asked of a proxy (CONNECT)."""
    prelude: str = ""
    """The protocol that was spoken before TLS began: `proxy`, `starttls`, `other`, or nothing."""
    http: Http = Http()
    missing: tuple[str, ...] = ()
    """What of this connection could not be read."""

    @property
    def transcript(self) -> Transcript:
        """The messages, seen from the client."""
        return Transcript(tuple(one.entry for one in self.said))

    @property
    def hello(self) -> ClientHello | None:
        """The client's first greeting."""
        return self.transcript.first(ClientHello)

    @property
    def chosen(self) -> ServerHello | None:
        """The server's choice (a HelloRetryRequest is none)."""
        return next((one for one in self.transcript.of(ServerHello) if one.name == "server_hello"), None)

    @property
    def version(self) -> str | None:
        """The version of the protocol that was chosen."""
        return None if self.chosen is None else registries.version_name(self.chosen.version)

    @property
    def request(self) -> CertificateRequest | None:
        """The server's request for a client certificate."""
        return self.transcript.first(CertificateRequest, Direction.RECEIVED)

    def chain(self, by: str) -> tuple[bytes, ...] | None:
        """The certificates of one side (DER), leaf first; () where it sent none, None where no such message was read.

        Of several handshakes on one connection (a renegotiation) the last one counts.
        """
        way = Direction.SENT if by == CLIENT else Direction.RECEIVED
        found = self.transcript.of(Certificate, way)
        return found[-1].chain if found else None

    @property
    def alerts(self) -> tuple[tuple[int, str, Alert], ...]:
        """Moment, side and alert, oldest first; farewells included."""
        return tuple(
            (one.time, CLIENT if one.entry.direction is Direction.SENT else SERVER, one.entry.message)
            for one in self.said
            if isinstance(one.entry.message, Alert)
        )

    @property
    def handshake_complete(self) -> bool:
        """The client has sent its last flight, and (TLS 1.2) the server its own."""
        if self.version == "TLSv1.3":
            ours = (one.entry.direction is Direction.SENT for one in self.said if one.entry.message.name == "finished")
            return any(ours) if self.decrypted else self.application[0] > 0
        return all(self.changed_cipher)

    @property
    def refused_sealed(self) -> str | None:
        """Who ended a handshake of TLS 1.3 with what can only be an alert, though it is sealed; None: nobody did."""
        if self.version != "TLSv1.3" or self.decrypted or self.answered:
            return None
        if self.sealed_alerts[0] and self.sealed_alerts[0] == self.application[0]:
            return CLIENT
        return SERVER if self.sealed_alerts[1] and self.application[0] else None

    @property
    def fatal(self) -> tuple[int, str, Alert] | None:
        """The first alert that ended something."""
        always = self.version == "TLSv1.3"  # where the level says nothing (RFC 8446 section 6)
        worded = (one for one in self.alerts if one[2].description not in _POLITE)
        return next((one for one in worded if always or one[2].level != _WARNING), None)

    @property
    def when(self) -> datetime | None:
        """The beginning as a moment; None where the file has no times, or none that a calendar knows."""
        try:
            return datetime.fromtimestamp(self.began / 1e9, UTC) if self.began else None
        except (ValueError, OverflowError, OSError):  # a clock beyond all calendars
            return None

    def to_json(self) -> dict[str, Any]:
        """What is worth showing, under stable keys; no secret, no payload."""
        hello, chosen, request = self.hello, self.chosen, self.request
        return {
            "client": _place(self.client),
            "server": _place(self.server),
            "client_known_by": self.known_by,
            "began": None if self.when is None else self.when.isoformat(),
            "duration_ms": (self.ended - self.began) / 1e6,
            "protocol": self.protocol,
            "proxy": self.proxy or None,
            "prelude": self.prelude or None,
            "syns": self.syns,
            "accepted": self.accepted,
            "server_name": None if hello is None else hello.server_name,
            "offered": None if hello is None else hello.to_json()["versions"],
            "tls": None
            if chosen is None
            else {"version": self.version, "cipher": registries.cipher_suite_name(chosen.cipher_suite)},
            "client_certificate": self.asked,
            "authorities": None if request is None else [names.readable(name) for name in request.authorities],
            "certificate_request": None if request is None else request.to_json(),
            "client_chain": _summaries(self.chain(CLIENT)),
            "server_chain": _summaries(self.chain(SERVER)),
            "alerts": [
                {"by": by, "after_ms": (time - self.began) / 1e6, **alert.to_json()} for time, by, alert in self.alerts
            ],
            "sealed_alerts": {CLIENT: self.sealed_alerts[0], SERVER: self.sealed_alerts[1]},
            "endings": [
                {"by": one.by, "kind": one.kind, "after_ms": (one.time - self.began) / 1e6} for one in self.endings
            ],
            "octets": {CLIENT: self.octets[0], SERVER: self.octets[1]},
            "decrypted": self.decrypted,
            "http": self.http.to_json(),
            "transcript": [{"after_ms": (one.time - self.began) / 1e6, **one.entry.to_json()} for one in self.said],
            "missing": list(self.missing),
        }

    @property
    def asked(self) -> str:
        """Whether the server asked for a client certificate: `requested`, `not requested`, or `unknown`."""
        if self.request is not None:
            return "requested"
        if self.chosen is None or self.missing:
            return "unknown"
        readable = self.decrypted or self.version not in ("TLSv1.3",)
        greeted = any(one.entry.message.name in ("server_hello_done", "certificate_verify") for one in self.said)
        return "not requested" if readable and greeted else "unknown"


_WARNING = 1
_POLITE = frozenset({0, 90})
"""close_notify and user_canceled."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A whole capture."""

    connections: tuple[Connection, ...]
    """Those that are told one by one, in the order in which they began; the troubled ones first to be kept."""
    total: int
    """Connections in the file."""
    frames: int
    left_out: tuple[str, ...]
    """A sentence for everything that was not read or not judged."""


def troubled(connection: Connection) -> bool:
    """Whether something went wrong on it, as far as the wire shows."""
    if connection.fatal is not None or connection.protocol in ("sslv2-hello", "proxy", "none"):
        return True
    if connection.protocol == "http" and not connection.http.status:
        return True
    if connection.http.turned_away or any(end.kind == "rst" for end in connection.endings):
        return True
    return connection.protocol == "tls" and not all(connection.application)


_FIRST_REDIRECT, _FIRST_ERROR = 300, 400


def _place(place: tuple[str, int]) -> str:
    host, port = place
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _summaries(chain: tuple[bytes, ...] | None) -> list[dict[str, Any]] | None:
    return None if chain is None else [one.to_json() for one in summaries(chain)]


def summaries(chain: tuple[bytes, ...]) -> tuple[CertificateSummary, ...]:
    """The certificates that can be read, in their order."""
    return tuple(_readable(chain))


def _readable(chain: tuple[bytes, ...]) -> Iterator[CertificateSummary]:
    for der in chain:
        try:
            yield x509.summary(der)
        except DecodeError:
            continue
