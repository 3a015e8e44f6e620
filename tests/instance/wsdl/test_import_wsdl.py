"""A WSDL becomes a SOAP message with one function per operation, ready to be called."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from sn_mock.failure import MockUsageError
from sn_mock.instance import RELEASES, Instance, SysProtocolProfile
from sn_mock.instance.wsdl.documents import load_wsdl
from sn_mock.instance.wsdl.importer import import_wsdl

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions name="Acme" targetNamespace="urn:acme:tickets" xmlns="http://schemas.xmlsoap.org/wsdl/"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"
  xmlns:tns="urn:acme:tickets" xmlns:d="urn:acme:data" xmlns:xs="http://www.w3.org/2001/XMLSchema">
"""
TYPES = """<types><xs:schema targetNamespace="urn:acme:tickets" elementFormDefault="qualified">
{imports}
<xs:element name="CreateTicket"><xs:complexType><xs:sequence>
 <xs:element name="short_description" type="xs:string"/>
 <xs:element name="urgent" type="xs:boolean" minOccurs="0"/>
 <xs:element name="weight" type="xs:float" minOccurs="0"/>
 <xs:element name="wait" type="xs:duration" minOccurs="0"/>
 {extra}
</xs:sequence>{attribute}</xs:complexType></xs:element>
<xs:element name="CreateTicketResponse"><xs:complexType><xs:sequence>
 <xs:element name="number" type="xs:string"/>
</xs:sequence></xs:complexType></xs:element>
</xs:schema></types>
"""
BODY = """<message name="in"><part name="p" element="tns:CreateTicket"/></message>
<message name="out"><part name="p" element="tns:CreateTicketResponse"/></message>
<portType name="T"><operation name="CreateTicket">
 <input message="tns:in"/><output message="tns:out"/>
</operation></portType>
<binding name="B" type="tns:T"><soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
 <operation name="CreateTicket"><soap:operation soapAction="urn:acme:CreateTicket"/>
 <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation></binding>
<service name="AcmeTickets"><port name="P" binding="tns:B">
 <soap:address location="https://localhost:8443/tickets"/></port></service>
</definitions>
"""
DATA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:acme:data" xmlns="urn:acme:data">
<xs:complexType name="Person"><xs:sequence>
 <xs:element name="name" type="xs:string"/>
 <xs:element name="boss" type="Person" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:schema>"""


def wsdl(imports: str = "", extra: str = "", attribute: str = "", body: str = BODY) -> str:
    """The ticket WSDL with something added."""
    return HEAD + TYPES.format(imports=imports, extra=extra, attribute=attribute) + body


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below the test's folder; gives the path of the first."""

    def write_files(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path / next(iter(files))

    return write_files


def variables(envelope: str) -> etree._Element:
    """The first element of the envelope's body."""
    body = etree.fromstring(envelope.encode()).find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
    assert body is not None
    return body[0]


def test_one_function_per_operation(write: Write, tmp_path: Path) -> None:
    """Function, action, endpoint, envelope with variables, and a parameter for each variable."""
    report = import_wsdl(write({"acme.wsdl": wsdl()}), tmp_path / "instance")

    instance = Instance.load(tmp_path / "instance")
    assert instance == report.instance
    message = instance.soap_message("AcmeTickets")
    assert message is not None
    function = instance.soap_function(message, "CreateTicket")
    assert function is not None
    assert function.soap_action == "urn:acme:CreateTicket"
    assert function.soap_endpoint == "https://localhost:8443/tickets"
    request = variables(function.envelope)
    assert request.tag == "{urn:acme:tickets}CreateTicket"
    assert [(etree.QName(child).localname, child.text) for child in request] == [
        ("short_description", "${short_description}"),
        ("urgent", "${urgent}"),
        ("weight", "${weight}"),
        ("wait", "${wait}"),
    ]
    assert [(row.name, row.type) for row in instance.parameters(function)] == [
        ("short_description", "string"),
        ("urgent", "string"),
        ("weight", "string"),
        ("wait", "string"),
    ]
    assert message.wsdl == "file:attachments/AcmeTickets.wsdl"
    assert message.wsdl_xml == wsdl()


def test_filled_sample_is_valid_against_the_schema(write: Write, tmp_path: Path) -> None:
    """With values for the variables, the sample is what the WSDL's schema asks for."""
    report = import_wsdl(write({"acme.wsdl": wsdl()}), tmp_path / "instance")
    values = {"short_description": "x", "urgent": "true", "weight": "1.5", "wait": "P1D"}
    envelope = report.instance.soap_functions[0].envelope
    for name, value in values.items():
        envelope = envelope.replace(f"${{{name}}}", value)

    schema = etree.fromstring(wsdl().encode()).find(".//{http://www.w3.org/2001/XMLSchema}schema")
    assert schema is not None
    etree.XMLSchema(schema).assertValid(etree.ElementTree(variables(envelope)))


@pytest.mark.parametrize(
    ("release", "endpoint"),
    [("geneva", "https://localhost:8443/tickets"), ("helsinki", "myhttps://localhost:8443/tickets")],
)
def test_endpoint_scheme_follows_the_release(write: Write, tmp_path: Path, release: str, endpoint: str) -> None:
    """With a protocol profile, Helsinki and later put its scheme in the endpoint; before, it has to be typed."""
    profile = SysProtocolProfile(protocol="myhttps", default_port=8443)
    Instance(release=RELEASES[release], protocol_profiles=(profile,)).save(tmp_path / "instance")

    report = import_wsdl(write({"acme.wsdl": wsdl()}), tmp_path / "instance", protocol_profile="myhttps")

    message = report.instance.soap_messages[0]
    assert (message.enable_mutual_auth, message.protocol_profile) == (True, profile.sys_id)
    assert report.instance.soap_functions[0].soap_endpoint == endpoint
    assert any("type myhttps://" in note for note in report.notes) == (release == "geneva")


def test_missing_port_is_pointed_out(write: Write, tmp_path: Path) -> None:
    """An address without port will use the profile's default port, which the report says."""
    profile = SysProtocolProfile(protocol="myhttps", default_port=8443)
    Instance(release=RELEASES["helsinki"], protocol_profiles=(profile,)).save(tmp_path / "instance")
    path = write({"acme.wsdl": wsdl().replace("localhost:8443", "localhost")})

    report = import_wsdl(path, tmp_path / "instance", protocol_profile="myhttps")

    assert any("default port 8443" in note for note in report.notes)


def test_imports_recursion_attributes_and_choices(write: Write, tmp_path: Path) -> None:
    """Imported types, types that contain themselves, required attributes, choices, equal names in different places."""
    path = write(
        {
            "w/acme.wsdl": wsdl(
                '<xs:import namespace="urn:acme:data" schemaLocation="../data.xsd"/>',
                '<xs:element name="caller" type="d:Person"/><xs:element name="owner" type="d:Person"/>'
                '<xs:choice><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>'
                '<xs:any minOccurs="0"/>',
                '<xs:attribute name="version" use="required" type="xs:string"/><xs:attribute name="maybe"/>',
            ),
            "data.xsd": DATA,
        }
    )
    with pytest.raises(MockUsageError, match="--within"):  # any file of the user's could be named
        import_wsdl(path, tmp_path / "instance")
    report = import_wsdl(path, tmp_path / "instance", within=path.parent.parent)

    request = variables(report.instance.soap_functions[0].envelope)
    assert dict(request.attrib) == {"version": "${version}"}
    texts = [
        element.text for element in request.iter() if isinstance(element.tag, str) and (element.text or "").strip()
    ]
    assert texts[-3:] == ["${name}", "${owner_name}", "${a}"]
    assert any("first branch" in note for note in report.notes)
    folder = tmp_path / "instance" / "attachments" / "AcmeTickets"
    assert (folder / "w" / "acme.wsdl").read_text() == path.read_text()
    assert (folder / "data.xsd").read_text() == DATA
    assert Instance.load(tmp_path / "instance") == report.instance


def test_importing_again_keeps_what_the_user_set(write: Write, tmp_path: Path) -> None:
    """A second import brings envelopes up to date and keeps parameter values, sys_ids and other rows."""
    path = write({"acme.wsdl": wsdl()})
    first = import_wsdl(path, tmp_path / "instance").instance
    edited = first.replace(first.soap_parameters[0], value="Printer on fire").replace(
        first.soap_functions[0], strip_whitespace=True
    )
    edited.save(tmp_path / "instance")

    path.write_text(wsdl(extra='<xs:element name="color" type="xs:string"/>'))
    second = import_wsdl(path, tmp_path / "instance").instance

    assert second.soap_parameters[0].value == "Printer on fire"
    assert second.soap_functions[0].strip_whitespace
    assert "${color}" in second.soap_functions[0].envelope
    assert [row.name for row in second.soap_parameters][-1] == "color"


def test_a_locked_function_stays_as_it_is(write: Write, tmp_path: Path) -> None:
    """`lock` keeps the generator from updating a function, as on the platform; the report says so."""
    path = write({"acme.wsdl": wsdl()})
    first = import_wsdl(path, tmp_path / "instance").instance
    first.replace(first.soap_functions[0], lock=True).save(tmp_path / "instance")
    path.write_text(wsdl(extra='<xs:element name="color" type="xs:string"/>'))
    report = import_wsdl(path, tmp_path / "instance")
    assert report.instance.soap_functions[0].envelope == first.soap_functions[0].envelope
    assert len(report.instance.soap_parameters) == len(first.soap_parameters)
    assert any("CreateTicket: the function is locked" in note for note in report.notes)


def test_rpc_style_and_soap_12(write: Write, tmp_path: Path) -> None:
    """RPC messages are wrapped in the operation's element; a port with SOAP 1.2 only is used, with a warning."""
    body = (
        BODY.replace(
            '<part name="p" element="tns:CreateTicket"/>',
            '<part name="x" type="xs:int"/><part name="y" type="xs:int"/>',
        )
        .replace('style="document"', 'style="rpc"')
        .replace('<soap:body use="literal"/>', '<soap:body use="literal" namespace="urn:rpc"/>')
        .replace('<part name="p" element="tns:CreateTicketResponse"/>', '<part name="z" type="xs:int"/>')
    )
    report = import_wsdl(write({"rpc.wsdl": wsdl(body=body)}), tmp_path / "rpc")
    request = variables(report.instance.soap_functions[0].envelope)
    assert request.tag == "{urn:rpc}CreateTicket"
    assert [(child.tag, child.text) for child in request] == [("x", "${x}"), ("y", "${y}")]

    path = write({"s12.wsdl": wsdl(body=BODY.replace("<soap:", "<soap12:").replace("</soap:", "</soap12:"))})
    report = import_wsdl(path, tmp_path / "s12")
    assert "http://www.w3.org/2003/05/soap-envelope" in report.instance.soap_functions[0].envelope
    assert any("SOAP 1.2 only" in note for note in report.notes)


def test_standard_schemas_are_bundled(write: Write, tmp_path: Path) -> None:
    """Imports of SOAP encoding, the xml namespace and WS-Addressing by URL need no network."""
    urls = {
        "http://schemas.xmlsoap.org/soap/encoding/": "http://schemas.xmlsoap.org/soap/encoding/",
        "http://www.w3.org/XML/1998/namespace": "http://www.w3.org/2001/xml.xsd",
        "http://www.w3.org/2005/08/addressing": "http://www.w3.org/2005/08/addressing/ws-addr.xsd",
    }
    imports = "".join(f'<xs:import namespace="{name}" schemaLocation="{url}"/>' for name, url in urls.items())
    extra = '<xs:element xmlns:a="http://www.w3.org/2005/08/addressing" name="reply" type="a:EndpointReferenceType"/>'

    report = import_wsdl(write({"acme.wsdl": wsdl(imports, extra)}), tmp_path / "instance")

    assert "${Address}" in report.instance.soap_functions[0].envelope


def test_wsdl_and_imports_through_fetch(tmp_path: Path) -> None:
    """A URL is read with the given fetch, imports too, under the scheme the user named; no file is made up."""
    imports = '<xs:import namespace="urn:acme:data" schemaLocation="data.xsd"/>'
    documents = {
        "myhttps://provider/ws/acme?wsdl": wsdl(imports, '<xs:element name="who" type="d:Person"/>'),
        "myhttps://provider/ws/data.xsd": DATA,
    }
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return documents[url].encode()

    report = import_wsdl("myhttps://provider/ws/acme?wsdl", tmp_path / "instance", fetch)

    assert asked == list(documents)
    message = report.instance.soap_messages[0]
    assert message.wsdl == "myhttps://provider/ws/acme?wsdl"
    assert message.wsdl_xml == documents["myhttps://provider/ws/acme?wsdl"]
    assert Instance.load(tmp_path / "instance") == report.instance


def test_a_fetched_wsdl_reads_no_local_files(tmp_path: Path) -> None:
    """A provider's WSDL that points at a file of this machine is refused; the same WSDL as a file may do so."""
    data = tmp_path / "data.xsd"
    data.write_text(DATA)
    imports = '<xs:import namespace="urn:acme:data" schemaLocation="{}"/>'
    text = wsdl(imports.format(data.as_uri()))

    with pytest.raises(MockUsageError, match="what comes from a URL may not read files here"):
        import_wsdl("https://provider/ws/acme?wsdl", tmp_path / "fetched", lambda _: text.encode())
    assert not (tmp_path / "fetched").exists()

    (tmp_path / "acme.wsdl").write_text(wsdl(imports.format(data)))
    assert import_wsdl(str(tmp_path / "acme.wsdl"), tmp_path / "from-file").written


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"x.wsdl": wsdl('<xs:import namespace="urn:acme:data" schemaLocation="gone.xsd"/>')},
            "gone.xsd, which does not",
        ),
        (
            {
                "x.wsdl": wsdl(
                    '<xs:import namespace="urn:acme:data" schemaLocation="http://example.invalid/d.xsd"/>',
                    '<xs:element name="who" type="d:Person"/>',
                )
            },
            "imports http://example.invalid/d.xsd, which is not fetched",
        ),
        ({"x.wsdl": "<definitions"}, "cannot be read as a WSDL"),
        ({"x.wsdl": ""}, "cannot be read as a WSDL"),
        ({"x.wsdl": '<!DOCTYPE d [<!ENTITY a "b">]>' + wsdl().partition("?>")[2]}, "cannot be read as a WSDL"),
        ({"x.wsdl": wsdl(extra='<xs:element name="q" type="d:Nope"/>')}, "cannot be read as a WSDL"),
    ],
)
def test_broken_wsdl_is_one_clear_error(write: Write, tmp_path: Path, files: dict[str, str], words: str) -> None:
    """An import that cannot be resolved, broken XML, entities: named, and nothing is written."""
    path = write(files)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(MockUsageError, match=words):
            import_wsdl(path, tmp_path / "instance")
    assert not (tmp_path / "instance").exists()


