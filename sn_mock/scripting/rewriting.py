"""What no object of another engine than Rhino can do: a boolean field equals the text 'true' as well as true.

`current.active == 'true'` and `!= "false"` are rewritten before the script runs, to `instanceof` with an object that
compares. The operator stands where the comparison stood, lines stay as they are, and for every other value the answer
is that of `==`. REPORTED: public scripts compare boolean fields with both.
"""

from __future__ import annotations

import re

from guarded.regex import regex

_COMPARED = regex(r"[!=]=\s*(?:'(?:true|false)'|\"(?:true|false)\")")
_TOKEN = regex(
    r"""
    (?P<identical>[=!]==)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<compared>(?P<operator>[!=]=)(?P<space>\s*)(?P<quote>['"])(?P<word>true|false)(?P=quote))
    |(?P<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)
    |(?P<word_or_number>[\w$]+)
    |(?P<space_only>\s+)
    |(?P<slash>/)
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX = regex(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^")
_WORDS_BEFORE_REGEX = frozenset(
    {"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do"}
)


def rewritten(source: str) -> str:
    """The script with comparisons to the texts 'true' and 'false' made right for fields."""
    if not _COMPARED.search(source):
        return source
    out: list[str] = []
    position, before = 0, ""
    while position < len(source):
        if source.startswith("/*", position) and source.find("*/", position + 2) < 0:
            break  # a comment without an end, which the engine will say
        match = _TOKEN.match(source, position)
        assert match is not None
        if match["slash"] and (before in _BEFORE_REGEX or before in _WORDS_BEFORE_REGEX or not before):
            match = _REGEX.match(source, position) or match
            out.append(match[0])
            before = ")"
        elif match["compared"]:
            negated = "Not" if match["operator"] == "!=" else ""
            out.append(f" instanceof __is{negated}{match['word'].capitalize()}{match['space']}")
            before = ")"
        else:
            out.append(match[0])
            if not (match["comment"] or match["space_only"]):
                before = match[0]
        position = match.end()
    return "".join(out) + source[position:]
