"""pytest fixtures: a provider that demands client certificates, an instance that fits it, and both together.

The marker `sn_mock(release=…, tls=…, scenario=…, policy={…}, instance=…)` shapes them; function beats class beats
module. With `instance="folder"` (or `sn_mock_instance = folder` in the ini file) it is your own instance folder, and
the provider is made of it: its WSDLs, its provider.toml, its host names. A failing test shows what both sides saw, and
with `--sn-mock-report DIR` there is a page of it. Nothing heavy is imported before a fixture is used; every port is a
free one, so that `pytest -n` works.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pytest

from guarded.text import inert

if TYPE_CHECKING:
    from provider_stub import Provider
    from sn_mock.instance import Instance
    from sn_mock.lab import Lab
    from sn_mock.lab.partner import Partner
    from sn_mock.lab.witness import Witness

MARKER = "sn_mock"
_OWN_PACKAGES = ("sn_mock", "provider_stub", "tls_transcript")
_log = logging.getLogger(__name__)
INI = "sn_mock_instance"
REPORT = "--sn-mock-report"
OPTIONS = ("release", "tls", "scenario", "policy", "instance")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--sn-mock-report DIR`, and `sn_mock_instance = folder` in the ini file."""
    group = parser.getgroup("sn-mock")
    group.addoption(REPORT, metavar="DIR", default=None, help="write an HTML page of every failing test's calls here")
    parser.addini(INI, "the instance folder of sn_instance and sn_lab, from the ini file's own folder", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that --strict-markers knows it."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(release, tls, scenario, policy, instance): the instance (a folder of your own, or the lab's) on a "
        "release, and what its provider demands",
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
def _sn_partner(_sn_witness: Witness, request: pytest.FixtureRequest) -> Iterator[Partner | None]:
    """The provider made of one's own instance folder, where marker or ini name one."""
    options = _options(request)
    folder = _own_folder(request, options)
    if folder is None:
        yield None
        return
    from sn_mock.instance import Instance
    from sn_mock.lab.partner import Partner
    from sn_mock.outbound.messages.session import reach

    with ExitStack() as running:
        with _said_of_the_marker():
            instance = Instance.load(folder)
            if options.get("release"):
                instance = instance.with_release(options["release"])
            partner = running.enter_context(Partner(instance, changes=_changes(options)))
            running.enter_context(reach(partner.open()))
        for provider in partner.providers:
            _sn_witness.attend(provider)
        yield partner


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    from sn_mock.lab.lab import tls_name

    version = tls_name(options["tls"]).removeprefix("TLSv") if options.get("tls") else None
    return {**({"tls_min": version, "tls_max": version} if version else {}), **(options.get("policy") or {})}


@pytest.fixture
def sn_provider(
    _sn_partner: Partner | None, _sn_witness: Witness, request: pytest.FixtureRequest
) -> Iterator[Provider]:
    """A running provider with the marker's policy and an empty journal; the session's tests share it, one at a time.

    With an instance folder of one's own: the provider of its first endpoint, made for this test.
    """
    if _sn_partner is not None:
        yield _sn_partner.provider
        return
    from sn_mock.lab.rigs import lab_policy

    shared: Provider = request.getfixturevalue("_sn_shared_provider")
    options = _options(request)
    with _said_of_the_marker():
        shared.policy = lab_policy(options.get("tls"), options.get("policy"))
    shared.clear()
    _sn_witness.attend(shared)
    yield shared
    shared.clear()


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
def sn_instance(_sn_partner: Partner | None, sn_provider: Provider, request: pytest.FixtureRequest) -> Instance:
    """An instance on the marker's release, set up correctly for `sn_provider`; or one's own folder, with its host names
    leading to providers made of it."""
    if _sn_partner is not None:
        return _sn_partner.instance
    from sn_mock.lab.rigs import lab_instance

    options = _options(request)
    with _said_of_the_marker():
        return lab_instance(sn_provider.port, options.get("release"), options.get("tls"))


@pytest.fixture
def sn_lab(
    _sn_partner: Partner | None, _sn_witness: Witness, request: pytest.FixtureRequest
) -> Iterator[Lab | Partner]:
    """Instance and provider of its own; broken as the marker's scenario says, until `sn_lab.fix()`.

    With an instance folder of one's own: that instance, and a provider made of the folder (`sn_mock.lab.partner`).
    """
    if _sn_partner is not None:
        yield _sn_partner
        return
    from sn_mock.lab import Lab

    options = {name: value for name, value in _options(request).items() if name != "instance"}
    with ExitStack() as running:
        with _said_of_the_marker():
            lab = running.enter_context(Lab(**options))
        _sn_witness.attend(lab.provider)
        yield lab


def _own_folder(request: pytest.FixtureRequest, options: dict[str, Any]) -> Path | None:
    """The instance folder that the marker names (from the test's folder, or the root's), else the ini file's."""
    if options.get("scenario"):
        if options.get("instance"):
            pytest.fail(f"@pytest.mark.{MARKER}: a scenario brings its own instance; leave one out", pytrace=False)
        return None
    config = request.config
    if "instance" in options:
        named: str | None = options["instance"]
        if named is None:
            return None
        places = [request.path.parent / named, config.rootpath / named]
        found = next((place for place in places if place.exists()), places[0])
        return found.parent if found.is_file() else found
    configured = str(config.getini(INI))
    base = config.inipath.parent if config.inipath else config.rootpath
    return base / configured if configured else None


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
    _without_our_frames(call)
    report = yield
    witness = getattr(item, "funcargs", {}).get("_sn_witness")
    if report.failed and call.when == "call" and witness is not None:
        try:
            story = witness.story()
            folder = item.config.getoption(REPORT)
            if story and folder:
                story = f"wrote {_write_page(Path(folder), item, witness)}\n\n{story}"
        except Exception as error:  # whatever is wrong with our story, the test's own report must come through
            _log.error("a test's story failed: %s: %s", type(error).__name__, error, exc_info=error)
            story = f"internal error of sn-mock, no story: {type(error).__name__}: {error}"
        if story:
            report.sections.append(("sn-mock: what both sides saw", inert(story)))
    return report


def _without_our_frames(call: pytest.CallInfo[None]) -> None:
    """Misuse of sn-mock is shown where it was written, not where we noticed it."""
    import sys

    failure = sys.modules.get("sn_mock.failure")  # not loaded: nothing of ours can have been raised
    if call.excinfo is None or failure is None or not isinstance(call.excinfo.value, failure.MockUsageError):
        return
    error = call.excinfo.value
    kept: TracebackType | None = None
    frames = list(walk_tb(error.__traceback__))
    for frame, line in reversed(frames):
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] not in _OWN_PACKAGES:
            kept = TracebackType(kept, frame, frame.f_lasti, line)
    if kept is not None:
        call.excinfo = pytest.ExceptionInfo.from_exception(error.with_traceback(kept))


def _write_page(folder: Path, item: pytest.Item, witness: Witness) -> Path:
    """The calls of one test as a page; a name of its own for every test, also of other xdist workers."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in item.nodeid)
    path = folder / f"{safe[-120:].strip('-.')}.html"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(witness.page(item.name), encoding="utf-8")
    return path
