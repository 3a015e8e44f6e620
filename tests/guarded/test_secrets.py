"""Passwords, keys, tokens and cookies are not in what is kept; everything else is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarded import secrets

Linear = Callable[[Callable[[int], object], int], None]
SECRET = "s3cr&amp;t"


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("Authorization", "Basic YTpi", "Basic ********"),
        ("Proxy-Authorization", "Bearer x.y", "Bearer ********"),
        ("authorization", "x", "********"),
        ("Cookie", "a=b; c=d", "********"),
        ("Set-Cookie", "a=b", "********"),
        ("X-Api-Key", "k", "********"),
        ("apikey", "k", "********"),
        ("X-UserToken", "k", "********"),
        ("X-Auth-Token", "k k", "********"),
        ("Ocp-Apim-Subscription-Key", "k", "********"),
        ("X-Amz-Security-Token", "k", "********"),
        ("X-Vault-Token", "k", "********"),
        ("X-Client-Secret", "k", "********"),
        ("Content-Type", "text/xml", "text/xml"),
        ("SOAPAction", '"urn:token"', '"urn:token"'),
        ("X-SSL-Client-Cert", "-----BEGIN", "-----BEGIN"),
        ("X-Tokenizer", "y", "y"),
        ("Host", "secret.example", "secret.example"),
    ],
)
def test_headers(name: str, value: str, kept: str) -> None:
    """By the names that carry credentials; of Authorization the scheme stays."""
    assert secrets.header(name, value) == kept


@pytest.mark.parametrize(
    "body",
    [
        "<wsse:Username>ann</wsse:Username><wsse:Password Type='#PasswordText'>{}</wsse:Password></x>",
        "<Password>\n  {}\n</Password>",
        "<a:userPassword xmlns:a='u'>{}</a:userPassword>",
        "<password><![CDATA[{}]]></password>",
        '<login password="{}"/>',
        "<Password>{}",
        '{{"client_secret": "{}"}}',
        '{{"access_token":"{}","x":1}}',
        '{{"passWord" : "{}',
        "grant_type=password&client_secret={}&username=ann",
        "password={}",
        "/x?user=ann&access_token={}&sysparm_limit=1",
        "<sessionId>{}</sessionId>",
        "<api-key>{}</api-key>",
    ],
)
def test_bodies(body: str) -> None:
    """In elements, attributes, JSON members and parameters, whole or cut; what is around them stays."""
    secret = SECRET if "<" in body else "s3cr3t"
    shown = secrets.body(body.format(secret))

    assert "s3cr" not in shown
    assert shown.replace(secrets.BLANKED, secret).split() == body.format(secret).split()


@pytest.mark.parametrize(
    "body",
    [
        "<a>password</a><b>secret plans</b>",
        "<wsse:Password/><next>text</next>",
        "</wsse:Password>\n<next>text</next>",
        "<description>my password is lost, please reset it</description>",
        '{"short_description": "password reset", "count": 3}',
        "<Password>\n</Password>",
        "what a secret = nothing",
        "",
    ],
)
def test_other_words_stay(body: str) -> None:
    """Tickets are about passwords all the time."""
    assert secrets.body(body) == body


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    """UTF-16 hides nothing, with and without a byte order mark."""
    shown = secrets.decoded("<e><wsse:Password>s3cr3t</wsse:Password></e>".encode(encoding))

    assert "s3cr3t" not in shown
    assert "<wsse:Password>********</wsse:Password>" in shown


@pytest.mark.parametrize(
    "piece",
    ["password", "<password ", "<a:", '"password"', '"password":"', "password=", " password='", "<x", "a" * 8, "&a"],
)
def test_a_body_costs_what_it_is_long(linear: Linear, piece: str) -> None:
    """Nothing that is nearly a secret costs more than a secret."""
    linear(lambda size: secrets.body("password" + piece * size), 300)


@given(
    st.text(),
    st.text(alphabet=st.characters(exclude_characters='<>&"\\', exclude_categories=("Cs", "Z", "C")), min_size=1),
)
def test_a_password_element_is_masked_in_any_text(before: str, secret: str) -> None:
    """Whatever stands around it."""
    shown = secrets.body(json.dumps(before) + f"<n:Password>{secret}</n:Password>")

    assert f">{secret}<" not in shown or secret == secrets.BLANKED


def test_names_of_headers_are_remembered_within_bounds() -> None:
    """Short ones, and the same answer each time; a long name is judged anew."""
    long = "X-" + "a" * secrets.KEPT_NAME + "-Token"
    before = secrets._is_secret.cache_info().currsize
    for _ in range(2):
        assert secrets.header(long, "k") == secrets.BLANKED
    assert secrets._is_secret.cache_info().currsize == before
    for number in range(secrets.KEPT_NAMES + 1):
        assert secrets.header(f"X-{number}-Token", "k") == secrets.BLANKED
        assert secrets.header(f"X-{number}-Tokens-Left", "k") == "k"
    assert secrets._is_secret.cache_info().currsize == secrets.KEPT_NAMES


@pytest.mark.parametrize(
    "word",
    [
        "password",
        "passwort",
        "passwd",
        "passphrase",
        "passcode",
        "secret",
        "credential",
        "bearer",
        "api-key",
        "api_key",
        "apikey",
        "subscription-key",
        "access_key",
        "accessToken",
        "refresh_token",
        "idToken",
        "auth-token",
        "userToken",
        "sessionToken",
        "security_token",
        "csrfToken",
        "xsrf-token",
        "tokenValue",
        "sessionId",
        "g_ck",
        "PASSWORD",
    ],
)
def test_every_word_passes_the_plain_search(word: str) -> None:
    """The search that saves the pattern overlooks none of its words, nor letters that only case folding makes equal."""
    assert secrets.body(f"<a><{word}>hush</{word}></a>") == f"<a><{word}>{secrets.BLANKED}</{word}></a>"
    if "s" in word:
        odd = word.replace("s", "\u017f", 1)
        assert "hush" not in secrets.body(f"<a><{odd}>hush</{odd}></a>")
