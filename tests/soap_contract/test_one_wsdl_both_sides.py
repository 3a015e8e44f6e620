"""`import-wsdl` and the provider agree on one WSDL: what is imported can be called, and the answer fits the schema."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from provider_stub.http.messages import Request, Response
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.instance.wsdl.importer import import_wsdl
from soap_contract.documents import WsdlError
from tests.soap_contract.both_sides import CALLER
from tests.soap_contract.conftest import Make
from tests.soap_contract.minimal import (
    TEXT,
    Bound,
    address,
    binding,
    definitions,
    element,
    extension,
    messages,
    port_type,
    wsdl,
)

BASE = (
    '<xs:complexType name="Base" abstract="true"><xs:sequence><xs:element name="code" type="xs:int"/>'
    "</xs:sequence></xs:complexType>"
)
KEYS = (
    '<xs:complexType name="Key" abstract="true"/>'
    + extension("Open", "Key", "").replace('name="Open"', 'name="Open" abstract="true"')
    + extension("Closed", "Open", '<xs:element name="id" type="xs:int"/>')
)
SHAPES = (
    '<xs:element name="shape" abstract="true" type="xs:string"/>'
    '<xs:element name="flat" abstract="true" type="xs:string" substitutionGroup="t:shape"/>'
    '<xs:element name="square" type="xs:string" substitutionGroup="t:flat"/>'
)
DATASET = (
    '<xs:element name="table"><xs:complexType><xs:sequence><xs:element ref="xs:schema"/><xs:any/></xs:sequence>'
    "</xs:complexType></xs:element>"
)
ODD_CHOICE = (
    '<xs:element name="Two"><xs:complexType><xs:choice>'
    '<xs:sequence><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/></xs:sequence>'
    '<xs:sequence><xs:element name="a" type="xs:string"/><xs:element name="c" type="xs:string"/></xs:sequence>'
    "</xs:choice></xs:complexType></xs:element>"
)


def test_what_extends_something_abstract_has_its_content(both: Make) -> None:
    """Only the type that an element is declared with can be too abstract; a base lends its content, without a word."""
    types = (
        BASE
        + extension("First", "Base", '<xs:element name="a" type="xs:string"/>')
        + extension("Second", "Base", '<xs:element name="b" type="xs:string"/>')
    )
    types += element("One", TEXT) + '<xs:element name="OneResponse" type="t:First"/>'
    types += element("Two", TEXT) + '<xs:element name="TwoResponse" type="t:Second"/>'
    sides = both(wsdl(types, "One", "Two"))
    for name, own in (("One", "a"), ("Two", "b")):
        made = sides.answer(name)
        assert [etree.QName(child).localname for child in made] == ["code", own]
        assert not made.attrib


@pytest.mark.parametrize(
    ("content", "variable", "shown"),
    [
        ('<xs:element name="key" type="t:Key"/>', "id", "Key in One/key is abstract; Closed is shown for it"),
        ('<xs:element ref="t:shape"/>', "square", "shape in One is abstract; square is shown for it"),
    ],
)
def test_something_concrete_stands_for_what_is_abstract(both: Make, content: str, variable: str, shown: str) -> None:
    """The nearest type that is not abstract, under xsi:type, or a member of the substitution group; and a remark."""
    sides = both(wsdl(KEYS + SHAPES + element("One", content) + element("OneResponse", content)))
    assert [row.name for row in sides.report.instance.soap_parameters] == [variable]
    assert f"One: {shown}" in sides.report.notes
    sides.answer("One", {variable: "7"})


def test_as_often_as_the_schema_asks(both: Make) -> None:
    """minOccurs="2", of an element and of a group around it; fixed values stand in the envelope, not in variables."""
    content = (
        '<xs:element name="x" type="xs:string" minOccurs="2" maxOccurs="4"/>'
        '<xs:sequence minOccurs="2" maxOccurs="2"><xs:element name="y" type="xs:string"/></xs:sequence>'
        '<xs:element name="service" type="xs:string" fixed="crs"/>'
    )
    one = element("One", content).replace(
        "</xs:sequence></xs:complexType></xs:element>",
        '</xs:sequence><xs:attribute name="version" use="required" fixed="1.3" type="xs:string"/>'
        "</xs:complexType></xs:element>",
    )
    sides = both(wsdl(one))
    request = etree.fromstring(sides.envelope("One").encode())[1][0]
    assert [etree.QName(child).localname for child in request] == ["x", "x", "y", "y", "service"]
    assert (request[-1].text, dict(request.attrib)) == ("crs", {"version": "1.3"})
    assert len(sides.report.instance.soap_parameters) == 4
    sides.answer("One")
    wrong = sides.envelope("One").replace("crs", "crt")
    assert b"service" in sides.call("One", envelope=wrong).body


def test_a_dataset_of_dot_net(both: Make) -> None:
    """`xs:schema` and anything behind it: said where it is wanted, answered as .NET does, checked as far as known."""
    sides = both(wsdl(element("One", DATASET) + element("OneResponse", DATASET) + element("Two", TEXT), "One", "Two"))
    assert set(sides.functions) == {"One", "Two"}
    assert "One: in One/table the WSDL wants an element that it does not describe: write it" in sides.report.notes
    assert sides.call("One").status == 200
    without = re.sub(r"<\w+:schema/>", "", sides.envelope("One"))
    assert sides.call("One", envelope=without).status == 500
    assert sides.service.notes == ()


@pytest.mark.parametrize("name", ["Größe", "Имя", "值"])
def test_names_outside_ascii(both: Make, name: str) -> None:
    """Element names are XML's, in the request, in the answer and in a fault."""
    field = f'<xs:element name="{name}" type="xs:int"/>'
    sides = both(wsdl(element("One", field) + element("OneResponse", field)))
    assert sides.answer("One", {name: "7"})[0].tag == f"{{urn:t}}{name}"
    fault = sides.call("One", {name: "seven"})
    assert fault.status == 500
    assert name in fault.body.decode()


