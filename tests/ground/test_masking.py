"""Passwords in URLs are masked wherever a URL is shown."""

from __future__ import annotations

import pytest

from sn_mock.masking import without_password


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
