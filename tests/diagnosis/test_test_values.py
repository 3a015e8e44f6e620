"""Test values of variables: `call` and `check` use them; what has none is said, and is no finding."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sn_mock.cli import main
from sn_mock.diagnosis import check
from sn_mock.instance import (
    Instance,
    SysRestMessage,
    SysRestMessageFunction,
    SysRestMessageFunctionParameter,
    SysSoapMessage,
    SysSoapMessageFunction,
    SysSoapMessageParameter,
)
from sn_mock.outbound.messages.rest_message import RESTMessageV2

NOW = datetime(2026, 3, 11, tzinfo=UTC)


def shop(endpoint: str, *values: tuple[str, str, str]) -> Instance:
    """A REST message with one method, and test values (name, value, type)."""
    message = SysRestMessage(name="Shop")
    function = SysRestMessageFunction(rest_message=message.sys_id, function_name="Get", rest_endpoint=endpoint)
    return Instance(
        rest_messages=(message,),
        rest_functions=(function,),
        rest_function_parameters=tuple(
            SysRestMessageFunctionParameter(rest_message_function=function.sys_id, name=name, value=value, type=kind)
            for name, value, kind in values
        ),
    )


@pytest.mark.parametrize(
    ("endpoint", "values", "url"),
    [
        ("http://localhost:1/shop/${order}/json", (("order", "4711", "string"),), "http://localhost:1/shop/4711/json"),
        ("${base}/x", (("base", "http://localhost:1/api", "raw"),), "http://localhost:1/api/x"),
        ("http://localhost:1/${a}", (("a", "x&y", "string"),), "http://localhost:1/x&amp;y"),
        ("http://localhost:1/${a}", (("a", "x&y", "raw"),), "http://localhost:1/x&y"),
    ],
)
def test_check_sees_the_endpoint_that_a_call_would_have(
    endpoint: str, values: tuple[tuple[str, str, str], ...], url: str
) -> None:
    """The route of check is that of a call with the same records; texts are escaped."""
    instance = shop(endpoint, *values)
    (checked,) = check(instance, NOW).calls
    assert checked.route is not None
    assert (checked.route.url, checked.depends_on, checked.findings) == (url, (), ())
    message = RESTMessageV2("Shop", "Get", instance=instance)
    assert message.apply_test_values() == []
    assert message.getEndpoint() == url


def test_a_soap_endpoint_has_its_parameters_too() -> None:
    """sys_soap_message_parameters count for the endpoint, as they do for the envelope."""
    message = SysSoapMessage(name="Tickets")
    function = SysSoapMessageFunction(
        soap_message=message.sys_id, function_name="Create", soap_endpoint="http://localhost:1/${tenant}/tickets"
    )
    parameter = SysSoapMessageParameter(soap_function=function.sys_id, name="tenant", value="acme")
    instance = Instance(soap_messages=(message,), soap_functions=(function,), soap_parameters=(parameter,))
    (checked,) = check(instance, NOW).calls
    assert checked.route is not None
    assert checked.route.url == "http://localhost:1/acme/tickets"


@pytest.mark.parametrize(
    ("endpoint", "names"),
    [("${url}/api/v2", ("url",)), ("https://${host}/x", ("host",)), ("https://localhost:1/${order}/json", ())],
)
def test_what_has_no_value_is_no_finding(endpoint: str, names: tuple[str, ...]) -> None:
    """Where the call leads is known or not; the variables that decide it are named."""
    report = check(shop(endpoint), NOW)
    (checked,) = report.calls
    assert report.ok
    assert checked.depends_on == names


def test_an_endpoint_that_is_wrong_stays_a_finding() -> None:
    """A variable elsewhere hides nothing."""
    report = check(shop("https://a_b:99999/${order}"), NOW)
    assert [finding.rule for finding in report.findings] == ["endpoint-not-usable"]


def test_the_commands_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`call` uses the test value, -p overrides it; `check` prints what the endpoint depends on."""
    folder = tmp_path / "shop"
    shop("http://localhost:1/shop/${order}/json", ("order", "4711", "string")).save(folder)
    assert main(["call", str(folder), "Shop", "Get"]) == 1
    assert "http://localhost:1/shop/4711/json" in capsys.readouterr().out
    assert main(["call", str(folder), "Shop", "Get", "-p", "order=7"]) == 1
    assert "http://localhost:1/shop/7/json" in capsys.readouterr().out
    shop("${url}/api").save(tmp_path / "open")
    assert main(["check", str(tmp_path / "open")]) == 0
    assert "depends on ${url}" in capsys.readouterr().out
