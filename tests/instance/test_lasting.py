"""What a frozen value goes on knowing of itself is worked out once, bounded, and no part of it."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from dataclasses import field, replace

import pytest

from guarded.values import dataclass
from sn_mock.java.lang.remembering import forget
from sn_mock.lasting import KEPT_OF_A_VALUE, Frozen


@dataclass(frozen=True, slots=True)
class Value(Frozen):
    """A value with a name; it counts who asked for it."""

    name: str = "one"
    asked: list[object] = field(default_factory=list, compare=False, repr=False)


class Answer:
    """An answer that can be watched."""


def told(value: Value, question: object) -> Answer:
    """A pure function, as far as anybody can tell."""
    value.asked.append(question)
    return Answer()


def refused(value: Value, question: object) -> None:
    """What has no answer."""
    value.asked.append(question)
    raise ValueError(question)


def test_an_answer_is_worked_out_once() -> None:
    """For each question of each function; an exception is no answer, and `forget` forgets."""
    value = Value()
    first = value.once(told, 1)
    assert value.once(told, 1) is first
    assert value.once(told, 2) is not first
    for _ in range(2):
        with pytest.raises(ValueError, match="3"):
            value.once(refused, 3)
    assert value.asked == [1, 2, 3, 3]

    forget()
    assert value.once(told, 1) is not first


def nothing(value: Value, question: object) -> None:
    """A function whose answer is None."""
    value.asked.append(question)


def test_none_is_an_answer() -> None:
    """Like every other."""
    value = Value()
    for _ in range(2):
        assert value.once(nothing, 1) is None
    assert value.asked == [1]


def test_answers_about_a_value_are_bounded_and_gone_with_it() -> None:
    """What was asked first goes first; the last answer goes with its value."""
    value = Value()
    for question in range(KEPT_OF_A_VALUE + 1):
        value.once(told, question)
    value.once(told, KEPT_OF_A_VALUE)
    assert len(value.asked) == KEPT_OF_A_VALUE + 1
    value.once(told, 0)
    assert len(value.asked) == KEPT_OF_A_VALUE + 2

    watched = weakref.ref(value.once(told, 0))
    assert watched() is not None
    del value
    gc.collect()
    assert watched() is None


def test_what_is_remembered_is_no_part_of_the_value() -> None:
    """Another value, made from it or copied, is asked anew; both are equal all the same."""
    value = Value()
    first = value.once(told, 1)
    for other in (replace(value), copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert other == value
        assert repr(other) == repr(value)
        assert other.once(told, 1) is not first
