"""The folder while it is served: one state, in memory and on disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from guarded import files
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.live.base import base_rows
from sn_mock.live.state import FolderUnreadableError, LiveFolder

from .conftest import write_instance


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An instance folder."""
    return write_instance(tmp_path / "dev")


def test_a_write_is_on_disk_before_it_is_answered(path: Path) -> None:
    """Records in instance.toml with its comments, rows in their table's file; another reader sees both."""
    folder = LiveFolder(path)
    folder.insert("sys_properties", {"name": "x.y", "value": "1"})
    sys_id = folder.insert("incident", {"short_description": "fire"})["sys_id"]
    read = Instance.load(path)
    assert read.property("x.y") == "1"
    assert read.rows.table("incident")[sys_id]["short_description"] == "fire"
    text = (path / "instance.toml").read_text()
    assert text.startswith("# written by hand\n")
    assert "# the partner's" in text


def test_an_editors_change_is_seen_by_the_next_reader(path: Path) -> None:
    """Of a record, of a file, and of rows."""
    # given
    folder = LiveFolder(path)
    row = folder.insert("incident", {"short_description": "fire"})
    # when
    file = path / "instance.toml"
    file.write_text(file.read_text().replace("8443\n", "9443\n"))
    rows = path / "rows" / "incident.jsonl"
    rows.write_text(rows.read_text().replace("fire", "flood"))
    (path / "attachments" / "acme.jks").write_bytes(b"another")
    # then
    assert folder.instance.protocol_profiles[0].default_port == 9443
    assert folder.instance.attachments[0].data == b"another"
    with folder.open() as tables:
        found = tables.row("incident", row["sys_id"])
    assert found is not None
    assert found["short_description"] == "flood"


def test_a_broken_folder_leaves_the_last_good_state_in_force(path: Path) -> None:
    """Reading goes on and says why; writing would overwrite the editor's work, and waits until it is mended."""
    # given
    folder = LiveFolder(path)
    file = path / "instance.toml"
    good = file.read_text()
    # when
    file.write_text(good + "\n[[sys_property]]\n")
    # then
    assert folder.instance.name == "dev12345"
    assert "sys_property" in folder.problem
    with pytest.raises(FolderUnreadableError, match="sys_property"):
        folder.insert("sys_properties", {"name": "x", "value": "1"})
    assert file.read_text().endswith("[[sys_property]]\n")
    # and when it is mended
    file.write_text(good)
    folder.insert("sys_properties", {"name": "x", "value": "1"})
    assert (folder.problem, Instance.load(path).property("x")) == ("", "1")


def test_broken_rows_leave_the_last_good_ones_in_force(path: Path) -> None:
    """The table is read on, not written, until its file is mended."""
    folder = LiveFolder(path)
    folder.insert("incident", {"short_description": "fire"})
    rows = path / "rows" / "incident.jsonl"
    good = rows.read_text()
    rows.write_text("no JSON\n" + good)
    with folder.open() as tables:
        assert len(list(tables.rows("incident"))) == 1
    assert "line 1" in folder.problem
    with pytest.raises(MockUsageError, match="line 1"):
        folder.insert("incident", {"short_description": "flood"})
    rows.write_text(good)
    folder.insert("incident", {"short_description": "flood"})
    assert (folder.problem, rows.read_text().count("\n")) == ("", 2)


