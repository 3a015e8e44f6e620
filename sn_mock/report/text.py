"""A story as plain text: what the terminal shows when nobody looks at colours."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from guarded.text import inert
from sn_mock.exchange import Exchange
from sn_mock.report.story import Story, VisitRecord, stories

WIDTH = 110
_MARKS = {"done": "+", "failed": "x", "not reached": " "}


def text(
    exchange: Exchange, visit: VisitRecord | None = None, *, title: str | None = None, verbose: bool = False
) -> str:
    """The whole story of one call, in lines of at most `WIDTH` characters where words allow it.

    `verbose` adds request and response in full, and how other tools do the same. A token request comes first.
    """
    told = "\n\n".join("\n".join(lines_of(leg, verbose=verbose)) for leg in stories(exchange, visit, title=title))
    return inert(told)


def lines_of(told: Story, *, verbose: bool = False) -> Iterator[str]:
    """The lines, section by section; sections without content are left out."""
    yield f"{told.title}: {'succeeded' if told.ok else 'failed'}"
    for sentence in told.sentences:
        yield from _wrapped(sentence)
    yield ""
    for stage in told.stages:
        yield f"  [{_MARKS[stage.state]}] {stage.name:<10} {stage.detail}".rstrip()
    yield from _section("how the route was decided", told.because, "- ")
    yield from _section(
        "which key", [f"{key.verdict}: {key.keystore}, alias {key.alias}: {key.why}" for key in told.keys], "- "
    )
    yield from _dialogue(told)
    chain = [("caused by " if index else "") + line for index, line in enumerate(told.java)]
    yield from _section("what Java says", [*chain, *filter(None, [told.java_mark])], "  ")
    yield from _section("how often the retry policy had it tried", told.tries, "- ")
    yield from _section("what the script and the log show", [f"{where}: {what}" for where, what in told.statuses], "  ")
    yield from _section("what the provider wrote down", [f"{what}: {value}" for what, value in told.visit], "  ")
    yield from _findings(told)
    if verbose:
        yield from in_full(told)


def in_full(told: Story) -> Iterator[str]:
    """Request and response as they went over the line, and the same with other tools; lines are not wrapped."""
    shown = (("request", told.request), ("response", told.response))
    for title, content in (*shown, ("the same with openssl, curl and keytool", "\n".join(told.same_with))):
        if content:
            yield ""
            yield title
            yield from (f"  {line}".rstrip() for line in content.splitlines())


def _section(title: str, lines: list[str] | tuple[str, ...], bullet: str) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield title
    for line in lines:
        yield from _wrapped(line, f"  {bullet}", "      ")


def _dialogue(told: Story) -> Iterator[str]:
    if not told.lines:
        return
    yield ""
    yield "instance --> provider"
    for line in told.lines:
        arrow = "-->" if line.to_provider else "<--"
        note = f"  {line.note}" if line.note else ""
        mark = "  <<< here" if line.failed else ""
        lost = "  (never seen by the instance)" if line.lost else ""
        yield f"  {arrow} {line.label}{note}{lost}{mark}"


def _findings(told: Story) -> Iterator[str]:
    for number, finding in enumerate(told.findings, start=1):
        yield ""
        yield f"{'why' if number == 1 else 'also'}: {finding.title}  ({finding.rule})"
        for line in finding.evidence:
            yield from _wrapped(line, "  - ", "    ")
        yield from _wrapped(f"change: {finding.fix}", "  ", "    ")
        yield from _wrapped(f"source: {finding.source}", "  ", "    ")


def _wrapped(line: str, first: str = "", later: str = "") -> list[str]:
    """In lines of at most `WIDTH`, indented. What fits is one as it stands; `wrap` would take it to words and back."""
    if line and len(first) + len(line) <= WIDTH and line.isprintable() and line == line.strip():
        return [first + line]
    return wrap(line, WIDTH, initial_indent=first, subsequent_indent=later)
