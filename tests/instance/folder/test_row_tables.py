"""Rows of tables that are not modelled: in memory, and as rows/<table>.jsonl beside instance.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, InstanceErrors, RowTables, SysScriptInclude
from sn_mock.instance.folder.row_files import append_rows, read_rows, table_names

ONE, TWO = "1" * 32, "2" * 32


def lines(folder: Path, table: str) -> list[dict[str, object]]:
    """The file as it is."""
    return [json.loads(line) for line in (folder / "rows" / f"{table}.jsonl").read_text().splitlines()]


def test_rows_come_back(tmp_path: Path) -> None:
    """Saved and loaded, values are texts; a folder without rows has none."""
    instance = Instance(rows=RowTables(None, {"incident": [{"sys_id": ONE, "active": True, "priority": 1, "x": None}]}))
    instance.save(tmp_path / "folder")
    loaded = Instance.load(tmp_path / "folder")
    assert loaded.rows.names() == ("incident",)
    assert dict(loaded.rows.table("incident")[ONE]) == {"sys_id": ONE, "active": "true", "priority": "1", "x": ""}
    assert loaded.rows.table("nothing") == {}


def test_changes_are_appended_and_then_compacted(tmp_path: Path) -> None:
    """A change is one line more; when most lines are dead the file is written anew."""
    folder = tmp_path / "folder"
    Instance(rows=RowTables(None, {"incident": [{"sys_id": ONE, "n": 0}, {"sys_id": TWO, "n": 0}]})).save(folder)
    instance = Instance.load(folder)
    instance.rows.put("incident", {"sys_id": ONE, "n": 1})
    instance.rows.remove("incident", TWO)
    instance.save(folder)
    assert [line["sys_id"] for line in lines(folder, "incident")] == [ONE, TWO, ONE, TWO]
    assert {key: row["n"] for key, row in Instance.load(folder).rows.table("incident").items()} == {ONE: "1"}
    for number in range(200):
        instance.rows.put("incident", {"sys_id": ONE, "n": number})
        instance.rows.save(folder)
    assert len(lines(folder, "incident")) < 120
    assert Instance.load(folder).rows.table("incident")[ONE]["n"] == "199"


def test_a_branch_changes_on_its_own(tmp_path: Path) -> None:
    """What a run writes is not seen by the instance it began with, and nothing is on disk."""
    folder = tmp_path / "folder"
    Instance(rows=RowTables(None, {"incident": [{"sys_id": ONE, "n": 0}]})).save(folder)
    before = Instance.load(folder).rows
    branch = before.branch()
    branch.put("incident", {"sys_id": TWO, "n": 1})
    branch.remove("incident", ONE)
    assert list(branch.table("incident")) == [TWO]
    assert list(before.table("incident")) == [ONE]
    assert list(read_rows(folder, "incident")) == [ONE]


def test_a_line_that_was_cut_off_is_no_row(tmp_path: Path) -> None:
    """A write that broke off costs its own row only, and the next write begins a line of its own."""
    append_rows(tmp_path, "incident", [{"sys_id": ONE}])
    path = tmp_path / "rows" / "incident.jsonl"
    path.write_bytes(path.read_bytes() + b'{"sys_id": "22')
    assert list(read_rows(tmp_path, "incident")) == [ONE]
    path.write_bytes(b'{"sys_id": "' + ONE.encode() + b'"}')  # a last line without its end is whole all the same
    append_rows(tmp_path, "incident", [{"sys_id": TWO}])
    assert list(read_rows(tmp_path, "incident")) == [ONE, TWO]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"sys_id": 1}\nnonsense\n', "line 2: is not JSON"),
        ("[1]\n", "line 1: is no row"),
        ("\udcff\n", "line 1: is not JSON"),
        ("[" * 100_000 + "\n", "line 1: is not JSON"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, text: str, words: str) -> None:
    """File, line and next step; no traceback."""
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "incident.jsonl").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(MockUsageError, match=words) as caught:
        read_rows(tmp_path, "incident")
    assert "incident.jsonl" in str(caught.value)


@pytest.mark.parametrize("name", ["../instance", "a/b", "A", "", "x" * 200])
def test_a_table_s_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    """A name that is no table's reads nothing and writes nothing outside rows/."""
    assert read_rows(tmp_path, name) == {}
    with pytest.raises(MockUsageError, match="cannot be the name of a table"):
        append_rows(tmp_path, name, [{"sys_id": ONE}])
    assert list(tmp_path.rglob("*.jsonl")) == []


def test_rows_written_by_hand_need_no_sys_id(tmp_path: Path) -> None:
    """It is derived from the line, and stays the same."""
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "incident.jsonl").write_text('{"number": "INC1"}\n\n{"number": "INC2", "tags": ["a"]}\n')
    first, second = read_rows(tmp_path, "incident").values()
    assert (first["number"], second["tags"]) == ("INC1", '["a"]')
    assert len({first["sys_id"], second["sys_id"]}) == 2
    assert list(read_rows(tmp_path, "incident")) == [first["sys_id"], second["sys_id"]]
    assert table_names(tmp_path) == ("incident",)


def test_an_unknown_table_in_toml_is_shown_its_place(tmp_path: Path) -> None:
    """TOML is for the records that people edit; the error names the file where the rows belong."""
    (tmp_path / "instance.toml").write_text('[instance]\nrelease = "zurich"\n\n[[u_order]]\nnumber = "1"\n')
    with pytest.raises(InstanceErrors, match=r"rows/u_order\.jsonl"):
        Instance.load(tmp_path)


def test_a_script_include_keeps_its_script_as_a_file(tmp_path: Path) -> None:
    """scripts/NAME.js, and the row loads back; stamps are kept."""
    include = SysScriptInclude(name="Shop", sys_scope="x_acme", script="var Shop = 1;\n", sys_created_by="abel")
    instance = Instance(script_includes=(include,))
    instance.save(tmp_path / "folder")
    assert (tmp_path / "folder" / "scripts" / "Shop.js").read_text() == "var Shop = 1;\n"
    text = (tmp_path / "folder" / "instance.toml").read_text()
    assert 'script = "file:scripts/Shop.js"' in text
    (loaded,) = Instance.load(tmp_path / "folder").script_includes
    assert loaded == include
    assert loaded.stamps == {"sys_created_by": "abel"}
