"""A story as one self-contained HTML page: no script, nothing loaded from anywhere, every text escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from guarded.text import visible
from guarded.values import dataclass
from sn_mock.exchange import Exchange, Finding
from sn_mock.report.sequence_svg import sequence_svg
from sn_mock.report.story import KeyLine, Story, VisitRecord, as_json, stories
from sn_mock.report.style import STYLE
from sn_mock.report.time_line import time_line

_KEY_STYLE = {"sent": "sent", "chosen, not sent": "withheld", "passed over": "passed"}
_STAGE_STYLE = {"done": "done", "failed": "failed", "not reached": "skipped"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One call on the page."""

    exchange: Exchange
    visit: VisitRecord | None = None
    title: str | None = None


def page(
    title: str,
    chapters: Sequence[Chapter],
    *,
    introduction: Sequence[str] = (),
    sources: Sequence[str] = (),
    about: Sequence[tuple[str, str]] = (),
) -> str:
    """The page: an introduction, the calls in order, and the sources; `about` says when, where and how it was made."""
    body = "".join(
        [
            f"<h1>{escape(title)}</h1>",
            _about(about),
            *(f"<p>{escape(paragraph)}</p>" for paragraph in introduction),
            *(chapter_html(chapter, f"c{number}") for number, chapter in enumerate(chapters)),
            _sources(sources),
        ]
    )
    return visible(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}"
        "<footer>Written by sn-mock. Evidence marks: MEASURED on Java or a TLS stack, DOCUMENTED by ServiceNow or a "
        "specification, REPORTED by users, ASSUMED by us.</footer></main></body></html>\n"
    )


def headline(exchange: Exchange) -> str:
    """Outcome and cause in one line, to be seen first."""
    called = ".".join(filter(None, (exchange.message, exchange.function))) or "The call"
    if exchange.findings:
        return f"{called} failed: {exchange.findings[0].title}"
    if exchange.ok:
        return f"{called} succeeded"
    failure = exchange.failure
    return f"{called} failed: {failure.java[0] if failure and failure.java else failure.cause if failure else 'HTTP'}"


def _about(about: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in about)
    return f'<dl class="about">{rows}</dl>' if rows else ""


def chapter_html(chapter: Chapter, name: str) -> str:
    """One call as a part of somebody's page (style: `style.PARTS`); `name` makes its ids unique there."""
    legs = stories(chapter.exchange, chapter.visit, title=chapter.title)
    return "".join(
        part for number, told in enumerate(legs) for part in _sections(told, chapter, f"{name}{'-' * number}")
    )


def _sections(told: Story, chapter: Chapter, name: str) -> Iterator[str]:
    state = "" if told.ok else " failed"
    yield f"<h2>{escape(told.title)}</h2>"
    yield f'<div class="story{state}"><div class="verdict{state}">{"succeeded" if told.ok else "failed"}</div>'
    yield "".join(f"<p>{escape(sentence)}</p>" for sentence in told.sentences) + "</div>"
    yield '<ol class="stages">' + "".join(
        f'<li class="{_STAGE_STYLE[stage.state]}"><b>{escape(stage.name)}</b>'
        f"<small>{escape(stage.detail or stage.state)}</small></li>"
        for stage in told.stages
    )
    yield "</ol>"
    yield "".join(_finding(number, finding) for number, finding in enumerate(told.findings))
    diagram = sequence_svg(told.lines, name=name)
    if diagram:
        yield f"<h3>What the two ends said</h3>{diagram}"
    if told.because:
        yield "<h3>How the route was decided</h3>" + _items("ol", told.because, "path")
    if told.keys:
        yield _table("Which key", ("verdict", "keystore", "alias", "why"), map(_key_row, told.keys))
    bars = time_line(told.validity, told.when)
    if bars:
        yield f"<h3>Certificates in time</h3>{bars}"
    if told.java:
        yield "<h3>What Java says</h3>" + _items("ol", told.java, "mono")
    if told.java_mark:
        yield f"<small>{escape(told.java_mark)}</small>"
    if told.tries:
        yield "<h3>How often the retry policy had it tried</h3>" + _items("ol", told.tries)
    yield _table("What script and log show", ("where", "what"), map(_escaped, told.statuses))
    if told.visit:
        yield _table("What the provider wrote down", ("", ""), map(_escaped, told.visit))
    yield from _folded(told, chapter)


def _finding(number: int, finding: Finding) -> str:
    return (
        f'<section class="finding"><h3>{"Why" if number == 0 else "Also"}: {escape(finding.title)}</h3>'
        f'{_items("ul", finding.evidence)}<p class="fix">Change: {escape(finding.fix)}</p>'
        f"<small>{escape(finding.rule)}, {escape(finding.source)}</small></section>"
    )


def _key_row(key: KeyLine) -> tuple[str, ...]:
    verdict = f'<span class="{_KEY_STYLE[key.verdict]}">{escape(key.verdict)}</span>'
    return verdict, escape(key.keystore), escape(key.alias), escape(key.why)


def _folded(told: Story, chapter: Chapter) -> Iterator[str]:
    raw = {"exchange": chapter.exchange.to_json(), "visit": as_json(chapter.visit)}
    if told.request:
        yield _fold("Request and response", "\n\n".join(filter(None, (told.request, told.response))))
    if told.same_with:
        yield _fold("The same with openssl, curl and keytool", "\n".join(told.same_with))
    if told.log:
        yield _fold("Node log", "\n".join(told.log))
    if told.facts:
        yield _fold("Release facts this rests on", "\n".join(f"{name} = {value}" for name, value in told.facts))
    yield _fold("Raw data (JSON)", json.dumps(raw, indent=1, ensure_ascii=False, default=str))


def _fold(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary><pre>{escape(content)}</pre></details>"


def _items(tag: str, lines: Sequence[str], style: str = "") -> str:
    shown = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<{tag} class="{style}">{shown}</{tag}>' if style else f"<{tag}>{shown}</{tag}>"


def _table(name: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | map[tuple[str, ...]]) -> str:
    """A table below its heading. A phone scrolls it sideways, and so must a keyboard be able to."""
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    header = f"<thead><tr>{titles}</tr></thead>" if any(head) else ""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    group = f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(name)}">'
    return f"<h3>{escape(name)}</h3>{group}<table>{header}<tbody>{body}</tbody></table></div>"


def _escaped(row: tuple[str, str]) -> tuple[str, ...]:
    return tuple(escape(cell) for cell in row)


def _sources(sources: Sequence[str]) -> str:
    return f"<h2>Sources</h2>{_items('ul', sources)}" if sources else ""
