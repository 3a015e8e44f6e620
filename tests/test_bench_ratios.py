"""How the bench compares: ratios are taken within a slice, so what slows a whole slice down changes none of them."""

from __future__ import annotations

import pytest

from tests.bench.comparing import Comparison, Spread, Turn
from tests.bench.page import Page


def compared(**figures: list[float]) -> Comparison:
    """Server -> CPU ms of its slices; a slice without a turn is 0."""
    return Comparison(
        {
            name.replace("_", "-").replace("--", " --"): {
                number: Turn(cpu, 100.0) for number, cpu in enumerate(spent) if cpu
            }
            for name, spent in figures.items()
        }
    )


def test_a_slow_moment_is_in_no_ratio() -> None:
    """Given slices in which the machine was up to ten times slower: each ratio is 1.5, the median's, too."""
    found = compared(nginx=[1.0, 10.0, 2.0, 1.0], ours=[1.5, 15.0, 3.0, 1.5])
    assert found.ratio("ours", "nginx") == Spread(1.5, 1.5, 1.5)


def test_a_server_is_compared_in_the_slices_it_had_a_turn_in() -> None:
    """Who is asked less often is measured against the same moments of the other."""
    found = compared(nginx=[1.0, 9.0, 2.0], others=[2.0, 0, 4.0])
    assert str(found.ratio("others", "nginx")) == "2.00 (2.00 to 2.00)"
    assert found.cpu_ms("others") == 3.0


def test_a_spread_holds_the_middle_half() -> None:
    """One wild slice moves neither the median nor the quartiles; a single figure is all three."""
    assert Spread.of([1.0, 1.1, 1.2, 1.3, 50.0]) == Spread(1.1, 1.2, 1.3)
    assert Spread.of([1.2]) == Spread(1.2, 1.2, 1.2)


@pytest.mark.parametrize(("own", "word"), [(1.2, "met"), (1.21, "**missed**")])
def test_a_target_is_met_by_the_median_and_shown_with_its_quartiles(own: float, word: str) -> None:
    """Not by a lucky slice: the page tells where half of the ratios lie."""
    page = Page({})
    page.comparison("keep", "rsa-2048", "1.2", compared(nginx=[1.0] * 3, provider_stub=[0.5, own, 2.0]), 1.2)
    assert page.met is (word == "met")
    row = f"| kept alive, RSA-2048, TLS 1.2 | at most 1.2 x nginx | {own:.2f} ({(0.5 + own) / 2:.2f} to"
    assert row in page.text("a machine")
    assert f"| {word} |" in page.text("a machine")
