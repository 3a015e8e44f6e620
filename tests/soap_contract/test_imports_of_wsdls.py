"""What a WSDL imports: the well known by namespace, the foreign left out, files below the WSDL's folder only."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from provider_stub.http.messages import Request
from sn_mock.failure import MockUsageError
from soap_contract.documents import WsdlError
from soap_contract.well_known import STAND_INS, XSD, stand_in
from tests.soap_contract.both_sides import CALLER
from tests.soap_contract.conftest import Make
from tests.soap_contract.minimal import TEXT, element, wsdl

OTHER = (
    f'<xs:schema xmlns:xs="{XSD}" targetNamespace="urn:other"><xs:complexType name="Person"><xs:sequence>'
    f"{TEXT}</xs:sequence></xs:complexType></xs:schema>"
)
NEEDS_OTHER = '<xs:element xmlns:o="urn:other" name="who" type="o:Person"/>'


@pytest.mark.parametrize("namespace", STAND_INS)
def test_stand_ins_compile(namespace: str) -> None:
    """Each is a schema of its namespace, and all that they name is there."""
    root = etree.fromstring(stand_in(namespace))
    assert root.get("targetNamespace") == namespace
    for node in root.iter(f"{{{XSD}}}import"):
        assert node.get("namespace") in STAND_INS


@pytest.mark.parametrize(
    ("namespace", "location", "use"),
    [
        ("http://www.w3.org/XML/1998/namespace", "https://www.w3.org/2001/xml.xsd", ""),
        (
            "http://www.w3.org/2005/05/xmlmime",
            "http://www.w3.org/2005/05/xmlmime",
            '<xs:element name="d" type="q:base64Binary"/>',
        ),
        (
            "http://www.w3.org/2005/08/addressing",
            "http://www.w3.org/2006/03/addressing/ws-addr.xsd",
            '<xs:element name="d" type="q:EndpointReferenceType"/>',
        ),
        ("http://www.w3.org/2004/08/xop/include", None, '<xs:element ref="q:Include"/>'),
        (
            "http://docs.oasis-open.org/wsn/b-2",
            "http://docs.oasis-open.org/wsn/b-2.xsd",
            '<xs:element ref="q:Subscribe"/>',
        ),
        (
            "http://schemas.microsoft.com/2003/10/Serialization/Arrays",
            None,
            '<xs:element name="d" type="q:ArrayOfstring"/>',
        ),
    ],
)
def test_the_well_known_is_found_by_its_namespace(both: Make, namespace: str, location: str | None, use: str) -> None:
    """Under any location, or none: both sides read it offline, and a client that reads ?wsdl is served it."""
    where = f' schemaLocation="{location}"' if location else ""
    text = wsdl(
        element("One", TEXT) + element("OneResponse", use),
        imports=f'<xs:import namespace="{namespace}"{where}/>',
        attributes=f'xmlns:q="{namespace}"' if "XML/1998" not in namespace else "",
    )
    sides = both(text)
    assert sides.report.complete
    sides.answer("One")
    described = etree.fromstring(sides.service.answer(Request("GET", "/svc?wsdl", (), b""), CALLER).body)
    (node,) = described.iter(f"{{{XSD}}}import")
    address = str(node.get("schemaLocation"))
    assert address.startswith("https://localhost:1234/svc?xsd=")
    served = sides.service.answer(Request("GET", address.removeprefix("https://localhost:1234"), (), b""), CALLER)
    assert etree.fromstring(served.body).get("targetNamespace") == namespace


def test_a_forgotten_import_of_the_well_known(both: Make) -> None:
    """Many generators use SOAP's encoding without importing it; clients are told where it is."""
    array = '<xs:element name="a" type="e:string"/>'
    sides = both(wsdl(element("One", array), attributes='xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"'))
    sides.answer("One")
    described = sides.service.answer(Request("GET", "/svc?wsdl", (), b""), CALLER).body
    assert b"/svc?xsd=1" in described


