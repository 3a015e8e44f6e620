"""What every suite may use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from sn_mock.lab.lab import Providers

settings.register_profile("any-machine", deadline=None)  # no test asserts a time
settings.load_profile("any-machine")


_PATIENCE_SECONDS = 120
"""Of one test that has not said another."""


def pytest_configure(config: pytest.Config) -> None:
    """A warning is an error in our own tests, and in nobody's whose tests lie below this project."""
    config.addinivalue_line("filterwarnings", "error")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test waits for ever; pytest-timeout comes with the tools of this project, not with sn-mock."""
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_PATIENCE_SECONDS))


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    """Providers that the labs of a module share."""
    running = Providers()
    yield running
    running.close()


_FACTOR = 8
_SQUARE = _FACTOR * _FACTOR
_RUNS = 4


@pytest.fixture
def linear() -> Callable[[Callable[[int], object], int], None]:
    """`linear(work, size)`: eight times the input costs about eight times the CPU, and not sixty-four times.

    A ratio of this thread's own CPU, the least of several runs: neither the machine's speed nor its load counts.
    """

    def check(work: Callable[[int], object], size: int) -> None:
        def cost(amount: int) -> float:
            least = float("inf")
            for _ in range(_RUNS):
                begun = time.thread_time()
                work(amount)
                least = min(least, time.thread_time() - begun)
            return least

        small, large = max(cost(size), 20e-6), cost(_FACTOR * size)
        assert large / small < _SQUARE / 2, f"{large / small:.1f} times the work for {_FACTOR} times the input"

    return check
