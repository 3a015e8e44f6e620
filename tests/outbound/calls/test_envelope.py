"""The request's text and the answer's envelope."""

from __future__ import annotations

import pytest

from sn_mock.outbound.calls import envelope

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


def test_variables_are_replaced_once() -> None:
    """A value that looks like a variable is not replaced again; an unknown variable stays."""
    replaced = envelope.substitute("<a>${one}${two}${one}</a>", {"one": "${two}", "three": "3"})
    assert replaced == "<a>${two}${two}${two}</a>"


def test_escape_covers_the_five_entities() -> None:
    """What a string parameter must not smuggle in."""
    assert envelope.escape("<a b=\"c\" d='e'>&</a>") == "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;&lt;/a&gt;"


def test_variables_in_order() -> None:
    """Each name once."""
    assert envelope.variables("${b}${a}${b}") == ("b", "a")


def test_strip_whitespace_between_tags_only() -> None:
    """Text keeps its blanks."""
    assert envelope.strip_whitespace(" <a>\n <b> x </b>\n</a> ") == "<a><b> x </b></a>"


@pytest.mark.parametrize(
    ("namespace", "fault"),
    [
        (SOAP11, "<faultcode>s:Client</faultcode><faultstring>bad\n value</faultstring>"),
        (SOAP12, "<s:Code><s:Value>s:Client</s:Value></s:Code><s:Reason><s:Text>bad value</s:Text></s:Reason>"),
    ],
)
def test_fault_is_read(namespace: str, fault: str) -> None:
    """Of SOAP 1.1 and 1.2."""
    body = f'<s:Envelope xmlns:s="{namespace}"><s:Body><s:Fault>{fault}</s:Fault></s:Body></s:Envelope>'
    assert envelope.read(body) == envelope.Answer(True, envelope.Fault("s:Client", "bad value"))


@pytest.mark.parametrize(
    "beginning",
    [
        "",
        "\n",
        '<?xml version="1.0"?>',
        "<?xml version='1.0' encoding='utf-8'?>\n",
        '<?xml version="1.1" encoding="UTF-8" standalone="no" ?>',
        "<!-- a comment -->",
        '<?xml version="1.0" encoding="UTF-7"?>',
        "<?xml-stylesheet href='x'?>",
        "no xml",
    ],
)
def test_a_fault_is_looked_for_where_it_may_be(beginning: str) -> None:
    """What `fault_of` does not parse has no fault: its verdict is that of `read`, with a fault and without."""
    for inner in ("<s:Fault><faultcode>s:Client</faultcode></s:Fault>", "<s:F+AGE-ult/>", "<ok/>"):
        body = f'{beginning}<s:Envelope xmlns:s="{SOAP11}"><s:Body>{inner}</s:Body></s:Envelope>'
        assert envelope.fault_of(body) == envelope.read(body).fault


def test_a_fault_that_is_spelt_otherwise() -> None:
    """In UTF-7 it has not the word in it, and is one all the same."""
    fault = f'<s:Envelope xmlns:s="{SOAP11}"><s:Body><s:F+AGE-ult/></s:Body></s:Envelope>'
    assert envelope.fault_of(f'<?xml version="1.0" encoding="UTF-7"?>{fault}') == envelope.Fault("", "")
    assert envelope.fault_of(fault) is None


def test_envelope_without_fault() -> None:
    """A plain answer."""
    assert envelope.read(f'<s:Envelope xmlns:s="{SOAP11}"><s:Body/></s:Envelope>') == envelope.Answer(True)


@pytest.mark.parametrize("body", ["", "no xml", "<html/>", "<a>", '<Envelope xmlns="urn:other"/>', "\x00"])
def test_no_envelope(body: str) -> None:
    """Anything else is none, and no error."""
    assert envelope.read(body) == envelope.Answer(False)


def test_entities_are_not_expanded() -> None:
    """Neither a bomb nor a local file."""
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
    assert envelope.read(bomb) == envelope.Answer(False)
    assert envelope.read('<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>') == envelope.Answer(False)
