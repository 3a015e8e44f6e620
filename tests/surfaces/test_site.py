"""The documentation site: built by one command, every page listed, every link leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docs.publishing.links import broken_links
from docs.publishing.pages import PublishingError, groups, staged

pytest.importorskip("mkdocs", reason="the extra `site` is not installed")
pytest.importorskip("mkdocstrings", reason="the extra `site` is not installed")

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make site` builds it."""
    from docs.publishing.site import build

    folder = tmp_path_factory.mktemp("site")
    build(folder)
    return folder


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    """No page, place, style sheet or example that something links to is missing."""
    assert list(broken_links(site)) == []


def test_the_site_has_every_page_the_api_and_a_search(site: Path) -> None:
    """Pages of docs/, public names with their docstrings, and a search index that knows both."""
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS).with_suffix(".html")).is_file()
    api = (site / "api" / "sn_mock.html").read_text()
    assert 'id="sn_mock.SOAPMessageV2.setMutualAuth"' in api
    assert "One outbound call from the record to the response" in api
    index = json.loads((site / "search" / "search_index.json").read_text())
    titles = {entry["title"] for entry in index["docs"]}
    assert {"Scenarios", "Provider"} <= {title.split(" ")[0] for title in titles} | titles


def test_classes_whose_methods_wait_are_called_dataclasses(site: Path) -> None:
    """A dataclass of the house is one on the site, as the standard library's are."""
    api = (site / "api" / "provider_stub.html").read_text()
    heading = re.search(r'<h2 id="provider_stub\.ProviderPolicy".*?</h2>', api, re.DOTALL)
    assert heading is not None
    assert "doc-label-dataclass" in heading[0]


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    """A missing file and a missing place are two complaints; links that fit are none."""
    (tmp_path / "a.html").write_text(
        '<h1 id="top">A</h1><a href="b.html#here">b</a><a href="https://example.com/">c</a>'
    )
    (tmp_path / "b.html").write_text('<h1 id="here">B</h1><a href="a.html#top">a</a>')
    assert list(broken_links(tmp_path)) == []

    (tmp_path / "b.html").write_text('<h1 id="there">B</h1><a href="c.html">c</a>')
    assert list(broken_links(tmp_path)) == [
        "a.html: b.html#here leads to no place in b.html",
        "b.html: c.html leads to no file",
    ]


def test_a_page_that_nobody_finds_is_an_error(tmp_path: Path) -> None:
    """docs/index.md lists all pages: a new one is named there, or the site is not built."""
    (tmp_path / "index.md").write_text("**Do**\n- [One](one.md)\n")
    (tmp_path / "one.md").write_text("# One\n")
    assert [group.entries for group in groups(tmp_path)] == [(("One", "one.md"),)]

    (tmp_path / "two.md").write_text("# Two\n")
    with pytest.raises(PublishingError, match=r"docs/two\.md is not listed in docs/index\.md"):
        groups(tmp_path)


def test_a_link_to_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    """Pages may link to files of the repository; these are published, and must be there."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "example.toml").write_text("x = 1\n")
    (docs / "index.md").write_text("[the example](../example.toml)\n- a list\n")
    published = dict(staged(docs))
    assert published["index.md"] == b"[the example](files/example.toml)\n\n- a list\n"
    assert published["files/example.toml"] == b"x = 1\n"

    (tmp_path / "example.toml").unlink()
    with pytest.raises(PublishingError, match=r"docs/index\.md: there is no \.\./example\.toml"):
        list(staged(docs))
