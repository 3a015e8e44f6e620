"""Who comes in: Basic, OAuth, client certificates."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from sn_mock.lab.pki import shared_pki
from sn_mock.live.access import CLIENT_CREDENTIALS

from .conftest import PASSWORD, Rig

UNKNOWN = ("User Not Authenticated", "Required to provide Auth information")
DENIED = {"error_description": "access_denied", "error": "server_error"}
LEAF = shared_pki()["acme-client"].der


def token(rig: Rig, **form: str) -> Any:
    """An answer of `/oauth_token.do`."""
    sent = {"client_id": rig.access.client_id, "client_secret": rig.access.client_secret, **form}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return rig.ask("POST", "/oauth_token.do", urlencode(sent).encode(), headers=kind, user=None)


@pytest.mark.parametrize(("user", "password"), [(None, ""), ("admin", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_strangers_are_asked_for_credentials(rig: Rig, user: str | None, password: str) -> None:
    """401 with a Basic challenge, whatever was wrong; the twin with the right password is let in."""
    refused = rig.get("incident", user=user, password=password)
    assert (refused.status, refused.error) == (401, UNKNOWN)
    assert refused.headers["WWW-Authenticate"] == 'Basic realm="Service-now"'
    assert rig.get("incident").status == 200


def test_an_inactive_or_locked_user_stays_out(rig: Rig) -> None:
    """As soon as the row says so, and no longer."""
    sys_id = rig.folder.insert("sys_user", {"user_name": "bob", "user_password": "pw"})["sys_id"]
    for field, value, status in (("active", "false", 401), ("active", "true", 200), ("locked_out", "true", 401)):
        rig.folder.update("sys_user", sys_id, {field: value})
        assert rig.get("incident", user="bob", password="pw").status == status


def test_tokens_are_given_and_taken(rig: Rig) -> None:
    """The password grant gives an access and a refresh token, the refresh grant another access token."""
    given = token(rig, grant_type="password", username="admin", password=PASSWORD).json
    assert {name: given[name] for name in ("scope", "token_type", "expires_in")} == {
        "scope": "useraccount",
        "token_type": "Bearer",
        "expires_in": 1799,
    }
    again = token(rig, grant_type="refresh_token", refresh_token=given["refresh_token"]).json
    for one in (given, again):
        bearer = {"Authorization": f"Bearer {one['access_token']}"}
        assert rig.get("incident", headers=bearer).status == 200
    assert rig.get("incident", headers={"Authorization": "Bearer guessed"}).status == 401


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "password", "username": "admin", "password": "wrong"},
        {"grant_type": "password", "username": "admin", "password": PASSWORD, "client_secret": "wrong"},
        {"grant_type": "refresh_token", "refresh_token": "guessed"},
        {"grant_type": "client_credentials"},
        {"grant_type": "unheard-of"},
        {},
    ],
)
def test_a_refused_grant_says_nothing_of_its_reason(rig: Rig, form: dict[str, str]) -> None:
    """401 access_denied for all."""
    refused = token(rig, **form)
    assert (refused.status, refused.json) == (401, DENIED)


def test_client_credentials_work_where_the_property_says_so(rig: Rig) -> None:
    """The property is absent on a fresh instance; the client may also be a row of `oauth_entity`."""
    rig.folder.change(lambda instance: instance.with_property(CLIENT_CREDENTIALS, "true"))
    rig.folder.insert("oauth_entity", {"name": "mine", "client_id": "c", "client_secret": "s"})
    given = token(rig, grant_type="client_credentials", client_id="c", client_secret="s").json
    assert "refresh_token" not in given
    assert rig.get("incident", headers={"Authorization": f"Bearer {given['access_token']}"}).status == 200


def mapping(rig: Rig, **fields: str) -> str:
    """A mapping of the lab's client certificate; its sys_id."""
    pem = shared_pki()["acme-client"].pem(1)
    return rig.folder.insert("sys_user_certificate", {"name": "acme", "pem_certificate": pem, **fields})["sys_id"]


def test_a_mapped_certificate_is_its_user(rig: Rig) -> None:
    """Without any other credentials; not mapped, inactive, or of an inactive user: 401."""
    bob = rig.folder.insert("sys_user", {"user_name": "bob"})["sys_id"]

    def status() -> int:
        return rig.get("incident", user=None, chain=(LEAF,)).status

    assert status() == 401
    sys_id = mapping(rig, user=bob)
    assert status() == 200
    made = rig.ask("POST", "/api/now/table/incident", {}, user=None, chain=(LEAF,))
    assert made.result["sys_created_by"] == "bob"
    rig.folder.update("sys_user_certificate", sys_id, {"active": "false"})
    assert status() == 401
    rig.folder.update("sys_user_certificate", sys_id, {"active": "true", "user": "bob"})
    assert status() == 200
    rig.folder.update("sys_user", bob, {"active": "false"})
    assert status() == 401


def test_a_registered_certificate_shows_whose_it_is(rig: Rig) -> None:
    """Other credentials count before the certificate."""
    mapping(rig, user="nobody")
    assert rig.get("incident", chain=(LEAF,)).status == 200
    assert rig.get("incident", chain=(LEAF,), password="wrong").status == 401


def test_tokens_are_bounded(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for many pushes out the oldest, and nobody else."""
    monkeypatch.setattr("sn_mock.live.access.MOST_TOKENS", 10)
    given = [token(rig, grant_type="password", username="admin", password=PASSWORD).json for _ in range(12)]
    statuses = [rig.get("incident", headers={"Authorization": f"Bearer {one['access_token']}"}).status for one in given]
    assert statuses == [401, 401, *[200] * 10]
