"""Each text that the HTTP readers throw is known to `explain`, and none of them blames a certificate."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.texts.derived import CAUSE_RULES
from sn_mock.java.httpclient import reading
from sn_mock.java.httpclient.reading.coding import Octets, gunzipped, inflated

_CAUSES = {"bad_answer": "bad-http-response", "cut_answer": "truncated-response", "no_answer": "no-response"}
_PROTOCOL = "org.apache.http.ProtocolException"
_WRAPPERS = {"_unparsed": _PROTOCOL, "ended": "java.io.EOFException", "InvalidHeaderError": _PROTOCOL}
"""Functions that take the message alone, and the class it comes with."""
_VALUE = "7"


def _texts() -> Iterator[tuple[str, str]]:
    """`class: message` and cause word of everything that the readers' sources throw; a value is a number."""
    for module in pkgutil.iter_modules(reading.__path__, reading.__name__ + "."):
        loaded = importlib.import_module(module.name)
        tree = ast.parse(Path(str(loaded.__file__)).read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                assigned = {
                    target.id: node.value
                    for node in ast.walk(function)
                    if isinstance(node, ast.Assign)
                    for target in node.targets
                    if isinstance(target, ast.Name)
                }
                for node in ast.walk(function):
                    if isinstance(node, ast.Call):
                        yield from _thrown(node, assigned, vars(loaded))


def _thrown(
    call: ast.Call, assigned: Mapping[str, ast.expr], module: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    name = _name_of(call.func)
    if name in _WRAPPERS and call.args and (message := _said(call.args[0], assigned, module)):
        of = _said(call.args[1], assigned, module) if len(call.args) > 1 else _WRAPPERS[name]
        yield f"{of}: {message}", _CAUSES["bad_answer"]
    pairs = [one for one in call.args if isinstance(one, ast.Tuple) and len(one.elts) == 2]
    if name not in (*_CAUSES, "_refused"):
        return
    for pair in pairs:
        java_class, message = (_said(one, assigned, module) for one in pair.elts)
        bare = isinstance(pair.elts[1], ast.Constant)
        if "." in java_class and (message or bare):
            yield f"{java_class}: {message}" if message else java_class, _CAUSES.get(name, "bad-http-response")


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.IfExp):
        return _name_of(function.orelse)
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _said(node: ast.expr, assigned: Mapping[str, ast.expr], module: Mapping[str, object]) -> str:
    """A constant, one by its name, or a template with its values filled in; "" for None."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part, assigned, module) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _said(node.value, assigned, module) or _VALUE
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp):
        return _said(node.left, assigned, module) + _said(node.right, assigned, module)
    if isinstance(node, ast.IfExp):
        return _said(node.body, assigned, module)
    if isinstance(node, ast.Name):
        known = module.get(node.id)
        if isinstance(known, str):
            return known
        given = assigned.get(node.id)
        return _said(given, {}, module) if given is not None else ""
    return ""


TEXTS = dict(_texts())


def test_the_sources_tell_their_texts() -> None:
    """The readers' texts are found where they stand: heads, chunks, bodies and codings of all three clients."""
    assert {
        "java.io.IOException: Malformed tailer - format should be key:value",
        "java.util.zip.ZipException: Unexpected end of stream",
        "java.io.EOFException: Unexpected end of ZLIB input stream",
        "org.apache.http.MalformedChunkCodingException: Negative chunk size",
        "org.apache.http.ProtocolException: Status line contains invalid status code: 7",
        "java.lang.IndexOutOfBoundsException",
        "java.net.ProtocolException: Header size too big: 7 > 7",
    } <= set(TEXTS)
    assert len(TEXTS) > 40


@pytest.mark.parametrize("said", TEXTS)
def test_each_text_that_the_http_readers_throw_is_known(said: str) -> None:
    """The cause is one of the reader's own word."""
    causes = [cause.rule for cause in explain(said).causes]

    assert causes, said
    assert causes[0] in CAUSE_RULES[TEXTS[said]].split(), said


def _of_damaged_bodies() -> set[str]:
    chance = random.Random(3)
    whole = (zlib.compress(bytes(range(256)) * 9), zlib.compress(b"<answer/>"), b"")
    found = set()
    for number in range(6_000):
        octets = bytearray(chance.choice(whole) or chance.randbytes(chance.randrange(1, 40)))
        for _ in range(chance.randrange(4)):
            octets[chance.randrange(len(octets))] = chance.randrange(256)
        wrapped = b"\x1f\x8b\x08\0\0\0\0\0\0\0" + bytes(octets[2:])
        for result in (inflated(Octets(bytes(octets))), gunzipped(Octets(wrapped if number % 2 else bytes(octets)))):
            if result.then is not None:
                found.update(f"{one.class_name}: {one.message}" for one in result.then.thrown.java if one.message)
    return found


def test_each_text_of_a_damaged_packed_body_is_known() -> None:
    """What zlib and GZIPInputStream say of octets that were changed at random is known, as a broken answer."""
    said = _of_damaged_bodies()

    assert len(said) >= 12, said
    assert {one for one in said if explain(one).causes[0].rule != "bad-http-response"} == set()


@pytest.mark.parametrize(
    "said",
    [
        "java.util.zip.ZipException: Not in GZIP format",
        "java.io.IOException: missing CR",
        "java.net.ProtocolException: Header size too big: 393217 > 393216",
        "java.io.IOException: Chunk header too long",
    ],
)
def test_a_broken_answer_is_said_to_be_no_matter_of_tls(said: str) -> None:
    """It blames the answer alone, and says where to look."""
    explanation = explain(said)

    assert [cause.rule for cause in explanation.causes] == ["bad-http-response"]
    assert "no certificate is at fault" in explanation.understood[0].advice


@pytest.mark.parametrize(
    "said",
    [
        "INFO parser: missing CR in line 4, mended",
        "INFO import: unexpected end of stream, 12 rows read",
        "INFO the status line of the incident is not valid for this user",
        "DEBUG archive.zip is not in GZIP format, read as a ZIP",
        "INFO Invalid protocol name in rule 3, skipped",
        "INFO java.lang.StackOverflowError handler registered",
    ],
)
def test_the_same_words_in_a_healthy_log_blame_nobody(said: str) -> None:
    """Without the exception's class, such words are any program's."""
    assert not explain(said).causes
