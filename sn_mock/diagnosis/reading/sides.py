"""Whose log a line stands in: every mark is looked for, and decided by what it says of the connection."""

from __future__ import annotations

from collections.abc import Iterable

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.diagnosis.reading.page import Page
from sn_mock.diagnosis.reading.sources import SOURCES, Side, Source

__all__ = ["SOURCES", "Side", "Sides", "Source", "sides"]


@dataclass(frozen=True, slots=True)
class Sides:
    """The side of every line of a page."""

    overall: Side
    sources: tuple[Source, ...]
    """Those whose marks were found, the surest first."""
    marked: dict[int, Side]
    """Line index to side, where the line or its stack trace carries a mark that is more than a habit."""

    def of(self, line: int) -> Side:
        """The side of a line: its own mark's, else the page's."""
        return self.marked.get(line, self.overall)


_FRAME = regex(r"(?:^|\s)(?:at [\w.$@/<>-]{3,300}\(|\.\.\. \d+ (?:more|common)|Caused by:|Suppressed:)")
"""A line of a stack trace, behind whatever a log sets before it."""
_SURE = 3
"""Weight from which marks are equally sure of a page; more decides only within one line or one stack trace."""


def sides(page: Page) -> Sides:
    """Look for every mark, settle each line by its surest, and the page where its lines agree."""
    found: dict[int, tuple[int, Side]] = {}
    weights: dict[str, int] = {}
    for source in SOURCES:
        for line in _lines_of(page, source):
            weights[source.id] = source.weight
            if source.weight > found.get(line, (0, Side.UNKNOWN))[0]:
                found[line] = (source.weight, source.side)
    _spread(page, found)
    present = tuple(sorted((one for one in SOURCES if one.id in weights), key=lambda one: -one.weight))
    top = max((min(weight, _SURE) for weight, _ in found.values()), default=0)
    said = {side for weight, side in found.values() if min(weight, _SURE) == top}
    overall = said.pop() if len(said) == 1 else Side.UNKNOWN
    return Sides(overall, present, {line: side for line, (weight, side) in found.items() if weight > 1})


def _lines_of(page: Page, source: Source) -> Iterable[int]:
    for mark in source.marks:
        for span in page.find(mark):
            yield span.line
    if source.pattern is not None:
        for match in source.pattern.finditer(page.text):
            yield page.line_at(match.start() + 1)


def _spread(page: Page, found: dict[int, tuple[int, Side]]) -> None:
    """A mark in a stack trace is a mark of the whole trace."""
    begin = 0
    while begin < len(page.lines):
        end = begin + 1
        while end < len(page.lines) and _FRAME.search(page.lines[end]):
            end += 1
        if end - begin > 1:
            inside = [found[line] for line in range(begin, end) if line in found]
            if inside:
                best = max(inside)
                for line in range(begin, end):
                    if best[0] > found.get(line, (0, Side.UNKNOWN))[0]:
                        found[line] = best
        begin = end
