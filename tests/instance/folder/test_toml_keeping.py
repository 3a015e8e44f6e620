"""Writers of a folder that somebody wrote by hand: comments, layout and references stay, row by row."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from sn_mock.cli import main
from sn_mock.instance import Instance

ROOT = Path(__file__).parent.parent.parent.parent
HAND_WRITTEN = '''\
# ours, do not touch
[instance]
name = "acme"          # the customer's
release = "zurich"

[[sys_certificate]]    # the client
name = 'Client'
type = "key_store"
active = true          # the default, said all the same
key_store_password = "env:ACME_PASSWORD"
attachment = "attachments/client store.jks"   # a space in its name

[[sys_certificate]]
name = "CA"
pem_certificate = "file:attachments/ca.pem"

# profiles
[[sys_protocol_profile]]
protocol = "acme"
keystore = "Client"

[[sys_soap_message]]
name = "Orders"

[[sys_soap_message_function]]
soap_message = "Orders"
function_name = "Place"
envelope = "file:place.xml"   # kept apart

[[sys_soap_message_function]]
soap_message = "Orders"
function_name = "Cancel"
envelope = """
<a>${b}</a>"""
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a person writes it, with every kind of reference."""
    made = tmp_path / "inst"
    (made / "attachments").mkdir(parents=True)
    (made / "attachments" / "client store.jks").write_bytes(b"\xfe\xed\xfe\xed")
    (made / "attachments" / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    (made / "place.xml").write_text("<place/>")
    (made / "instance.toml").write_text(HAND_WRITTEN)
    return made


def read(folder: Path) -> Instance:
    """The folder, whatever its passwords."""
    return Instance.load(folder, require_secrets=False)


def test_saving_what_was_loaded_changes_no_octet(folder: Path) -> None:
    """Nothing changed, nothing moves: text, references, file names."""
    before = sorted(path.name for path in folder.rglob("*"))
    assert read(folder).save(folder) == ()
    assert (folder / "instance.toml").read_text() == HAND_WRITTEN
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_an_imported_wsdl_adds_and_leaves_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line of the hand-written file is still there, in order; the new rows stand behind theirs."""
    assert main(["import-wsdl", str(ROOT / "examples/wsdl/tickets.wsdl"), "--into", str(folder)]) == 0
    text = (folder / "instance.toml").read_text()
    position = 0
    for line in HAND_WRITTEN.splitlines():
        position = text.index(line, position)
    assert {row.name for row in read(folder).soap_messages} == {"Orders", "Tickets"}
    assert "anew" not in capsys.readouterr().out


def test_one_changed_field_is_one_changed_line(folder: Path) -> None:
    """A value is set, one is taken away, a row goes; every comment of the others stays."""
    instance = read(folder)
    client = instance.certificate("Client")
    assert client is not None
    place = instance.soap_function("Orders", "Cancel")
    assert place is not None
    instance.replace(client, active=False).without(place).save(folder)
    text = (folder / "instance.toml").read_text()
    expected = HAND_WRITTEN.replace("active = true", "active = false")
    assert text.splitlines()[: len(HAND_WRITTEN.splitlines()) - 6] == expected.splitlines()[:-6]
    assert "Cancel" not in text
    assert read(folder).certificate("Client").active is False  # type: ignore[union-attr]


def test_a_text_that_stands_in_a_file_is_changed_there(folder: Path) -> None:
    """The reference stays a reference; one that two rows share is taken apart."""
    instance = read(folder)
    function = instance.soap_function("Orders", "Place")
    assert function is not None
    instance.replace(function, envelope="<other/>").save(folder)
    assert (folder / "place.xml").read_text() == "<other/>"
    assert (folder / "instance.toml").read_text() == HAND_WRITTEN
    shared = HAND_WRITTEN.replace('envelope = """\n<a>${b}</a>"""', 'envelope = "file:place.xml"')
    (folder / "instance.toml").write_text(shared)
    instance = read(folder)
    instance.replace(function, envelope="<third/>").save(folder)
    assert (folder / "place.xml").read_text() == "<other/>"
    again = read(folder)
    assert again.soap_function("Orders", "Place").envelope == "<third/>"  # type: ignore[union-attr]
    assert again.soap_function("Orders", "Cancel").envelope == "<other/>"  # type: ignore[union-attr]


def test_a_new_attachment_takes_nobodys_place(folder: Path) -> None:
    """A changed file goes where the old one was; a file that is only lying there is not overwritten."""
    (folder / "attachments" / "new.jks").write_bytes(b"somebody's")
    instance = read(folder)
    client = instance.certificate("Client")
    assert client is not None
    [old] = instance.attachments_of(client)
    changed = dataclasses.replace(old, data=b"renewed")
    instance._with_rows("sys_attachment", (changed,)).save(folder)
    assert (folder / "attachments" / "client store.jks").read_bytes() == b"renewed"
    assert (folder / "attachments" / "new.jks").read_bytes() == b"somebody's"
    assert (folder / "instance.toml").read_text() == HAND_WRITTEN


@pytest.mark.parametrize(
    "text",
    [
        HAND_WRITTEN.replace('[[sys_soap_message]]\nname = "Orders"\n', "").replace(
            "# profiles\n", '[[sys_soap_message]]\nname = "Orders"\n\n# profiles\n'
        ),
        HAND_WRITTEN.replace("\n", "\r\n"),
        "\ufeff" + HAND_WRITTEN,
        HAND_WRITTEN.replace("[instance]\n", "[quirks]\njava = 17\n\n[instance]\n"),
    ],
    ids=["other order", "CRLF", "BOM", "quirks first"],
)
def test_other_layouts_keep_their_comments_too(folder: Path, text: str) -> None:
    """Whatever order and line ends: an import loads back equal, with the comments."""
    (folder / "instance.toml").write_bytes(text.encode())
    instance = read(folder)
    wanted = instance.with_property("glide.http.timeout", "1000").with_quirk("sni", False)
    notes = wanted.save(folder)
    assert notes == ()
    assert read(folder) == wanted
    assert "# ours, do not touch" in (folder / "instance.toml").read_text()


def test_what_cannot_be_edited_is_said_and_kept_beside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows written as an inline list cannot get further blocks: the file is written anew, the old one is there."""
    inline = HAND_WRITTEN.replace('[[sys_soap_message]]\nname = "Orders"\n', "").replace(
        "# ours", 'sys_soap_message = [{name = "Orders"}]\n# ours'
    )
    (folder / "instance.toml").write_text(inline)
    assert main(["import-wsdl", str(ROOT / "examples/wsdl/tickets.wsdl"), "--into", str(folder)]) == 0
    assert "comments and file: references were not kept; the old file is instance.toml.bak" in capsys.readouterr().out
    assert (folder / "instance.toml.bak").read_text() == inline
    assert {row.name for row in read(folder).soap_messages} == {"Orders", "Tickets"}


def test_an_exported_and_imported_folder_keeps_its_comments(folder: Path, tmp_path: Path) -> None:
    """The XML importer is the same writer."""
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    main(["export", str(folder), "--out", str(tmp_path / "all.xml")])
    assert main(["import", str(tmp_path / "all.xml"), "--into", str(other)]) in (0, 1)
    assert "# ours, do not touch" in (other / "instance.toml").read_text()
    assert "env:ACME_PASSWORD" in (other / "instance.toml").read_text()