def test_one_odd_operation_does_not_keep_others_from_being_checked(both: Make) -> None:
    """What libxml2 cannot compile lets everything pass where it is used, and the notes say where and why."""
    sides = both(wsdl(element("One", TEXT) + ODD_CHOICE, "One", "Two"))
    assert sides.call("One").status == 200
    assert sides.call("One", envelope=sides.envelope("One").replace(":x>", ":y>")).status == 500
    sides.answer("Two")
    (note,) = sides.service.notes
    assert note.startswith("requests are checked in part: Two: element Two lets everything pass")
    assert "not determinist" in note


@pytest.mark.parametrize(
    ("written", "path", "endpoint"),
    [
        ("http://localhost/svc", "/svc", "http://localhost/svc"),
        ("  https://localhost:8443/a/b?x=1 ", "/a/b", "https://localhost:8443/a/b?x=1"),
        ("http://localhost", "/", "http://localhost"),
        ("localhost:8080/svc", "/svc", "http://localhost:8080/svc"),
        ("host.example.com/svc", "/svc", "http://host.example.com/svc"),
        ("//localhost/svc", "/svc", "http://localhost/svc"),
        ("/svc", "/svc", "/svc"),
        ("REPLACE_WITH_ACTUAL_URL", "/REPLACE_WITH_ACTUAL_URL", "REPLACE_WITH_ACTUAL_URL"),
        ("http://${host}:${port}/svc", "/svc", "http://${host}:${port}/svc"),
        ("", "/", ""),
    ],
)
def test_addresses_in_every_form(both: Make, written: str, path: str, endpoint: str) -> None:
    """A path begins with a slash; an address that nobody can call as it stands is remarked."""
    sides = both(wsdl(element("One", TEXT), ports=address(written)))
    assert (sides.service.path, sides.functions["One"].soap_endpoint) == (path, endpoint)
    remarked = any("address" in note for note in sides.report.notes)
    assert remarked == (not written.strip().startswith("http"))
    described = sides.service.answer(_get(path), CALLER)
    assert f'location="https://localhost:1234{path}"'.encode() in described.body


def _get(path: str, query: str = "?wsdl"):
    from provider_stub.http.messages import Request

    return Request("GET", f"{path}{query}", (("Host", "localhost:1234"),), b"")


def test_every_port_has_its_path(both: Make) -> None:
    """Each endpoint answers its own operations, and ?wsdl gives each its own address."""
    first, second = [Bound("One"), Bound("Both")], [Bound("Two"), Bound("Both")]
    types = "".join(
        element(name, TEXT) for name in ("One", "Two", "Both", "OneResponse", "TwoResponse", "BothResponse")
    )
    rest = "".join(messages(name) for name in ("One", "Two", "Both"))
    rest += port_type("P", first) + port_type("Q", second) + binding("B", "P", first) + binding("C", "Q", second)
    rest += f'<w:service name="S">{address("http://localhost/a")}</w:service>'
    rest += f'<w:service name="T">{address("http://localhost/b", "C", "Other")}</w:service>'
    sides = both(definitions(types, rest))
    endpoints = {name: row.soap_endpoint for name, row in sides.functions.items()}
    assert endpoints == {"One": "http://localhost/a", "Both": "http://localhost/a", "Two": "http://localhost/b"}
    for name in ("One", "Two", "Both"):
        sides.answer(name)
    described = sides.service.answer(_get("/b"), CALLER).body
    assert b"https://localhost:1234/a" in described
    assert b"https://localhost:1234/b" in described
    assert sides.service.answer(_get("/c"), CALLER).status == 404


