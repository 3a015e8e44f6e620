"""Cookies, the session's token, API keys, and the pages that programs read tokens from."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from guarded import clock
from sn_mock.lab.pki import shared_pki
from sn_mock.live import sessions

from .conftest import PASSWORD, Answer, Rig

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def cookie(answer: Answer) -> dict[str, str]:
    """The Cookie header that a client sends after that answer."""
    return {"Cookie": f"other=1; {answer.headers['Set-Cookie'].partition(';')[0]}"}


def token(rig: Rig, kept: dict[str, str]) -> str:
    """The session's token, as programs find it on the page of background scripts."""
    page = rig.ask("GET", "/sys.scripts.do", headers=kept, user=None).body.decode()
    found = re.search(r"var g_ck = '([0-9a-f]{72})'", page)
    assert found is not None
    assert f'<input name="sysparm_ck" type="hidden" value="{found[1]}">' in page
    return found[1]


def test_a_cookie_goes_on_with_its_session(rig: Rig) -> None:
    """With Basic on every request there is one session, not one per request; the cookie is for HTTPS and no script."""
    first = rig.get("incident")
    assert re.fullmatch(r"JSESSIONID=[0-9A-F]{32}; Path=/; Secure; HttpOnly; SameSite=Lax", first.headers["Set-Cookie"])
    assert "Set-Cookie" not in rig.get("incident", headers=cookie(first)).headers
    assert "Set-Cookie" not in rig.get("incident", user=None).headers


def test_a_cookie_alone_is_no_credential(rig: Rig) -> None:
    """401 without the session's token, with another's token, with a cookie that nobody gave; with both it is the user
    (KB0565021)."""
    rig.folder.insert("sys_user", {"user_name": "bob", "user_password": "pw"})
    mine, bobs = cookie(rig.get("incident")), cookie(rig.get("incident", user="bob", password="pw"))
    ck = token(rig, bobs)
    for headers in (
        bobs,
        {**mine, "X-UserToken": ck},
        {"X-UserToken": ck},
        {"Cookie": "JSESSIONID=1", "X-UserToken": ck},
    ):
        assert rig.get("incident", headers=headers, user=None).status == 401
    made = rig.ask("POST", "/api/now/table/incident", {}, headers={**bobs, "X-UserToken": ck}, user=None)
    assert (made.status, made.result["sys_created_by"]) == (201, "bob")
    rig.folder.update("sys_user", rig.get("sys_user?user_name=bob").result[0]["sys_id"], {"active": "false"})
    assert rig.get("incident", headers={**bobs, "X-UserToken": ck}, user=None).status == 401


