"""Symptoms: the few kinds of failure an Exchange can show, read from the Exchange alone."""

from __future__ import annotations

from enum import StrEnum

from sn_mock.exchange import Exchange
from sn_mock.failure import Stage
from tls_transcript import Alert, CertificateRequest, Direction, ServerHello

NO_CERTIFICATE_PAGES = ("No required SSL certificate was sent", "403.7")
"""What nginx and IIS write in their answer when no client certificate came."""
CERTIFICATE_PAGES = ("The SSL certificate error", "403.13", "403.16", "403.17")
"""What they write when they did not like the one that came."""


FIRST_REDIRECT = 300
"""HTTP statuses from here on are no answer to a SOAP call, though a redirect is no error to a script."""


class Symptom(StrEnum):
    """What kind of failure it is."""

    ROUTE = "route"
    """The call has no way to go: scheme, URL."""
    KEYSTORE = "keystore"
    """A keystore could not be loaded or opened."""
    CONNECT = "connect"
    """No TCP connection: name, refusal, timeout, proxy."""
    PROVIDER_NOT_ACCEPTED = "provider-not-accepted"
    """The instance refused the provider's certificate."""
    NO_CERTIFICATE = "no-certificate"
    """The provider wanted a client certificate and none was sent."""
    CERTIFICATE_REFUSED = "certificate-refused"
    """A client certificate was sent, and the provider ended the call."""
    UNANSWERED = "unanswered"
    """TLS 1.3: a client certificate was sent, and the connection ended before anything came back. RFC 8446 section
    4.4.2.4 has the verdict come after the client's handshake: without an alert, a refusal looks like a crash."""
    UNANSWERED_WITHOUT = "unanswered-without-certificate"
    """The same where the provider had asked for a client certificate and none was sent."""
    HANDSHAKE = "handshake"
    """The handshake failed before certificates mattered: version, cipher, closed, reset."""
    HTTP = "http"
    """The handshake is fine; the HTTP exchange is not."""
    SOAP = "soap"
    """The provider answered with a SOAP fault."""


NONE_SENT = frozenset({Symptom.NO_CERTIFICATE, Symptom.UNANSWERED_WITHOUT})
"""The provider asked for a client certificate and got none, which it refused or may have refused."""
SENT = frozenset({Symptom.CERTIFICATE_REFUSED, Symptom.UNANSWERED})
"""A client certificate was sent, which the provider refused or may have refused."""
UNANSWERED = frozenset({Symptom.UNANSWERED, Symptom.UNANSWERED_WITHOUT})
"""Whether the provider refused or something broke, the client cannot know."""
_ENDED_UNANSWERED = frozenset({"no-response", "connection-reset"})
"""How such an end is told: read or written, orderly or not."""
_TLS_1_3 = 0x0304

_INSTANCE_REFUSES = frozenset(
    {
        "server-not-trusted",
        "server-certificate-expired",
        "server-certificate-not-yet-valid",
        "server-certificate-usage",
        "server-chain-invalid",
        "server-certificate-unreadable",
        "server-certificate-weak",
        "server-certificate-revoked",
        "revocation-unknown",
        "issuer-missing",
        "host-name-mismatch",
        "no-trust-anchors",
    }
)

_BY_STAGE = {
    Stage.ROUTE: Symptom.ROUTE,
    Stage.KEYSTORE: Symptom.KEYSTORE,
    Stage.CONNECT: Symptom.CONNECT,
    Stage.SOAP: Symptom.SOAP,
}


def symptom_of(exchange: Exchange, *, refused_by_provider: bool | None = None) -> Symptom | None:
    """The kind of failure; None where the call succeeded.

    `refused_by_provider`: whether the provider's own record says that it refused the client; None without such a
    record. Under TLS 1.3 nobody else can tell a refusal without an alert from a missing answer.
    """
    failure = exchange.failure
    if failure is None:
        odd = exchange.response.have_error or exchange.response.status_code >= FIRST_REDIRECT
        return _of_answer(exchange) if odd else None
    if failure.stage in _BY_STAGE:
        return _BY_STAGE[failure.stage]
    if refused_by_provider is None and _ended_unanswered(exchange):
        return Symptom.UNANSWERED if _sent(exchange) else Symptom.UNANSWERED_WITHOUT
    if failure.stage is Stage.HTTP and refused_by_provider and (failure.cause != "http-status" or _sent(exchange)):
        return Symptom.CERTIFICATE_REFUSED if _sent(exchange) else Symptom.NO_CERTIFICATE
    if failure.stage is Stage.HTTP:
        return _of_answer(exchange) if exchange.response.status_code else Symptom.HTTP
    if failure.cause in _INSTANCE_REFUSES:
        return Symptom.PROVIDER_NOT_ACCEPTED
    if failure.cause == "certificate-required":
        return Symptom.NO_CERTIFICATE
    asked = exchange.transcript.first(CertificateRequest, Direction.RECEIVED) or exchange.key_choice
    if asked is None or exchange.unheard:
        return Symptom.HANDSHAKE
    return Symptom.CERTIFICATE_REFUSED if _sent(exchange) else Symptom.NO_CERTIFICATE


def _of_answer(exchange: Exchange) -> Symptom:
    """An HTTP error status: sometimes it is the verdict on the certificate."""
    body = exchange.response.body
    if any(text in body for text in NO_CERTIFICATE_PAGES):
        return Symptom.NO_CERTIFICATE
    if any(text in body for text in CERTIFICATE_PAGES):
        return Symptom.CERTIFICATE_REFUSED
    if "Envelope" in body and "Fault" in body:
        return Symptom.SOAP
    return Symptom.HTTP


def _ended_unanswered(exchange: Exchange) -> bool:
    """A connection of TLS 1.3 that was new, and on which the client was asked for a certificate, ended in silence.

    On a pooled one, the certificate had been accepted when the first request was answered.
    """
    if exchange.failure is None or exchange.failure.cause not in _ENDED_UNANSWERED or exchange.response.status_code:
        return False
    if exchange.attempts and exchange.attempts[-1].reused:
        return False
    hello = exchange.transcript.first(ServerHello, Direction.RECEIVED)
    asked = exchange.transcript.first(CertificateRequest, Direction.RECEIVED)
    return asked is not None and hello is not None and hello.version == _TLS_1_3


def _sent(exchange: Exchange) -> bool:
    return exchange.key_choice is not None and exchange.key_choice.sent


def provider_alert(exchange: Exchange) -> str | None:
    """The fatal alert the provider sent, by its registered name."""
    alerts = exchange.transcript.of(Alert, Direction.RECEIVED)
    return next((alert.description_name for alert in alerts if alert.level == 2), None)
