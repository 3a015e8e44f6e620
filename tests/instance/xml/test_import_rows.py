"""Importing rows of tables that are not modelled: into rows/, streamed, later ones win."""

from __future__ import annotations

from pathlib import Path

from sn_mock.instance import Instance
from sn_mock.instance.xml import import_files

ONE, TWO = "1" * 32, "2" * 32


def export(path: Path, *rows: str) -> Path:
    """An unload of some rows."""
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><unload>{"".join(rows)}</unload>')
    return path


def incident(sys_id: str, text: str, action: str = "INSERT_OR_UPDATE") -> str:
    """One row."""
    return (
        f'<incident action="{action}"><sys_id>{sys_id}</sys_id><active>true</active>'
        f'<caller_id display_value="Abel">{"a" * 32}</caller_id>'
        f"<short_description>{text}</short_description></incident>"
    )


def test_rows_of_the_business_are_kept(tmp_path: Path) -> None:
    """Rows come in as texts; the platform's configuration is counted and skipped; the report says both."""
    file = export(
        tmp_path / "a.xml",
        incident(ONE, "fire &amp; smoke"),
        f'<sys_ui_policy action="INSERT_OR_UPDATE"><sys_id>{TWO}</sys_id></sys_ui_policy>',
        f'<sys_user action="INSERT_OR_UPDATE"><sys_id>{TWO}</sys_id><user_name>abel</user_name></sys_user>',
    )
    report = import_files([file], tmp_path / "into", release="zurich")
    assert (dict(report.rows), dict(report.skipped), report.complete) == (
        {"incident": 1, "sys_user": 1},
        {"sys_ui_policy": 1},
        True,
    )
    assert "imported 1 incident, 1 sys_user" in next(iter(report.lines()))
    loaded = Instance.load(tmp_path / "into")
    assert dict(loaded.rows.table("incident")[ONE]) == {
        "sys_id": ONE,
        "active": "true",
        "caller_id": "a" * 32,
        "short_description": "fire & smoke",
    }


def test_again_and_deleted(tmp_path: Path) -> None:
    """A second import updates rows by sys_id, and DELETE removes them; nothing is doubled."""
    import_files([export(tmp_path / "a.xml", incident(ONE, "a"), incident(TWO, "b"))], tmp_path / "into")
    second = export(tmp_path / "b.xml", incident(ONE, "c"), incident(TWO, "", action="DELETE"))
    report = import_files([second], tmp_path / "into")
    assert dict(report.deleted) == {"incident": 1}
    rows = Instance.load(tmp_path / "into").rows.table("incident")
    assert {key: row["short_description"] for key, row in rows.items()} == {ONE: "c"}


def test_a_table_whose_name_is_none_is_skipped(tmp_path: Path) -> None:
    """No row leads to a file of another name; a row without sys_id is counted as skipped."""
    file = export(
        tmp_path / "a.xml",
        f'<X.y action="INSERT_OR_UPDATE"><sys_id>{ONE}</sys_id></X.y>',
        '<u_thing action="INSERT_OR_UPDATE"><u_a>1</u_a></u_thing>',
        incident(ONE, "x"),
    )
    report = import_files([file], tmp_path / "into")
    assert dict(report.skipped) == {"X.y": 1, "u_thing": 1}
    assert sorted(path.name for path in (tmp_path / "into" / "rows").iterdir()) == ["incident.jsonl"]


def test_script_includes_come_in_with_their_script(tmp_path: Path) -> None:
    """The scope's name, and the script as a file."""
    row = (
        f'<sys_script_include action="INSERT_OR_UPDATE"><sys_id>{ONE}</sys_id><name>Shop</name><active>true</active>'
        "<script><![CDATA[var Shop = 1 < 2;]]></script><access>public</access>"
        '<sys_scope display_value="Acme">x</sys_scope><sys_package display_value="Acme" source="x_acme">x</sys_package>'
        "<sys_created_by>abel</sys_created_by></sys_script_include>"
    )
    import_files([export(tmp_path / "a.xml", row)], tmp_path / "into")
    (include,) = Instance.load(tmp_path / "into").script_includes
    assert (include.name, include.sys_scope, include.script) == ("Shop", "x_acme", "var Shop = 1 < 2;")
    assert include.sys_created_by == "abel"
    assert (tmp_path / "into" / "scripts" / "Shop.js").read_text() == "var Shop = 1 < 2;"
