"""The dialogue as an inline SVG sequence diagram: two life lines, an arrow per message, the failing step marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap

from sn_mock.report.dialogue import Line

WIDTH = 334
"""What a phone of 390 px leaves between the page's margins, with a scroll bar, too: there the drawing has its natural
size, and no text is smaller than 12 px."""
LEFT, RIGHT = 52, 282
_TOP = 44
_LABEL_HEIGHT = 17
_NOTE_HEIGHT = 15
_GAP = 13
_LABEL_CHARACTERS = 38
_NOTE_CHARACTERS = 40
"""So many fit in a line, in capitals (a cipher suite), too."""


def sequence_svg(lines: Sequence[Line], *, name: str) -> str:
    """The diagram; `name` makes the ids inside unique on a page. Empty for a call that said nothing."""
    if not lines:
        return ""
    parts: list[str] = []
    y = _TOP
    for line in lines:
        drawn, y = _message(line, y, name)
        parts.append(drawn)
    height = y + 10
    summary = "; ".join(map(_said, lines))
    return (
        f'<svg class="sequence" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(summary)}">'
        f"<defs>{_marker(f'{name}-tip', 'tip')}{_marker(f'{name}-bad', 'tip bad')}</defs>"
        f"{_life_line(LEFT, 'instance', height)}{_life_line(RIGHT, 'provider', height)}{''.join(parts)}</svg>"
    )


def _said(line: Line) -> str:
    """The line in words, for who cannot see the drawing."""
    who = "instance" if line.to_provider else "provider"
    more = "".join((f" {line.note}" if line.note else "", ", never seen by the instance" if line.lost else ""))
    return f"{who}: {line.label}{more}{', here it failed' if line.failed else ''}"


def _marker(name: str, style: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" class="{style}"/></marker>'
    )


def _life_line(x: int, title: str, height: int) -> str:
    return (
        f'<rect class="actor" x="{x - 46}" y="4" width="92" height="24" rx="5"/>'
        f'<text class="actor-name" x="{x}" y="20">{title}</text>'
        f'<line class="life" x1="{x}" y1="28" x2="{x}" y2="{height - 4}"/>'
    )


def _message(line: Line, y: int, name: str) -> tuple[str, int]:
    middle = (LEFT + RIGHT) // 2
    bad = " bad" if line.failed else ""
    start, end = (LEFT, RIGHT) if line.to_provider else (RIGHT, LEFT)
    if line.lost:
        end = middle
    labels = wrap(line.label, _LABEL_CHARACTERS)
    notes = wrap(line.note + (" (never seen by the instance)" if line.lost else ""), _NOTE_CHARACTERS)
    arrow_y = y + _LABEL_HEIGHT * len(labels)
    tip = "bad" if line.failed else "tip"
    parts = [
        *(
            f'<text class="label{bad}" x="{middle}" y="{y + 12 + _LABEL_HEIGHT * number}">{escape(label)}</text>'
            for number, label in enumerate(labels)
        ),
        f'<line class="arrow{bad}{" lost" if line.lost else ""}" x1="{start}" y1="{arrow_y}" x2="{end}" y2="{arrow_y}" '
        f'marker-end="url(#{name}-{tip})"/>',
    ]
    if line.failed:
        cross = end + (-20 if line.to_provider else 20)
        drawn = f"M{cross - 5},{arrow_y - 5} l10,10 m0,-10 l-10,10"
        parts.append(f'<path class="cross" d="{drawn}"><title>here it failed</title></path>')
    for number, note in enumerate(notes):
        parts.append(
            f'<text class="note{bad}" x="{middle}" y="{arrow_y + _NOTE_HEIGHT * (number + 1)}">{escape(note)}</text>'
        )
    return "".join(parts), arrow_y + _NOTE_HEIGHT * len(notes) + _GAP