def test_operations_of_one_name(both: Make) -> None:
    """Overloaded operations are told apart by the name of their input; each is imported, called and answered."""
    overloaded = [Bound("Find", "byId", "ById"), Bound("Find", "byName", "ByName")]
    types = "".join(element(name, TEXT) for name in ("ById", "ByName", "ByIdResponse", "ByNameResponse"))
    rest = messages("ById") + messages("ByName") + port_type("P", overloaded) + binding("B", "P", overloaded)
    sides = both(definitions(types, rest + f'<w:service name="S">{address("http://localhost/svc")}</w:service>'))
    assert set(sides.functions) == {"Find", "Find_byName"}
    assert sides.answer("Find").tag == "{urn:t}ByIdResponse"
    assert sides.answer("Find_byName").tag == "{urn:t}ByNameResponse"


def test_without_a_service_the_bindings_are_taken(both: Make) -> None:
    """A standard's WSDL has bindings and leaves the address to others."""
    sides = both(wsdl(element("One", TEXT), ports=""))
    assert "the WSDL has no service; its bindings are taken, without an address" in sides.report.notes
    assert sides.service.notes == ("the WSDL has no service; its bindings are taken, without an address",)
    sides.answer("One")


def test_a_port_without_a_binding_is_left_out(both: Make) -> None:
    """Both sides say so; the port beside it works."""
    ports = '<w:port name="Bare"><s:address location="http://localhost/x"/></w:port>' + address("http://localhost/svc")
    sides = both(wsdl(element("One", TEXT), ports=ports))
    assert [str(left.what) for left in sides.report.left_out] == ["port Bare"]
    assert any("port Bare is left out" in note for note in sides.service.notes)
    sides.answer("One")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            wsdl(element("One", TEXT), ports='<w:port name="Bare"/>')
            .replace("<w:binding", "<w:b")
            .replace("</w:binding", "</w:b"),
            "names no binding",
        ),
        (wsdl(element("One", '<xs:element name="x" type="t:Nowhere"/>')), "type Nowhere \\(urn:t\\) is not defined"),
        (wsdl("").replace('element="t:One"', 'element="u:One"'), "undeclared prefix 'u'"),
    ],
)
def test_nothing_that_can_be_used_is_one_error(tmp_path: Path, text: str, why: str) -> None:
    """The importer and the provider refuse with the same reason, and nothing is written."""
    from provider_stub.soap.reading import read_contract
    from sn_mock.instance.wsdl.importer import import_wsdl

    (tmp_path / "a.wsdl").write_text(text)
    with pytest.raises(MockUsageError, match=why):
        import_wsdl(tmp_path / "a.wsdl", tmp_path / "instance")
    with pytest.raises(WsdlError, match=why):
        read_contract(tmp_path / "a.wsdl")
    assert not (tmp_path / "instance").exists()


def test_an_element_without_a_name_is_passed_over(both: Make) -> None:
    """The rest of its type is used, and the notes say so."""
    nameless = f'<xs:element name="" type="xs:string"/>{TEXT}'
    sides = both(wsdl(element("One", nameless) + element("OneResponse", nameless)))
    assert "urn:t: an element without a name is passed over" in sides.report.notes
    sides.answer("One")


def test_rpc_with_encoded_arrays(both: Make) -> None:
    """rpc/encoded is imported and answered, arrays with their type; the notes say that it is not checked."""
    array = (
        '<xs:complexType name="Words"><xs:complexContent><xs:restriction base="e:Array">'
        '<xs:attribute ref="e:arrayType" w:arrayType="xs:string[]"/>'
        "</xs:restriction></xs:complexContent></xs:complexType>"
    )
    spoken = (
        '<w:message name="OneIn"><w:part name="n" type="xs:int"/></w:message>'
        '<w:message name="OneOut"><w:part name="words" type="t:Words"/></w:message>'
    )
    operations = [Bound("One")]
    rest = spoken + port_type("P", operations) + binding("B", "P", operations, style="rpc", use="encoded")
    rest += f'<w:service name="S">{address("http://localhost/svc")}</w:service>'
    sides = both(definitions(array, rest, attributes='xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"'))
    response = sides.call("One", {"n": "1"})
    words = etree.fromstring(response.body)[0][0][0]
    assert (words.tag, [child.text for child in words]) == ("words", ["sample"])
    assert words.get("{http://schemas.xmlsoap.org/soap/encoding/}arrayType", "").endswith(":string[1]")
    assert any("not checked" in note and "encoded" in note for note in sides.service.notes)


