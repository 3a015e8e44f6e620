"""What is learnt, and decided, while a handshake goes by.

The listener hears every message as OpenSSL reads or writes it. On a CertificateRequest it asks the key manager and,
where a chain is to be sent, hands OpenSSL another context carrying it: the same handshake goes on with the chosen
certificate. That must happen while the CertificateRequest is read and never later (OpenSSL 3.6 crashes).
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from datetime import datetime

from guarded.values import dataclass
from sn_mock.failure import JavaChain
from sn_mock.java.exceptions import causes
from sn_mock.java.jsse import client_context as java_tls
from sn_mock.java.jsse import context_pool, foreign_key, key_manager
from sn_mock.java.jsse.context_pool import Loan
from sn_mock.java.jsse.key_manager import Candidate, Choice
from sn_mock.java.jsse.reading import certificate_request
from sn_mock.java.jsse.reading.cursor import Cursor, UnderflowError
from sn_mock.java.jsse.reading.fault import Fault, FaultError
from sn_mock.java.jsse.reading.records import MESSAGE_HEADER
from sn_mock.java.jsse.renegotiation import HELLO_REQUEST, SERVER_HELLO, Renegotiation
from sn_mock.java.jsse.traffic_secrets import TrafficSecrets
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix.trust import TrustRefusal
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.negotiated import KeyChoice
from tls_transcript import (
    Alert,
    Certificate,
    CertificateRequest,
    Direction,
    Entry,
    FaultSlot,
    ServerHello,
    TranscriptBuilder,
    libssl,
    registries,
)

ALERT = 21
CERTIFICATE, CERTIFICATE_REQUEST = 11, 13
_TLS_NAMES = {0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
FATAL = 2
_SCHEME_OF_TYPE = {1: 0x0401, 2: 0x0402, 64: 0x0403}
"""rsa_sign, dss_sign, ecdsa_sign: a signature algorithm of that key type."""

TrustCheck = Callable[[tuple[bytes, ...], str, str], TrustRefusal | None]
"""(the provider's chain, TLS version, Java's name of the cipher suite) to the refusal, or None."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the instance's socket factory brings to a handshake."""

    versions: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    check_trust: TrustCheck
    java: Jdk
    key_manager: str
    server_name: str | None = None
    """The SNI host name; None sends none."""
    when: datetime | None = None
    at_once: bool = False
    """The socket factory shakes hands itself, before the HTTP client has set TCP_NODELAY."""


