"""Outbound certificate policies (Brazil): what does not help a call with mutual TLS, or one through a MID Server.

The table behind System Definition > Outbound HTTPS Security Policies has no published name, so no policy is read here.
What is documented is whom they never concern.
"""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.failure import Stage

ENABLED = "com.glide.communications.httpclient.outbound_cert_policy.enabled"


def _does_not_apply(case: Case) -> Observation | None:
    route = case.route
    if route is None or (case.instance.property(ENABLED) or "").strip().lower() != "true":
        return None
    through_mid = route.decision("mid_server")
    if not route.mutual_auth and through_mid is None:
        return None
    why = f"{through_mid.sentence}" if through_mid else f"route: {route.url} offers {', '.join(route.keystores)}"
    return saw(case.property_line(ENABLED), why)


RULES: tuple[Rule, ...] = (
    Rule(
        "outbound-policy-does-not-apply",
        "Outbound certificate policies are switched on, and this call is none of theirs",
        Stage.HANDSHAKE,
        frozenset({Symptom.PROVIDER_NOT_ACCEPTED}),
        _does_not_apply,
        "Have the provider's certificate mended, or the endpoint: a policy for the host changes nothing for calls with "
        "mutual TLS or through a MID Server.",
        "ServiceNow docs (Brazil), outbound-certificate-policies",
        confirm="a policy for the host exists and a call with mutual authentication is refused all the same",
    ),
)
