"""The surroundings of calls: one set of keywords, understood by everybody who takes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

import sn_mock
from sn_mock.instance import Instance
from sn_mock.outbound.calls.session import Session, Where
from sn_mock.outbound.messages.soap_message_v1 import SOAPMessage
from sn_mock.outbound.messages.zeep_transport import zeep_transport

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
EVERYTHING: Where = {"when": NOON, "allow_remote": True, "hosts": {"acme.test": "127.0.0.1"}}


def told(session: Session) -> tuple[object, ...]:
    """What it was told of its surroundings."""
    return session.when, session.allow_remote, session.hosts


@pytest.mark.parametrize(
    "made",
    [
        lambda instance, where: sn_mock.SOAPMessageV2(instance=instance, **where).session,
        lambda instance, where: sn_mock.RESTMessageV2(instance=instance, **where).session,
        lambda instance, where: SOAPMessage("AcmeTickets", "CreateTicket", instance=instance, **where)._message.session,
        lambda instance, where: zeep_transport(instance, **where)._instance_session,
        lambda instance, where: Session.on(instance, **where),
    ],
)
def test_whoever_takes_an_instance_takes_its_surroundings(
    make_instance: Callable[..., Instance], made: Callable[..., Any]
) -> None:
    """Clock, consent and hosts reach the session; left out, they are a plain call's; misspelt, they are refused."""
    instance = make_instance()
    assert told(made(instance, EVERYTHING)) == (NOON, True, {"acme.test": "127.0.0.1"})
    assert told(made(instance, {})) == told(made(instance, {"hosts": None})) == (None, False, {})
    with pytest.raises(TypeError, match="'alow_remote'; known are when, allow_remote, hosts"):
        made(instance, {"alow_remote": True})


def test_a_misspelt_keyword_is_refused_without_an_instance_too(make_instance: Callable[..., Instance]) -> None:
    """Within `use`, and by `use` itself."""
    with sn_mock.use(make_instance(), when=NOON) as session:
        assert sn_mock.SOAPMessageV2().session is session
        with pytest.raises(TypeError, match="'wen'"):
            sn_mock.SOAPMessageV2(wen=NOON)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'wen'"), sn_mock.use(make_instance(), wen=NOON):  # type: ignore[call-arg]
        pass
