"""The index that `explain` works from, computed from the tables: rules, scenarios, provider stacks, Java texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import HttpAnswer, SendAlert
from provider_stub.refusals.personality import PERSONALITIES
from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.reading.page import Page
from sn_mock.diagnosis.rules import RULES
from sn_mock.diagnosis.texts import WRITTEN
from sn_mock.diagnosis.texts.index import Index, RuleWords, Story, Told, Wording
from sn_mock.diagnosis.texts.model import Weight
from sn_mock.instance import RELEASES
from sn_mock.java import keystore
from sn_mock.java.exceptions.event_texts import EVENT_TEXTS
from sn_mock.java.lang import thrown
from sn_mock.java.pkix.texts import TRUST_TEXTS
from sn_mock.lab.scenarios import SCENARIOS, Expected, Scenario

__all__ = ["explain", "index", "stories", "wordings"]


def index() -> Index:
    """What `sn_mock/diagnosis/texts/index.json` has to hold."""
    rules = {
        rule.id: RuleWords(rule.id, rule.title, str(rule.stage), rule.confirm, rule.change, rule.source)
        for rule in RULES
    }
    return Index(rules, stories(), wordings(), java_texts(), keystore_texts())


def java_texts() -> tuple[tuple[str, str], ...]:
    """Every text of the tables with its cause word: `class: message`, the message alone for path validation."""
    events = (
        (f"{class_name}: {message}" if message else class_name, row.cause)
        for row in EVENT_TEXTS
        for class_name, message in row.chain
    )
    return tuple(dict.fromkeys((*events, *((row.text, row.cause) for row in TRUST_TEXTS))))


def stories() -> tuple[Story, ...]:
    """Every scenario's declared texts, over all releases and TLS versions it can happen on."""
    return tuple(
        Story(scenario.id, scenario.expected.finding, tuple(_texts(scenario))) for scenario in SCENARIOS.values()
    )


def _texts(scenario: Scenario) -> Iterator[Told]:
    """Each text once: as the scenario is run without a release, else on the newest release that prints it."""
    unasked = [(scenario.twin(scenario.release, tls), tls) for tls in scenario.tls]
    found = {text: "" for release, tls in unasked if release for text in _printed(scenario.outcome(release, tls))}
    for release in reversed(tuple(RELEASES)):
        for tls in filter(RELEASES[release].knows, scenario.tls):
            if scenario.runs_on(release):
                found = {**dict.fromkeys(_printed(scenario.outcome(release, tls)), release), **found}
    return (Told(*pair) for pair in found.items())


def _printed(outcome: Expected) -> tuple[str, ...]:
    return (*outcome.java[:1], *((outcome.http_reply,) if outcome.http_reply else ()))


def wordings() -> tuple[Wording, ...]:
    """How each provider stack tells each cause of refusal."""
    found: dict[Wording, None] = {}
    for personality in PERSONALITIES.values():
        for cause in filter(personality.knows, Cause):
            outcome = personality.outcome(cause)
            if isinstance(outcome, SendAlert):
                texts = {outcome.tls12.name.lower(), outcome.tls13.name.lower()}
            elif isinstance(outcome, HttpAnswer):
                texts = {outcome.title}
            else:
                continue
            for text in sorted(texts):
                found[Wording(text, personality.title, str(cause), personality.evidence)] = None
    return tuple(found)


_THROWERS = ("io", "eof", "JavaThrow", "_refused", "_invalid", "_refuse", "_refuse_length", "corrupted", "_in_sequence")
"""Functions of the keystore readers that take the message of a Java exception."""
_CLASSES = {"io": "IOException", "eof": "EOFException"}
_ANY_CLASS = ("IOException", "CertificateException", "CertificateParsingException", "InvalidKeyException")
"""What those without a row of their own end in."""


def keystore_texts() -> tuple[str, ...]:
    """`Class: message` for every message that the readers of keystores throw and no row was written for by hand; `{}`
    stands for a value.
    """
    written = [pieces for row in WRITTEN if row.weight >= Weight.PLAIN for pieces in row.phrases]
    pages = ((said, Page([said])) for said in thrown_texts())
    return tuple(said for said, page in pages if not any(page.has(pieces) for pieces in written))


def thrown_texts() -> tuple[str, ...]:
    """All of them, those with a row of their own as well."""
    found: dict[str, None] = {}
    for path in sorted(Path(keystore.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.update(dict.fromkeys(_thrown(node)))
    return tuple(found)


def _thrown(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _THROWERS:
        return
    classes = [_CLASSES[name]] if name in _CLASSES else list(_classes_of(call)) or list(_ANY_CLASS)
    for argument in call.args[1:] if name == "JavaThrow" else call.args:
        message = _message(argument)
        if " " in message.strip():
            yield from (f"{one}: {message}" for one in classes)


def _classes_of(call: ast.Call) -> Iterator[str]:
    """The class that `JavaThrow(CLASS, …)` names, by a constant of `thrown` or in full."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Attribute | ast.Name):
        said = getattr(thrown, first.attr if isinstance(first, ast.Attribute) else first.id, None)
    else:
        said = first.value if isinstance(first, ast.Constant) else None
    if isinstance(said, str) and said.count(".") > 1:
        yield said.rpartition(".")[2]


def _message(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
