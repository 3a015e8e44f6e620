"""`check`: the rules before any call - everything wrong or risky in an instance, and what one provider would get."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from guarded.values import dataclass
from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.diagnosing import marked
from sn_mock.diagnosis.planning import Plan, calls, plan
from sn_mock.diagnosis.record_checks import NO_ATTACHMENT, record_findings, record_hints
from sn_mock.diagnosis.rules import RULES
from sn_mock.diagnosis.symptom import Symptom, symptom_of
from sn_mock.exchange import Finding, Route
from sn_mock.failure import Failure
from sn_mock.instance import Instance
from sn_mock.negotiated import KeyChoice
from sn_mock.outbound.calls.probe import Probe
from sn_mock.outbound.credentials.shelf import KeystoreShelf

_WITH_KEY = frozenset({Symptom.CONNECT, Symptom.CERTIFICATE_REFUSED, Symptom.NO_CERTIFICATE})
_WITHOUT_KEY = frozenset({Symptom.CONNECT, Symptom.NO_CERTIFICATE})


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """One function of a message, judged."""

    message: str
    function: str
    route: Route | None
    failure: Failure | None
    """What would fail before (or, with a probe, in) the handshake."""
    key_choice: KeyChoice | None
    """The key that would be sent: to the probed provider, or to one that names no CA."""
    findings: tuple[Finding, ...]
    hints: tuple[Finding, ...] = ()
    """What the call may well succeed with."""
    not_judged: tuple[str, ...] = ()
    """Keystores of the route that nobody has: the folder brings neither the file nor a stand-in."""
    depends_on: tuple[str, ...] = ()
    """Variables in the endpoint: what is said of the way to the provider depends on them."""

    @property
    def withheld(self) -> str:
        """Why the key that was chosen would not be sent; empty where it would, or none was chosen."""
        return self.key_choice.withheld if self.key_choice else ""

    def to_json(self) -> dict[str, Any]:
        """The call as the Exchange's keys name it."""
        return {
            "message": self.message,
            "function": self.function,
            "route": self.route.to_json() if self.route else None,
            "failure": self.failure.to_json() if self.failure else None,
            "key_choice": self.key_choice.to_json() if self.key_choice else None,
            "not_judged": list(self.not_judged),
            "findings": [finding.to_json() for finding in self.findings],
            "depends_on": list(self.depends_on),
        }


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything wrong or risky in an instance."""

    instance: str
    release: str
    when: datetime
    calls: tuple[CheckedCall, ...]
    records: tuple[Finding, ...]
    """What is wrong with records whether or not a call uses them."""
    hints: tuple[Finding, ...]
    """Nothing is wrong yet; worth knowing."""
    probe: Probe | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, each once."""
        found = (*(finding for call in self.calls for finding in call.findings), *self.records)
        return _ranked(tuple(dict.fromkeys(found)))

    @property
    def ok(self) -> bool:
        """True where nothing was found (hints do not count), no call would fail, and no chosen key be withheld."""
        return not self.findings and not any(call.failure or call.withheld for call in self.calls)

    def to_json(self) -> dict[str, Any]:
        """The report as one document."""
        return {
            "instance": self.instance,
            "release": self.release,
            "when": self.when.isoformat(),
            "ok": self.ok,
            "findings": [finding.to_json() for finding in self.findings],
            "hints": [hint.to_json() for hint in self.hints],
            "calls": [call.to_json() for call in self.calls],
            "against": self.probe.to_json() if self.probe else None,
        }


def check(
    instance: Instance, when: datetime, against: Probe | None = None, shelf: KeystoreShelf | None = None
) -> CheckReport:
    """Judge every call the records describe, and every record, as of `when`. Places no call.

    `against` is what a provider was seen to ask for: the calls that lead there (all with mutual authentication, where
    none does) are judged by its question. Each keystore is opened once; those on a `shelf` of this instance stand open.
    """
    shelf = shelf or KeystoreShelf(instance)
    judged: list[CheckedCall] = []
    outlines = [plan(shelf, call, when) for call in calls(instance)]
    towards = _towards(outlines, against)
    for outline in outlines:
        aimed = plan(shelf, outline.call, when, against) if outline in towards else outline
        judged.append(_judged(aimed, shelf, when))
    findings = {finding.rule for call in judged for finding in call.findings}
    unseen = {name for call in judged for name in call.not_judged}
    return CheckReport(
        instance=instance.name,
        release=instance.release.name,
        when=when,
        calls=tuple(judged),
        records=tuple(one for one in record_findings(shelf, when, unseen) if one.rule not in findings),
        hints=tuple(dict.fromkeys((*(hint for call in judged for hint in call.hints), *record_hints(shelf, when)))),
        probe=against,
    )


def _towards(outlines: list[Plan], probe: Probe | None) -> list[Plan]:
    """The plans that lead to the probed endpoint; where none does, all with mutual authentication."""
    if probe is None:
        return []
    there = [
        outline
        for outline in outlines
        if outline.exchange.route
        and (outline.exchange.route.host, outline.exchange.route.port) == (probe.host, probe.port)
    ]
    return there or [outline for outline in outlines if outline.mutual_auth]


def _judged(outline: Plan, shelf: KeystoreShelf, when: datetime) -> CheckedCall:
    exchange = outline.exchange
    case = Case(exchange, shelf.instance, when=when, planned=True, shelf=shelf)
    symptoms = _possible(outline)
    rules = [rule for rule in RULES if rule.symptoms & symptoms and (rule.before_call or exchange.failure)]

    def found(hints: bool) -> tuple[Finding, ...]:
        seen = (rule.judge(case) for rule in rules if rule.hint is hints)
        return tuple(marked(one, exchange.route) for one in seen if one is not None)

    return CheckedCall(
        message=exchange.message,
        function=exchange.function,
        route=exchange.route,
        failure=exchange.failure,
        key_choice=exchange.key_choice,
        findings=_ranked(found(hints=False)),
        hints=found(hints=True),
        not_judged=outline.unseen,
        depends_on=outline.depends_on,
    )


def _ranked(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What the records show comes first: a file that the folder lacks is perhaps only not here."""
    return tuple(sorted(findings, key=lambda finding: finding.rule == NO_ATTACHMENT))


def _possible(outline: Plan) -> frozenset[Symptom]:
    """Which kinds of failure this call could end in."""
    exchange = outline.exchange
    if outline.unseen and exchange.failure is None:
        return _WITH_KEY
    if exchange.failure is not None:
        symptom = symptom_of(exchange)
        return frozenset({symptom}) if symptom else frozenset()
    if not outline.mutual_auth:
        return frozenset()
    return _WITH_KEY if exchange.key_choice is not None and exchange.key_choice.sent else _WITHOUT_KEY
