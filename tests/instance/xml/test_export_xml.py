"""An export has the shape of ServiceNow's, the same bytes every time, and comes back as it went."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from sn_mock.failure import MockUsageError
from sn_mock.instance import (
    Instance,
    Secret,
    SysAttachment,
    SysCertificate,
    SysProperty,
    SysProtocolProfile,
    SysRestMessage,
    SysRestMessageFunction,
    SysSoapMessage,
    SysSoapMessageFunction,
    SysSoapMessageParameter,
)
from sn_mock.instance.xml import export, export_xml, import_files

KEYSTORE = SysCertificate(name="ACME <client>", type="key_store", key_store_password=Secret("changeit"))
PROFILE = SysProtocolProfile(protocol="myhttps", keystore="ACME <client>")
MESSAGE = SysSoapMessage(name="Acme", sys_scope="x_acme", enable_mutual_auth=True, protocol_profile="myhttps")
FUNCTION = SysSoapMessageFunction(soap_message="Acme", function_name="Create", envelope="<a>\r\n${b} & c]]></a>")
FILE = SysAttachment(
    file_name="acme.jks", table_name="sys_certificate", table_sys_id=KEYSTORE.sys_id, data=bytes(range(256)) * 6000
)
INSTANCE = Instance(
    certificates=(KEYSTORE,),
    protocol_profiles=(PROFILE,),
    soap_messages=(MESSAGE,),
    soap_functions=(FUNCTION,),
    attachments=(FILE,),
)


def test_shape_of_the_export() -> None:
    """unload / record elements / alphabetical fields; references with display values, empty ones with an empty one."""
    root = etree.fromstring(export_xml(INSTANCE))

    assert root.tag == "unload"
    assert [row.get("action") for row in root] == ["INSERT_OR_UPDATE"] * len(root)
    for row in root:
        names = [field.tag for field in row]
        assert names == sorted(names)
    message = root.find("sys_soap_message")
    function = root.find("sys_soap_message_function")
    assert message is not None
    assert function is not None
    profile, empty = message.find("protocol_profile"), function.find("protocol_profile")
    assert profile is not None
    assert empty is not None
    assert (profile.get("display_value"), profile.text) == ("myhttps", PROFILE.sys_id)
    assert (empty.get("display_value"), empty.text) == ("", None)
    package = message.find("sys_package")
    assert package is not None
    assert package.get("source") == "x_acme"


def test_attachment_chunks_are_the_platforms() -> None:
    """Chunk 0 is the ten-byte gzip header alone; every chunk states its base64 length."""
    root = etree.fromstring(export_xml(INSTANCE))
    chunks = root.findall("sys_attachment_doc")

    assert [chunk.findtext("position") for chunk in chunks] == [str(number) for number in range(len(chunks))]
    assert (chunks[0].findtext("data"), chunks[0].findtext("length")) == ("H4sIAAAAAAAAAA==", "16")
    assert [int(chunk.findtext("length") or 0) for chunk in chunks] == [
        len(chunk.findtext("data") or "") for chunk in chunks
    ]


def test_passwords_stay_home() -> None:
    """No password is exported, neither as it is nor in disguise."""
    text = export_xml(INSTANCE).decode()
    assert "<key_store_password/>" in text
    assert "changeit" not in text


def test_bytes_are_stable(tmp_path: Path) -> None:
    """Exporting twice gives the same bytes; an existing file is replaced."""
    file = tmp_path / "out.xml"
    file.write_text("old")
    export(INSTANCE, file)
    assert file.read_bytes() == export_xml(INSTANCE)
    assert list(tmp_path.iterdir()) == [file]


def test_characters_xml_cannot_carry_are_refused() -> None:
    """A control character is an error that names the field, not a broken file."""
    with pytest.raises(MockUsageError, match=r"sys_properties.value of 'x' holds the character U\+0001"):
        export_xml(INSTANCE.with_record(SysProperty(name="x", value="\x01")))


def test_unwritable_file(tmp_path: Path) -> None:
    """A path that cannot be written is a clear error and leaves nothing behind."""
    with pytest.raises(MockUsageError, match="cannot be written"):
        export(INSTANCE, tmp_path / "nowhere" / "out.xml")
    assert list(tmp_path.iterdir()) == []


XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\t\n\r<&>\"']"), max_size=30
)
XML_NAMES = XML_TEXT.filter(lambda text: text.strip() == text and text != "")
SYS_IDS = st.text("0123456789abcdef", min_size=32, max_size=32)


@st.composite
def exportable(draw: st.DrawFn) -> Instance:
    """Instances in which everything can travel."""
    ids = draw(st.lists(SYS_IDS, min_size=12, max_size=12, unique=True))
    keystore = SysCertificate(
        sys_id=ids[0],
        name=draw(XML_NAMES),
        type=draw(st.sampled_from(["key_store", "pkcs12_key_store", "trust_store"])),
        pem_certificate=draw(XML_TEXT),
        notify_on_expiration=tuple(draw(st.lists(SYS_IDS, max_size=2))),
        expires=draw(st.sampled_from(["", "2027-01-31 12:00:00"])),
    )
    profile = SysProtocolProfile(
        sys_id=ids[1], protocol=draw(XML_NAMES), default_port=draw(st.integers(1, 65535)), keystore=keystore.sys_id
    )
    message = SysSoapMessage(
        sys_id=ids[2],
        name=draw(XML_NAMES),
        sys_scope=draw(st.sampled_from(["global", "x_acme"])),
        basic_auth_user=draw(XML_TEXT),
        enable_mutual_auth=draw(st.booleans()),
        protocol_profile=draw(st.sampled_from(["", profile.sys_id])),
    )
    function = SysSoapMessageFunction(
        sys_id=ids[3], soap_message=message.sys_id, function_name=draw(XML_NAMES), envelope=draw(XML_TEXT)
    )
    parameter = SysSoapMessageParameter(
        sys_id=ids[4], soap_function=function.sys_id, name=draw(XML_NAMES), value=draw(XML_TEXT)
    )
    rest = SysRestMessage(sys_id=ids[5], name=draw(XML_NAMES), rest_endpoint=draw(XML_TEXT), use_mutual_auth=True)
    method = SysRestMessageFunction(
        sys_id=ids[6], rest_message=rest.sys_id, function_name=draw(XML_NAMES), content=draw(XML_TEXT)
    )
    files = tuple(
        SysAttachment(
            sys_id=sys_id,
            file_name=draw(XML_NAMES),
            table_name="sys_certificate",
            table_sys_id=keystore.sys_id,
            data=draw(st.binary(max_size=200)),
        )
        for sys_id in ids[8 : 8 + draw(st.integers(0, 2))]
    )
    return Instance(
        name="imported",
        properties=(SysProperty(sys_id=ids[7], name=draw(XML_NAMES), value=draw(XML_TEXT)),),
        certificates=(keystore,),
        protocol_profiles=(profile,),
        soap_messages=(message,),
        soap_functions=(function,),
        soap_parameters=(parameter,),
        rest_messages=(rest,),
        rest_functions=(method,),
        attachments=files,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(exportable())
def test_import_export_import_is_lossless(instance: Instance) -> None:
    """What was imported goes out and comes in again unchanged, in memory, on disk and byte for byte."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "first.xml").write_bytes(export_xml(instance))
        first = import_files([folder / "first.xml"], folder / "a" / "imported")
        export(first.instance, folder / "second.xml")
        second = import_files([folder / "second.xml"], folder / "b" / "imported")

        assert (first.left_out, second.left_out) == ((), ())
        assert second.instance == first.instance
        assert (folder / "second.xml").read_bytes() == (folder / "first.xml").read_bytes()
        unsecret = {"key_store_password": None}
        assert dataclasses.replace(first.instance.certificates[0], **unsecret) == instance.certificates[0]
        assert first.instance.soap_functions == instance.soap_functions
        assert first.instance.attachments == instance.attachments
