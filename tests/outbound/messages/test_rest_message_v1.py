"""RESTMessage, the first generation: whose flag and profile count, what it sends, what it throws."""

from __future__ import annotations

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, SysCertificate, SysProtocolProfile, SysRestMessage, SysRestMessageFunction
from sn_mock.outbound.messages.rest_message_v1 import RESTMessage
from sn_mock.outbound.messages.soap_message_v1 import UnsupportedAuthenticationError


def instance(*, on_message: tuple[bool, str], on_function: tuple[bool, str], **function: str) -> Instance:
    """One message and method; flag and profile of each."""
    store = SysCertificate(name="store", type="key_store")
    profiles = tuple(SysProtocolProfile(protocol=name, keystore=store.sys_id) for name in ("onehttps", "twohttps"))
    message = SysRestMessage(name="Shop", use_mutual_auth=on_message[0], protocol_name=on_message[1])
    method = SysRestMessageFunction(
        rest_message=message.sys_id,
        function_name="get",
        rest_endpoint="https://localhost:1/x",
        use_mutual_auth=on_function[0],
        protocol_name=on_function[1],
        **function,  # type: ignore[arg-type]
    )
    return Instance(
        certificates=(store,), protocol_profiles=profiles, rest_messages=(message,), rest_functions=(method,)
    )


@pytest.mark.parametrize(
    ("on_message", "on_function", "scheme"),
    [
        ((False, ""), (True, "onehttps"), "onehttps"),
        ((True, "twohttps"), (True, "onehttps"), "onehttps"),
        ((True, "twohttps"), (True, ""), "twohttps"),
        ((False, "twohttps"), (True, ""), "https"),
        ((True, "twohttps"), (False, ""), "https"),
        ((True, "twohttps"), (False, "onehttps"), "https"),
    ],
)
def test_whose_profile_counts(on_message: tuple[bool, str], on_function: tuple[bool, str], scheme: str) -> None:
    """The function's flag decides; its profile, else the message's where that is switched on too."""
    message = RESTMessage("Shop", "get", instance=instance(on_message=on_message, on_function=on_function))
    response = message.execute()
    assert response is not None
    assert response.exchange is not None
    assert response.exchange.route is not None
    assert response.exchange.route.scheme == scheme


def test_what_is_not_sent() -> None:
    """Another method than four sends nothing; profiles of authentication are refused in a text; no message, no call."""
    plain = {"on_message": (False, ""), "on_function": (False, "")}
    assert RESTMessage("Shop", "get", instance=instance(http_method="patch", **plain)).execute() is None  # type: ignore[arg-type]
    assert RESTMessage("Shop", "other", instance=instance(**plain)).execute() is None  # type: ignore[arg-type]
    refused = RESTMessage("Shop", "get", instance=instance(authentication_type="oauth2", **plain))  # type: ignore[arg-type]
    with pytest.raises(UnsupportedAuthenticationError, match="of this REST message function, please use RESTMessageV2"):
        refused.execute()
    nobody = RESTMessage("Nope", "get", instance=instance(**plain))  # type: ignore[arg-type]
    assert not nobody.isValid()
    with pytest.raises(MockUsageError):
        nobody.execute()
