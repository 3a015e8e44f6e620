"""Schemas that many WSDLs import and hardly anybody ships: stand-ins of our own, found by namespace.

They are written from the specifications and permissive: what a message needs to be read and made, not every rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

XSD = "http://www.w3.org/2001/XMLSchema"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
SOAP_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"

_FOLDER = Path(__file__).with_name("schemas")

STAND_INS: Mapping[str, str] = MappingProxyType(
    {
        SOAP_ENCODING: "soap-encoding.xsd",
        "http://www.w3.org/2003/05/soap-encoding": "soap-encoding-1.2.xsd",
        "http://schemas.xmlsoap.org/soap/envelope/": "soap-envelope-1.1.xsd",
        "http://www.w3.org/2003/05/soap-envelope": "soap-envelope-1.2.xsd",
        "http://schemas.xmlsoap.org/ws/2004/08/addressing": "wsa-2004-08.xsd",
        "http://www.w3.org/2005/08/addressing": "wsa-2005-08.xsd",
        "http://www.w3.org/XML/1998/namespace": "xml.xsd",
        "http://www.w3.org/2005/05/xmlmime": "xmlmime.xsd",
        "http://www.w3.org/2004/08/xop/include": "xop-include.xsd",
        "http://ws-i.org/profiles/basic/1.1/xsd": "ws-i-swaref.xsd",
        "http://schemas.microsoft.com/2003/10/Serialization/": "ms-serialization.xsd",
        "http://schemas.microsoft.com/2003/10/Serialization/Arrays": "ms-serialization-arrays.xsd",
        "http://www.w3.org/2000/09/xmldsig#": "xmldsig.xsd",
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd": "wss-utility.xsd",
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd": "wss-secext.xsd",
        "http://docs.oasis-open.org/wsrf/bf-2": "wsrf-bf-2.xsd",
        "http://docs.oasis-open.org/wsn/t-1": "wsn-t-1.xsd",
        "http://docs.oasis-open.org/wsn/b-2": "wsn-b-2.xsd",
    }
)
"""Namespace → file of the stand-in. XML Schema itself and WSDL need none."""

BUILT_IN_NAMESPACES = frozenset({XSD, WSDL, "http://www.w3.org/2001/XMLSchema-instance"})
"""Imported now and then, and always there."""


def stand_in(namespace: str) -> bytes:
    """The stand-in's text; KeyError for a namespace without one."""
    return _FOLDER.joinpath(STAND_INS[namespace]).read_bytes()
