"""Causes of a call into another ServiceNow instance by client certificate: what its front door and its Table API say.

They stand before the rules for any provider: the front door's page and the instance's words tell who it was.
"""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import NONE_SENT, SENT, Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance.inbound_records import NOT_AUTHENTICATED

_PAGE = "<center>snow_adc</center>"
_DOOR = NONE_SENT | SENT | {Symptom.HTTP}


def _refused_at_the_door(case: Case) -> bool:
    response = case.exchange.response
    return response.status_code == 400 and _PAGE in response.body


def _self_signed(case: Case) -> Observation | None:
    leaf = case.leaf
    if not _refused_at_the_door(case) or leaf is None or leaf.subject != leaf.issuer:
        return None
    return saw("http: the front door of an instance answered 400 (snow_adc)", *case.sent_line, subject=leaf.subject)


def _not_published(case: Case) -> Observation | None:
    if not _refused_at_the_door(case):
        return None
    above = case.sent[-1].issuer if case.sent else "its issuer"
    return saw(
        "http: the front door of an instance answered 400 (snow_adc)", *case.sent_line, *case.visit_line(), ca=above
    )


def _unauthenticated(case: Case) -> bool:
    response = case.exchange.response
    return response.status_code == 401 and NOT_AUTHENTICATED[1] in response.body


def _not_mapped(case: Case) -> Observation | None:
    if not _unauthenticated(case) or case.leaf is None:
        return None
    return saw(
        "http: an instance answered 401, User Not Authenticated",
        *case.sent_line,
        "the handshake went on: its front door has verified the certificate",
        subject=case.leaf.subject,
    )


def _not_asked(case: Case) -> Observation | None:
    if not _unauthenticated(case) or case.leaf is not None or not case.mutual_auth_wanted:
        return None
    if case.request is not None:
        named = f" It named {'; '.join(case.advertised)}." if case.advertised else ""
        return saw("http: an instance answered 401, User Not Authenticated", *case.sent_line, doubt=named)
    return saw(
        "http: an instance answered 401, User Not Authenticated",
        "transcript: its front door asked for no client certificate",
        doubt=" It did not ask for a certificate: GET /adcv2/supports_tls there must say true.",
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "inbound-self-signed",
        "The other instance accepts no self-signed client certificate",
        Stage.HTTP,
        _DOOR,
        _self_signed,
        "Have {subject} signed by a CA, import the reply under the key's alias, and publish that CA there "
        "(sys_ca_certificate, type CA Cert).",
        "KB0960308",
        confirm="keytool -list -v: Owner and Issuer are the same, and the answer is the page of snow_adc",
    ),
    Rule(
        "inbound-ca-not-published",
        "The other instance's front door cannot verify the client certificate",
        Stage.HTTP,
        _DOOR,
        _not_published,
        "On the other instance: publish the CA up to its root ({ca}) in sys_ca_certificate, type CA Cert, and wait "
        "until Publish Status is Exists; a record of type Intermediate Cert alone stays on the instance and does not "
        "reach the front door.",
        "KB0960308; ServiceNow docs, set-up-mutual-auth",
        confirm="the answer is HTTP 400 with the page of snow_adc, and no TLS alert came",
    ),
    Rule(
        "inbound-certificate-not-mapped",
        "The other instance maps the client certificate to no active user",
        Stage.HTTP,
        _DOOR,
        _not_mapped,
        "On the other instance: an active sys_user_certificate with this certificate ({subject}) and an active user.",
        "ServiceNow community 1429267, 3254457; docs, set-up-mutual-auth",
        Evidence.REPORTED,
        confirm="401 User Not Authenticated although the certificate was sent, and the handshake went on",
    ),
    Rule(
        "inbound-certificate-not-sent",
        "No client certificate reached the other instance",
        Stage.HTTP,
        _DOOR,
        _not_asked,
        "On the other instance: certificate-based authentication on (plugin com.glide.auth.mutual), the caller's CA "
        "published.{doubt}",
        "KB2440842",
        confirm="401 User Not Authenticated, and the transcript has no certificate of the client",
    ),
)
