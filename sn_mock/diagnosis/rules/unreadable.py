"""What the provider sends and Java cannot read: a certificate of its chain, or its TLS messages."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from tls_transcript import Direction, ServerHello


def _certificate(case: Case) -> Observation | None:
    failure = case.exchange.failure
    if failure is None or not case.cause_is("server-certificate-unreadable"):
        return None
    innermost = (failure.hidden or failure.java)[-1:]
    chain = (f"provider's chain [{place}]: {one.subject}" for place, one in enumerate(case.presented))
    return saw(*chain, *case.alert_line(), *(f"what Java stumbles over: {one}" for one in innermost))


def _messages(case: Case) -> Observation | None:
    """Once a ServerHello came, the port does speak TLS, whatever follows."""
    if not case.cause_is("malformed-tls") or case.exchange.transcript.first(ServerHello, Direction.RECEIVED) is None:
        return None
    return saw("transcript: a ServerHello came, so the port speaks TLS", *case.alert_line(), *case.visit_line())


RULES: tuple[Rule, ...] = (
    Rule(
        "provider-certificate-unreadable",
        "Java cannot read a certificate that the provider sends",
        Stage.HANDSHAKE,
        frozenset({Symptom.PROVIDER_NOT_ACCEPTED}),
        _certificate,
        "Have the provider's CA issue the certificate anew, without the field or extension that the innermost "
        "exception names; OpenSSL and browsers may well read it as it is.",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="keytool -printcert -file of the provider's certificate fails, while openssl x509 -text shows it; the "
        "innermost exception names the field",
    ),
    Rule(
        "provider-breaks-tls",
        "The provider speaks TLS, and a message of its handshake cannot be read",
        Stage.HANDSHAKE,
        frozenset({Symptom.HANDSHAKE, Symptom.CERTIFICATE_REFUSED, Symptom.NO_CERTIFICATE}),
        _messages,
        "Have the provider repair or update whatever ends TLS for it, or take out what changes the bytes on the way; "
        "the exception names the message.",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="openssl s_client -connect HOST:PORT -msg fails at the same message, or another way to the "
        "provider works",
    ),
)
