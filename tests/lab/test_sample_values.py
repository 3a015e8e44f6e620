"""Values for the variables of an envelope, of the types that the WSDL gives them."""

from __future__ import annotations

from sn_mock.lab.sample_values import sample_values
from tests.soap_contract.minimal import element, wsdl

COUNT = '<xs:element name="n" type="xs:int" minOccurs="0" maxOccurs="9"/>'


def envelope(content: str) -> str:
    """The content in SOAP 1.1."""
    space = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<e:Envelope xmlns:e="{space}"><e:Body><t:One xmlns:t="urn:t">{content}</t:One></e:Body></e:Envelope>'


def test_every_variable_has_a_value_of_its_type() -> None:
    """Where the envelope shows more than a sample does, that of an element of the same name."""
    document = wsdl(element("One", COUNT) + element("OneResponse", COUNT)).encode()
    shown = "<t:n>${n}</t:n><t:n>${n_2}</t:n><t:other>${other}</t:other>"
    assert sample_values(document, envelope(shown)) == {"n": "1", "n_2": "1"}
    assert sample_values(document, "<none") == {}
    assert sample_values(None, envelope(shown)) == {}
