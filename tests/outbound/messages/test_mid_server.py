"""Messages through a MID Server: its own Java, the ECC queue's waiting, and the parameter `skip_sensor`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sn_mock.instance import Instance
from sn_mock.instance.releases import RELEASES
from sn_mock.java.lang import jdk
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from sn_mock.outbound.messages.soap_response import ECC_TIMEOUT_CLASS, AsyncResponse


def through(instance: Instance, mid_server: str = "mid1") -> SOAPMessageV2:
    """The message, through that MID Server."""
    message = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance)
    message.setMIDServer(mid_server)
    return message


def test_a_mid_server_has_a_java_of_its_own(make_instance: Callable[..., Instance]) -> None:
    """Its Java words what fails there; the same call from the instance is worded by the instance's."""
    instance = make_instance().with_quirk("java", 8).with_quirk("mid_java", "17.0.12")

    there, here = through(instance).execute().exchange, through(instance, "").execute().exchange

    assert there is not None
    assert here is not None
    assert "refused (Connection refused)" in here.response.error_message
    assert "(Connection refused)" not in there.response.error_message
    assert "Connection refused" in there.response.error_message
    assert any("Java 17.0.12 of its own" in line for line in there.route.because if there.route)


@pytest.mark.parametrize("name", RELEASES)
def test_every_release_says_which_java_its_mid_servers_run(name: str) -> None:
    """And never an older one than its instances: MID Servers tend to be ahead (KB0719830)."""
    release = RELEASES[name]
    assert jdk.named(release.facts["mid_java"].value).generation >= release.java.generation


def test_execute_comes_back_at_once_and_the_getters_wait(
    serve: Callable[..., Any], make_instance: Callable[..., Instance]
) -> None:
    """A getter that has waited in vain reads the platform's words; `exchange` waits until the call is over."""
    with serve(client_auth="optional", delay_ms=300) as provider:
        instance = make_instance(provider.port).with_property("glide.http.outbound.max_timeout", "0")
        response = through(instance).execute()
        assert isinstance(response, AsyncResponse)
        assert "after waiting for 0 seconds in ECC Queue" in response.getErrorMessage()
        exchange = response.exchange
        assert exchange is not None
        assert (exchange.ok, response.getStatusCode()) == (True, 200)
        assert any(ECC_TIMEOUT_CLASS in line for line in exchange.log)


@pytest.mark.parametrize(("mid_server", "skip", "told"), [("mid1", "", True), ("mid1", "true", False), ("", "", False)])
def test_a_missing_skip_sensor_is_told(
    make_instance: Callable[..., Instance], mid_server: str, skip: str, told: bool
) -> None:
    """Through a MID Server a script should set it; a direct call needs none."""
    message = through(make_instance(), mid_server)
    if skip:
        message.setEccParameter("skip_sensor", skip)

    exchange = message.execute().exchange

    assert exchange is not None
    assert any("skip_sensor" in line for line in exchange.log) is told
