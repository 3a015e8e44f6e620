"""Real shapes of ServiceNow exports come in; what cannot travel is said; nothing hostile or broken does harm."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.instance.xml import ImportReport, import_files
from sn_mock.instance.xml.xml_reader import Handlers, read_export

STORE, PROFILE, MESSAGE, FUNCTION, PARAMETER, FILE = (f"{number:032x}" for number in range(1, 7))

CERTIFICATE_ROW = f"""<sys_certificate action="INSERT_OR_UPDATE">
<active>true</active>
<expires>2027-01-31 12:00:00</expires>
<format>pem</format>
<key_store_password>ZW5jcnlwdGVk</key_store_password>
<name>ACME client</name>
<notify_on_expiration display_value="Some Body">6816f79cc0a8016401c5a33be04be441</notify_on_expiration>
<pem_certificate/>
<sys_created_by>admin</sys_created_by>
<sys_id>{STORE}</sys_id>
<type>key_store</type>
<warn_in_days_to_expire>20</warn_in_days_to_expire>
</sys_certificate>"""
PROFILE_ROW = f"""<sys_protocol_profile action="INSERT_OR_UPDATE">
<default_port>8443</default_port>
<keystore display_value="ACME client">{STORE}</keystore>
<protocol>myhttps</protocol>
<sys_id>{PROFILE}</sys_id>
</sys_protocol_profile>"""
MESSAGE_ROW = f"""<sys_soap_message action="INSERT_OR_UPDATE">
<enable_mutual_auth>true</enable_mutual_auth>
<name>AcmeTickets</name>
<protocol_profile display_value="myhttps">{PROFILE}</protocol_profile>
<sys_id>{MESSAGE}</sys_id>
<sys_package display_value="Acme" source="x_acme">{FILE}</sys_package>
<sys_scope display_value="Acme">{FILE}</sys_scope>
<use_basic_auth>false</use_basic_auth>
</sys_soap_message>"""
FUNCTION_ROW = f"""<sys_soap_message_function action="INSERT_OR_UPDATE">
<envelope><![CDATA[<create>${{text}} & more</create>]]></envelope>
<function_name>CreateTicket</function_name>
<soap_endpoint>https://localhost:8443/tickets</soap_endpoint>
<soap_message display_value="AcmeTickets">{MESSAGE}</soap_message>
<sys_id>{FUNCTION}</sys_id>
<use_mid_server display_value=""/>
</sys_soap_message_function>"""
PARAMETER_ROW = f"""<sys_soap_message_parameters action="INSERT_OR_UPDATE">
<name>text</name>
<soap_function display_value="CreateTicket">{FUNCTION}</soap_function>
<sys_id>{PARAMETER}</sys_id>
<type>string</type>
<value>caf\u00e9</value>
</sys_soap_message_parameters>"""
ALL_ROWS = CERTIFICATE_ROW + PROFILE_ROW + MESSAGE_ROW + FUNCTION_ROW + PARAMETER_ROW


def unload(*rows: str) -> str:
    """An Export XML file."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<unload unload_date="2026-01-01 00:00:00">'
        + "".join(rows)
        + "</unload>"
    )


def record_update(table: str, *rows: str) -> str:
    """An application-repository file, or the payload of a customer update."""
    return f'<?xml version="1.0" encoding="UTF-8"?><record_update table="{table}">{"".join(rows)}</record_update>'


def attachment_rows(data: bytes, *, compressed: bool = True, chunk: int = 20, table_sys_id: str = STORE) -> list[str]:
    """A sys_attachment row and its chunks as the platform cuts them: gzip's header alone, then the rest."""
    stored = gzip.compress(data, mtime=0) if compressed else data
    pieces = [stored[:10], *(stored[start : start + chunk] for start in range(10, len(stored), chunk))]
    rows = [
        f'<sys_attachment action="INSERT_OR_UPDATE"><compressed>{str(compressed).lower()}</compressed>'
        f"<content_type>application/octet-stream</content_type><file_name>acme.jks</file_name><hash/>"
        f"<size_bytes>{len(data)}</size_bytes><sys_id>{FILE}</sys_id><table_name>sys_certificate</table_name>"
        f"<table_sys_id>{table_sys_id}</table_sys_id></sys_attachment>"
    ]
    for position, piece in enumerate(pieces):
        text = base64.b64encode(piece).decode()
        rows.append(
            f'<sys_attachment_doc action="INSERT_OR_UPDATE"><data>{text}</data><length>{len(text)}</length>'
            f'<position>{position}</position><sys_attachment display_value="acme.jks" sys_id="{FILE}">{FILE}'
            f"</sys_attachment><sys_id>{position + 100:032x}</sys_id></sys_attachment_doc>"
        )
    return rows