def test_what_is_imported_loads_back_equal(both: Make, tmp_path: Path) -> None:
    """Names outside ASCII, fixed values, several functions."""
    sides = both(wsdl(element("One", TEXT)))
    assert Instance.load(tmp_path / "instance") == sides.report.instance


def test_clients_of_a_wsdl_without_a_service_are_served_one(both: Make) -> None:
    """?wsdl has a port for each binding, at the path where the provider answers."""
    sides = both(wsdl(element("One", TEXT), ports=""))
    described = etree.fromstring(sides.service.answer(_get("/"), CALLER).body)
    (port,) = described.iter("{http://schemas.xmlsoap.org/wsdl/}port")
    prefix, _, name = str(port.get("binding")).partition(":")
    assert (port.nsmap[prefix], name, port[0].get("location")) == ("urn:t", "B", "https://localhost:1234/")


@pytest.mark.parametrize("said", ["", ' namespace="urn:said"'])
@pytest.mark.parametrize(("namespace", "status"), [("", 200), ("urn:t", 200), ("urn:said", 200), ("urn:else", 500)])
def test_the_namespace_of_an_rpc_wrapper(both: Make, said: str, namespace: str, status: int) -> None:
    """What soap:body says, the WSDL's own, or none: clients take any of them. All are checked; others are refused."""
    operations = [Bound("One")]
    spoken = '<w:message name="OneIn"><w:part name="n" type="xs:int"/></w:message><w:message name="OneOut"/>'
    bound = binding("B", "P", operations, style="rpc").replace(' namespace="urn:t"', said)
    rest = spoken + port_type("P", operations) + bound
    sides = both(definitions("", rest + f'<w:service name="S">{address("http://localhost/svc")}</w:service>'))
    body = f'<o:One xmlns:o="{namespace}"><n>1</n></o:One>' if namespace else "<One><n>1</n></One>"
    start, _, end = sides.envelope("One").partition("<soapenv:Body>")
    envelope = f"{start}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    assert end
    expected = 500 if namespace == "urn:said" and not said else status
    assert sides.call("One", envelope=envelope).status == expected
    assert sides.call("One", envelope=envelope.replace(">1<", ">one<")).status == 500


