"""REST messages are judged like SOAP messages, in the words of their own tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sn_mock.diagnosis import check, diagnose
from sn_mock.instance import Instance, SysRestMessage, SysRestMessageFunction
from sn_mock.lab import Lab
from sn_mock.outbound.rest_message import RESTMessageV2


def with_rest(instance: Instance, port: int, *, enabled: bool) -> Instance:
    """The lab's instance with a REST message on the same profile."""
    message = SysRestMessage(
        name="Tickets API",
        rest_endpoint=f"https://localhost:{port}/tickets",
        use_mutual_auth=enabled,
        protocol_name="myhttps",
    )
    method = SysRestMessageFunction(
        rest_message=message.sys_id,
        function_name="list",
        http_method="get",
        use_mutual_auth=enabled,
        protocol_name="myhttps",
    )
    return replace(instance, rest_messages=(message,), rest_functions=(method,))


@pytest.mark.parametrize("enabled", [False, True])
def test_a_rest_message_without_the_flag_is_told_so(enabled: bool) -> None:
    """The finding quotes sys_rest_message.use_mutual_auth and points to the REST module; else there is none."""
    with Lab(release="helsinki", tls="1.2") as lab:
        instance = with_rest(lab.instance, lab.provider.port, enabled=enabled)
        exchange = RESTMessageV2("Tickets API", "list", instance=instance).execute().exchange
        assert exchange is not None
        findings = diagnose(exchange, instance)
        report = check(instance, exchange.started)

    assert ("list" in [call.function for call in report.calls]) is True
    if enabled:
        assert "mutual-auth-off" not in [finding.rule for finding in findings]
        return
    assert findings[0].rule == "mutual-auth-off"
    assert "sys_rest_message Tickets API: use_mutual_auth = false" in findings[0].evidence
    assert "REST Message" in findings[0].fix
