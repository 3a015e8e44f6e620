"""Reports tell the same story in text, in the terminal and as a page that is safe, whole and readable in a browser."""

from __future__ import annotations

import html
import io
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from sn_mock.exchange import Exchange, Finding, Response, Route
from sn_mock.failure import Failure, JavaException, Stage
from sn_mock.instance import Instance
from sn_mock.lab.lab import Providers
from sn_mock.lab.runner import Reproduction, reproduce
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.outbound.messages.session import use
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from sn_mock.report import Chapter, page, text
from sn_mock.report.story import story
from sn_mock.report.terminal import terminal

SHOWN = [
    "wrong-default-keystore",
    "nginx-no-certificate",
    "wrong-store-password",
    "unknown-host",
    "middleware-not-imported",
    "provider-certificate-expired",
    "soap-fault",
]
VOID = {"meta", "br", "hr"}


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, Reproduction]]:
    """One run of each scenario that is shown."""
    providers = Providers()
    yield {name: reproduce(SCENARIOS[name], providers=providers) for name in SHOWN}
    providers.close()


def rendered(run: Reproduction) -> str:
    """The run as a page with two chapters."""
    chapters = [
        Chapter(run.broken.exchange, run.broken.visit, "The broken call"),
        Chapter(run.fixed.exchange, run.fixed.visit, "The mended call"),
    ]
    return page(run.scenario.title, chapters, introduction=[run.scenario.story], sources=["KB0000000"])


class Balance(HTMLParser):
    """Counts what a browser would have to repair, and collects every address a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it, and what it refers to."""
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing to close."""

    def handle_endtag(self, tag: str) -> None:
        """It must be the one that was opened last."""
        if not self.open or self.open.pop() != tag:
            self.problems.append(tag)


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_well_formed_and_loads_nothing(name: str, runs: dict[str, Reproduction]) -> None:
    """Tags close in order, ids are unique, and there is no script, no address and no style from elsewhere."""
    markup = rendered(runs[name])
    parser = Balance()
    parser.feed(markup)

    assert parser.problems == []
    assert parser.open == []
    assert parser.addresses == []
    assert len(parser.ids) == len(set(parser.ids))
    assert "<script" not in markup
    assert "@import" not in markup
    assert "default-src 'none'" in markup


@pytest.mark.parametrize("name", SHOWN)
def test_every_form_tells_the_same_story(name: str, runs: dict[str, Reproduction]) -> None:
    """The three sentences, Java's lines, the root cause and the remedy are in the text, the terminal and the page."""
    side = runs[name].broken
    told = story(side.exchange, side.visit)
    console = Console(file=io.StringIO(), width=10_000)
    console.print(terminal(side.exchange, side.visit))
    forms = [
        " ".join(text(side.exchange, side.visit).split()),
        " ".join(console.file.getvalue().split()),  # type: ignore[attr-defined]
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", rendered(runs[name]))).split()),
    ]

    for words in (*told.sentences, *told.java, told.findings[0].title, told.findings[0].fix):
        for form in forms:
            assert " ".join(words.split()) in form


@pytest.mark.parametrize("name", SHOWN)
def test_no_secret_is_in_a_report(name: str, runs: dict[str, Reproduction]) -> None:
    """Passwords and keys never reach a page."""
    markup = rendered(runs[name])

    assert "changeit" not in markup
    assert "PRIVATE KEY" not in markup
    assert "Authorization" not in markup


def test_hostile_texts_stay_texts(runs: dict[str, Reproduction]) -> None:
    """What a provider answers, and what records are called, cannot become markup."""
    evil = "<script>alert(1)</script>\"'&"
    exchange = replace(
        runs["soap-fault"].broken.exchange,
        message=evil,
        response=Response(500, True, error_message=evil, body=evil),
        findings=(Finding("rule", evil, (evil,), evil, evil),),
        log=(evil,),
    )
    markup = page(
        evil, [Chapter(exchange, {"verdict": evil, "detail": evil, "transcript": []}, evil)], introduction=[evil]
    )

    assert "<script" not in markup
    assert html.escape(evil) in markup


def test_the_failing_step_is_marked(runs: dict[str, Reproduction]) -> None:
    """The alert that ended the handshake is the failed line; a call that succeeded has none."""
    run = runs["wrong-default-keystore"]
    broken = story(run.broken.exchange, run.broken.visit)
    fixed = story(run.fixed.exchange, run.fixed.visit)

    assert [line.note for line in broken.lines if line.failed] == ["bad_certificate"]
    assert [stage.name for stage in broken.stages if stage.state == "failed"] == ["handshake"]
    assert not [line for line in fixed.lines if line.failed]
    assert {stage.state for stage in fixed.stages} == {"done"}