Importer = Callable[..., ImportReport]


@pytest.fixture
def import_text(tmp_path: Path) -> Importer:
    """Import the given XML texts, each a file, into a folder of the test."""

    def run(*texts: str | bytes) -> ImportReport:
        files = []
        for number, text in enumerate(texts):
            file = tmp_path / f"export{number}.xml"
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
            files.append(file)
        return import_files(files, tmp_path / "imported", release="helsinki")

    return run


def check_complete(report: ImportReport) -> None:
    """The rows of ALL_ROWS are there, as exported."""
    instance = report.instance
    message = instance.soap_message("x_acme.AcmeTickets")
    assert message is not None
    function = instance.soap_function(message, "CreateTicket")
    assert function is not None
    profile = instance.protocol_profile(message.protocol_profile)
    assert profile is not None
    assert (profile.protocol, profile.default_port, profile.keystore) == ("myhttps", 8443, STORE)
    assert function.envelope == "<create>${text} & more</create>"
    assert [parameter.value for parameter in instance.parameters(function)] == ["caf\u00e9"]
    assert instance.certificates[0].expires == "2027-01-31 12:00:00"
    assert report.left_out == ()


def test_export_of_records(import_text: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`<unload>` with records: they come in, and the folder loads once the password is supplied."""
    report = import_text(unload(ALL_ROWS))

    check_complete(report)
    assert dict(report.imported) == {
        "sys_certificate": 1,
        "sys_protocol_profile": 1,
        "sys_soap_message": 1,
        "sys_soap_message_function": 1,
        "sys_soap_message_parameters": 1,
    }
    assert [needed.variable for needed in report.passwords] == ["SN_MOCK_ACME_CLIENT_KEY_STORE_PASSWORD"]
    monkeypatch.setenv("SN_MOCK_ACME_CLIENT_KEY_STORE_PASSWORD", "changeit")
    loaded = Instance.load(tmp_path / "imported")
    assert loaded.certificates[0].key_store_password is not None
    assert loaded.certificates[0].key_store_password.reveal() == "changeit"
    assert loaded.release.name == "helsinki"


def test_encrypted_passwords_are_never_imported(import_text: Importer, tmp_path: Path) -> None:
    """The exported ciphertext of a password2 field does not reach the folder."""
    import_text(unload(ALL_ROWS))
    assert "ZW5jcnlwdGVk" not in (tmp_path / "imported" / "instance.toml").read_text()


def test_update_set_mixes_cdata_and_escaped_payloads(import_text: Importer) -> None:
    """Payloads in CDATA and entity-escaped ones (those that hold CDATA themselves) in one file."""

    def update(table: str, row: str) -> str:
        payload = record_update(table, row)
        body = escape(payload) if "CDATA" in payload else f"<![CDATA[{payload}]]>"
        return (
            f'<sys_update_xml action="INSERT_OR_UPDATE"><action>INSERT_OR_UPDATE</action><name>{table}_x</name>'
            f"<payload>{body}</payload><payload_hash>1</payload_hash><type>x</type></sys_update_xml>"
        )

    report = import_text(
        unload(
            '<sys_remote_update_set action="INSERT_OR_UPDATE"><name>Acme</name></sys_remote_update_set>',
            update("sys_certificate", CERTIFICATE_ROW),
            update("sys_protocol_profile", PROFILE_ROW),
            update("sys_soap_message", MESSAGE_ROW),
            update("sys_soap_message_function", FUNCTION_ROW),
            update("sys_soap_message_parameters", PARAMETER_ROW),
            update(
                "sys_ui_policy",
                '<sys_ui_policy action="INSERT_OR_UPDATE"><script>x</script></sys_ui_policy>',
            ),
        )
    )

    check_complete(report)
    assert dict(report.skipped) == {"sys_ui_policy": 1}


def test_keystores_and_profiles_do_not_travel_in_update_sets(import_text: Importer) -> None:
    """A message whose profile is not in the files comes in without it, and the report says why and what to do."""
    report = import_text(unload(MESSAGE_ROW, FUNCTION_ROW))

    (left,) = report.left_out
    assert left.what == "sys_soap_message 'AcmeTickets'.protocol_profile"
    assert "'myhttps'" in left.why
    assert "do not travel in update sets" in left.why
    assert report.instance.soap_messages[0].protocol_profile == ""
    assert report.written


def test_a_profile_of_that_name_stands_in_for_the_one_that_stayed_home(import_text: Importer) -> None:
    """The folder's own profile is taken by its name, and the report says that an instance would not do so."""
    own = PROFILE_ROW.replace(PROFILE, "e" * 32)
    report = import_text(unload(CERTIFICATE_ROW, own), unload(MESSAGE_ROW, FUNCTION_ROW))

    assert report.left_out == ()
    assert report.instance.soap_messages[0].protocol_profile == "e" * 32
    (note,) = [note for note in report.notes if "an instance looks for that sys_id" in note]
    assert "sys_soap_message 'AcmeTickets'.protocol_profile" in note
    assert PROFILE in note


def test_application_repository_folder_and_zip(tmp_path: Path) -> None:
    """One record_update file per row, in folders and in zip files; other files do not matter."""
    folder = tmp_path / "app"
    (folder / "update").mkdir(parents=True)
    rows = {
        "sys_certificate": CERTIFICATE_ROW,
        "sys_protocol_profile": PROFILE_ROW,
        "sys_soap_message": MESSAGE_ROW,
    }
    for table, row in rows.items():
        (folder / "update" / f"{table}_1.xml").write_text(record_update(table, row))
    (folder / "README.md").write_text("# not XML")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("a/sys_soap_message_function_1.xml", record_update("sys_soap_message_function", FUNCTION_ROW))
        archive.writestr(
            "a/sys_soap_message_parameters_1.xml", record_update("sys_soap_message_parameters", PARAMETER_ROW)
        )
        archive.writestr("notes.txt", "no")

    report = import_files([folder], tmp_path / "imported")

    check_complete(report)
    assert report.files == 5
    assert any("release" in note for note in report.notes)


def test_later_files_win_and_delete_removes(import_text: Importer) -> None:
    """Rows are matched by sys_id across files and runs; a DELETE action takes row and files away."""
    report = import_text(unload(ALL_ROWS, *attachment_rows(b"keystore")))
    assert len(report.instance.attachments) == 1

    changed = PROFILE_ROW.replace("8443", "9443")
    gone = f'<sys_certificate action="DELETE"><sys_id>{STORE}</sys_id></sys_certificate>'
    report = import_text(unload(changed), unload(gone))

    assert [row.default_port for row in report.instance.protocol_profiles] == [9443]
    assert report.instance.certificates == ()
    assert report.instance.attachments == ()
    assert dict(report.deleted) == {"sys_certificate": 1}
    assert [left.what for left in report.left_out] == ["sys_protocol_profile 'myhttps'.keystore"]


def test_delete_multiple(import_text: Importer) -> None:
    """The rows a simple query names go away before those that follow come in; other queries are reported."""
    import_text(unload(ALL_ROWS))
    gone = f'<sys_soap_message_parameters action="delete_multiple" query="soap_function={FUNCTION}"/>'
    fresh = PARAMETER_ROW.replace(PARAMETER, FILE)
    report = import_text(record_update("sys_soap_message_function", FUNCTION_ROW, gone, fresh))
    assert [row.sys_id for row in report.instance.soap_parameters] == [FILE]
    assert dict(report.deleted) == {"sys_soap_message_parameters": 1}

    (left,) = import_text(unload('<sys_certificate action="delete_multiple" query="nameLIKEx"/>')).left_out
    assert "'nameLIKEx' is not carried out" in left.why


def test_replaced_attachment(import_text: Importer) -> None:
    """An update that deletes a row's attachments and brings one again, of the same sys_id, leaves the new one."""
    import_text(unload(ALL_ROWS, *attachment_rows(b"old")))
    gone = (
        f'<sys_attachment action="delete_multiple" query="table_sys_id={STORE}"/><sys_attachment_doc action="DELETE"/>'
    )
    report = import_text(unload(gone, *attachment_rows(b"new")))
    assert [file.data for file in report.instance.attachments] == [b"new"]
    assert report.left_out == ()


def test_importing_again_keeps_supplied_passwords(import_text: Importer, tmp_path: Path) -> None:
    """A password the user has put into the folder survives the next import."""
    import_text(unload(ALL_ROWS))
    file = tmp_path / "imported" / "instance.toml"
    file.write_text(file.read_text().replace("env:SN_MOCK_ACME_CLIENT_KEY_STORE_PASSWORD", "changeit"))

    report = import_text(unload(ALL_ROWS))

    assert report.passwords == ()
    password = report.instance.certificates[0].key_store_password
    assert password is not None
    assert password.reveal() == "changeit"


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("order", [1, -1])
def test_attachments_are_rebuilt(import_text: Importer, tmp_path: Path, compressed: bool, order: int) -> None:
    """Chunks are joined by position, whatever their order in the file, gzip or not."""
    data = os.urandom(300)
    report = import_text(unload(ALL_ROWS, *attachment_rows(data, compressed=compressed)[::order]))

    assert report.left_out == ()
    (file,) = report.instance.attachments_of(report.instance.certificates[0])
    assert (file.file_name, file.data) == ("acme.jks", data)
    assert (tmp_path / "imported" / "attachments" / "acme.jks").read_bytes() == data


def without(rows: list[str], number: int) -> list[str]:
    """The rows without one of them."""
    return rows[:number] + rows[number + 1 :]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda rows: without(rows, 2), "chunk 1 of"),
        (lambda rows: rows[:-1], "ends too early"),
        (lambda rows: rows[:1], "sys_attachment_doc rows are not in these files"),
        (lambda rows: [*rows[:2], rows[2].replace("<data>", "<data>!!!!"), *rows[3:]], "of 28 characters"),
        (lambda rows: [rows[0].replace("<hash/>", f"<hash>{'0' * 64}</hash>"), *rows[1:]], "SHA-256"),
        (lambda rows: [rows[0].replace("<size_bytes>", "<size_bytes>1"), *rows[1:]], "and should have"),
        (lambda rows: [*rows[:2], rows[2].replace("<position>1", "<position>x"), *rows[3:]], "position 'x'"),
    ],
)
def test_damaged_attachment_is_left_out(
    import_text: Importer, spoil: Callable[[list[str]], list[str]], why: str
) -> None:
    """A missing, cut or altered chunk leaves the file out, says so, and everything else comes in."""
    report = import_text(unload(ALL_ROWS, *spoil(attachment_rows(os.urandom(100)))))

    (left,) = report.left_out
    assert left.what == f"attachment 'acme.jks' of sys_certificate {STORE}"
    assert why in left.why
    assert report.instance.attachments == ()
    assert report.instance.certificates
    assert any("without its keystore file" in note for note in report.notes)


