"""The reference pages under `docs/`, printed from the tables that the code itself runs on.

A *page* is a file name and a function that returns its Markdown. `python -m docs.printing docs` writes them all
(`make docs`); a test holds that the committed pages are what the tables say today.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.printing.commands import commands_page
from docs.printing.java_texts import java_texts_page
from docs.printing.live import live_page
from docs.printing.personalities import personalities_page
from docs.printing.records import properties_page, tables_page
from docs.printing.releases import releases_page
from docs.printing.rules import rules_page
from docs.printing.scenarios import scenarios_page
from docs.printing.schemas import instance_schema_file, policy_schema_file
from docs.printing.scripts import queries_page, script_api_page

PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "java-texts.md": java_texts_page,
    "live-instance.md": live_page,
    "personalities.md": personalities_page,
    "properties.md": properties_page,
    "queries.md": queries_page,
    "releases.md": releases_page,
    "rules.md": rules_page,
    "scenarios.md": scenarios_page,
    "script-api.md": script_api_page,
    "tables.md": tables_page,
}
"""File name → what it says."""
SCHEMAS: Mapping[str, Callable[[], str]] = {
    "instance/instance.schema.json": instance_schema_file,
    "provider.schema.json": policy_schema_file,
}
"""The same for what stands under `examples/`."""


def write(folder: Path, pages: Mapping[str, Callable[[], str]] = PAGES) -> tuple[Path, ...]:
    """Write every page into `folder`; the paths that changed."""
    changed = []
    for name, page in pages.items():
        path, text = folder / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return tuple(changed)
