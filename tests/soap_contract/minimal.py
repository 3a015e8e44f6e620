"""Small WSDLs, each with one thing that is found in real ones: written by `wsdl`, and the services that use it."""

from __future__ import annotations

from dataclasses import dataclass

TEXT = '<xs:element name="x" type="xs:string"/>'


def element(name: str, content: str) -> str:
    """A global element with a sequence."""
    return (
        f'<xs:element name="{name}"><xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType></xs:element>'
    )


def extension(name: str, base: str, content: str) -> str:
    """A type that extends another one."""
    return (
        f'<xs:complexType name="{name}"><xs:complexContent><xs:extension base="t:{base}"><xs:sequence>{content}'
        "</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
    )


def address(location: str, binding: str = "B", name: str = "Port") -> str:
    """A port."""
    return f'<w:port name="{name}" binding="t:{binding}"><s:address location="{location}"/></w:port>'


@dataclass(frozen=True, slots=True)
class Bound:
    """An operation as a binding has it."""

    name: str
    input_name: str = ""
    message: str = ""


def binding(
    name: str, port_type: str, operations: list[Bound], *, style: str = "document", use: str = "literal"
) -> str:
    """A binding to SOAP 1.1 over HTTP."""
    body = f'<s:body use="{use}" namespace="urn:t"/>' if style == "rpc" else f'<s:body use="{use}"/>'
    bound = "".join(
        f'<w:operation name="{each.name}"><s:operation soapAction="urn:t/{each.name}{each.input_name}"/>'
        f"<w:input{_named(each.input_name)}>{body}</w:input><w:output>{body}</w:output></w:operation>"
        for each in operations
    )
    transport = "http://schemas.xmlsoap.org/soap/http"
    return (
        f'<w:binding name="{name}" type="t:{port_type}"><s:binding style="{style}" transport="{transport}"/>'
        f"{bound}</w:binding>"
    )


def port_type(name: str, operations: list[Bound]) -> str:
    """A portType; every operation answers with its own response message."""
    return (
        f'<w:portType name="{name}">'
        + "".join(
            f'<w:operation name="{each.name}">'
            f'<w:input{_named(each.input_name)} message="t:{each.message or each.name}In"/>'
            f'<w:output message="t:{each.message or each.name}Out"/></w:operation>'
            for each in operations
        )
        + "</w:portType>"
    )


def messages(name: str) -> str:
    """The messages of an operation, each with the element of its name."""
    return (
        f'<w:message name="{name}In"><w:part name="p" element="t:{name}"/></w:message>'
        f'<w:message name="{name}Out"><w:part name="p" element="t:{name}Response"/></w:message>'
    )


def _named(name: str) -> str:
    return f' name="{name}"' if name else ""


def definitions(types: str, rest: str, imports: str = "", attributes: str = "") -> str:
    """A whole WSDL."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<w:definitions name="D" targetNamespace="urn:t" xmlns:w="http://schemas.xmlsoap.org/wsdl/" '
        'xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:t="urn:t" {attributes}><w:types><xs:schema targetNamespace="urn:t" '
        f'elementFormDefault="qualified">{imports}{types}</xs:schema></w:types>{rest}</w:definitions>'
    )


def wsdl(types: str, *names: str, ports: str | None = None, imports: str = "", attributes: str = "") -> str:
    """A document/literal service with one operation for each name, whose elements stand in `types`.

    A response element that `types` does not have is a text.
    """
    operations = [Bound(name) for name in names or ("One",)]
    for each in operations:
        if f'name="{each.name}Response"' not in types:
            types += element(f"{each.name}Response", TEXT)
    ports = address("http://localhost/svc") if ports is None else ports
    service = f'<w:service name="Service">{ports}</w:service>' if ports else ""
    spoken = "".join(messages(each.name) for each in operations)
    return definitions(
        types, spoken + port_type("P", operations) + binding("B", "P", operations) + service, imports, attributes
    )
