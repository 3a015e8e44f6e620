"""Causes that the provider's answer names: HTTP statuses and SOAP faults. They stand last: each is its symptom."""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.failure import Stage
from sn_mock.outbound.calls.envelope import told

_HTTP = frozenset({Symptom.HTTP})
_AFTER_HANDSHAKE = "Post-Handshake Authentication"
"""In Apache's page: it asks for the certificate once the path is known (measured on Apache 2.4 with JDK 17)."""

_TOO_LARGE = "exceeds the capacity limit"
"""In Apache's page of a request that is too large (measured on Apache 2.4.71)."""


def _status(*statuses: int, and_above: bool = False) -> Callable[[Case], Observation | None]:
    def check(case: Case) -> Observation | None:
        response = case.exchange.response
        if response.status_code not in statuses and not (and_above and response.status_code >= min(statuses)):
            return None
        return saw(
            f"http: the provider answered {response.status_code}",
            *_body_line(case),
            *_identity_line(case),
            status=response.status_code,
        )

    return check


def _forbidden(case: Case) -> Observation | None:
    """403: a client that showed a certificate lacks a right; one that showed none cannot be known by it."""
    seen = _status(403)(case)
    if seen is None:
        return None
    doubt = ""
    if case.leaf is None:
        doubt = " No client certificate was sent: if that is what it misses, have it ask for one in the handshake."
    return Observation(seen.evidence, {**seen.words, "doubt": doubt})


def _asked_after_handshake(case: Case) -> Observation | None:
    return _status(403)(case) if case.leaf is None and _AFTER_HANDSHAKE in case.exchange.response.body else None


def _too_large_to_ask(case: Case) -> Observation | None:
    return _status(413)(case) if case.leaf is None and _TOO_LARGE in case.exchange.response.body else None


def _body_line(case: Case) -> tuple[str, ...]:
    return tuple(f"http: {said}" if said.startswith("body") else said for said in told(case.exchange.response.body))


def _identity_line(case: Case) -> tuple[str, ...]:
    if case.leaf is not None:
        return (f"transcript: the client certificate {case.leaf.subject} was sent, and the handshake went on",)
    return ("transcript: no client certificate was sent",)


def _fault(case: Case) -> Observation | None:
    return saw(f"http: status {case.exchange.response.status_code}", *_body_line(case))


_ENDPOINT = "{endpoint}"

RULES: tuple[Rule, ...] = (
    Rule(
        "certificate-asked-after-handshake",
        "The provider asks for the certificate only after the handshake, which Java cannot answer in TLS 1.3",
        Stage.HTTP,
        _HTTP,
        _asked_after_handshake,
        "Have the provider ask in the handshake (for the whole host name), or offer TLS 1.2 only.",
        "RFC 8446 section 4.6.2; measured on Apache 2.4 with JDK 8, 11, 17 and 21",
        confirm=(
            "the certificate is demanded for a path (`<Location>` with SSLVerifyClient, IIS without negotiate client "
            "certificate); it works with TLS 1.2"
        ),
    ),
    Rule(
        "request-too-large-to-ask",
        "The provider asks for the certificate once it has the request, and this one is too large for that",
        Stage.HTTP,
        _HTTP,
        _too_large_to_ask,
        "Have the provider ask in the handshake (for the whole host name), or raise Apache's SSLRenegBufferSize.",
        "Apache httpd docs, mod_ssl, SSLRenegBufferSize; measured on Apache 2.4.71",
        confirm="the provider's error log says that the request body exceeds the maximum size for the SSL buffer; "
        "small requests work",
    ),
    Rule(
        "http-unauthorized",
        "The provider wants a user on top of the certificate",
        Stage.HTTP,
        _HTTP,
        _status(401),
        "{module} > Authentication type: Basic, with the provider's user.",
        "KB3067106",
        confirm="the same call with Basic authentication works",
    ),
    Rule(
        "http-forbidden",
        "The provider forbids the call",
        Stage.HTTP,
        _HTTP,
        _forbidden,
        "Have the provider grant this client the right to use the service.{doubt}",
        "KB3067183",
        confirm="the provider's log names the client and the missing right, or says that no client certificate came",
    ),
    Rule(
        "http-not-found",
        "The provider has nothing at this path",
        Stage.HTTP,
        _HTTP,
        _status(404),
        _ENDPOINT + ": correct the path.",
        "KB3067183",
        confirm="the path differs from the provider's documentation",
    ),
    Rule(
        "redirect-not-followed",
        "The provider redirects, and the instance does not follow",
        Stage.HTTP,
        _HTTP,
        _status(301, 302, 303, 307, 308),
        _ENDPOINT + ": use the address the provider redirects to; or setFollowRedirect(true) in the script.",
        "ServiceNow docs, c_SOAPMessageV2API",
        confirm="the answer has a Location header",
    ),
    Rule(
        "soap-fault",
        "The service answered with a SOAP fault",
        Stage.SOAP,
        frozenset({Symptom.SOAP}),
        _fault,
        "Read the fault string; correct the envelope or its parameters, or have the provider look at its log.",
        "SOAP 1.1 section 4.4",
        confirm="the body has a Fault with faultstring",
    ),
    Rule(
        "http-server-error",
        "The provider's application failed",
        Stage.HTTP,
        _HTTP,
        _status(500, and_above=True),
        "Have the provider look at its application log for the time of the call.",
        "KB3067183",
        confirm="the provider's application log has an error at that moment",
    ),
    Rule(
        "http-client-error",
        "The provider answered with an HTTP error",
        Stage.HTTP,
        _HTTP,
        _status(400, and_above=True),
        "Compare request and provider's documentation: status {status}.",
        "KB3067183",
        confirm="the body says what the provider disliked",
    ),
)