def test_right_hash_is_accepted(import_text: Importer) -> None:
    """The twin of the altered file: with its true SHA-256 the attachment comes in."""
    rows = attachment_rows(b"keystore")
    rows[0] = rows[0].replace("<hash/>", f"<hash>{hashlib.sha256(b'keystore').hexdigest()}</hash>")
    assert import_text(unload(ALL_ROWS, *rows)).left_out == ()


def test_attachment_bomb_is_left_out(import_text: Importer) -> None:
    """A few kilobytes that unpack to far more than a keystore are not unpacked."""
    rows = attachment_rows(bytes(80 * 1024 * 1024), chunk=50_000)
    (left,) = import_text(unload(ALL_ROWS, *rows)).left_out
    assert "unpacks to more than" in left.why


def test_foreign_attachments_are_counted(import_text: Importer) -> None:
    """Pictures and other tables' files are skipped and counted."""
    rows = [row.replace("sys_certificate", "ZZ_YYdb_image") for row in attachment_rows(b"png")]
    report = import_text(unload(ALL_ROWS, *rows))
    assert (report.left_out, dict(report.skipped)) == ((), {"sys_attachment": 1})


def test_mid_server_is_made_from_its_reference(import_text: Importer) -> None:
    """A MID Server decides the route, and the reference tells its name; so it comes in without a row of its own."""
    agent = "c" * 32
    function = FUNCTION_ROW.replace(
        '<use_mid_server display_value=""/>', f'<use_mid_server display_value="mid1">{agent}</use_mid_server>'
    )
    report = import_text(unload(CERTIFICATE_ROW, PROFILE_ROW, MESSAGE_ROW, function))

    assert report.left_out == ()
    assert [(row.sys_id, row.name) for row in report.instance.mid_servers] == [(agent, "mid1")]


