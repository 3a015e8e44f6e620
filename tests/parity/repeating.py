"""Questions whose answer may be a race inside Java: asked again where the first two answers are not the same.

A call that differs is made again, several times on both sides. What Java then said, this time or another, is the truth;
ours has to be one and the same each time, and among it. A Java that always says the same leaves no room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .differences import Difference, compare, text_of

TIMES = 8
"""How often a question is put again."""

Answer = Mapping[str, Any]


def settled(
    case: str, both: Callable[[], tuple[Answer, Answer]], *, attachments: tuple[object, ...] = ()
) -> list[Difference]:
    """The differences of a case, or one `race`; `both` asks once: (ours, Java's)."""
    first = both()
    if first[0] == first[1]:
        return []
    asked = [first, *(both() for _ in range(TIMES))]
    ours, java = (_distinct([pair[side] for pair in asked]) for side in (0, 1))
    if len(ours) > 1:
        return [Difference(case, "asked again, sn-mock is not stable", _listed(ours), _listed(java), attachments)]
    if len(java) > 1 and ours[0] in java:
        return [Difference(case, "a race in Java", _listed(ours), _listed(java), attachments, race=True)]
    return list(compare(case, ours[0], _nearest(ours[0], java), attachments=attachments))


def _distinct(answers: Sequence[Answer]) -> list[Answer]:
    return [answer for place, answer in enumerate(answers) if answer not in answers[:place]]


def _nearest(ours: Answer, java: Sequence[Answer]) -> Answer:
    """Of several answers of Java's that are all unlike ours, the one that agrees in most."""
    return max(java, key=lambda answer: sum(ours.get(what) == told for what, told in answer.items()))


def _listed(answers: Sequence[Answer]) -> str:
    return " | ".join(text_of(answer) for answer in answers)
