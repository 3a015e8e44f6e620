"""axe-core finds nothing in the pages, in a real Chromium: light and dark, at desktop and at phone width."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sn_mock.lab.lab import Providers
from sn_mock.lab.runner import Reproduction, reproduce
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.report import Chapter, page

SHOWN = ("wrong-default-keystore", "soap-fault", "provider-certificate-expired", "unknown-host")
"""A refused certificate, an answer with a body, a time line, and a call that went nowhere."""
NARROW = 390
ABOUT = (("date", "2027-01-01 10:00 UTC"), ("instance", "lab on Brazil"), ("command", "sn-mock reproduce"))


def _axe() -> Path | None:
    """axe.min.js: `AXE_CORE` names it, else npm's folders are asked (`npm install -g axe-core`)."""
    npm = shutil.which("npm")
    asked = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=False).stdout if npm else ""
    places = (os.environ.get("AXE_CORE"), "node_modules/axe-core/axe.min.js", f"{asked.strip()}/axe-core/axe.min.js")
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


@pytest.fixture(scope="module")
def axe() -> str:
    """The script itself."""
    found = _axe() if shutil.which("chromium") else None
    if found is None:
        pytest.skip("needs chromium on the path and axe-core (npm install -g axe-core, or AXE_CORE=FILE)")
    return found.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, str]]:
    """Each shown scenario as a page with two chapters."""
    providers = Providers()
    runs = {name: reproduce(SCENARIOS[name], providers=providers) for name in SHOWN}
    yield {name: _page(run) for name, run in runs.items()}
    providers.close()


def _page(run: Reproduction) -> str:
    chapters = [
        Chapter(run.broken.exchange, run.broken.visit, "The broken call"),
        Chapter(run.fixed.exchange, run.fixed.visit, "The mended call"),
    ]
    return page(run.scenario.title, chapters, introduction=[run.scenario.story], sources=["KB0000000"], about=ABOUT)


def _in_frame(markup: str, axe: str, *, dark: bool) -> str:
    """The page with axe-core in it, everything unfolded; the colours of the asked-for scheme, its policy lifted."""
    seen = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", markup)
    seen = seen.replace("<details", "<details open")
    wanted, other = ("dark", "light") if dark else ("light", "dark")
    seen = seen.replace(f"(prefers-color-scheme: {wanted})", "all").replace(
        f"(prefers-color-scheme: {other})", "not all"
    )
    script = (
        "addEventListener('load', async () => {"
        " const found = await axe.run({resultTypes: ['violations']});"
        " const told = found.violations.map(v => [v.id, v.impact, v.nodes.map(n => n.target.join(' ')).slice(0, 5)]);"
        " const root = document.documentElement, texts = [...document.querySelectorAll('svg text')];"
        " const size = t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a;"
        " const cut = t => { const [a, b] = [t, t.ownerSVGElement].map(one => one.getBoundingClientRect());"
        " return a.left < b.left || a.right > b.right; };"
        " parent.postMessage(JSON.stringify({told, wide: root.scrollWidth - root.clientWidth,"
        " small: texts.filter(t => size(t) < 12).length, cut: texts.filter(cut).map(t => t.textContent)}), '*'); });"
    )
    return seen.replace("</head>", f"<script>{axe}</script><script>{script}</script></head>", 1)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(axe: str, pages: dict[str, str], dark: bool, tmp_path: Path) -> None:
    """No violation of any rule; at phone width nothing has to be scrolled sideways, and what stands in a drawing has 12
    pixels and is whole. Twin: a page with a fault of each kind."""
    drawing = '<svg width="90" viewBox="0 0 180 20"><text x="120" y="15">small and cut off</text></svg>'
    faulty = f'<main><h1>x</h1><img src="a.png">{drawing}</main></body></html>'
    faulty = f'<html lang="en"><head><title>x</title></head><body>{faulty}'
    frames = {(name, width): (text, width) for name, text in pages.items() for width in (1280, NARROW)}
    frames["faulty", NARROW] = (faulty.replace("<h1>", '<div style="width:900px">w</div><h1>'), NARROW)
    results = _run({key: (_in_frame(text, axe, dark=dark), width) for key, (text, width) in frames.items()}, tmp_path)

    fault = results.pop(("faulty", NARROW))
    assert [rule for rule, *_ in fault["told"]] == ["image-alt"]
    assert fault["wide"] > 0
    assert (fault["small"], fault["cut"]) == (1, ["small and cut off"])
    assert {key: found["told"] for key, found in results.items() if found["told"]} == {}
    assert {key: found["wide"] for key, found in results.items() if found["wide"] > 0} == {}
    assert {key: found["small"] for key, found in results.items() if found["small"]} == {}
    assert {key: found["cut"] for key, found in results.items() if found["cut"]} == {}


def _run(frames: dict[tuple[str, int], tuple[str, int]], folder: Path) -> dict[tuple[str, int], dict[str, object]]:
    """What each frame reports; one Chromium for all, since a window cannot be as narrow as a phone."""
    for number, (text, _) in enumerate(frames.values()):
        (folder / f"{number}.html").write_text(text, encoding="utf-8")
    shown = "".join(
        f'<iframe src="{number}.html" style="width:{width}px;height:1200px;border:0"></iframe>'
        for number, (_, width) in enumerate(frames.values())
    )
    collect = (
        "const told = {}; addEventListener('message', event => {"
        " const at = [...document.querySelectorAll('iframe')].findIndex(f => f.contentWindow === event.source);"
        " told[at] = JSON.parse(event.data); document.querySelector('pre').textContent = JSON.stringify(told); });"
    )
    main = folder / "main.html"
    main.write_text(f"<pre></pre><script>{collect}</script>{shown}", encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    command += ["--allow-file-access-from-files", "--virtual-time-budget=60000", "--dump-dom", main.as_uri()]
    dom = subprocess.run(command, check=True, capture_output=True, text=True, timeout=110).stdout
    told = json.loads(html.unescape(dom.partition("<pre>")[2].partition("</pre>")[0]) or "{}")
    assert len(told) == len(frames), "every page has been judged"
    return {key: told[str(number)] for number, key in enumerate(frames)}
