"""Importing whole repositories: what is no export is passed over, and what is ours is never passed over in silence."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from sn_mock.cli import main
from sn_mock.instance.instance import Instance
from sn_mock.instance.xml import import_files
from sn_mock.instance.xml.xml_reader import Handlers, RawRecord, read_export

PROPERTY = (
    '<record_update table="sys_properties"><sys_properties action="INSERT_OR_UPDATE">'
    f"<sys_id>{'1' * 32}</sys_id><name>x.y</name><value>1</value></sys_properties></record_update>"
)
NO_EXPORTS = {
    "dictionary/x_acme_order.xml": '<?xml version="1.0"?><database><element name="x_acme_order"/></database>',
    "pom.xml": "<project><name>x</name></project>",
    "page.xml": "<!DOCTYPE html><html></html>",
    "notes.xml": "just words",
    "empty.xml": "",
}


def repository(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def zipped(folder: Path) -> Path:
    """The same files in a zip."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_no_export_is_passed_over(tmp_path: Path, packed: bool) -> None:
    """Table definitions, other XML, HTML and no XML in a folder or zip: counted by kind, exit code 0."""
    app = repository(tmp_path / "app", {**NO_EXPORTS, "update/p.xml": PROPERTY})
    source = zipped(app) if packed else app
    report = import_files([source], tmp_path / "into")
    assert (report.files, dict(report.imported), report.complete) == (1, {"sys_properties": 1}, True)
    assert dict(report.passed_over) == {
        "<!DOCTYPE html>": 1,
        "<project>": 1,
        "empty files": 1,
        "no XML": 1,
        "table definitions (<database>)": 1,
    }
    assert main(["import", str(source), "--into", str(tmp_path / "again")]) == 0


@pytest.mark.parametrize("name", NO_EXPORTS)
def test_a_file_that_is_named_has_to_be_an_export(tmp_path: Path, name: str) -> None:
    """Who names a file wants it read: it is left out with the reason, exit code 1."""
    app = repository(tmp_path / "app", NO_EXPORTS)
    report = import_files([app / name], tmp_path / "into")
    assert [left.what for left in report.left_out] == ["the file"]
    assert main(["import", str(app / name), "--into", str(tmp_path / "again")]) == 1


@pytest.mark.parametrize(
    "damaged",
    [
        '<unload><sys_properties action="INSERT_OR_UPDATE"><sys_id>',
        "<!DOCTYPE unload [<!ENTITY a 'b'>]><unload/>",
    ],
)
def test_a_damaged_export_is_never_passed_over(tmp_path: Path, damaged: str) -> None:
    """A cut export, or one with entities, may have held rows of ours."""
    app = repository(tmp_path / "app", {"a.xml": damaged, "b.xml": PROPERTY})
    report = import_files([app], tmp_path / "into")
    assert not report.complete
    assert not report.passed_over


@pytest.mark.parametrize(("table", "complete"), [("sys_ui_page", True), ("sys_properties", False)])
def test_a_broken_update_counts_where_it_could_be_ours(tmp_path: Path, table: str, complete: bool) -> None:
    """The name of a customer update tells its table; one that plays no part here is skipped as its rows are."""
    payload = "<payload><![CDATA[<record_update><]]></payload>"
    update = f"<sys_update_xml><name>{table}_{'2' * 32}</name>{payload}</sys_update_xml>"
    file = repository(tmp_path, {"set.xml": f"<unload>{update}</unload>"}) / "set.xml"
    report = import_files([file], tmp_path / "into")
    assert report.complete == complete
    assert dict(report.skipped) == ({table: 1} if complete else {})


def test_rows_of_others_only_are_no_failure(tmp_path: Path) -> None:
    """A repository without a row that plays a part: nothing is written, exit code 0."""
    row = f'<unload><sys_ui_page action="INSERT_OR_UPDATE"><sys_id>{"1" * 32}</sys_id></sys_ui_page></unload>'
    app = repository(tmp_path / "app", {"a.xml": row})
    assert main(["import", str(app), "--into", str(tmp_path / "into")]) == 0
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    ("files", "output"),
    [
        ({"now.config.json": "{}", "src/fluent/a.now.ts": "Record({})"}, "dist/app"),
        ({"now.config.json": json.dumps({"appOutputDir": "build/x"}), "src/fluent/a.now.ts": ""}, "build/x"),
        ({"now.config.json": "no JSON"}, "dist/app"),
        ({"fluent/a.now.ts": ""}, "dist/app"),
    ],
)
def test_the_way_to_the_xml_of_an_sdk_project(
    tmp_path: Path, files: dict[str, str], output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """TypeScript is not read: the report says how it becomes XML; when it has, it is imported without a word."""
    app = repository(tmp_path / "app", files)
    assert main(["import", str(app), "--into", str(tmp_path / "into")]) == 1
    said = capsys.readouterr().out
    assert "project of the ServiceNow SDK" in said
    assert f"now-sdk build) and import {app / output}" in said
    repository(app, {f"{output}/update/p.xml": PROPERTY})
    assert main(["import", str(app), "--into", str(tmp_path / "into")]) == 0
    assert "SDK" not in capsys.readouterr().out


def test_a_folder_without_exports_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to read is exit code 1, with the reason; packages of npm and git's own files are not looked at."""
    app = repository(tmp_path / "app", {"a.txt": "x", "node_modules/b/c.xml": PROPERTY, ".git/d.xml": PROPERTY})
    assert main(["import", str(app), "--into", str(tmp_path / "into")]) == 1
    assert f"{app} has no XML and no zip file" in capsys.readouterr().out


def test_rows_are_handed_on_one_by_one(tmp_path: Path) -> None:
    """Equal texts of many rows are one object, and ten times the rows of other tables need no more memory."""
    rows = [f"<incident><sys_id>{each:032x}</sys_id><state>open</state></incident>" for each in range(3)]
    seen: list[RawRecord] = []
    handlers = Handlers(wanted={"incident"}, record=seen.append, skipped=lambda _: None, broken_payload=lambda *_: None)
    read_export(io.BytesIO(f"<unload>{''.join(rows)}</unload>".encode()), handlers)
    assert len({id(raw.fields["state"].text) for raw in seen}) == 1
    peaks = []
    for number in (1_000, 10_000):
        many = "".join(f"<incident><sys_id>{each:032x}</sys_id></incident>" for each in range(number))
        (tmp_path / f"{number}.xml").write_text(f"<unload>{many}</unload>")
        tracemalloc.start()
        import_files([tmp_path / f"{number}.xml"], tmp_path / f"into{number}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0] + 2_000_000
    assert len(Instance.load(tmp_path / "into10000").rows.table("incident")) == 10_000
