"""Passwords in URLs are masked wherever a URL is shown."""

from __future__ import annotations

import pytest

from sn_mock.masking import MASK, without_password, without_password_arguments, without_secrets


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:geheim@host:8443/x?y=1", "https://ann:********@host:8443/x?y=1"),
        ("myhttps://ann:geheim@[::1]:8443/", "myhttps://ann:********@[::1]:8443/"),
        ("https://:geheim@host", "https://:********@host"),
        ("https://ann:ge@heim@host/", "https://ann:********@host/"),
        ("https://ann:ge:heim@host/", "https://ann:********@host/"),
        ("https://ann:ge/heim@host/", "https://ann:********@host/"),
        ("https://ann:ge#heim@host/", "https://ann:********@host/"),
        ("https://ann:${pass}@host/", "https://ann:********@host/"),
        ("ann:geheim@host/x", "ann:********@host/x"),
        ("no way to https://ann:geheim@host/: x", "no way to https://ann:********@host/: x"),
        ("https://host/?next=https://ann:geheim@other/", "https://host/?next=https://ann:********@other/"),
    ],
)
def test_password_is_masked(url: str, shown: str) -> None:
    """User, host and all the rest stay; masking twice changes nothing."""
    assert without_password(url) == shown
    assert without_password(shown) == shown


@pytest.mark.parametrize(
    "url",
    [
        "https://host:8443/a@b",
        "https://[::1]:8443/a@b",
        "https://ann@host/",
        "host:8443/a@b",
        "/path:with/a@b",
        "https://host: ann@example.com wrote it",
        "",
    ],
)
def test_text_without_a_password_stays(url: str) -> None:
    """A colon and an @ alone are no user information."""
    assert without_password(url) == url


@pytest.mark.parametrize(
    "name",
    ["Password", "dbPasswd", "passphrase", "SECRET", "token", "apikey", "api_key", "Api-Key", "credential"],
)
def test_whatever_is_masked_by_its_name_is_looked_for(name: str) -> None:
    """A text is searched for stems first: each name that is masked has one, in bodies and on command lines."""
    assert without_secrets(f"<a><{name}>x</{name}></a>") == f"<a><{name}>{MASK}</{name}></a>"
    assert without_secrets(f'{{"{name}": "x"}}') == f'{{"{name}": "{MASK}"}}'
    assert without_password_arguments([f"--{name}", "x", f"{name}=x"]) == [f"--{name}", MASK, f"{name}={MASK}"]


def test_a_letter_that_is_another_in_lower_case_hides_no_name() -> None:
    """The long s is an s where case is ignored; a text that is no secret stays as it is."""
    assert without_secrets("<pa\u017fsword>x</pa\u017fsword>") == f"<pa\u017fsword>{MASK}</pa\u017fsword>"
    assert without_secrets("<name>x</name>") == "<name>x</name>"
    assert without_password_arguments(["call", "folder", "name=x"]) == ["call", "folder", "name=x"]