def test_two_writers_lose_nothing(path: Path) -> None:
    """Many threads change fields of one row and of one record, and add rows: all of it is there."""
    folder = LiveFolder(path)
    row = folder.insert("incident", {})["sys_id"]
    certificate = folder.instance.certificates[0].sys_id

    def write(number: int) -> None:
        for _ in range(3):
            folder.update("incident", row, {f"u_{number}": "1"})
            folder.insert("incident", {"u_by": str(number)})
        folder.change(lambda instance: instance.with_property(f"p{number}", "1"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = Instance.load(path)
    assert {f"u_{n}" for n in range(4)} <= read.rows.table("incident")[row].keys()
    assert len(read.rows.table("incident")) == 13
    assert len({one["number"] for one in read.rows.table("incident").values()}) == 13
    assert [read.property(f"p{n}") for n in range(4)] == ["1"] * 4
    assert read.certificates[0].sys_id == certificate


def test_a_full_disk_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk refuses is not in memory either."""
    folder = LiveFolder(path)
    folder.insert("incident", {"short_description": "before"})
    before = (path / "rows" / "incident.jsonl").read_bytes()
    text = (path / "instance.toml").read_bytes()
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 20 and data.startswith(b"{"):
            return real(descriptor, data[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("sn_mock.instance.folder.row_files.os.write", full)
        with pytest.raises(MockUsageError, match="No space left"):
            folder.insert("incident", {"short_description": "lost"})
    with monkeypatch.context() as patch:
        patch.setattr("sn_mock.instance.folder.atomic_writer._write_private", lambda *_: full(0, b""))
        with pytest.raises(MockUsageError, match="No space left"):
            folder.insert("sys_properties", {"name": "lost", "value": "1"})
    assert (path / "rows" / "incident.jsonl").read_bytes() == before
    assert (path / "instance.toml").read_bytes() == text
    with folder.open() as tables:
        assert len(list(tables.rows("incident"))) == 1
        assert not list(tables.rows("sys_properties"))


def test_a_line_that_was_cut_off_is_taken_away_by_the_next_write(path: Path) -> None:
    """As after kill -9 in the middle of a row: the rows before it and after it are there."""
    folder = LiveFolder(path)
    folder.insert("incident", {"short_description": "before"})
    file = path / "rows" / "incident.jsonl"
    file.write_bytes(file.read_bytes() + b'{"sys_id": "12')
    folder.insert("incident", {"short_description": "after"})
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["short_description"] for row in rows] == ["before", "after"]


_WRITER = """
import sys
from pathlib import Path
from sn_mock.live.state import LiveFolder
folder = LiveFolder(Path(sys.argv[1]))
number = 0
while True:
    folder.insert("incident", {"short_description": "x" * 2000})
    folder.change(lambda instance: instance.with_property("n", str(number)))
    number += 1
    print(number, flush=True)
"""


def test_kill_nine_leaves_a_whole_folder(path: Path) -> None:
    """A process that is killed while it writes leaves a folder that loads, with all that it has told of."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    told = 0
    while told < 5:
        told = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0].split()
    told = int(rest[-1]) if rest else told
    read = Instance.load(path)
    assert int(read.property("n") or "-1") + 1 >= told
    assert len(read.rows.table("incident")) >= told


def test_rows_of_the_base_are_there_until_they_are_changed(path: Path) -> None:
    """The admin stands in no file; a change writes the row, a removal is remembered."""
    folder = LiveFolder(path, base=base_rows())
    assert not (path / "rows").exists()
    folder.update("sys_user", "6816f79cc0a8016401c5a33be04be441", {"email": "me@example.com"})
    folder.delete("sys_user", "5136503cc611227c0183e96598c4f706")
    again = LiveFolder(path, base=base_rows())
    with again.open() as tables:
        assert [(row["user_name"], row["email"]) for row in tables.rows("sys_user")] == [("admin", "me@example.com")]
    assert files.read(path / "rows" / "sys_user.jsonl").count(b"\n") == 2


def test_tables_are_warmed_while_others_are_answered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read early is seen, as is a change made meanwhile; what is too large is read when it is asked for."""
    LiveFolder(path).insert("incident", {"short_description": "early"})
    LiveFolder(path).insert("problem", {"short_description": "x" * 500})
    monkeypatch.setattr("sn_mock.live.state.WARMED_BYTES", 450)
    folder = LiveFolder(path)
    folder.warm()
    with folder.open() as tables:
        assert folder.instance.rows.loaded() == ("incident",)
        assert [row["short_description"] for row in tables.rows("incident")] == ["early"]
        assert len(list(tables.rows("problem"))) == 1
    rows = path / "rows" / "incident.jsonl"
    late = LiveFolder(path)
    real = late._rows._read
    monkeypatch.setattr(late._rows, "_read", lambda *of: (real(*of), rows.write_text(rows.read_text() * 2))[0])
    rows.write_text(rows.read_text().replace("early", "later!"))
    late.warm()
    with late.open() as tables:
        assert [row["short_description"] for row in tables.rows("incident")] == ["later!"]


def test_a_table_is_read_once_by_however_many(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for a table that is being read waits for it: two copies of a large one would not fit."""
    # given
    LiveFolder(path).insert("incident", {"short_description": "early"})
    folder = LiveFolder(path)
    rows, both, read = folder.instance.rows, threading.Barrier(3), []
    real = rows._read

    def slowly(*of: Any) -> Any:
        read.append(of)
        return real(*of)

    monkeypatch.setattr(rows, "_read", slowly)

    def ask() -> None:
        both.wait()
        assert len(rows.table("incident")) == 1

    threads = [threading.Thread(target=ask) for _ in range(3)]
    # when
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # then
    assert len(read) == 1
