"""What an export may make us hold and write: bounded by what is asked for, and inside the folder."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.instance.folder.atomic_writer import write_atomically
from sn_mock.instance.xml import import_files, xml_reader
from sn_mock.instance.xml.sources import sources
from sn_mock.instance.xml.xml_reader import FILLED, ExportFileError, Handlers, RawRecord, read_export

Linear = Callable[[Callable[[int], object], int], None]
SYS_ID = "0123456789abcdef0123456789abcdef"


def read(document: bytes, **options: object) -> list[RawRecord]:
    """The rows of sys_certificate, of which `name` is asked for."""
    rows: list[RawRecord] = []
    handlers = Handlers(
        {"sys_certificate"}, rows.append, lambda _: None, lambda *_: None, {"sys_certificate": {"name"}}, **options
    )
    read_export(io.BytesIO(document), handlers)
    return rows


def row(junk: bytes, name: bytes = b"a") -> bytes:
    """A row with a field that nobody asked for."""
    return b"<sys_certificate><name>" + name + b"</name><junk>" + junk + b"</junk><blank> </blank></sys_certificate>"


def test_fields_that_nobody_asked_for_are_only_counted() -> None:
    """Their text is not kept; that they are filled is known."""
    (only,) = read(b"<unload>" + row(b"x" * 1000) + b"</unload>")

    assert {name: field.text for name, field in only.fields.items()} == {"name": "a", "junk": FILLED, "blank": ""}


def test_a_small_zip_of_huge_fields_needs_little_memory(tmp_path: Path) -> None:
    """30 rows of 4 million letters each in a few kilobytes: imported, named as left out, and not held."""
    path = tmp_path / "rows.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = row(b"x" * 4_000_000).replace(b"<name>", f"<sys_id>{SYS_ID}</sys_id><name>".encode()) * 30
        archive.writestr("rows.xml", b"<unload>" + rows + b"</unload>")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = import_files([path], tmp_path / "instance")

    assert report.skipped_fields == {"sys_certificate.junk": 30}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024


def test_what_is_kept_of_a_file_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of known fields by the million: refused with the limit; streamed tables do not count."""
    monkeypatch.setattr(xml_reader, "MAX_KEPT_CHARACTERS", 10_000)
    document = b"<unload>" + row(b"", b"n" * 100) * 100 + b"</unload>"
    with pytest.raises(ExportFileError, match="hold more than 10000 characters"):
        read(document)
    assert len(read(document, streamed={"sys_certificate"})) == 100


def test_elements_inside_one_another_have_a_bound() -> None:
    """A tower of a million elements is refused at the sixty-fifth."""
    with pytest.raises(ExportFileError, match="more than 64 elements inside one another"):
        read(b"<unload>" + b"<a>" * 1_000_000)


@pytest.mark.parametrize(
    "piece", [b"<a/>", b"<sys_certificate/>", b"<sys_certificate><name>a</name></sys_certificate>", b"&lt;"]
)
def test_an_export_costs_what_it_is_long(linear: Linear, piece: bytes) -> None:
    """Rows, known and unknown, and text that is no row."""
    linear(lambda size: read(b"<unload>" + piece * size + b"</unload>"), 500)


def test_a_zip_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what its directory says, before anything is unpacked."""
    from sn_mock.instance.xml import sources as module

    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.xml", b" " * 1000)
    monkeypatch.setattr(module, "MAX_ARCHIVE_BYTES", 3_999)
    (source,) = sources([path])
    with pytest.raises(ExportFileError, match="unpacks to more than 3999 bytes"):
        source.open()
    monkeypatch.setattr(module, "MAX_ARCHIVE_BYTES", 4_000)
    assert len(list(sources([path]))) == 4


def test_nothing_is_written_through_a_link_out_of_the_folder(tmp_path: Path) -> None:
    """Given `attachments` as a link to elsewhere: refused, and nothing is there; a link inside the folder is fine."""
    folder, outside = tmp_path / "instance", tmp_path / "outside"
    (folder / "real").mkdir(parents=True)
    outside.mkdir()
    (folder / "attachments").symlink_to(outside)
    (folder / "inside").symlink_to(folder / "real")
    with pytest.raises(MockUsageError, match="because a folder on the way is a link"):
        write_atomically(folder, {"attachments/a.jks": b"x", "instance.toml": b""})

    assert list(outside.iterdir()) == []
    assert not (folder / "instance.toml").exists()
    write_atomically(folder, {"inside/a.jks": b"x"})
    assert (folder / "real" / "a.jks").read_bytes() == b"x"


@pytest.mark.parametrize("name", ["attachments/fifo", "/dev/zero"])
def test_an_instance_names_regular_files_inside(tmp_path: Path, name: str) -> None:
    """A FIFO or a device as attachment is an error with its key, at once."""
    import os

    (tmp_path / "attachments").mkdir()
    os.mkfifo(tmp_path / "attachments" / "fifo")
    (tmp_path / "instance.toml").write_text(
        '[instance]\nname = "x"\nrelease = "helsinki"\n[[sys_certificate]]\nname = "a"\ntype = "key_store"\n'
        f'key_store_password = "x"\nattachment = "{name}"\n'
    )
    with pytest.raises(MockUsageError, match=r'"a"\.attachment: '):
        Instance.load(tmp_path)


@pytest.mark.parametrize("number", ["9" * 5000, "²", "1" * 30])
def test_numbers_of_chunks_are_numbers(tmp_path: Path, number: str) -> None:
    """A position that is no number, or an absurd one, damages its attachment and nothing else."""
    path = tmp_path / "a.xml"
    path.write_text(
        f"<unload><sys_attachment_doc><sys_attachment>{SYS_ID}</sys_attachment><position>{number}</position>"
        f"<length>{number}</length><data>eA==</data></sys_attachment_doc></unload>",
        encoding="utf-8",
    )
    assert import_files([path], tmp_path / "instance").files == 1


def test_a_row_has_a_longest_line_and_a_regular_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A longer one is named with its line, one byte less is read; a FIFO is no file of rows."""
    import os

    from sn_mock.instance.folder import row_files

    line = f'{{"sys_id": "{SYS_ID}", "x": "y"}}'
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "incident.jsonl").write_text(f"{line}\n")
    monkeypatch.setattr(row_files, "MOST_LINE_BYTES", len(line) + 1)
    assert list(row_files.read_rows(tmp_path, "incident")) == [SYS_ID]
    monkeypatch.setattr(row_files, "MOST_LINE_BYTES", len(line))
    with pytest.raises(MockUsageError, match="line 1: is longer than"):
        row_files.read_rows(tmp_path, "incident")
    os.mkfifo(tmp_path / "rows" / "problem.jsonl")
    with pytest.raises(MockUsageError, match="is not a regular file"):
        row_files.read_rows(tmp_path, "problem")