@pytest.mark.parametrize(("shown", "names"), [("mid1, mid2", ["mid1", "mid2"]), ("one, of, three", []), ("", [])])
def test_mid_servers_of_a_list_are_told_apart(import_text: Importer, shown: str, names: list[str]) -> None:
    """A list names as many MID Servers as it has sys_ids; where it does not, none is made up."""
    row = (
        f'<mid_protocol_profile action="INSERT_OR_UPDATE"><protocol>midhttps</protocol><sys_id>{"d" * 32}</sys_id>'
        f'<mid_servers display_value="{shown}">{"a" * 32},{"b" * 32}</mid_servers></mid_protocol_profile>'
    )
    report = import_text(unload(row))

    assert [agent.name for agent in report.instance.mid_servers] == names
    assert len(report.instance.mid_protocol_profiles[0].mid_servers) == len(names)
    assert len(report.left_out) == (0 if names else 1)


def test_function_without_its_message_is_left_out(import_text: Importer) -> None:
    """A row whose parent is not there cannot be used, nor can what belongs to it."""
    report = import_text(unload(FUNCTION_ROW, PARAMETER_ROW))

    assert [left.what for left in report.left_out] == [
        "sys_soap_message_function 'CreateTicket'",
        "sys_soap_message_parameters 'text'",
    ]
    assert not report.written


