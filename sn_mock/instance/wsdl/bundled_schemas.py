"""Schemas that WSDLs import by their well-known URL, cut down to what messages are made of.

Written from the specifications: SOAP 1.1 section 5 (encoding), XML 1.0 section 2.10/2.12 and XML Base (the xml
namespace), WS-Addressing 1.0 Core section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_SIMPLE_TYPES = (
    "string",
    "normalizedString",
    "token",
    "language",
    "Name",
    "NCName",
    "ID",
    "IDREF",
    "anyURI",
    "QName",
    "boolean",
    "decimal",
    "integer",
    "positiveInteger",
    "nonPositiveInteger",
    "negativeInteger",
    "nonNegativeInteger",
    "long",
    "int",
    "short",
    "byte",
    "unsignedLong",
    "unsignedInt",
    "unsignedShort",
    "unsignedByte",
    "float",
    "double",
    "dateTime",
    "date",
    "time",
    "duration",
    "gYear",
    "gYearMonth",
    "gMonth",
    "gMonthDay",
    "gDay",
    "hexBinary",
    "base64Binary",
)

_ENCODING = f"""<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="http://schemas.xmlsoap.org/soap/encoding/"
  targetNamespace="http://schemas.xmlsoap.org/soap/encoding/">
  <xs:attributeGroup name="commonAttributes">
    <xs:attribute name="id" type="xs:ID"/>
    <xs:attribute name="href" type="xs:anyURI"/>
    <xs:anyAttribute namespace="##other" processContents="lax"/>
  </xs:attributeGroup>
  <xs:attribute name="arrayType" type="xs:string"/>
  <xs:attribute name="offset" type="xs:string"/>
  <xs:attribute name="position" type="xs:string"/>
  <xs:attributeGroup name="arrayAttributes">
    <xs:attribute ref="tns:arrayType"/>
    <xs:attribute ref="tns:offset"/>
  </xs:attributeGroup>
  <xs:attributeGroup name="arrayMemberAttributes"><xs:attribute ref="tns:position"/></xs:attributeGroup>
  <xs:group name="Array">
    <xs:sequence><xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
  </xs:group>
  <xs:complexType name="Array">
    <xs:group ref="tns:Array" minOccurs="0"/>
    <xs:attributeGroup ref="tns:arrayAttributes"/>
    <xs:attributeGroup ref="tns:commonAttributes"/>
  </xs:complexType>
  <xs:simpleType name="base64"><xs:restriction base="xs:base64Binary"/></xs:simpleType>
  {
    "".join(
        f'<xs:complexType name="{name}"><xs:simpleContent><xs:extension base="xs:{name}">'
        f'<xs:attributeGroup ref="tns:commonAttributes"/></xs:extension></xs:simpleContent></xs:complexType>'
        for name in _SIMPLE_TYPES
    )
}
</xs:schema>"""

_XML_NAMESPACE = """<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:string"/>
  <xs:attribute name="space" type="xs:NCName"/>
  <xs:attribute name="base" type="xs:anyURI"/>
  <xs:attribute name="id" type="xs:ID"/>
</xs:schema>"""

_ADDRESSING = """<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="http://www.w3.org/2005/08/addressing"
  targetNamespace="http://www.w3.org/2005/08/addressing" elementFormDefault="qualified">
  <xs:complexType name="AttributedURIType">
    <xs:simpleContent><xs:extension base="xs:anyURI"/></xs:simpleContent>
  </xs:complexType>
  <xs:complexType name="ReferenceParametersType">
    <xs:sequence><xs:any namespace="##any" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
  </xs:complexType>
  <xs:complexType name="MetadataType">
    <xs:sequence><xs:any namespace="##any" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
  </xs:complexType>
  <xs:complexType name="EndpointReferenceType">
    <xs:sequence>
      <xs:element name="Address" type="tns:AttributedURIType"/>
      <xs:element name="ReferenceParameters" type="tns:ReferenceParametersType" minOccurs="0"/>
      <xs:element name="Metadata" type="tns:MetadataType" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="RelatesToType">
    <xs:simpleContent>
      <xs:extension base="xs:anyURI"><xs:attribute name="RelationshipType" type="xs:anyURI"/></xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:element name="EndpointReference" type="tns:EndpointReferenceType"/>
  <xs:element name="MessageID" type="tns:AttributedURIType"/>
  <xs:element name="RelatesTo" type="tns:RelatesToType"/>
  <xs:element name="ReplyTo" type="tns:EndpointReferenceType"/>
  <xs:element name="From" type="tns:EndpointReferenceType"/>
  <xs:element name="FaultTo" type="tns:EndpointReferenceType"/>
  <xs:element name="To" type="tns:AttributedURIType"/>
  <xs:element name="Action" type="tns:AttributedURIType"/>
</xs:schema>"""

BUNDLED_SCHEMAS: Mapping[str, bytes] = MappingProxyType(
    {
        "http://schemas.xmlsoap.org/soap/encoding/": _ENCODING.encode(),
        "http://www.w3.org/2001/xml.xsd": _XML_NAMESPACE.encode(),
        "http://www.w3.org/2001/03/xml.xsd": _XML_NAMESPACE.encode(),
        "http://www.w3.org/XML/1998/namespace": _XML_NAMESPACE.encode(),
        "http://www.w3.org/2005/08/addressing": _ADDRESSING.encode(),
        "http://www.w3.org/2005/08/addressing/ws-addr.xsd": _ADDRESSING.encode(),
        "http://www.w3.org/2006/03/addressing/ws-addr.xsd": _ADDRESSING.encode(),
    }
)
"""URL as it stands in schemaLocation → schema."""
