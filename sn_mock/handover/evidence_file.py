"""What sn-mock predicts beside what a real instance said, redacted and searched, as one file to send in.

Two predictions are made: the call, placed against a provider made of the folder (or the exchange that is given), and
the texts that the catalogue declares on that release for the causes which the instance's words point to. The second one
is what a report can confirm or refute, whatever the real provider did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guarded import secrets as blanking
from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.diagnosis import explain
from sn_mock.exchange import Exchange
from sn_mock.handover.bundle import checked, redactor_for
from sn_mock.instance import RELEASES, Instance
from sn_mock.lab.scenarios import SCENARIOS

FORMAT = "sn-mock evidence"
VERSION = 1
MAX_SAID_BYTES = 1024 * 1024
_CAUSES = 3
_SCENARIOS_OF_A_CAUSE = 2
_THROWN = regex(r"((?:[a-z][\w$]{0,60}\.){1,12}[A-Z][\w$]{0,120}(?:Exception|Error))(?::[ \t]{0,4}([^\r\n]{0,2000}))?")
_PLACE = regex(r"\\\{[a-z_]+\\\}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One report, ready to be written."""

    document: Mapping[str, Any]
    needles: tuple[Any, ...]

    def written(self) -> bytes:
        """The file's bytes. Raises LeakError where a name or a secret is left in it."""
        import json

        data = (json.dumps(self.document, indent=1, ensure_ascii=False) + "\n").encode()
        checked({"the evidence": data}, self.needles)
        return data


def evidence(
    instance: Instance, exchange: Exchange, said: str, *, patch: str = "", made_by: str = "sn-mock"
) -> Evidence:
    """The report about one call: `said` is what the instance logged or showed for it."""
    redactor = redactor_for(instance, exchange, None, names=True)
    masked = blanking.body(said)
    redactor.learn(masked)
    redactor.learn(patch)
    java = [
        {"class": name, "message": message.strip() or None} for name, message in dict.fromkeys(_THROWN.findall(masked))
    ]
    explained = explain(masked)
    causes = [cause.rule for cause in explained.causes[:_CAUSES]]
    catalogue = list(_declared(explained.causes[:_CAUSES], instance.release.name, java))
    failure = exchange.failure.to_json() if exchange.failure else None
    document = {
        "format": FORMAT,
        "version": VERSION,
        "made_by": made_by,
        "release": instance.release.name,
        "patch": patch,
        "call": {"message": exchange.message, "function": exchange.function},
        "quirks": dict(instance.quirks),
        "predicted": {
            "failure": failure,
            "status_code": exchange.response.status_code,
            "error_message": exchange.response.error_message,
            "outbound_http_log": dict(exchange.outbound_http_log),
        },
        "said": {"text": masked, "java": java, "causes": causes},
        "differ": list(_differ(failure, java)),
        "declared_for_its_causes": catalogue,
        "rests_on": [{"fact": name, "value": value} for name, value in sorted(exchange.facts.items())],
    }
    return Evidence(_kept(redactor.document(document), document), redactor.needles)


def _kept(redacted: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """Redacted, but for what is sn-mock's own."""
    own = ("format", "version", "made_by", "release")
    return {**redacted, **{name: original[name] for name in own}}


def _differ(failure: Mapping[str, Any] | None, java: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Where the placed call and the instance's words differ, throwable by throwable."""
    predicted = list(failure["java"]) if failure else []
    for number in range(max(len(predicted), len(java))):
        a = predicted[number] if number < len(predicted) else None
        b = java[number] if number < len(java) else None
        if a != b:
            yield {"path": f"java[{number}]", "predicted": a, "said": b}


def _declared(causes: Sequence[Any], release: str, java: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the catalogue declares on that release, and whether the instance said it."""
    lines = [f"{one['class']}: {one['message']}" if one["message"] else str(one["class"]) for one in java]
    for cause in causes:
        for name in cause.scenarios[:_SCENARIOS_OF_A_CAUSE]:
            scenario = SCENARIOS.get(name)
            if scenario is None or not scenario.runs_on(release):
                continue
            for version in scenario.tls:
                if RELEASES[release].knows(version):
                    texts = scenario.outcome(release, version).java
                    agrees = bool(texts) and all(any(_is(text, line) for line in lines) for text in texts)
                    yield {
                        "rule": cause.rule,
                        "scenario": name,
                        "tls": version,
                        "java": list(texts),
                        "said_so": agrees,
                    }


def _is(template: str, line: str) -> bool:
    return re.fullmatch(_PLACE.sub(".{1,300}", re.escape(template)), line) is not None
