"""docs/limits.md: what stands there is so, and every limit of the sources stands there."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

from provider_stub import ProviderPolicy

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "limits.md").read_text("utf-8")
PACKAGES = ("captures", "guarded", "provider_stub", "sn_mock", "soap_contract", "tls_transcript", "ws_security")
_SAID = re.compile(r"`(\w+) = ([\d.]+)`")
_TEST = re.compile(r"`(test_\w+)`")
_LIMIT = re.compile(r"_?(MAX|MOST|LARGEST|KEPT|BUDGET|HIGH_WATER|BACKLOG)\w*|\w*_(SECONDS|BYTES|LIMIT)")
NO_LIMITS = {
    "_POLL_SECONDS": "how often something is looked at",
    "_SALT_BYTES": "what is written",
    "_MAC_BYTES": "a format's size",
    "_MAX_INT": "a type's size",
    "_LARGEST_INTEGER": "a type's size",
    "_LARGEST_REQUEST": "how much is read at once",
    "_LARGEST": "a format's size",
    "_LARGEST_RECORD": "a format's size",
    "LARGEST_RECORD": "a format's size",
    "LARGEST_MESSAGE": "Java's own",
    "LARGEST_HEAD": "Java's own",
    "_MOST_WARNINGS": "how many are handed on; the others are passed over",
    "_MAX_INTERFACES": "Java's own",
    "CHUNK_BYTES": "what is written",
    "STACK_BYTES": "the script engine's own",
    "_MOST_DAYS": "what a person asks for",
    "_VISIT_SECONDS": "the lab's patience with itself",
    "_PROXY_SECONDS": "the lab's patience with itself",
    "MOST_HOPS": "Java's own",
    "_MOST_CERTIFICATES": "Java's own",
    "_MAX_PORT": "a type's size",
    "NO_LIMIT": "Java's own",
    "_FLUSH_BYTES": "what is written",
    "_MOST_SHARED": "a saving of memory",
    "DEFAULT_LIMIT": "a parameter's default, as documented",
    "_LARGEST_KEY": "what is written",
    "_MOST_TRIES": "how long a sample is looked for",
    "_MOST_CAUSES": "how much a name says",
}
"""Constants that are called like limits of foreign input and are none."""


def constants() -> dict[str, set[float]]:
    """Every number that a module gives a name in capitals, by the name."""
    found: dict[str, set[float]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "parity" in path.parts:
                continue
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    value = number(node.value, found)
                    if value is not None:
                        found.setdefault(node.targets[0].id, set()).add(value)
    return found


def number(node: ast.expr, known: dict[str, set[float]]) -> float | None:
    """The value of an arithmetic expression of numbers (and of one constant that was met before)."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id=name) if len(known.get(name, ())) == 1:
            return next(iter(known[name]))
        case ast.BinOp(left=left, op=operation, right=right):
            a, b = number(left, known), number(right, known)
            if a is None or b is None:
                return None
            if isinstance(operation, ast.Mult):
                return a * b
            if isinstance(operation, ast.Sub):
                return a - b
            if isinstance(operation, ast.Pow):
                return float(a) ** b
            if isinstance(operation, ast.LShift):
                return int(a) << int(b)
    return None


def written_tests() -> set[str]:
    """Every test function of the project."""
    texts = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


def test_the_page_says_what_is() -> None:
    """Constants and keys have the values of the page, and the tests it names exist."""
    known = constants()
    keys = {field.name: field.default for field in dataclasses.fields(ProviderPolicy)}
    for name, value in _SAID.findall(PAGE):
        values = known[name] if name in known else {keys[name]}
        assert float(value) in values, f"{name} is {values}"
    assert set(_TEST.findall(PAGE)) - written_tests() == set()


def test_no_limit_is_missing() -> None:
    """A constant that is called like a limit stands on the page, with every value it has, or is said to be none."""
    said = {(name, float(value)) for name, value in _SAID.findall(PAGE)}
    missing = {
        (name, value)
        for name, values in constants().items()
        for value in values
        if _LIMIT.fullmatch(name) and name not in NO_LIMITS and (name, float(value)) not in said
    }
    assert missing == set()


def test_every_row_has_its_test() -> None:
    """A row without a test is an intention, not a limit."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| what", "|---"))]
    assert [row for row in rows if not _TEST.search(row)] == []
    assert len(rows) > 40