def test_misuse(write: Write, tmp_path: Path) -> None:
    """A missing file, a URL without fetch, an unknown profile."""
    with pytest.raises(MockUsageError, match="there is no file"):
        import_wsdl(tmp_path / "nope.wsdl", tmp_path / "instance")
    with pytest.raises(MockUsageError, match="has to be fetched"):
        import_wsdl("https://example.invalid/x?wsdl", tmp_path / "instance")
    with pytest.raises(MockUsageError, match="there is no protocol profile 'nope'"):
        import_wsdl(write({"acme.wsdl": wsdl()}), tmp_path / "instance", protocol_profile="nope")
    assert not (tmp_path / "instance").exists()


def test_headers_and_missing_address(write: Write, tmp_path: Path) -> None:
    """A header the binding asks for is in the envelope; a port without address leaves the endpoint to the user."""
    body = (
        BODY.replace(
            '<message name="out">',
            '<message name="h"><part name="t" element="tns:Token"/></message><message name="out">',
        )
        .replace(
            '<input><soap:body use="literal"/></input>',
            '<input><soap:header message="tns:h" part="t" use="literal"/><soap:body use="literal"/></input>',
        )
        .replace('<soap:address location="https://localhost:8443/tickets"/>', "")
    )
    text = wsdl(body=body).replace("</xs:schema>", '<xs:element name="Token" type="xs:string"/></xs:schema>')

    report = import_wsdl(write({"acme.wsdl": text}), tmp_path / "instance")

    (function,) = report.instance.soap_functions
    header = etree.fromstring(function.envelope.encode())[0]
    assert [(child.tag, child.text) for child in header] == [("{urn:acme:tickets}Token", "${Token}")]
    assert function.soap_endpoint == ""
    assert any("gives no address" in note for note in report.notes)


