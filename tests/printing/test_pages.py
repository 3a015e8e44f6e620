"""The reference pages are what the tables say, and say it readably."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.printing import PAGES, SCHEMAS, write
from docs.printing.markdown import anchor, cell, code, table
from sn_mock.cli import COMMANDS
from sn_mock.instance import RELEASES, TABLES
from sn_mock.instance.release_facts import FACTS
from sn_mock.lab.scenarios import SCENARIOS

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_committed_page_is_current(name: str) -> None:
    """Whoever changes a table runs `make docs`."""
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run `make docs` and commit the page"


@pytest.mark.parametrize("name", SCHEMAS)
def test_committed_schema_is_current(name: str) -> None:
    """The schemas beside the examples are what `sn-mock schema` prints."""
    assert (DOCS.parent / "examples" / name).read_text("utf-8") == SCHEMAS[name](), "run `make docs` and commit it"


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    """The pages depend on nothing but the tables."""
    assert len(write(tmp_path)) == len(PAGES)
    assert write(tmp_path) == ()


def test_pages_leave_nothing_out() -> None:
    """Each command, scenario, fact, release and table has its place."""
    assert all(f"## sn-mock {name}\n" in PAGES["commands.md"]() for name in COMMANDS)
    assert all(f"## {name}\n" in PAGES["scenarios.md"]() for name in SCENARIOS)
    assert all(f"## {name}\n" in PAGES["releases.md"]() for name in FACTS)
    assert all(f"`{name}`" in PAGES["releases.md"]() for name in RELEASES)
    assert all(f"## {name}\n" in PAGES["tables.md"]() for name in TABLES if name != "sys_attachment")


@pytest.mark.parametrize("name", PAGES)
def test_tables_keep_their_shape(name: str) -> None:
    """No text breaks a table: every row has as many cells as its header."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGES[name](), re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block


def test_cells_are_escaped() -> None:
    """A pipe, a newline, a tag or a backtick in a text stays text."""
    assert cell("a|b\n<c> `<d>`") == "a\\|b<br>&lt;c> `<d>`"
    assert code("a`b") == "`` a`b ``"
    assert table(("h",), [("x|y",)]) == "| h |\n| --- |\n| x\\|y |\n"
    assert anchor("What's new: `x-y` (1.2)") == "whats-new-x-y-12"