def test_a_call_that_went_nowhere_has_no_dialogue(runs: dict[str, Reproduction]) -> None:
    """Without a connection there is nothing to draw, and the page says where it ended."""
    told = story(runs["wrong-store-password"].broken.exchange)

    assert told.lines == ()
    assert [stage.state for stage in told.stages][:3] == ["done", "failed", "not reached"]
    assert "<svg" not in page("t", [Chapter(runs["wrong-store-password"].broken.exchange)])


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        ("http", "called http://localhost/x as plain http, without TLS. No TLS was spoken; the provider answered"),
        ("https", "without a client certificate to offer. The provider asked for no client certificate;"),
    ],
)
def test_plain_http_is_not_called_https(runs: dict[str, Reproduction], scheme: str, told: str) -> None:
    """A call without TLS says so, and nothing of certificates; the same over https says what was asked for."""
    call = runs["wrong-default-keystore"].fixed.exchange
    route = Route(f"{scheme}://localhost/x", scheme, "localhost", 80)
    assert told in " ".join(story(replace(call, route=route, key_choice=None)).sentences)


def test_certificates_stand_on_the_time_line(runs: dict[str, Reproduction]) -> None:
    """An expired provider certificate is shown as expired, next to the dates of its chain."""
    markup = rendered(runs["provider-certificate-expired"])

    assert 'class="bar over"' in markup
    assert "2020-01-01 to 2021-01-01" in markup


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium on the path")
@pytest.mark.parametrize(("width", "scheme"), [(390, 1), (1280, 0)], ids=["phone-light", "desktop-dark"])
def test_a_browser_shows_the_page(width: int, scheme: int, runs: dict[str, Reproduction], tmp_path: Path) -> None:
    """Headless Chromium renders it at phone and desktop width, light and dark, on the background the style names."""
    source, shot = tmp_path / "report.html", tmp_path / "report.png"
    source.write_text(rendered(runs["wrong-default-keystore"]), encoding="utf-8")
    subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--blink-settings=preferredColorScheme={scheme}",
            f"--window-size={width},1200",
            f"--screenshot={shot}",
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=90,
    )
    image = shot.read_bytes()

    assert struct.unpack(">II", image[16:24]) == (width, 1200)
    assert len(image) > 20_000, "an empty page would compress to almost nothing"


def _called(endpoint: str) -> Exchange:
    """What becomes of a call to that endpoint, without any record."""
    with use(Instance()):
        message = SOAPMessageV2()
        message.setEndpoint(endpoint)
        message.setRequestBody("<x/>")
        exchange = message.execute().exchange
    assert exchange is not None
    return exchange


@pytest.mark.parametrize(
    "endpoint", ["https://exa mple/x", "https:///x", "", "no scheme", "https://[::1/x", "ftp://host/x"]
)
def test_a_call_that_goes_nowhere_is_told_in_whole_sentences(endpoint: str) -> None:
    """Without a host to call, too, every sentence ends, and no name of a record that is not there leaves a gap."""
    exchange = _called(endpoint)
    told = story(exchange)

    assert exchange.failure is not None
    for sentence in told.sentences:
        assert sentence.endswith((".", "?", "!")), sentence
        assert " ." not in sentence
        assert "  " not in sentence
    assert told.sentences[0].startswith("On Brazil, a call without a record ")
    assert told.title == "A call without a record"
    shown = " ".join(text(exchange).split())
    assert all(" ".join(sentence.split()) in shown for sentence in told.sentences)


def test_the_first_sentence_names_what_is_missing() -> None:
    """An endpoint without a host is said to have none; a named function keeps its name."""
    exchange = _called("https://exa mple/x")
    assert story(exchange).sentences[0] == (
        "On Brazil, a call without a record went nowhere: its endpoint names no host to call."
    )
    named = replace(exchange, message="AcmeTickets", function="CreateTicket")
    assert story(named).sentences[0].startswith("On Brazil, AcmeTickets.CreateTicket went nowhere: ")
    assert story(named).title == "AcmeTickets / CreateTicket"


@pytest.mark.parametrize("said", ["DerInputStream.getLength(): lengthTag=109, too big.", "Cannot recover key"])
def test_a_sentence_that_quotes_java_has_one_full_stop(said: str) -> None:
    """Whether Java's text brings its own or not."""
    failure = Failure(Stage.KEYSTORE, "keystore-not-loaded", (JavaException("java.io.IOException", said),))
    sentences = story(replace(_called("https://localhost:1/x"), failure=failure)).sentences

    (quoting,) = [sentence for sentence in sentences if said in sentence]
    assert quoting == f"No handshake took place: java.io.IOException: {said.rstrip('.')}."