def test_the_work_grows_with_the_wsdl(both: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ten times the operations make ten times the elements, and the instance is built as often as before."""
    from sn_mock.instance import instance
    from soap_contract.writing import Writer

    counted: dict[str, int] = {"written": 0, "built": 0}
    inside, built = Writer._inside, instance.Instance.__post_init__

    def count_inside(self: Writer, *rest: etree._Element) -> None:
        counted["written"] += 1
        inside(self, *rest)

    def count_built(self: instance.Instance) -> None:
        counted["built"] += 1
        built(self)

    monkeypatch.setattr(Writer, "_inside", count_inside)
    monkeypatch.setattr(instance.Instance, "__post_init__", count_built)
    seen = []
    for number in (10, 100):
        names = [f"Op{each}" for each in range(number)]
        types = "".join(element(name, TEXT * 5) for name in names)
        counted.update(written=0, built=0)
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "a.wsdl").write_text(wsdl(types, *names))
        import_wsdl(tmp_path / str(number) / "a.wsdl", tmp_path / str(number) / "instance")
        seen.append(dict(counted))
    assert seen[1]["written"] == 10 * seen[0]["written"]
    assert seen[1]["built"] == seen[0]["built"] < 8


def test_types_that_contain_each_other_are_cut_evenly(both: Make) -> None:
    """Hundreds of types that refer to each other: the envelope stays small, valid, and says that it is cut."""
    types = "".join(
        f'<xs:complexType name="T{each}"><xs:sequence><xs:element name="id" type="xs:string"/>'
        + "".join(
            f'<xs:element name="to{other}" type="t:T{(each * 7 + other) % 120}" minOccurs="0"/>'
            for other in range(1, 6)
        )
        + "</xs:sequence></xs:complexType>"
        for each in range(120)
    )
    whole = '<xs:element name="whole" type="t:T0"/>'
    sides = both(wsdl(types + element("One", whole) + element("OneResponse", whole)))
    assert any("optional elements that lie deep are left away" in note for note in sides.report.notes)
    assert len(sides.report.instance.soap_parameters) < 5_000
    sides.answer("One")


@pytest.mark.parametrize("kind", ["unique", "key"])
def test_keys_of_an_answer_differ(both: Make, kind: str) -> None:
    """xs:unique and xs:key over several elements: their sample values are made to differ, within their patterns; a
    month counts on to 12; what refers to a key is one.
    """
    content = (
        '<xs:element name="row" maxOccurs="4" minOccurs="3"><xs:complexType><xs:sequence>'
        '<xs:element name="guid"><xs:simpleType><xs:restriction base="xs:string">'
        '<xs:pattern value="[0-9a-f]{8}-[0-9a-f]{4}"/></xs:restriction></xs:simpleType></xs:element></xs:sequence>'
        '<xs:attribute name="number" type="xs:int" use="required"/></xs:complexType></xs:element>'
        '<xs:element name="guid" type="xs:string" minOccurs="2" maxOccurs="2"/>'
        '<xs:element name="month" minOccurs="12" maxOccurs="12"><xs:simpleType><xs:restriction base="xs:int">'
        '<xs:minInclusive value="1"/><xs:maxInclusive value="12"/></xs:restriction></xs:simpleType></xs:element>'
    )
    constraints = "".join(
        f'<xs:{kind} name="{name}"><xs:selector xpath="{path}"/><xs:field xpath="{field}"/></xs:{kind}>'
        for name, path, field in (
            ("guids", ".//t:row", "t:guid"),
            ("numbers", "t:row", "@number"),
            ("m", "t:month", "."),
        )
    )
    constraints += '<xs:keyref name="r" refer="t:guids"><xs:selector xpath="t:guid"/><xs:field xpath="."/></xs:keyref>'
    answer = element("OneResponse", content).removesuffix("</xs:element>") + f"{constraints}</xs:element>"
    told = both(wsdl(element("One", TEXT) + answer)).answer("One")

    rows, guids = told[:3], [row[0].text for row in told[:3]]
    assert len(set(guids)) == len({row.get("number") for row in rows}) == 3
    assert [each.text for each in told[3:5]] == guids[:2]
    assert [each.text for each in told[5:]] == [str(month) for month in range(1, 13)]


def test_an_action_that_wants_another_namespace_names_both(both: Make) -> None:
    """Where only the namespace of the body's element is wrong, the fault says which is wanted."""
    sides = both(wsdl(element("One", TEXT) + element("OneResponse", TEXT)))
    wrong = sides.envelope("One").replace('"urn:t"', '"urn:other"')

    assert b"wants One in the namespace urn:t, not urn:other." in sides.call("One", envelope=wrong).body
    assert sides.call("One").status == 200


def test_a_soap_port_with_the_address_of_the_http_binding(both: Make) -> None:
    """Its path counts, and no client is sent elsewhere by `?wsdl`."""
    text = wsdl(element("One", TEXT) + element("OneResponse", TEXT))
    place = re.search(r'<s:address location="[^"]*"/>', text)
    assert place is not None
    http = '<h:address xmlns:h="http://schemas.xmlsoap.org/wsdl/http/" location="http://partner.example:9000/orders"/>'
    sides = both(text.replace(place[0], http))

    assert sides.call("One").status == 200
    assert urlsplit(sides.functions["One"].soap_endpoint).path == "/orders"
    told = sides.service.answer(Request("GET", "/orders?wsdl", ()), CALLER)
    assert isinstance(told, Response)
    assert b'location="https://localhost:1234/orders"' in told.body
    assert b"partner.example" not in told.body


@pytest.mark.parametrize("name", ["0", "xs*int", "a[b", "", "t:0", "xs:0"])
@pytest.mark.parametrize("place", ["type", "ref", "base", "part"])
def test_a_name_that_xml_does_not_have_takes_along_only_who_uses_it(both: Make, name: str, place: str) -> None:
    """References to what can be no name: the operation is left out or its place is not shown, the other one works."""
    content = {
        "type": f'<xs:element name="x" type="{name}"/>',
        "ref": f'<xs:element ref="{name}"/>',
        "base": f'<xs:element name="x"><xs:simpleType><xs:restriction base="{name}"/></xs:simpleType></xs:element>',
        "part": TEXT,
    }[place]
    odd = element("Two", content) + element("TwoResponse", TEXT)
    text = wsdl(element("One", TEXT) + element("OneResponse", TEXT) + odd, "One", "Two")
    sides = both(text.replace('element="t:Two"', f'element="{name}"') if place == "part" else text)

    assert "One" in sides.functions
    sides.answer("One")
