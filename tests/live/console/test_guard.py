"""The console's door: who comes in, what may be posted, what a page may load."""

from __future__ import annotations

import re
import time

import httpx
import pytest

from sn_mock.live.console.guard import MOST_BYTES
from sn_mock.live.console.pages import home
from tests.live.console.conftest import Console

PAGES = (
    "/", "/check", "/calls", "/provider", "/door", "/sys_alias_list.do", "/http_connection_list.do",
    "/explain", "/scenarios", "/scenarios/wrong-default-keystore", "/expiry",
    "/tables", "/sys_certificate_list.do", "/sys_soap_message_function_list.do", "/sys_properties_list.do",
    "/sys_protocol_profile.do?sys_id=-1",
)  # fmt: skip


def stranger(console: Console) -> httpx.Client:
    """Somebody without a cookie."""
    return httpx.Client(base_url=console.base)


def test_without_the_token_nothing_is_shown(console: Console) -> None:
    """Whoever has no cookie and no token gets a page that says where the address is, and nothing of the instance."""
    with stranger(console) as client:
        for path in ("/", "/sys_certificate_list.do", "/?token=wrong"):
            answer = client.get(path)
            assert answer.status_code == 403
            assert "dev12345" not in answer.text


def test_the_token_becomes_a_cookie_and_leaves_the_address(console: Console) -> None:
    """As Jupyter does: a redirect without the token, an HttpOnly, SameSite=Strict cookie that is not the token."""
    with stranger(console) as client:
        answer = client.get(f"/calls?first=1&token={console.live.console_token}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/calls?first=1")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert console.live.console_token not in cookie
        assert client.get("/calls").status_code == 200


def test_the_token_opens_no_other_site(console: Console) -> None:
    """The redirect stays here, whatever the path looks like."""
    with stranger(console) as client:
        answer = client.get(f"{console.base}//evil.example/x?token={console.live.console_token}")
        assert answer.headers["location"] == "/evil.example/x"
        split = client.get(f"{console.base}/x%0d%0aset-cookie:%20a=b?token={console.live.console_token}")
        assert split.headers["location"] == "/x%0D%0Aset-cookie%3A%20a%3Db"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_host_name_is_refused(console: Console, host: str) -> None:
    """A page elsewhere whose name was rebound to this machine reads nothing, even with the cookie."""
    answer = console.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "dev12345" not in answer.text


def test_this_machines_names_are_served(console: Console) -> None:
    """The twin: localhost with the console's port."""
    named = {"host": f"127.0.0.1:{console.live.console_port}"}
    assert console.get("/", headers=named).status_code == 200


def test_a_form_that_is_not_ours_changes_nothing(console: Console) -> None:
    """Without the form's token, from another origin, or from another site: 403, and the record stays."""
    place = console.record("sys_protocol_profile", "myhttps")
    data = {"has:protocol": "1", "protocol": "other"}
    token = console.form_token()
    tries = (
        ({}, {}),
        ({"form_token": "0" * 64}, {}),
        ({"form_token": token}, {"origin": "http://evil.example"}),
        ({"form_token": token}, {"origin": "null"}),
        ({"form_token": token}, {"sec-fetch-site": "cross-site"}),
    )
    for more, headers in tries:
        assert console.client.post(place, data={**data, **more}, headers=headers).status_code == 403
    assert [row.protocol for row in console.live.folder.instance.protocol_profiles] == ["myhttps"]


def test_too_much_is_refused_whole(console: Console) -> None:
    """A body beyond the limit is refused by its length, and where none is said while it is read."""
    place = console.record("sys_certificate", "ACME client")
    files = {"file": ("big.jks", b"x" * (MOST_BYTES + 1))}
    before = console.live.folder.instance.attachments
    answer = console.client.post(place, data={"form_token": console.form_token(), "do": "attach"}, files=files)
    assert answer.status_code == 413

    chunks = (b"form_token=x&padding=" + b"y" * 65_536 for _ in range(MOST_BYTES // 65_536 + 1))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert console.client.post(place, content=chunks, headers=headers).status_code == 413
    assert console.live.folder.instance.attachments == before

    many = {f"field{number}": "x" for number in range(500)}
    token = {"form_token": console.form_token()}
    assert console.client.post(place, data={**token, **many}).status_code == 400
    assert console.client.post(place, data={**token, **many}, files={"file": ("x", b"x")}).status_code == 400


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_inline_script_or_style(console: Console, path: str) -> None:
    """The content security policy allows one script and two style sheets of ours; pages need nothing else."""
    answer = console.get(path)
    assert answer.status_code == 200
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert (
        re.findall(
            r"<style|<script(?! src=\"/static/)|\sstyle=|\son[a-z]+=|javascript:|https?://(?!www\.w3)",
            _tags(answer.text),
        )
        == []
    )


INLINE = re.compile(r"<style|<script(?! src=\"/static/)|\sstyle=|\son[a-z]+=|javascript:|https?://(?!www\.w3)")


def _tags(page: str) -> str:
    """What stands inside tags."""
    return " ".join(re.findall(r"<[^>]*>", page))


def test_what_is_not_there_is_told_on_a_page(console: Console) -> None:
    """Unknown pages, tables, rows and calls: 404 with the words of what was looked for."""
    for path in (
        "/nope",
        "/no_such_table_list.do",
        f"/sys_certificate.do?sys_id={'0' * 32}",
        "/calls/0",
        "/scenarios/x",
    ):
        answer = console.get(path)
        assert answer.status_code == 404
        assert "There is no such thing here" in answer.text


def test_a_fault_of_ours_is_told_as_one(
    console: Console, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page names the kind of fault and nothing of what it held; the server's log has the traceback."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a password, perhaps")

    monkeypatch.setattr(home, "check_page", fail)
    answer = console.get("/check")
    assert answer.status_code == 500
    assert "A fault of sn-mock itself: ZeroDivisionError" in answer.text
    assert "a password, perhaps" not in answer.text
    given_up = time.monotonic() + 10
    while "ZeroDivisionError: a password, perhaps" not in caplog.text:  # it is written after the answer
        assert time.monotonic() < given_up
        time.sleep(0.01)
