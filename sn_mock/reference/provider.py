"""The page of the provider: every key of a policy file, and how each provider stack words a refusal."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from itertools import pairwise
from typing import Any

from provider_stub import ProviderPolicy
from provider_stub.policy import model
from provider_stub.tls.causes import Cause
from provider_stub.tls.personality import PERSONALITIES, HttpAnswer, Outcome, Personality, SendAlert
from sn_mock.reference.markdown import NOTICE, code, table


def provider_page() -> str:
    """Policy keys with their meaning and default, then the personalities cause by cause."""
    meanings = _field_docstrings()
    keys = [
        (code(field.name), meanings.get(field.name, ""), _default(field))
        for field in dataclasses.fields(ProviderPolicy)
    ]
    stacks = [
        (code(name), personality.title, str(personality.evidence), personality.source)
        for name, personality in PERSONALITIES.items()
    ]
    return (
        f"# The provider\n\n{NOTICE}\n"
        "A policy file is TOML; every key is optional, and paths are relative to the file.\n"
        "[provider-policy.toml](../examples/provider-policy.toml) is one to copy. The same names are the arguments of\n"
        "`provider_stub.ProviderPolicy`, and of `make_sn_provider` and the marker's `policy` under pytest.\n\n"
        + table(("key", "meaning", "default"), keys)
        + "\n## Personalities\n\n"
        "The same refusal looks different from each provider stack. `personality` chooses one; `refusals` changes\n"
        "single causes.\n\n"
        + table(("personality", "stack", "evidence", "source"), stacks)
        + "\nWhat a client sees, by cause. Where TLS 1.2 and 1.3 differ, both are given.\n\n"
        + table(("cause", *(code(name) for name in PERSONALITIES)), _matrix())
    )


def _matrix() -> list[tuple[str, ...]]:
    return [
        (code(cause.value), *(_seen(personality, cause) for personality in PERSONALITIES.values())) for cause in Cause
    ]


def _seen(personality: Personality, cause: Cause) -> str:
    outcome: Outcome = personality.outcome(cause)
    if isinstance(outcome, SendAlert):
        names = [outcome.tls12.name.lower(), outcome.tls13.name.lower()]
        return names[0] if names[0] == names[1] else " / ".join(names)
    if isinstance(outcome, HttpAnswer):
        return f"HTTP {outcome.status}: {outcome.title}"
    return outcome.value


def _default(field: dataclasses.Field[Any]) -> str:
    value = field.default
    if value is dataclasses.MISSING or value in (None, (), ""):
        return ""
    return code(str(value).lower() if isinstance(value, bool) else value)


def _field_docstrings() -> dict[str, str]:
    """The text under each field of `ProviderPolicy`, which Python itself does not keep."""
    tree = ast.parse(inspect.getsource(model))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "ProviderPolicy")
    found = {}
    for field, text in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            found[field.target.id] = inspect.cleandoc(str(text.value.value)).replace("\n", " ")
    return found