@dataclass(slots=True)
class Listener:
    """Follows one connection. Its fields are what it knows by now."""

    credentials: Credentials
    builder: TranscriptBuilder = field(default_factory=TranscriptBuilder)
    tls: str = "TLSv1.2"
    cipher: str = ""
    """Java's name of the cipher suite, which is IANA's."""
    requested: bool = False
    """A CertificateRequest was read."""
    hello_requested: bool = False
    """A HelloRequest was passed over."""
    choice: Choice | None = None
    trouble: str = ""
    """Why the chosen key could not be used by OpenSSL."""
    unheard: bool = False
    """The connection broke before our Certificate message left."""
    refusal: TrustRefusal | None = None
    """Our verdict on the provider's certificate, where it is not accepted."""
    late_refusal: TrustRefusal | None = None
    """A verdict that the HTTP client reaches only after a successful handshake."""
    presented: tuple[bytes, ...] = ()
    alerts: list[Alert] = field(default_factory=list)
    """Alerts the provider sent, oldest first."""
    muted: bool = False
    """The connection is given up: what OpenSSL still wants to say is dropped, and `farewell` is sent instead."""
    farewell: bytes = b""
    faults: FaultSlot = field(default_factory=FaultSlot)
    """What went wrong in here: OpenSSL calls us, so it cannot be raised. `TlsStream` looks after every step."""
    secrets: TrafficSecrets = field(default_factory=TrafficSecrets, repr=False)
    recorded: bool = False
    """Somebody records the connection, and wants every secret of it."""
    renegotiation: Renegotiation = field(init=False)
    _loans: list[Loan] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.renegotiation = Renegotiation(self.credentials.java)

    def completed(self) -> None:
        """The handshake is over; another one may be asked for."""
        self.hello_requested, self.renegotiation.complete = False, True

    def context(self) -> ssl.SSLContext:
        """The context to begin with, whose connection this listener follows."""
        context = self._lent()
        if "TLSv1.3" in self.credentials.versions and not self.recorded:
            self.secrets.follow(context)
        return context

    def _lent(self, chain: Sequence[bytes] = (), pkcs8: bytes | None = None) -> ssl.SSLContext:
        loan = context_pool.lend(self, self.credentials.versions, self.credentials.java, chain, pkcs8)
        self._loans.append(loan)
        if self.recorded:
            self.secrets.follow(loan.context)
        return loan.context

    def release(self) -> None:
        """The connection is over, and nothing refers to it any more: give the contexts back."""
        self.secrets.close()
        while self._loans:
            self._loans.pop().give_back()

    def judge(self, chain: tuple[bytes, ...]) -> int | None:
        """The alert that the provider's chain is refused with; None accepts it."""
        if self.choice and self.choice.refusal and self.choice.chosen is None:  # the request itself ended it before
            return self.choice.refusal_alert
        self._check_trust(chain)
        if self.refusal is not None:
            return self.refusal.alert
        return self.choice.refusal_alert if self.choice else None

    def _check_trust(self, chain: tuple[bytes, ...]) -> None:
        self.presented = self.presented or chain
        refusal = self.credentials.check_trust(chain, self.tls, self.cipher)
        if refusal is not None and refusal.after_handshake:
            self.late_refusal = refusal
        else:
            self.refusal = refusal

    def agreed(self, tls: str, suite: int) -> None:
        """The ServerHello chose this version and this suite."""
        self.tls, self.cipher = tls, registries.cipher_suite_name(suite)

    def hear(self, connection: ssl.SSLObject | ssl.SSLSocket, entry: Entry) -> None:
        """One message was read or written."""
        if self.muted:
            return
        self.builder.append(entry)
        self.renegotiation.hear(entry)
        if isinstance(self.renegotiation.end, Fault):  # the alert would have to be sealed, and we cannot make one
            self.muted = True
            return
        if entry.direction is Direction.SENT:
            return
        if entry.content_type == ALERT and isinstance(entry.message, Alert):
            self.alerts.append(entry.message)
        elif entry.handshake_type == SERVER_HELLO and isinstance(entry.message, ServerHello):
            self.agreed(_TLS_NAMES.get(entry.message.version, self.tls), entry.message.cipher_suite)
        elif entry.handshake_type == HELLO_REQUEST:
            self.hello_requested = True
        elif entry.handshake_type == CERTIFICATE and isinstance(entry.message, Certificate):
            self.presented = entry.message.chain
            if java_tls.unfaithful():
                self._check_trust(self.presented)
                if self.refusal:
                    self._abort(self.refusal.alert)
        elif entry.handshake_type == CERTIFICATE_REQUEST:
            self.requested = True
            request = as_read(entry, self.tls, self.credentials.java)
            if request is not None:
                self._answer(connection, request)

    def _answer(self, connection: ssl.SSLObject | ssl.SSLSocket, request: CertificateRequest) -> None:
        wanted = self.credentials
        self.choice = answer(
            wanted.candidates, request, self.tls, java=wanted.java, algorithm=wanted.key_manager, when=wanted.when
        )
        if self.choice.refusal and self.tls != "TLSv1.3":  # in TLS 1.3 the verdict on the chain sends the alert
            self._abort(self.choice.refusal_alert)
        chosen = self.choice.chosen
        if chosen is None or not self.choice.sent or chosen.key.pkcs8 is None:
            return
        try:
            own = chosen.key.pkcs8 if self.choice.told_scheme is None else foreign_key.stand_in(chosen.key.chain[0])
            connection.context = self._lent(chosen.key.chain, own)
        except libssl.LibsslError as error:
            self.trouble = f"OpenSSL does not take the key of {chosen.key.alias}, so no certificate was sent: {error}"

    def _abort(self, alert: int | None) -> None:
        """End the handshake in Java's way where OpenSSL would go on: nothing of what it has yet to say goes out.

        Before ChangeCipherSpec (TLS 1.2) an alert is plain and can be sent; in TLS 1.3 we cannot make one.
        """
        self.muted = True
        if self.tls != "TLSv1.3" and alert is not None:
            self.builder.append(Entry(Direction.SENT, Alert(FATAL, alert)))
            self.farewell = bytes((ALERT, 3, 3, 0, 2, FATAL, alert))

    def cause_of(self, alert: Alert) -> str:
        """The cause word for an alert of the provider's, in the light of what went before."""
        sent = self.certificate_sent
        return causes.for_alert(alert.description, certificate_requested=self.requested, certificate_sent=sent)

    def lost(self, messages: int) -> None:
        """The last so many messages never left."""
        withdrawn = self.builder.withdraw(messages)
        self.unheard = any(entry.handshake_type == CERTIFICATE for entry in withdrawn)

    @property
    def certificate_sent(self) -> bool:
        """The Certificate message is not empty, so that a CertificateVerify follows."""
        return self.choice is not None and self.choice.sent and not self.trouble

    @property
    def java_refusal(self) -> JavaChain:
        """Where Java itself ends the handshake on the CertificateRequest: its exception chain, else ()."""
        return self.choice.refusal if self.choice else ()

    def key_choice(self) -> KeyChoice | None:
        """The choice as the Exchange shows it; None where none was asked for, or the provider was not trusted first."""
        if self.choice is None or self.refusal is not None:
            return None
        return as_shown(self.choice, withheld=self.trouble or (_UNHEARD if self.unheard else ""))