@pytest.mark.parametrize(
    ("change", "what", "why"),
    [
        (("<type>key_store</type>", "<type>bcfks</type>"), "sys_certificate 'ACME client'", "'bcfks' is not known"),
        (("<active>true", "<active>maybe"), "sys_certificate 'ACME client'.active", "neither true nor false"),
        (("2027-01-31 12:00:00", "soon"), "sys_certificate 'ACME client'.expires", "soon"),
        (("<name>ACME client</name>", "<name/>"), f"sys_certificate '{STORE}'", "it has no name"),
        ((f"<sys_id>{STORE}", "<sys_id>abc"), "sys_certificate 'ACME client'", "'abc' is not 32 hex digits"),
    ],
)
def test_odd_values_are_reported(import_text: Importer, change: tuple[str, str], what: str, why: str) -> None:
    """A value we cannot take is named, with its row, and the rest comes in."""
    report = import_text(unload(CERTIFICATE_ROW.replace(*change)))
    (left,) = report.left_out
    assert left.what == what
    assert why in left.why


@pytest.mark.parametrize(
    ("written", "read"), [("KEY_STORE", "key_store"), ("trust_store_cert", "trust_store"), ("", "trust_store")]
)
def test_other_spellings_of_a_type(import_text: Importer, written: str, read: str) -> None:
    """Letter case does not matter, and a spelling seen in the wild is understood."""
    report = import_text(unload(CERTIFICATE_ROW.replace("<type>key_store", f"<type>{written}")))
    assert [row.type for row in report.instance.certificates] == [read]
    assert report.left_out == ()


