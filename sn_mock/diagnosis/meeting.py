"""Where a page and the table of texts meet: every known text on it, with its line and the line's side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.diagnosis.reading.page import Page, Span
from sn_mock.diagnosis.reading.sides import Side, Sides
from sn_mock.diagnosis.texts.model import KnownText, Weight

_REQUEST_LINE = regex(r" (?:get|post|put|delete|head|options|patch) (?:\S+ ){0,60}?http [12](?: [01])? ([1-5]\d\d) ")
_STATUS_LINE = regex(r" http [12](?: [01])? ([1-5]\d\d) ")
_ASIDE = "Suppressed:"
"""What went wrong while Java cleaned up says nothing of the cause."""
_QUOTED_REQUESTS = 3
_FIRST_REDIRECT, _FIRST_ERROR = 300, 400


@dataclass(frozen=True, slots=True)
class Meeting:
    """A known text on a page."""

    text: KnownText
    span: Span
    side: Side

    @property
    def causes(self) -> tuple[str, ...]:
        """What it blames on that side."""
        return self.text.causes_at(self.side)


def meetings(page: Page, sides: Sides, texts: Iterable[KnownText]) -> list[Meeting]:
    """Every known text of the page, without those that are part of a longer one; in the order of the page."""
    found = [Meeting(row, span, sides.of(span.line)) for row in texts for span in _spans(page, row)]
    found = [one for one in _longest(found) if not page.lines[one.span.line].lstrip().startswith(_ASIDE)]
    if not any(one.text.weight is Weight.STATUS for one in found):
        return found
    statuses = [int(match[1]) for match in _STATUS_LINE.finditer(page.text)]
    requests = [int(match[1]) for match in _REQUEST_LINE.finditer(page.text)]
    return [one for one in found if one.text.weight is not Weight.STATUS or _counts(one, page, statuses, requests)]


def _spans(page: Page, row: KnownText) -> Iterator[Span]:
    for pieces in row.phrases:
        for span in page.find(pieces):
            if not row.whole or (len(pieces) == 1 and page.words_of(span.line) == pieces[0]):
                yield span


def _longest(found: list[Meeting]) -> Iterator[Meeting]:
    """`alert bad_certificate` within `alert bad_certificate_status_response` is another text: the longer one counts,
    where it says as much.
    """
    found.sort(key=lambda one: (one.span.begin, -one.span.end, -one.text.weight))
    around: list[Meeting] = []
    for one in found:
        around = [other for other in around if other.span.end > one.span.begin]
        if not any(_swallows(other, one) for other in around):
            around.append(one)
            yield one


def _swallows(longer: Meeting, shorter: Meeting) -> bool:
    return (
        longer.span.end >= shorter.span.end
        and longer.span.end - longer.span.begin > shorter.span.end - shorter.span.begin
        and longer.text.weight >= shorter.text.weight
    )


def _counts(one: Meeting, page: Page, statuses: list[int], requests: list[int]) -> bool:
    """An HTTP status says something where it is the last answer, and no line of a log in which most went well."""
    if statuses and statuses[-1] < _FIRST_REDIRECT:
        return False
    if not _REQUEST_LINE.search(page.words_of(one.span.line)):
        return True
    return len(requests) <= _QUOTED_REQUESTS and min(requests) >= _FIRST_ERROR
