"""pytest fixtures: a provider that demands client certificates, an instance that fits it, and both together.

The marker `sn_mock(release=…, tls=…, scenario=…, policy={…})` shapes them; function beats class beats module. A failing
test shows what both sides saw. Nothing heavy is imported before a fixture is used; every port is a free one, so that
`pytest -n` works.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from guarded.text import inert

if TYPE_CHECKING:
    from provider_stub import Provider
    from sn_mock.instance import Instance
    from sn_mock.lab import Lab
    from sn_mock.lab.witness import Witness

MARKER = "sn_mock"
_log = logging.getLogger(__name__)
OPTIONS = ("release", "tls", "scenario", "policy")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that --strict-markers knows it."""
    config.addinivalue_line(
        "markers", f"{MARKER}(release, tls, scenario, policy): the instance's release and what its provider demands"
    )


@pytest.fixture(scope="session")
def sn_pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the lab's certificates and keystores (its README.txt says what is what)."""
    from sn_mock.lab.pki import write_lab_pki

    return write_lab_pki(tmp_path_factory.mktemp("sn-mock-pki"))


@pytest.fixture(scope="session")
def _sn_shared_provider() -> Iterator[Provider]:
    from sn_mock.lab.rigs import lab_provider

    with lab_provider() as provider:
        yield provider


@pytest.fixture
def _sn_witness() -> Iterator[Witness]:
    from sn_mock.lab.witness import Witness

    with Witness() as witness:
        yield witness


@pytest.fixture
def sn_provider(
    _sn_shared_provider: Provider, _sn_witness: Witness, request: pytest.FixtureRequest
) -> Iterator[Provider]:
    """A running provider with the marker's policy and an empty journal; the session's tests share it, one at a time."""
    from sn_mock.lab.rigs import lab_policy

    options = _options(request)
    with _said_of_the_marker():
        _sn_shared_provider.policy = lab_policy(options.get("tls"), options.get("policy"))
    _sn_shared_provider.clear()
    _sn_witness.attend(_sn_shared_provider)
    yield _sn_shared_provider
    _sn_shared_provider.clear()


@pytest.fixture
def make_sn_provider(_sn_witness: Witness, request: pytest.FixtureRequest) -> Iterator[Callable[..., Provider]]:
    """`make_sn_provider(client_auth="optional", …)`: a further provider; stopped when the test ends."""
    from sn_mock.lab.rigs import lab_provider

    tls = _options(request).get("tls")
    with ExitStack() as running:

        def make(**policy: Any) -> Provider:
            provider = running.enter_context(lab_provider(tls, policy))
            _sn_witness.attend(provider)
            return provider

        yield make


@pytest.fixture
def sn_instance(sn_provider: Provider, request: pytest.FixtureRequest) -> Instance:
    """An instance on the marker's release, set up correctly for `sn_provider`."""
    from sn_mock.lab.rigs import lab_instance

    options = _options(request)
    with _said_of_the_marker():
        return lab_instance(sn_provider.port, options.get("release"), options.get("tls"))


@pytest.fixture
def sn_lab(_sn_witness: Witness, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Instance and provider of its own; broken as the marker's scenario says, until `sn_lab.fix()`."""
    from sn_mock.lab import Lab

    with ExitStack() as running:
        with _said_of_the_marker():
            lab = running.enter_context(Lab(**_options(request)))
        _sn_witness.attend(lab.provider)
        yield lab


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(MARKER))):
        unknown = [name for name in marker.kwargs if name not in OPTIONS]
        if unknown or marker.args:
            pytest.fail(
                f"@pytest.mark.{MARKER} knows {', '.join(OPTIONS)}, not {unknown or marker.args}", pytrace=False
            )
        options.update(marker.kwargs)
    return options


@contextmanager
def _said_of_the_marker() -> Iterator[None]:
    """A release, scenario or policy that does not exist is one line that says so, without our own stack."""
    from provider_stub import PolicyError
    from sn_mock.failure import MockUsageError

    try:
        yield
    except (MockUsageError, PolicyError) as error:
        complaint = "; ".join(str(error).splitlines())
        raise pytest.fail.Exception(f"@pytest.mark.{MARKER}: {complaint}", pytrace=False) from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add both sides' story to the report of a failed test."""
    report = yield
    witness = getattr(item, "funcargs", {}).get("_sn_witness")
    if report.failed and call.when == "call" and witness is not None:
        try:
            story = witness.story()
        except Exception as error:  # whatever is wrong with our story, the test's own report must come through
            _log.error("a test's story failed: %s: %s", type(error).__name__, error, exc_info=error)
            story = f"internal error of sn-mock, no story: {type(error).__name__}: {error}"
        if story:
            report.sections.append(("sn-mock: what both sides saw", inert(story)))
    return report
