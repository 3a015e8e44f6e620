"""What Rhino does and no other engine: characters that it does not see, and a field that equals a text and a boolean.

Format characters (Unicode's Cf: zero-width spaces, joiners, marks of direction), which come along when a script is
copied from a page, are skipped outside of strings (mozilla/rhino, TokenStream.getChar).

`throw 'text'` has a place there, which the engine gives to errors alone (mozilla/rhino, JavaScriptException: source and
line of the statement): it becomes `throw __thrown.value=`, which notes the stack. An error that is made where it is
thrown has its own.

`current.active == 'true'` and `!= "false"` are rewritten before the script runs, to `instanceof` with an object that
compares. The operator stands where the comparison stood, lines stay as they are, and for every other value the answer
is that of `==`. REPORTED: public scripts compare boolean fields with both.
"""

from __future__ import annotations

import re

from guarded.regex import regex

_CHARACTERS = (
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufff9-\ufffb]"
)
_FORMAT = regex(_CHARACTERS)
_THROWN = r"throw(?=[ \t]*['\"`\[{]|[ \t]+(?!new\s+(?:Eval|Internal|Range|Reference|Syntax|Type|URI)?Error\b)[\w$])"
_THROWS = regex(rf"\b{_THROWN}")
_COMPARED = regex(r"[!=]=\s*(?:'(?:true|false)'|\"(?:true|false)\")")
_TOKEN = regex(
    r"""
    (?P<identical>[=!]==)
    |(?P<format>FORMAT)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<compared>(?P<operator>[!=]=)(?P<space>\s*)(?P<quote>['"])(?P<word>true|false)(?P=quote))
    |(?P<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)
    |(?P<thrown>THROWN)
    |(?P<word_or_number>[\w$]+)
    |(?P<space_only>\s+)
    |(?P<slash>/)
    |(?P<other>.)
    """.replace("FORMAT", _CHARACTERS).replace("THROWN", _THROWN),
    re.VERBOSE | re.DOTALL,
)
_REGEX = regex(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^")
_WORDS_BEFORE_REGEX = frozenset(
    {"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do"}
)


def rewritten(source: str) -> str:
    """The script without unseen characters, with comparisons to 'true' and 'false' made right for fields, and with
    the places of what it throws noted."""
    if not any(sought.search(source) for sought in (_COMPARED, _FORMAT, _THROWS)):
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
        elif match["format"]:
            pass
        elif match["compared"]:
            negated = "Not" if match["operator"] == "!=" else ""
            out.append(f" instanceof __is{negated}{match['word'].capitalize()}{match['space']}")
            before = ")"
        elif match["thrown"] and before != ".":
            out.append("throw __thrown.value=")
            before = "="
        else:
            out.append(match[0])
            if not (match["comment"] or match["space_only"]):
                before = match[0]
        position = match.end()
    return "".join(out) + source[position:]
