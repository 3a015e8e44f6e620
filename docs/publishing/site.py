"""MkDocs builds the site, strictly: a warning ends the build."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from docs.publishing.pages import API, Group, PublishingError, groups, staged

DOCS = Path(__file__).resolve().parent.parent


def build(folder: Path) -> None:
    """Write the site to `folder`, which is emptied first. Raises PublishingError where MkDocs has a complaint."""
    with tempfile.TemporaryDirectory(prefix="sn-mock-site-") as work:
        source = Path(work) / "pages"
        for name, content in staged(DOCS):
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        settings = Path(work) / "mkdocs.yml"
        settings.write_text(yaml.safe_dump(_settings(groups(DOCS), source, folder.resolve()), sort_keys=False))
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--config-file", str(settings)]
        finished = subprocess.run(command, cwd=DOCS.parent, capture_output=True, text=True, check=False)
        if finished.returncode:
            raise PublishingError((finished.stdout + finished.stderr).strip())


def _settings(contents: tuple[Group, ...], source: Path, folder: Path) -> dict[str, Any]:
    navigation: list[dict[str, Any]] = [{"Documentation": "index.md"}]
    navigation += [{group.name: [{_title(text): page} for text, page in group.entries]} for group in contents]
    navigation.append({"Python": [{name: f"api/{name}.md"} for name in API]})
    return {
        "site_name": "sn-mock",
        "docs_dir": str(source),
        "site_dir": str(folder),
        "use_directory_urls": False,
        "nav": navigation,
        "theme": {
            "name": "material",
            "font": False,
            "features": ["navigation.sections", "navigation.top", "search.highlight", "content.code.copy"],
            "palette": [
                {"media": "(prefers-color-scheme: light)", "scheme": "default"},
                {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
            ],
        },
        "plugins": [
            "search",
            "offline",
            {
                "mkdocstrings": {
                    "handlers": {
                        "python": {
                            "paths": [str(DOCS.parent)],
                            "options": {
                                "extensions": [str(DOCS / "publishing" / "dataclasses_of_the_house.py")],
                                "heading_level": 2,
                                "show_root_heading": False,
                                "show_source": False,
                                "show_if_no_docstring": False,
                                "members_order": "alphabetical",
                                "inherited_members": True,
                                "show_signature_annotations": True,
                                "separate_signature": True,
                            },
                        }
                    }
                }
            },
        ],
        "markdown_extensions": [
            "attr_list",
            "tables",
            "toc",
            "pymdownx.highlight",
            "pymdownx.superfences",
        ],
        "validation": {"links": {"not_found": "warn", "anchors": "warn", "absolute_links": "warn"}},
    }


def _title(text: str) -> str:
    """A link's text as an entry of the table of contents."""
    return text[:1].upper() + text[1:]
