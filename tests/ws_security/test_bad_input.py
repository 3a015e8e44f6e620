"""What strangers send: bounded, refused with a reason, and never an exception."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.ws_security.messages import message
from tests.ws_security.test_verifying import judged
from ws_security import documents
from ws_security.refusals import Cause

GOOD, MADE = message(), datetime.now(UTC)
"""A good message, and when it was made: it is judged then, however late its test runs."""
_HEAD = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'


def _many_references() -> str:
    reference = re.search(r"<ds:Reference .*?</ds:Reference>", GOOD)
    assert reference is not None
    return GOOD.replace(reference[0], reference[0] * (documents.MAX_REFERENCES + 1), 1)


def _many_transforms() -> str:
    transform = re.search(r"<ds:Transform [^>]*>", GOOD)
    assert transform is not None
    return GOOD.replace(transform[0], transform[0] * (documents.MAX_TRANSFORMS + 1), 1)


ATTACKS = {
    "empty": ("", Cause.NOT_READABLE),
    "no XML": ("\0\1\2", Cause.NOT_READABLE),
    "no envelope": ("<a/>", Cause.NOT_READABLE),
    "entities": ('<!DOCTYPE a [<!ENTITY x "y">]>' + GOOD, Cause.NOT_READABLE),
    "external DTD": ('<!DOCTYPE a SYSTEM "file:///etc/passwd">' + GOOD, Cause.NOT_READABLE),
    "a billion laughs": (
        "<!DOCTYPE a [<!ENTITY a0 'x'>"
        + "".join(f"<!ENTITY a{n + 1} '&a{n};&a{n};&a{n};&a{n};'>" for n in range(30))
        + "]>"
        + GOOD.replace("Hi-there", "&a30;"),
        Cause.NOT_READABLE,
    ),
    "deep": (GOOD.replace("Hi-there", "<a>" * 100_000 + "</a>" * 100_000), Cause.NOT_READABLE),
    "huge": (GOOD.replace("Hi-there", "x" * documents.MAX_BYTES), Cause.TOO_MUCH),
    "huge header": (
        GOOD.replace("<wsu:Timestamp", "<x/>" * (documents.MAX_HEADER_ELEMENTS + 1) + "<wsu:Timestamp", 1),
        Cause.TOO_MUCH,
    ),
    "thousands of references": (_many_references(), Cause.SIGNATURE_SHAPE),
    "many transforms": (_many_transforms(), Cause.SIGNATURE_SHAPE),
    "two Bodies": (GOOD.replace("</soapenv:Body>", "</soapenv:Body><soapenv:Body/>"), Cause.NOT_READABLE),
    "two headers": (
        GOOD.replace("</wsse:Security>", '</wsse:Security><w:Security xmlns:w="' + documents.names.WSSE + '"/>'),
        Cause.SEVERAL_HEADERS,
    ),
    "whole document": (GOOD.replace('URI="#id-3"', 'URI=""'), Cause.REFERENCE),
    "another document": (GOOD.replace('URI="#id-3"', 'URI="file:///etc/passwd"'), Cause.REFERENCE),
    "an expression": (GOOD.replace('URI="#id-3"', 'URI="#xpointer(/)"'), Cause.REFERENCE),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused(name: str) -> None:
    """Each is refused for what it is; the good message that they were made of passes."""
    text, cause = ATTACKS[name]
    refusal = judged(text, now=MADE).refusal
    assert refusal is not None
    assert refusal.cause is cause
    assert len(refusal.detail) < 400


def test_the_good_message_passes() -> None:
    """The twin of all attacks."""
    assert judged(GOOD, now=MADE).refusal is None


def test_at_the_bounds() -> None:
    """As many references and transforms as are allowed do not hurt by their number."""
    reference = re.search(r"<ds:Reference .*?</ds:Reference>", GOOD)
    assert reference is not None
    most = GOOD.replace(reference[0], reference[0] * (documents.MAX_REFERENCES - 1), 1)
    refusal = judged(most, now=MADE).refusal
    assert refusal is not None
    assert refusal.cause is Cause.SIGNATURE_VALUE


def test_one_octet() -> None:
    """Whichever octet of the Body or the Timestamp is altered, the message does not pass."""
    begin, end = GOOD.index("<wsu:Timestamp "), GOOD.index("</soapenv:Envelope>")
    user = range(GOOD.index("<wsse:UsernameToken"), GOOD.index("</wsse:UsernameToken>"))
    passed = []
    for place in range(begin, end):
        if place in user:
            continue
        other = "x" if GOOD[place] != "x" else "y"
        if judged(GOOD[:place] + other + GOOD[place + 1 :], now=MADE).refusal is None:
            passed.append(GOOD[place - 5 : place + 5])
    assert passed == []