def test_fields_without_a_place_are_named(import_text: Importer) -> None:
    """A filled field that we do not model is counted; empty ones and the platform's own are not."""
    row = PROFILE_ROW.replace("<protocol>", "<color>red</color><shape/><sys_tags>x</sys_tags><protocol>")
    report = import_text(unload(CERTIFICATE_ROW, row))
    assert dict(report.skipped_fields) == {"sys_protocol_profile.color": 1}
    assert "skipped fields that play no part here: sys_protocol_profile.color" in list(report.lines())


def test_truncated_file_brings_what_was_complete(import_text: Importer) -> None:
    """Half an export: the rows before the break come in, the break is reported with its line."""
    text = unload(CERTIFICATE_ROW, PROFILE_ROW)
    report = import_text(text[: text.index("<default_port>")])

    (left,) = report.left_out
    assert left.what == "the rest of the file"
    assert "ends too early" in left.why
    assert dict(report.imported) == {"sys_certificate": 1}


def test_broken_payload_spoils_only_itself(import_text: Importer) -> None:
    """A customer update whose payload is no XML is named; the others come in."""
    good = escape(record_update("sys_certificate", CERTIFICATE_ROW))
    report = import_text(
        unload(
            "<sys_update_xml><name>bad_one</name><payload>&lt;record_update</payload></sys_update_xml>",
            f"<sys_update_xml><name>good_one</name><payload>{good}</payload></sys_update_xml>",
        )
    )
    (left,) = report.left_out
    assert left.what == "customer update 'bad_one'"
    assert dict(report.imported) == {"sys_certificate": 1}


BOMB = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB + "<unload>&b;</unload>", "DOCTYPE"),
        (EXTERNAL + "<unload>&f;</unload>", "DOCTYPE"),
        (
            unload(f"<sys_update_xml><payload>{escape(BOMB + '<unload>&b;</unload>')}</payload></sys_update_xml>"),
            "DOCTYPE",
        ),
        ("<project><target/></project>", "its root is <project>"),
        ("", "empty"),
        ("   \n", "empty"),
        ("not xml at all", "line 1"),
        (b"<?xml version='1.0' encoding='UTF-8'?><unload><sys_properties><name>caf\xe9</name>", "encoding"),
        (b"<?xml version='1.0' encoding='martian'?><unload/>", "encoding"),
        (b"PK\x03\x04 but no zip", "zip"),
        (b"\x00\x01\x02", "line 1"),
    ],
)
def test_hostile_or_foreign_files_bring_nothing(
    import_text: Importer, tmp_path: Path, text: str | bytes, why: str
) -> None:
    """Entity bombs, external entities, other XML, no XML: one clear reason, and no folder appears."""
    report = import_text(text)

    (left,) = report.left_out
    assert why in left.why
    assert not report.written
    assert not (tmp_path / "imported").exists()


def test_other_encodings_are_read(import_text: Importer) -> None:
    """A file in the encoding it declares is fine, as is one with a byte order mark."""
    text = unload(ALL_ROWS)
    latin = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    windows = text.replace("UTF-8", "windows-1252").encode("cp1252")
    utf16 = text.replace("UTF-8", "UTF-16").encode("utf-16")
    marked = b"\xef\xbb\xbf" + text.encode()
    for data in (latin, windows, utf16, marked):
        check_complete(import_text(data))