def test_a_session_ends(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half an hour without a request, or when too many others began; a used one stays."""
    kept = cookie(rig.get("incident"))
    ck = token(rig, kept)
    now = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: now + sessions.IDLE_SECONDS - 60)
    assert rig.get("incident", headers={**kept, "X-UserToken": ck}, user=None).status == 200
    monkeypatch.setattr(clock, "monotonic", lambda: now + 2 * sessions.IDLE_SECONDS - 90)
    assert rig.get("incident", headers={**kept, "X-UserToken": ck}, user=None).status == 200
    monkeypatch.setattr(clock, "monotonic", lambda: now + 3 * sessions.IDLE_SECONDS)
    assert rig.get("incident", headers={**kept, "X-UserToken": ck}, user=None).status == 401
    monkeypatch.setattr("sn_mock.live.sessions.MOST_SESSIONS", 2)
    early, *_ = [cookie(rig.get("incident")) for _ in range(3)]
    assert rig.ask("GET", "/sys.scripts.do", headers=early, user=None).status == 302


def test_a_program_logs_in_and_runs_a_background_script(rig: Rig) -> None:
    """The login form, the token, the script; its lines come back, and what it wrote is there."""
    # given
    login = {"user_name": "admin", "user_password": PASSWORD, "sys_action": "sysverb_login"}
    entered = rig.ask("POST", "/login.do", urlencode(login).encode(), headers=FORM, user=None)
    assert (entered.status, entered.headers["Location"]) == (302, "/login_redirect.do")
    kept = cookie(entered)
    assert b"g_ck" in rig.ask("GET", "/login_redirect.do", headers=kept, user=None).body
    # when
    script = "gs.info('<hello>'); var g = new GlideRecord('incident'); g.short_description = 'x'; g.insert();"
    sent = {"script": script, "runscript": "Run script", "sysparm_ck": token(rig, kept), "sys_scope": "global"}
    ran = rig.ask("POST", "/sys.scripts.do", urlencode(sent).encode(), headers={**FORM, **kept}, user=None)
    # then
    assert ran.status == 200
    assert b"<PRE>*** Script: &lt;hello&gt;<BR/></PRE>" in ran.body
    assert rig.get("incident").result[0]["short_description"] == "x"


def test_a_background_script_needs_a_session_and_its_token(rig: Rig) -> None:
    """To the login page without a session, whatever else is sent; refused with a token that is not the session's."""
    sent = urlencode({"script": "gs.info('x')", "sysparm_ck": "guessed"}).encode()
    refused = rig.ask("POST", "/sys.scripts.do", sent, headers={**FORM, **cookie(rig.get("incident"))}, user=None)
    assert (refused.status, refused.error[0]) == (403, "User Not Authorized")
    lost = rig.ask("POST", "/sys.scripts.do", sent, headers=FORM, user=None)
    assert (lost.status, lost.headers["Location"]) == (302, "/login.do?sysparm_url=%2Fsys.scripts.do")
    wrong = urlencode({"user_name": "admin", "user_password": "guessed"}).encode()
    again = rig.ask("POST", "/login.do", wrong, headers=FORM, user=None)
    assert (again.status, "Set-Cookie" in again.headers) == (200, False)
    assert b"User name or password invalid" in again.body
    assert rig.ask("DELETE", "/login.do", user=None).status == 405


def test_an_error_of_a_background_script_is_told(rig: Rig) -> None:
    """What it wrote before, and the message."""
    kept = cookie(rig.get("incident"))
    sent = urlencode({"script": "gs.info('one'); null.x;", "sysparm_ck": token(rig, kept)}).encode()
    body = rig.ask("POST", "/sys.scripts.do", sent, headers={**FORM, **kept}, user=None).body
    assert b"*** Script: one<BR/>Evaluator: " in body


def test_an_api_key_is_a_user(rig: Rig) -> None:
    """In the header or the query; not when it is wrong, inactive, out of date, or its user is; it is not read back."""
    row = {"name": "mine", "user": rig.folder.insert("sys_user", {"user_name": "bob"})["sys_id"], "token": "k3y"}
    key = rig.ask("POST", "/api/now/table/api_key", row).result
    assert key["token"] == ""
    assert rig.get("incident", headers={"x-sn-apikey": "k3y"}, user=None).status == 200
    assert rig.get("incident?x-sn-apikey=k3y", user=None).status == 200
    assert rig.get("incident", headers={"x-sn-apikey": "guessed"}, user=None).status == 401
    for changed, status in (
        ({"active": "false"}, 401),
        ({"active": "true", "expiry": "2020-01-01 00:00:00"}, 401),
        ({"expiry": ""}, 200),
        ({"user": "nobody"}, 401),
    ):
        rig.folder.update("api_key", key["sys_id"], changed)
        assert rig.get("incident", headers={"x-sn-apikey": "k3y"}, user=None).status == status


def test_a_batch_is_its_senders(rig: Rig) -> None:
    """However the sender came in, by certificate, too, the requests of a batch are answered; they begin no sessions."""
    leaf = shared_pki()["acme-client"]
    row = {"name": "caller", "pem_certificate": leaf.pem(1), "user": "admin"}
    rig.ask("POST", "/api/now/table/sys_user_certificate", row)
    content = {
        "batch_request_id": "1",
        "rest_requests": [{"id": "1", "url": "/api/now/table/incident", "method": "GET"}],
    }
    told = rig.ask("POST", "/api/now/batch", content, user=None, chain=(leaf.der,)).json
    (one,) = told["serviced_requests"]
    assert one["status_code"] == 200
    assert "Set-Cookie" not in {header["name"] for header in one["headers"]}


def test_background_scripts_are_the_administrators(rig: Rig) -> None:
    """A user without the role is refused, with the right token, too; with the role, or as admin, it runs (docs,
    c_ScriptsBackground). A user who is no longer active has no session on a page, either."""
    # given
    bob = rig.folder.insert("sys_user", {"user_name": "bob", "user_password": "pw"})["sys_id"]
    kept = cookie(rig.get("incident", user="bob", password="pw"))
    sent = urlencode({"script": "gs.info('ran as ' + gs.getUserName())", "sysparm_ck": token(rig, kept)}).encode()

    def run() -> Answer:
        return rig.ask("POST", "/sys.scripts.do", sent, headers={**FORM, **kept}, user=None)

    # when, then
    assert (run().status, run().error[0]) == (403, "User Not Authorized")
    role = rig.folder.insert("sys_user_role", {"name": "admin"})["sys_id"]
    rig.folder.insert("sys_user_has_role", {"user": bob, "role": role})
    assert b"*** Script: ran as bob" in run().body
    rig.folder.update("sys_user", bob, {"active": "false"})
    assert (run().status, run().headers["Location"]) == (302, "/login.do?sysparm_url=%2Fsys.scripts.do")
    assert rig.ask("GET", "/login_redirect.do", headers=kept, user=None).status == 302


def test_a_key_in_the_query_is_no_condition(rig: Rig) -> None:
    """`?x-sn-apikey=` says who asks, and leaves the rows as they are; another name is a condition."""
    rig.folder.insert("api_key", {"name": "mine", "user": "admin", "token": "k3y"})
    rig.folder.insert("incident", {"short_description": "x"})
    assert len(rig.get("incident?x-sn-apikey=k3y", user=None).result) == 1
    assert len(rig.get("incident?x-sn-apikey=k3y&short_description=y", user=None).result) == 0
