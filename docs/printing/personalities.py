"""The page of personalities: how each provider stack words a refusal, cause by cause."""

from __future__ import annotations

from docs.printing.markdown import NOTICE, code, table
from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import HttpAnswer, Outcome, SendAlert
from provider_stub.refusals.personality import PERSONALITIES, Personality


def personalities_page() -> str:
    """The stacks with their evidence, then the matrix."""
    stacks = [
        (code(name), personality.title, str(personality.evidence), personality.source)
        for name, personality in PERSONALITIES.items()
    ]
    return (
        f"# Personalities\n\n{NOTICE}\n"
        "The same refusal looks different from each provider stack. `personality` in a [policy](provider-policy.md)\n"
        "chooses one; `refusals` changes single causes.\n\n"
        + table(("personality", "stack", "evidence", "source"), stacks)
        + "\n## What a client sees\n\nWhere TLS 1.2 and 1.3 differ, both are given.\n\n"
        + table(("cause", *(code(name) for name in PERSONALITIES)), _matrix())
    )


def _matrix() -> list[tuple[str, ...]]:
    return [
        (code(cause.value), *(_seen(personality, cause) for personality in PERSONALITIES.values())) for cause in Cause
    ]


def _seen(personality: Personality, cause: Cause) -> str:
    if not personality.knows(cause):
        return "-"
    outcome: Outcome = personality.outcome(cause)
    if isinstance(outcome, SendAlert):
        names = [outcome.tls12.name.lower(), outcome.tls13.name.lower()]
        return names[0] if names[0] == names[1] else " / ".join(names)
    if isinstance(outcome, HttpAnswer):
        return f"HTTP {outcome.status}: {outcome.title}"
    return outcome.value