def test_zip_with_damaged_member(tmp_path: Path) -> None:
    """A zip whose member is damaged is reported by member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", unload(ALL_ROWS))
    data = bytearray(buffer.getvalue())
    data[60:80] = bytes(20)
    (tmp_path / "x.zip").write_bytes(data)

    report = import_files([tmp_path / "x.zip"], tmp_path / "imported")

    (left,) = report.left_out
    assert left.where.endswith("x.zip:a.xml")
    assert not report.written


def test_file_names_cannot_leave_the_folder(import_text: Importer, tmp_path: Path) -> None:
    """An attachment called ../../x is stored under a harmless name and keeps its own in the instance."""
    rows = attachment_rows(b"keystore")
    rows[0] = rows[0].replace("acme.jks", "../../evil.jks")
    report = import_text(unload(ALL_ROWS, *rows))

    assert [file.file_name for file in report.instance.attachments] == ["../../evil.jks"]
    written = list((tmp_path / "imported" / "attachments").iterdir())
    assert [path.read_bytes() for path in written] == [b"keystore"]


def test_missing_path_and_broken_target(tmp_path: Path) -> None:
    """A path that does not exist, or a target folder that is broken, is an error before anything is written."""
    with pytest.raises(MockUsageError, match="there is no file or folder"):
        import_files([tmp_path / "nowhere.xml"], tmp_path / "imported")
    (tmp_path / "imported").mkdir()
    (tmp_path / "imported" / "instance.toml").write_text("[instance]\nrelease = 'nope'\n")
    (tmp_path / "a.xml").write_text(unload(ALL_ROWS))
    with pytest.raises(MockUsageError, match="unknown release"):
        import_files([tmp_path / "a.xml"], tmp_path / "imported")


class _Endless:
    """A stream of unrelated customer updates, made while it is read."""

    def __init__(self, updates: int) -> None:
        self._parts = iter([b"<unload>", *([self._update()] * updates), b"</unload>"])

    @staticmethod
    def _update() -> bytes:
        row = f'<incident action="INSERT_OR_UPDATE"><description>{"lorem ipsum " * 5000}</description></incident>'
        payload = escape(record_update("incident", row))
        return f"<sys_update_xml><name>x</name><payload>{payload}</payload></sys_update_xml>".encode()

    def read(self, size: int) -> bytes:
        return next(self._parts, b"")


def test_huge_update_set_needs_little_memory() -> None:
    """100 MB of unrelated updates are read through without being kept."""
    skipped: list[str] = []
    handlers = Handlers(
        wanted={"sys_properties"},
        record=lambda raw: None,
        skipped=skipped.append,
        broken_payload=lambda name, why: None,
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    read_export(_Endless(1700), handlers)  # type: ignore[arg-type]

    assert len(skipped) == 1700
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024


def test_report_as_json_and_text(import_text: Importer) -> None:
    """The report names counts, left-outs and passwords, in JSON and in lines."""
    report = import_text(unload(MESSAGE_ROW), unload(CERTIFICATE_ROW))
    document = report.to_json()

    assert document["imported"] == {"sys_certificate": 1, "sys_soap_message": 1}
    assert document["complete"] is False
    assert document["passwords"] == [
        {
            "variable": "SN_MOCK_ACME_CLIENT_KEY_STORE_PASSWORD",
            "what": "sys_certificate 'ACME client'.key_store_password",
        }
    ]
    assert next(report.lines()) == "read 2 files; imported 1 sys_certificate, 1 sys_soap_message"


def test_ambiguous_and_odd_references_are_dropped(import_text: Importer) -> None:
    """A reference by a name that two rows share, or to a MID Server without sys_id, is left out and named."""
    twins = CERTIFICATE_ROW + CERTIFICATE_ROW.replace(STORE, FILE)
    by_name = PROFILE_ROW.replace(f">{STORE}<", ">ACME client<")
    function = FUNCTION_ROW.replace(
        '<use_mid_server display_value=""/>', '<use_mid_server display_value="mid1">somewhere</use_mid_server>'
    )
    report = import_text(unload(twins, by_name, MESSAGE_ROW, function))

    assert [left.what for left in report.left_out] == [
        "sys_protocol_profile 'myhttps'.keystore",
        "sys_soap_message_function 'CreateTicket'.use_mid_server",
    ]
    assert "fits more than one row" in report.left_out[0].why


def test_property_of_the_same_name_is_replaced(import_text: Importer) -> None:
    """A property's name is unique: an imported row takes the place of one that has another sys_id."""

    def row(sys_id: str, value: str) -> str:
        return f"<sys_properties><name>a.b</name><sys_id>{sys_id}</sys_id><value>{value}</value></sys_properties>"

    import_text(unload(row(STORE, "1")))
    report = import_text(unload(row(FILE, "2")))

    assert [(entry.sys_id, entry.value) for entry in report.instance.properties] == [(FILE, "2")]
