"""`diagnose`: every rule that fits a failed call, the root cause first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sn_mock.diagnosis.case import Case, VisitLike
from sn_mock.exchange import Exchange, Finding, Route
from sn_mock.instance import Instance


def diagnose(
    exchange: Exchange, instance: Instance, visit: VisitLike | None = None, *, when: datetime | None = None
) -> tuple[Finding, ...]:
    """Why the call failed: findings in the order of `RULES`, the root cause first; () for a call that succeeded.

    `visit` is the provider's record of the last connection, where there is one: it settles what the wire leaves open.
    A call that got no token is judged by its token request.
    """
    if exchange.token is not None and not exchange.token.ok:
        return judge(Case(exchange.token, instance, visit, when=when))
    return judge(Case(exchange, instance, visit, when=when))


def diagnosed(exchange: Exchange, instance: Instance, visit: VisitLike | None = None) -> Exchange:
    """The same exchange with its findings."""
    return replace(exchange, findings=diagnose(exchange, instance, visit))


def judge(case: Case) -> tuple[Finding, ...]:
    """The findings for a case, the root cause first."""
    symptom = case.symptom
    if symptom is None:
        return ()
    from sn_mock.diagnosis.rules import RULES  # a call that succeeded needs none of them

    found = (rule.judge(case) for rule in RULES if symptom in rule.symptoms)
    return tuple(marked(_doubted(finding, case), case.route) for finding in found if finding is not None)


def _doubted(finding: Finding, case: Case) -> Finding:
    """The finding; where the end of the call proves neither it nor another, its evidence says so."""
    return replace(finding, evidence=(*finding.evidence, *case.doubt_line)) if case.doubt_line else finding


def marked(finding: Finding, route: Route | None) -> Finding:
    """The finding; where it names a keystore that is a stand-in, its evidence says so."""
    text = " ".join((finding.title, *finding.evidence, finding.fix))
    named = [name for name in (route.stand_ins if route else ()) if name in text]
    lines = tuple(f"'{name}' is a stand-in: forged from what is known of the keystore" for name in named)
    return replace(finding, evidence=(*finding.evidence, *lines)) if lines else finding