def test_wsdl_without_soap_operations(write: Write, tmp_path: Path) -> None:
    """A WSDL with nothing to call is reported and writes nothing."""
    body = BODY[: BODY.index("<binding")] + "</definitions>"
    report = import_wsdl(write({"acme.wsdl": wsdl(body=body)}), tmp_path / "instance")

    assert [left.why for left in report.left_out] == ["it has no operation with a SOAP binding"]
    assert not report.written
    assert not (tmp_path / "instance").exists()


def test_parameters_that_the_wsdl_no_longer_has_are_dropped(write: Write, tmp_path: Path) -> None:
    """A later WSDL without an element: its parameter goes and the report says so; the others keep their values."""
    # given
    extra = '<xs:element name="colour" type="xs:string"/>'
    first = import_wsdl(write({"acme.wsdl": wsdl(extra=extra)}), tmp_path / "instance").instance
    kept = next(row for row in first.soap_parameters if row.name == "urgent")
    first.replace(kept, value="true").save(tmp_path / "instance")
    # when
    report = import_wsdl(write({"acme.wsdl": wsdl()}), tmp_path / "instance")
    # then
    left = {row.name: row.value for row in Instance.load(tmp_path / "instance").soap_parameters}
    assert left == {"short_description": "", "urgent": "true", "weight": "", "wait": ""}
    assert dict(report.deleted) == {"sys_soap_message_parameters": 1}
    assert [note for note in report.notes if "colour" in note] == [
        "CreateTicket: the parameter colour is dropped; the WSDL has no such element any more"
    ]


