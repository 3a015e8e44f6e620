"""Which Java is meant by a name, and what the table of features says of it."""

from __future__ import annotations

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.java.lang.features import Feature, update_name
from sn_mock.java.lang.jdk import GENERATIONS, Span, named


@pytest.mark.parametrize(
    ("name", "generation", "update"),
    [
        (8, 8, 252),
        ("8", 8, 252),
        ("8u301", 8, 301),
        ("8u252-b09", 8, 252),
        ("1.8.0_152-snc2", 8, 152),
        (11, 11, 13),
        ("11.0.10", 11, 10),
        ("11.0.16.1", 11, 16),
        ("11.0.13+8", 11, 13),
        ("17", 17, 15),
        ("21.0.8+9-LTS", 21, 8),
        ("25", 25, 0),
    ],
)
def test_names_of_a_java(name: int | str, generation: int, update: int) -> None:
    """A number, an update, and what `java -version` prints name a Java; it is printed as it was named."""
    java = named(name)
    assert (java.generation, java.update) == (generation, update)
    assert str(java) == str(name)
    assert named(java) is java


@pytest.mark.parametrize("name", [12, "12.0.1", True, 8.0, "eight", "", "8u", "u301", "11.1", "17.0.x", None, [17], -8])
def test_names_of_no_java(name: object) -> None:
    """Anything else is refused in one line that says what can be named."""
    with pytest.raises(MockUsageError) as refused:
        named(name)  # type: ignore[arg-type]
    text = str(refused.value)
    assert text == (
        "java must be 8 or 11 or 17 or 21 or 25, or an update of one of them such as '8u301' or '11.0.10', "
        f"not {name!r}"
    )


def test_a_bare_number_is_the_measured_update() -> None:
    """8 is 8u252 and 11 is 11.0.13: naming the update makes no difference."""
    assert named(8) == named("8u252") != named("8u301")
    assert named(11) == named("11.0.13") != named("11.0.10")


def test_every_feature_says_how_we_know() -> None:
    """Each row has a meaning, a source, and updates in the order of their generations."""
    for feature in Feature:
        row = feature.value
        assert row.meaning
        assert row.source
        assert list(row.since) == sorted(row.since)
        spoken = [update_name(*one) for one in row.since if one[0] in GENERATIONS] + [list(GENERATIONS)[-1]]
        assert any(named(one).has(feature) for one in spoken), f"{feature.name}: no Java that we speak for has it"
    assert len({feature.name for feature in Feature}) == len(Feature.__members__), "two rows are the same"


def test_spans() -> None:
    """A span holds from one feature until another, and prints as the page shows it."""
    ancient, recent = Span(before=Feature.JAVA_17_SOCKETS), Span(since=Feature.ALERT_NAMED)
    assert [one for one in GENERATIONS if ancient.covers(named(one))] == [8, 11]
    assert [one for one in GENERATIONS if recent.covers(named(one))] == [25]
    assert (str(ancient), str(recent), str(Span())) == ("up to 11", "17.0.19, 21.0.10, 25 and later", "")
    assert str(Span(before=Feature.JSSE_11)) == "up to 8u260"
    both = Span(since=Feature.JSSE_11, before=Feature.WHOLE_JSSE_11)
    assert str(both) == "since 8u261 and 11, before 11"
    covered = [one for one in ("8u252", "8u504", "11.0.13") if both.covers(named(one))]
    assert covered == ["8u504"]


@pytest.mark.parametrize(
    ("java", "has"),
    [("8u252", False), ("8u504", True), ("11.0.13", False), ("11.0.32", True), ("17.0.12", False), ("17.0.21", False)],
)
def test_what_late_updates_of_old_lines_alone_have(java: str, has: bool) -> None:
    """A change may be one of older lines only: a later line is as of old again."""
    assert named(java).has(Feature.BITS_CHECKED) is has
    assert Feature.BITS_CHECKED.value.told == "8u504 and 11.0.24, not 17"
