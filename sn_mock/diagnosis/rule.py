"""A rule: one root cause, how to recognise it, and what to change where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from guarded.values import dataclass
from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.records import FUNCTION_ENDPOINT, SOAP_MODULE
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.exchange import Finding
from sn_mock.failure import InternalError, Stage


@dataclass(frozen=True, slots=True)
class Observation:
    """What a check saw: lines of evidence, and the words for the remedy's placeholders."""

    evidence: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    """What the case is called where the cause is known more closely than the rule's title has it."""
    remedy: str = ""
    """Its remedy, in the place of the rule's."""


def saw(*evidence: str, **words: object) -> Observation:
    """An observation."""
    return Observation(evidence, {name: str(word) for name, word in words.items()})


_ADDED_BY_A_CASE = frozenset({"doubt"})
"""Words that a case may add to a remedy; without a case there is nothing to add."""


class _Placeholders(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "" if key in _ADDED_BY_A_CASE else f"<{key}>"


Check = Callable[[Case], Observation | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One root cause. Rules are tried in the order of `RULES`: the more specific stands before the more general."""

    id: str
    title: str
    stage: Stage
    symptoms: frozenset[Symptom]
    """The kinds of failure it can explain; it is asked about no other."""
    check: Check
    """Looks at a case whose symptom fits; None when this is not the cause."""
    remedy: str
    """What to change where. `{words}` are filled in by the observation."""
    source: str
    """KB number, docs page, RFC section, or what was measured."""
    evidence: Evidence = Evidence.DOCUMENTED
    before_call: bool = False
    """True where the records alone show it: `check` then reports it before any call."""
    hint: bool = False
    """True where the call may well succeed with it: before a call `check` then shows it as a hint, no finding."""
    without_case: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """What stands in the remedy for those who have no case, where that says more than `<word>`."""
    confirm: str = field(kw_only=True)
    """What to look at to be sure, for those who have only a line of text so far."""

    @property
    def change(self) -> str:
        """The remedy for those who have no case: what only a case could fill in stands as `<word>`."""
        endpoint = FUNCTION_ENDPOINT.format(module=SOAP_MODULE)
        return self.remedy.format_map(_Placeholders(self.without_case, module=SOAP_MODULE, endpoint=endpoint))

    def judge(self, case: Case) -> Finding | None:
        """The finding, where the rule applies and its check saw its cause. Raises InternalError where it fails."""
        try:
            observation = self.check(case)
        except InternalError:
            raise
        except Exception as error:  # named, so that the report says which of the rules it was
            raise InternalError(f"the rule {self.id}", error) from error
        if observation is None:
            return None
        return Finding(
            rule=self.id,
            title=observation.title or self.title,
            evidence=observation.evidence,
            fix=(observation.remedy or self.remedy).format_map(
                {"module": case.module, "endpoint": case.endpoint_place, **observation.words}
            ),
            source=f"{self.source} [{self.evidence}]",
        )
