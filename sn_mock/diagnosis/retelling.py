"""Which scenarios of the catalogue tell a text: loosely, and to the letter, on which release.

What a scenario declares is a *told* text; what it is compared with is the text that leads the explanation. A run is
offered only for the very text; another end, another alert in front or a shorter text is a line of somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from guarded.regex import regex
from sn_mock.diagnosis.explanation import Run
from sn_mock.diagnosis.meeting import Meeting
from sn_mock.diagnosis.reading.page import Page, Span
from sn_mock.diagnosis.reading.sides import Side
from sn_mock.diagnosis.reading.words import phrase, unescaped
from sn_mock.diagnosis.texts.index import Story, Told

_JAVA = regex(r"[a-z]\w*(?:\.\w+)+(?:: |$)")
"""A line of Java; other texts are a part of the provider's answer."""
_MILLISECONDS = regex(r"\d+(?= ?ms\b)")
_ALERT_IN_FRONT = regex(r"(?:^|[\s:])\([a-z_]+\) [A-Z]")
"""Updates of Java since 17.0.19 put the alert's name in front of their texts."""
_NO_TEXTS_OF_ITS_OWN = ("{host}", "host", "")


def retellings(
    stories: Iterable[Story], page: Page, found: list[Meeting], leading: list[Meeting]
) -> Mapping[Story, Run | None]:
    """The stories that have the words of the text that leads, each with the run that prints it, if one does.

    `found`: every known text of the page.
    """
    told = ((story, list(_told(story, page, leading))) for story in stories)
    return {story: _run(story, page, places, found) for story, places in told if places}


def touches(page: Page, pieces: tuple[str, ...], leading: list[Meeting]) -> Iterator[Span]:
    """Where a phrase stands on one of the heaviest texts."""
    top = [one.span for one in leading if one.text.weight == leading[0].text.weight]
    for span in page.find(pieces):
        if any(span.begin < one.end and one.begin < span.end for one in top):
            yield span


def _told(story: Story, page: Page, leading: list[Meeting]) -> Iterator[tuple[Told, Span]]:
    """A provider's own log has none of Java's lines of the instance."""
    by_provider = bool(leading) and leading[0].side is Side.PROVIDER
    for told in story.texts:
        if leading and not (by_provider and _JAVA.match(told.text)):
            yield from ((told, span) for span in touches(page, _phrase_of(told.text), leading))


def _run(story: Story, page: Page, places: list[tuple[Told, Span]], found: list[Meeting]) -> Run | None:
    """The fullest of its texts is the one that was said; the letters decide between two, then what needs no release."""
    same = {
        _likeness(told, page.lines[span.line]): told
        for told, span in places
        if (_is_whole(told, span, page, found) if _JAVA.match(told.text) else _stands_in(told, page.lines[span.line]))
    }
    return Run(story.scenario, same[max(same)].release) if same else None


def _stands_in(told: Told, line: str) -> bool:
    """A part of an answer to the letter: `403.16` of a page is no `403 16` of a log."""
    return unescaped(told.text).casefold() in line.casefold()


def _is_whole(told: Told, span: Span, page: Page, found: list[Meeting]) -> bool:
    """No known text of that line goes on where this one ends, and no alert stands in front of it alone."""
    line = page.lines[span.line]
    longer = any(
        one.span.begin < span.end < one.span.end and {one.span.line, page.line_at(one.span.end - 2)} == {span.line}
        for one in found
    )
    return not longer and (_ALERT_IN_FRONT.search(told.text) is None) == (_ALERT_IN_FRONT.search(line) is None)


def _likeness(told: Told, line: str) -> tuple[int, bool, bool, bool]:
    length = sum(map(len, _phrase_of(told.text)))
    return length, told.text in line, _message(told.text) in line, not told.release


def _message(said: str) -> str:
    """A declared line without its class, as logs often have it; the class where the rest is no text of its own."""
    class_name, separator, message = said.partition(": ")
    return message if separator and message.strip("{}") not in _NO_TEXTS_OF_ITS_OWN else class_name


@cache
def _phrase_of(said: str) -> tuple[str, ...]:
    """A declared line as it may stand in a log: with or without the class, with any host, port and limit."""
    return phrase(_MILLISECONDS.sub("…", _message(unescaped(said)))) or phrase(said)
