"""Which pages the site has, and where each comes from.

docs/index.md decides: its groups are the site's, and a page that it does not list is an error, not a page that nobody
finds. Files of the repository outside docs/ that a page links to are published beside it, as they are.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_GROUP = re.compile(r"\*\*(?P<name>[^*]+)\*\*")
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")

API: Mapping[str, tuple[str, ...]] = {
    "sn_mock": ("sn_mock",),
    "provider_stub": ("provider_stub",),
    "pytest": ("sn_mock.pytest_plugin",),
    "keystores": ("sn_mock.java.keystore",),
    "tls_transcript": ("tls_transcript",),
}
"""Page of the API reference to the modules whose public names (`__all__`) it shows."""


class PublishingError(Exception):
    """The site cannot be built as it should be; the message names the page and what is wrong."""


@dataclass(frozen=True, slots=True)
class Group:
    """One heading of the table of contents, with (title, page) for each entry."""

    name: str
    entries: tuple[tuple[str, str], ...]


def groups(docs: Path) -> tuple[Group, ...]:
    """The table of contents; raises PublishingError for a page that docs/index.md does not list."""
    found: list[Group] = []
    for line in (docs / "index.md").read_text().splitlines():
        heading = _GROUP.match(line)
        if heading:
            found.append(Group(heading["name"], ()))
        if found:
            links = tuple((match["text"], match["target"]) for match in _LINK.finditer(line))
            found[-1] = Group(found[-1].name, (*found[-1].entries, *links))
    listed = {page for group in found for _, page in group.entries}
    for page in sorted(str(path.relative_to(docs)) for path in docs.rglob("*.md")):
        if page not in listed and page != "index.md":
            raise PublishingError(f"docs/{page} is not listed in docs/index.md; next step: name it there")
    return tuple(found)


def staged(docs: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the site's source: its path there and its content, links to the repository's files mended."""
    docs = docs.resolve()
    waiting = sorted(docs.rglob("*.md"))
    known = set(waiting)
    while waiting:
        path = waiting.pop()
        if path.suffix != ".md":
            yield _place(path, docs), path.read_bytes()
            continue
        linked: set[Path] = set()
        yield _place(path, docs), _mended(path, docs, linked).encode()
        waiting += sorted(linked - known)
        known |= linked
    for name, modules in API.items():
        yield f"api/{name}.md", _reference(name, modules).encode()


def _place(path: Path, docs: Path) -> str:
    """Where a file of the repository is on the site."""
    inside = path.is_relative_to(docs)
    return str(path.relative_to(docs)) if inside else f"files/{path.relative_to(docs.parent)}"


def _mended(path: Path, docs: Path, linked: set[Path]) -> str:
    here = posixpath.dirname(_place(path, docs))

    def mend(match: re.Match[str]) -> str:
        target = match["target"]
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        there = (path.parent / target).resolve()
        if not there.exists() or not there.is_relative_to(docs.parent):
            raise PublishingError(f"{path.relative_to(docs.parent)}: there is no {target}")
        if there.is_dir():
            return f"{match['text']} (`{there.relative_to(docs.parent)}/`)"
        linked.add(there)
        return f"[{match['text']}]({posixpath.relpath(_place(there, docs), here or '.')}{match['anchor'] or ''})"

    return _with_lists(_LINK.sub(mend, path.read_text()))


def _with_lists(text: str) -> str:
    """The same with an empty line before each list: on the web site, unlike on GitHub, a list needs one."""
    lines: list[str] = []
    in_code = False
    for line in text.splitlines():
        in_code ^= line.lstrip().startswith("```")
        begins = _ITEM.match(line) and lines and lines[-1].strip() and not _ITEM.match(lines[-1])
        if begins and not in_code and not lines[-1].startswith((" ", "|")):
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"


def _reference(name: str, modules: tuple[str, ...]) -> str:
    return f"# {name}\n\n" + "\n".join(f"::: {module}\n" for module in modules)