def test_a_foreign_schema_takes_along_only_who_needs_it(both: Make) -> None:
    """By URL: nothing is fetched; operations that need it are left out on both sides, the others come through."""
    imports = '<xs:import namespace="urn:other" schemaLocation="http://example.invalid/o.xsd"/>'
    sides = both(wsdl(element("One", TEXT) + element("Two", NEEDS_OTHER), "One", "Two", imports=imports))
    assert set(sides.functions) == {"One"} == {each.name for each in sides.service.operations}
    left = {item.what: item.why for item in sides.report.left_out}
    assert set(left) == {"operation Two", "http://example.invalid/o.xsd"}
    assert "type Person (urn:other) is not defined" in left["operation Two"]
    assert "which is not fetched" in left["http://example.invalid/o.xsd"]
    assert any("operation Two is left out" in note for note in sides.service.notes)
    sides.answer("One")


@pytest.mark.parametrize("place", ["optional", "unused"])
def test_a_foreign_schema_that_nobody_needs_is_a_note(both: Make, place: str) -> None:
    """An optional element of its type is not shown, and remarked; everything is imported."""
    imports = '<xs:import namespace="urn:other" schemaLocation="https://example.invalid/o.xsd"/>'
    optional = NEEDS_OTHER.replace(" name=", ' minOccurs="0" name=') if place == "optional" else ""
    sides = both(wsdl(element("One", TEXT + optional), imports=imports))
    assert sides.report.complete
    assert any("no operation needs it" in note for note in sides.report.notes)
    assert any("who in One is not shown" in note for note in sides.report.notes) == (place == "optional")
    sides.answer("One")


def test_imports_stay_below_the_wsdls_folder(both: Make, tmp_path: Path) -> None:
    """A WSDL of somebody else could name any file here; what is allowed is copied in its arrangement."""
    imports = '<xs:import namespace="urn:other" schemaLocation="../other.xsd"/>'
    text = wsdl(element("One", NEEDS_OTHER), imports=imports)
    with pytest.raises((MockUsageError, WsdlError), match=r"is not below .*next step.*--within"):
        both(text, {"other.xsd": OTHER})
    assert not (tmp_path / "instance").exists()
    sides = both(text, {"other.xsd": OTHER}, within=tmp_path)
    sides.answer("One")
    copies = sorted(p.relative_to(tmp_path / "instance").as_posix() for p in (tmp_path / "instance").rglob("*.[wx]s*"))
    assert copies == ["attachments/Service/other.xsd", "attachments/Service/w/a.wsdl"]


def test_a_link_out_of_the_folder_is_no_way_out(both: Make, tmp_path: Path) -> None:
    """A link beside the WSDL that leads elsewhere is refused as its target would be."""
    (tmp_path / "w").mkdir()
    (tmp_path / "secret.xsd").write_text(OTHER)
    (tmp_path / "w" / "link.xsd").symlink_to(tmp_path / "secret.xsd")
    imports = '<xs:import namespace="urn:other" schemaLocation="link.xsd"/>'
    with pytest.raises((MockUsageError, WsdlError), match="is not below"):
        both(wsdl(element("One", NEEDS_OTHER), imports=imports))


def test_no_path_of_this_machine_is_copied(both: Make, tmp_path: Path) -> None:
    """A schema that is named by its absolute path is named by a relative one in the instance's copy."""
    imports = f'<xs:import namespace="urn:other" schemaLocation="{(tmp_path / "w" / "other.xsd").as_uri()}"/>'
    sides = both(wsdl(element("One", NEEDS_OTHER), imports=imports), {"w/other.xsd": OTHER})
    sides.answer("One")
    copy = (tmp_path / "instance" / "attachments" / "Service" / "a.wsdl").read_text()
    assert str(tmp_path) not in copy
    assert 'schemaLocation="other.xsd"' in copy
