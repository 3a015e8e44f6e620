"""What is asked again is asked on both sides, and a race in Java hides nothing of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Any

import pytest

from tests.parity.repeating import TIMES, settled

Answer = dict[str, Any]
ALERT: Answer = {"status": None, "exception": "alert"}
RESET: Answer = {"status": None, "exception": "reset"}
PIPE: Answer = {"status": None, "exception": "broken pipe"}


def _asking(ours: Sequence[Answer], java: Sequence[Answer]) -> tuple[Callable[[], tuple[Answer, Answer]], list[int]]:
    """Both sides, each with its answers in turn, over and over; and how often they were asked."""
    pairs: Iterator[tuple[Answer, Answer]] = zip(cycle(ours), cycle(java), strict=False)
    asked = [0]

    def both() -> tuple[Answer, Answer]:
        asked[0] += 1
        return next(pairs)

    return both, asked


def test_what_agrees_is_asked_once() -> None:
    """The usual case costs nothing."""
    both, asked = _asking([ALERT], [ALERT])

    assert settled("case", both) == []
    assert asked == [1]


def test_a_race_in_java_that_holds_ours_is_told_and_is_no_difference() -> None:
    """Java says this and that of one script, and ours always the one."""
    both, asked = _asking([ALERT], [RESET, ALERT, RESET])

    (told,) = settled("case", both)

    assert told.race
    assert "reset" in told.java
    assert "alert" in told.java
    assert asked == [1 + TIMES]


@pytest.mark.parametrize(
    ("ours", "java", "what"),
    [
        pytest.param([PIPE], [ALERT], "exception", id="Java is stable"),
        pytest.param([PIPE], [ALERT, RESET], "exception", id="a race in Java, and ours is not among it"),
        pytest.param([PIPE, ALERT], [ALERT], "asked again, sn-mock is not stable", id="ours is the race"),
        pytest.param([ALERT, RESET], [RESET, ALERT], "asked again, sn-mock is not stable", id="both are races"),
    ],
)
def test_a_planted_difference_is_found(ours: list[Answer], java: list[Answer], what: str) -> None:
    """Whatever races, a wrong or an unstable answer of ours is a difference."""
    both, _ = _asking(ours, java)

    (found,) = settled("case", both)

    assert not found.race
    assert found.what == what
