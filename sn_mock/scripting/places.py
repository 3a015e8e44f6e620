"""Where a line of the engine stands: in the script, in a script include, or in sn-mock's own prelude.

The engine knows one file. Each script that it loads besides the first begins at a line of its own, so that a frame of a
stack tells which script it is in; what is said of an error names that script and its own line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.scripting.engine import PRELUDE_LINE
from sn_mock.scripting.result import ScriptError

FIRST_PLACE = 2 * PRELUDE_LINE
"""The line where the first further script begins; the prelude's files stand between."""
MOST_PLACES = 1_000
"""Scripts that are told apart; what a script evaluates after these is "an evaluated script"."""
_FRAME = regex(r"^    at (?:(?P<function>.+) \((?:<input>:(?P<line>\d+):(?P<column>\d+)|native)\)"
                    r"|<input>:(?P<position>\d+):(?P<at>\d+))$")  # fmt: skip
_LOGGED = regex(r"    at (?P<function>[^\n(]+) \(<input>:(?P<line>\d+):(?P<column>\d+)\)(?P<end>\n?)")
_PARSER = "eval"
"""The engine's function that compiles a further script."""


@dataclass(frozen=True, slots=True)
class _Place:
    first: int
    label: str
    lines: tuple[str, ...]


class Places:
    """The scripts of one run, by the lines at which they stand in the engine."""

    def __init__(self, name: str, source: str) -> None:
        self._places = [_Place(1, name, tuple(source.split("\n")))]
        self._known: dict[tuple[str, str], int] = {}
        self._next = FIRST_PLACE

    def add(self, label: str, source: str) -> int:
        """The lines to put before a further script; one that is loaded again stands where it stood."""
        if (label, source) not in self._known:
            if len(self._places) > MOST_PLACES:
                return self._next
            lines = tuple(source.split("\n"))
            if len(self._places) == MOST_PLACES:
                label, lines = "an evaluated script", ()
            self._places.append(_Place(self._next + 1, label, lines))
            self._known[label, source] = self._next
            self._next += len(lines) + 1 if lines else 0
        return self._known[label, source]

    def settled(self, error: ScriptError) -> tuple[ScriptError, str]:
        """The error with each frame in its own script, and the text of the line where it arose.

        A SyntaxError that running code threw (`JSON.parse`, `new RegExp`, `eval`) is an exception; of a script that
        cannot be compiled it is `syntax`.
        """
        frames = [match for line in error.where.splitlines() if (match := _FRAME.match(line))]
        kind = error.kind
        if kind == "exception" and error.message.startswith("SyntaxError"):
            if frames and frames[0]["position"] and self._is_compiled(frames):
                kind = "syntax"
            elif frames and frames[0]["position"]:
                frames = frames[1:]  # a place in the text that was parsed, which is no script of the run
        told = _the_scripts(frames)
        where = "\n".join(self._told(frame, told[at + 1 :]) for at, frame in enumerate(told))
        first = next((at for at, frame in enumerate(told) if _line(frame)), None)
        text = "" if first is None or _is_evaluated(told[first], told[first + 1 :]) else self._text(told[first])
        return replace(error, kind=kind, where=where), text

    def readable(self, text: str) -> str:
        """A text with the stack of an error in it, as scripts log it: the engine's frames in their own scripts."""
        return _LOGGED.sub(self._readable, text)

    def _readable(self, frame: re.Match[str]) -> str:
        if PRELUDE_LINE < int(frame["line"]) < FIRST_PLACE:
            return ""
        return f"    at {frame['function']} ({self._at(int(frame['line']))}:{frame['column']}){frame['end']}"

    def where(self, stack: str) -> tuple[str, int]:
        """The script and the line where an error arose; no name and 0 where its stack has none."""
        frames = [match for line in stack.split("\n") if (match := _FRAME.match(line))]
        told = _the_scripts(frames)
        return next((self._named(frame, told[at + 1 :]) for at, frame in enumerate(told) if _line(frame)), ("", 0))

    def _is_compiled(self, frames: list[re.Match[str]]) -> bool:
        """The position is one in a script of the run, and not in a text that the script parsed."""
        if len(frames) == 1:
            return True
        return _line(frames[0]) >= FIRST_PLACE and frames[1]["function"] == _PARSER

    def _place(self, line: int) -> _Place:
        return self._places[bisect_right(self._places, line, key=lambda place: place.first) - 1]

    def _at(self, line: int) -> str:
        label, line = self._of_line(line)
        return f"{label}:{line}"

    def _of_line(self, line: int) -> tuple[str, int]:
        place = self._place(line)
        return place.label, line - place.first + 1

    def _named(self, frame: re.Match[str], callers: Sequence[re.Match[str]]) -> tuple[str, int]:
        """The script of a frame and its line there; Rhino names what was evaluated by where: `rule.js#7(eval)`."""
        if not _is_evaluated(frame, callers):
            return self._of_line(_line(frame))
        label, line = next((self._of_line(_line(one)) for one in callers if _line(one)), ("", 0))
        return f"{label}#{line}(eval)", _line(frame)

    def _told(self, frame: re.Match[str], callers: Sequence[re.Match[str]]) -> str:
        if not _line(frame):
            return frame[0]
        label, line = self._named(frame, callers)
        where = f"{label}:{line}:{frame['column'] or frame['at']}"
        return f"    at {frame['function']} ({where})" if frame["function"] else f"    at {where}"

    def _text(self, frame: re.Match[str]) -> str:
        place, line = self._place(_line(frame)), _line(frame)
        lines = place.lines
        return lines[line - place.first].strip() if line - place.first < len(lines) else ""


def _the_scripts(frames: Sequence[re.Match[str]]) -> Sequence[re.Match[str]]:
    """The frames without the prelude's, and without those of the engine that the prelude called."""
    told: list[re.Match[str]] = []
    is_ours = False
    for frame in reversed(frames):
        line = _line(frame)
        is_ours = PRELUDE_LINE < line < FIRST_PLACE or (is_ours and not line)
        if not is_ours:
            told.append(frame)
    return told[::-1]


def _is_evaluated(frame: re.Match[str], callers: Sequence[re.Match[str]]) -> bool:
    """The frame is of a text that a script handed to `eval`: the first script's own code is called by nobody."""
    return bool(callers) and frame["function"] == "<eval>" and 0 < _line(frame) < PRELUDE_LINE


def _line(frame: re.Match[str]) -> int:
    """The engine's line of a frame; 0 of a function of the engine's own."""
    return int(frame["line"] or frame["position"] or 0)