def answer(
    candidates: Sequence[Candidate],
    request: CertificateRequest,
    tls: str,
    *,
    java: Jdk,
    algorithm: str,
    when: datetime | None,
) -> Choice:
    """The key manager's answer to that CertificateRequest, as it came in a handshake of version `tls`."""
    asked, version = _as_asked(request, tls)
    return key_manager.choose(candidates, asked, tls=version, algorithm=algorithm, java=java, when=when)


def as_read(entry: Entry, tls: str, java: Jdk) -> CertificateRequest | None:
    """The CertificateRequest as JSSE reads it; None where it refuses it for its form."""
    if not entry.octets or not java.has(Feature.JSSE_11):
        return entry.message if isinstance(entry.message, CertificateRequest) else None
    cursor = Cursor(entry.octets[MESSAGE_HEADER:])
    try:
        if tls == "TLSv1.3":
            return certificate_request.read_13(cursor, java)
        return certificate_request.read_12(cursor, with_schemes=tls == "TLSv1.2")
    except (FaultError, UnderflowError):
        return None


_UNHEARD = "the connection broke before its certificate was sent"


def as_shown(choice: Choice, *, withheld: str = "") -> KeyChoice:
    """The key manager's answer as the Exchange shows it; `withheld`: why the chain could not be sent after all."""
    chosen = choice.chosen
    sent = choice.sent and not withheld
    refusal = f"Java itself ends the handshake: {choice.refusal[0]}" if choice.refusal else ""
    return KeyChoice(
        keystore=chosen.keystore if chosen else None,
        alias=chosen.key.alias if chosen else None,
        subject=parse_certificate(chosen.key.chain[0]).subject.rfc2253() if chosen else None,
        sent=sent,
        chain=chosen.key.chain if chosen and sent else (),
        rejected=choice.rejected,
        keystore_id=chosen.keystore_id if chosen else "",
        withheld=(withheld or choice.withheld or refusal) if chosen and not sent else "",
    )


def _as_asked(request: CertificateRequest, tls: str) -> tuple[CertificateRequest, str]:
    """The question as the key manager understands it: before TLS 1.2 the certificate types alone name the key types.

    They are told as the signature algorithms that stand for them (JSSE's T10CertificateRequest takes their order).
    """
    if tls in ("TLSv1.2", "TLSv1.3"):
        return request, tls
    schemes = tuple(_SCHEME_OF_TYPE[number] for number in request.certificate_types if number in _SCHEME_OF_TYPE)
    return replace(request, signature_algorithms=schemes), "TLSv1.2"


def server_name(host: str) -> str | None:
    """The SNI name for a host: JSSE sends dotted names only, no IP address, single label or trailing dot (JDK 17)."""
    is_address = ":" in host or host.replace(".", "").isdigit()
    return None if is_address or "." not in host or host.endswith(".") else host
