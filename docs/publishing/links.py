"""Every link of the finished site leads to a file of it, and to a place in that file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html


def broken_links(folder: Path) -> Iterator[str]:
    """One sentence for each link that leads nowhere inside the site; other sites are not asked."""
    known: dict[Path, frozenset[str]] = {}
    for page in sorted(folder.rglob("*.html")):
        if page.name == "404.html":
            continue  # its links are made for the site's root
        for target in _targets(page):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            there = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            there = there / "index.html" if there.is_dir() else there
            place = f"{page.relative_to(folder)}: {target}"
            if not there.is_file():
                yield f"{place} leads to no file"
            elif parts.fragment and there.suffix == ".html":
                if there not in known:
                    known[there] = _anchors(there)
                if unquote(parts.fragment) not in known[there]:
                    yield f"{place} leads to no place in {there.name}"


def _targets(page: Path) -> Iterator[str]:
    for element in html.parse(str(page)).iter("a", "link", "script", "img"):
        target = element.get("href") or element.get("src")
        if target:
            yield target


def _anchors(page: Path) -> frozenset[str]:
    tree = html.parse(str(page))
    return frozenset(element.get("id") or element.get("name") or "" for element in tree.iter()) | {"__top", ""}
