"""What an instance keeps between calls: connections and opened keystores, as commons-httpclient 3.1 and ServiceNow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sn_mock.lab.lab import Lab
from sn_mock.lab.setup import LabSetup, ProviderSetup, Store

KEPT = replace(LabSetup(), keep_alive=True)
REMOVED = replace(KEPT, stores=(Store(content=None),))


def _provider(fault: str) -> LabSetup:
    return replace(KEPT, provider=ProviderSetup(policy={"fault": fault}))


@pytest.mark.parametrize(("release", "works"), [("yokohama", True), ("zurich", False)])
def test_a_removed_keystore_stays_in_use_until_zurich(release: str, works: bool) -> None:
    """PRB1878139: the call succeeds although the file is gone, and the log says so; from Zurich on it fails."""
    with Lab(release=release, setup=KEPT) as lab:
        lab.call()
        lab.change(REMOVED)
        exchange, _ = lab.call()

    assert exchange.ok is works
    assert any("from its cache" in line for line in exchange.log) is works


def test_a_keystore_that_was_never_opened_is_not_in_the_cache() -> None:
    """The twin: without an earlier call there is nothing to go on with."""
    with Lab(release="yokohama", setup=REMOVED) as lab:
        exchange, _ = lab.call()

    assert exchange.failure is not None
    assert exchange.failure.cause == "keystore-not-loaded"


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_kept_connection_that_is_closed_under_the_request_is_replaced(tls: str) -> None:
    """Measured with commons-httpclient 3.1: NoHttpResponseException, Retrying request, and the call succeeds."""
    with Lab(release="xanadu", tls=tls, setup=_provider("reuse:close")) as lab:
        lab.call()
        exchange, _ = lab.call()

    assert exchange.ok
    assert [attempt.reused for attempt in exchange.attempts] == [True, False]
    assert "Retrying request" in exchange.log


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_kept_connection_that_is_reset_under_the_request_fails_the_call(tls: str) -> None:
    """Measured with commons-httpclient 3.1: `Connection reset`, not repeated because the request was sent."""
    with Lab(release="xanadu", tls=tls, setup=_provider("reuse:reset")) as lab:
        lab.call()
        exchange, _ = lab.call()
        after, _ = lab.call()

    assert exchange.failure is not None
    assert [str(one) for one in exchange.failure.java] == ["java.net.SocketException: Connection reset"]
    assert [attempt.reused for attempt in exchange.attempts] == [True]
    assert after.ok


def test_without_the_connection_manager_every_call_opens_its_own_connection() -> None:
    """`glide.http.use_connection_mgr` = false."""
    setup = replace(KEPT, properties={"glide.http.use_connection_mgr": "false"})
    with Lab(release="helsinki", setup=setup) as lab:
        first, _ = lab.call()
        second, _ = lab.call()

    assert first.ok
    assert second.ok
    assert not second.attempts[-1].reused
