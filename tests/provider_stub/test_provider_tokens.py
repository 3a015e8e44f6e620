"""The token endpoint: RFC 6749's answers, RFC 6750's challenges, RFC 8705's bindings; and what a policy may not say."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from provider_stub import ProviderPolicy
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from provider_stub.policies import load, service_for
from provider_stub.policy.json_schema import policy_schema
from provider_stub.policy.problems import PolicyError

PLAIN = ProviderPolicy(
    plain_http=True,
    client_auth="none",
    token_endpoint="/token",
    token_required=True,
    token_clients={"acme": "s3cret", "by-certificate": ""},
    token_scopes=("read",),
    token_users={"ann": "pa+ss"},
)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def asked(
    body: str, *headers: tuple[str, str], policy: ProviderPolicy = PLAIN, chain: tuple[bytes, ...] = ()
) -> Response:
    """The answer to one token request."""
    request = Request("POST", "/token", (*FORM, *headers), body.encode())
    answer = service_for(load(policy)).answer(request, Caller("http://localhost", lambda: chain))
    assert isinstance(answer, Response)
    return answer


def used(token: str, policy: ProviderPolicy = PLAIN, chain: tuple[bytes, ...] = ()) -> Response:
    """The answer to a request with that token."""
    headers = (("Authorization", f"Bearer {token}"),) if token else ()
    request = Request("GET", "/tickets?wsdl", headers)
    answer = service_for(load(policy)).answer(request, Caller("http://localhost", lambda: chain))
    assert isinstance(answer, Response)
    return answer


def basic(name: str, secret: str) -> tuple[str, str]:
    """An Authorization header."""
    return "Authorization", "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


GOOD = "grant_type=client_credentials&client_id=acme&client_secret=s3cret"


@pytest.mark.parametrize(
    ("body", "headers", "status", "error"),
    [
        (GOOD, (), 200, None),
        (f"{GOOD}&scope=read", (), 200, None),
        ("grant_type=client_credentials", (basic("acme", "s3cret"),), 200, None),
        ("grant_type=password&username=ann&password=pa%2Bss&client_id=acme&client_secret=s3cret", (), 200, None),
        (f"{GOOD}&scope=write", (), 400, "invalid_scope"),
        ("grant_type=client_credentials&client_id=acme&client_secret=no", (), 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=nobody", (), 401, "invalid_client"),
        ("grant_type=client_credentials", (basic("acme", "no"),), 401, "invalid_client"),
        ("grant_type=client_credentials", (("Authorization", "Basic !!"),), 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=by-certificate", (), 401, "invalid_client"),
        ("client_id=acme&client_secret=s3cret", (), 400, "invalid_request"),
        (f"{GOOD}&grant_type=password", (), 400, "invalid_request"),
        (GOOD + "".join(f"&x{number}=1" for number in range(97)), (), 200, None),
        (GOOD + "".join(f"&x{number}=1" for number in range(98)), (), 400, "invalid_request"),
        ("grant_type=magic&client_id=acme&client_secret=s3cret", (), 400, "unsupported_grant_type"),
        ("grant_type=refresh_token&refresh_token=x&client_id=acme&client_secret=s3cret", (), 400, "invalid_grant"),
        ("grant_type=password&username=ann&password=no&client_id=acme&client_secret=s3cret", (), 400, "invalid_grant"),
    ],
)
def test_a_token_request_is_answered(
    body: str, headers: tuple[tuple[str, str], ...], status: int, error: str | None
) -> None:
    """A token, or one error of RFC 6749 section 5.2; never cached."""
    response = asked(body, *headers)

    said = json.loads(response.body)
    assert (response.status, said.get("error")) == (status, error)
    assert ("Cache-Control", "no-store") in response.headers
    if error is None:
        assert said["token_type"] == "Bearer"
        assert used(said["access_token"]).status == 200
    challenged = any(name == "WWW-Authenticate" for name, _ in response.headers)
    assert challenged == (status == 401 and bool(headers))


def test_only_a_good_token_opens() -> None:
    """None, a made-up one, a changed one, an expired one, a refresh token: each is told apart (RFC 6750 section 3)."""
    granted = json.loads(asked("grant_type=password&username=ann&password=pa%2Bss&" + GOOD.partition("&")[2]).body)
    stale = json.loads(asked(GOOD, policy=replace(PLAIN, token_seconds=0)).body)["access_token"]
    token = granted["access_token"]

    for wrong in ("", "x.y", token[:-2] + "AA", stale, granted["refresh_token"], "\u00e9"):
        response = used(wrong)
        assert response.status == 401
        assert any(name == "WWW-Authenticate" for name, _ in response.headers)
    assert used(token).status == 200
    other = replace(PLAIN, token_clients={"acme": "other"})
    assert used(token, other).status == 401
    renewed = asked(
        f"grant_type=refresh_token&refresh_token={granted['refresh_token']}&client_id=acme&client_secret=s3cret"
    )
    assert renewed.status == 200


def test_a_bound_token_wants_its_certificate() -> None:
    """RFC 8705: granted to one certificate, refused with another and none; an empty secret is the certificate's."""
    bound = replace(PLAIN, token_bound=True)
    body = "grant_type=client_credentials&client_id=by-certificate"
    token = json.loads(asked(body, policy=bound, chain=(b"first",)).body)["access_token"]

    assert used(token, bound, (b"first",)).status == 200
    for chain in ((b"second",), ()):
        refused = used(token, bound, chain)
        assert (refused.status, b"another client certificate" in refused.body) == (401, True)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"token_endpoint": "token"}, "token_endpoint"),
        ({"token_endpoint": "/a b"}, "token_endpoint"),
        ({"token_endpoint": None}, "token_required"),
        ({"token_clients": {"acme": "env:SN_MOCK_NOT_SET_ANYWHERE"}}, "token_clients.acme"),
        ({"token_users": {"ann": "env:SN_MOCK_NOT_SET_ANYWHERE"}}, "token_users.ann"),
        ({"token_certificates": ("-----BEGIN CERTIFICATE-----\nnone\n",)}, "token_certificates[0]"),
    ],
)
def test_what_a_policy_may_not_say(changes: dict[str, Any], key: str) -> None:
    """Each is named by its key, before anything starts; the schema knows all of them."""
    with pytest.raises(PolicyError) as problems:
        load(replace(PLAIN, **changes))
    assert [problem.key for problem in problems.value.problems] == [key]
    assert key.partition(".")[0].partition("[")[0] in policy_schema()["properties"]


def test_secrets_of_a_policy_are_not_shown() -> None:
    """Neither secrets nor users' passwords are in its repr."""
    assert "s3cret" not in repr(PLAIN)
    assert "pa+ss" not in repr(PLAIN)


def test_other_methods_and_bodies() -> None:
    """GET is 405; a JSON body is no form; what is no UTF-8 is an error, not a crash."""
    service = service_for(load(PLAIN))
    ask: Callable[..., Any] = service.answer
    assert ask(Request("GET", "/token", ()), Caller("http://x")).status == 405
    assert (
        ask(Request("POST", "/token", (("Content-Type", "application/json"),), b"{}"), Caller("http://x")).status == 400
    )
    assert ask(Request("POST", "/token", FORM, b"\xff=1"), Caller("http://x")).status == 400
