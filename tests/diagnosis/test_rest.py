"""REST messages are judged like SOAP messages, in the words of their own tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sn_mock.diagnosis import check, diagnose
from sn_mock.diagnosis.case import Case
from sn_mock.instance import (
    Instance,
    Secret,
    SysRestMessage,
    SysRestMessageFunction,
    SysSoapMessage,
    SysSoapMessageFunction,
)
from sn_mock.lab import Lab
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.soap_message import SOAPMessageV2


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


@pytest.mark.parametrize("enabled", [False, True])
def test_a_soap_message_of_the_same_name_is_not_taken_for_it(enabled: bool) -> None:
    """Names are unique in one table only: the rules look at the record that was called."""
    with Lab(release="helsinki", tls="1.2") as lab:
        instance = with_rest(lab.instance, lab.provider.port, enabled=False)
        soap = SysSoapMessage(name="Tickets API", enable_mutual_auth=enabled, protocol_profile="myhttps")
        function = SysSoapMessageFunction(
            soap_message=soap.sys_id,
            function_name="list",
            soap_endpoint=f"https://localhost:{lab.provider.port}/tickets",
            enable_mutual_auth=enabled,
            envelope="<x/>",
        )
        instance = instance.with_record(soap).with_record(function)
        rest = RESTMessageV2("Tickets API", "list", instance=instance).execute().exchange
        called = SOAPMessageV2("Tickets API", "list", instance=instance).execute().exchange
        assert rest is not None
        assert called is not None
        evidence = diagnose(rest, instance)[0].evidence

    assert "sys_rest_message Tickets API: use_mutual_auth = false" in evidence
    assert ("mutual-auth-off" in [finding.rule for finding in diagnose(called, instance)]) is not enabled


def test_keystores_of_one_name_are_kept_apart_by_the_rules() -> None:
    """A profile's keystore is that record, not every record that bears its name; so is the one a key came from."""
    with Lab() as lab:
        instance = lab.instance
        row = next(one for one in instance.certificates if one.is_keystore)
        twin = replace(row, sys_id="f" * 32, key_store_password=Secret("wrong"))
        file = replace(instance.attachments_of(row)[0], sys_id="e" * 32, table_sys_id=twin.sys_id)
        doubled = instance.with_record(twin).with_record(file)
        exchange, _ = lab.call()
        case = Case(exchange, doubled)

    assert [view.row.sys_id for view in case.offered] == [row.sys_id]
    assert [view.failure for view in case.offered] == [None]
    assert exchange.key_choice is not None
    assert exchange.key_choice.keystore_id == row.sys_id