def test_password_in_a_wsdl_url_is_not_told() -> None:
    """Neither the address of the WSDL nor of what it imports shows a password in an error."""

    def refuse(url: str) -> bytes:
        raise OSError(f"no way to {url}")

    for fetch in (None, refuse):
        with pytest.raises(MockUsageError, match=r"myhttps://ann:\*{8}@localhost/w") as caught:
            load_wsdl("myhttps://ann:geheim@localhost/w?wsdl", fetch)
        assert "geheim" not in str(caught.value)


def test_a_wsdl_that_changed_is_imported_into_the_file_as_it_is(write: Write, tmp_path: Path) -> None:
    """A parameter that comes in the middle: the comments of instance.toml stay, and so does the order of its rows."""
    two = BODY.replace('name="CreateTicket">', 'name="CreateTicket"><documentation>a</documentation>').replace(
        "</portType>",
        '<operation name="Second"><input message="tns:in"/><output message="tns:out"/></operation></portType>',
    )
    two = two.replace(
        "</binding>",
        '<operation name="Second"><soap:operation soapAction="second"/><input><soap:body use="literal"/></input>'
        '<output><soap:body use="literal"/></output></operation></binding>',
    )
    import_wsdl(write({"acme.wsdl": wsdl(body=two)}), tmp_path / "instance")
    file = tmp_path / "instance" / "instance.toml"
    file.write_text("# ours\n" + file.read_text())
    # when
    extra = '<xs:element name="colour" type="xs:string"/>'
    report = import_wsdl(write({"acme.wsdl": wsdl(extra=extra, body=two)}), tmp_path / "instance")
    # then
    assert report.imported["sys_soap_message_parameters"] == 2
    assert not [note for note in report.notes if "written anew" in note]
    assert file.read_text().startswith("# ours\n")
    assert [row.name for row in Instance.load(tmp_path / "instance").soap_parameters][-2:] == ["colour", "colour"]
