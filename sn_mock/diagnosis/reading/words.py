"""Words: the form in which the tables and the input are compared.

`Fatal alert: bad_certificate` and `"FATAL  ALERT" : 'bad certificate'` are the same words. Letter case, punctuation,
underscores, hyphens, quotes, blanks, HTML entities, JSON escapes and terminal colours do not count.
"""

from __future__ import annotations

import html
import re

from guarded.regex import regex

GAP = "…"
"""Stands in a phrase for values that a text holds at this place."""

_COLOUR = regex(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_DOUBLED = regex(r"\\{2,}(?=[nrt\"'ux])")
"""Escapes that were escaped again: JSON in JSON, a text that a program printed as it would write it in its source."""
_BYTES = regex(r"(?:\\x[89a-f][0-9a-f])+", re.IGNORECASE)
_PERCENT = regex(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
_FORM_ESCAPES = ("%20", "%3A", "%3a")
_SYSLOG_ESCAPE = regex(r"#01([125])(?!\d)")
"""rsyslog writes a tab, a line end and a carriage return as `#011`, `#012` and `#015`."""
_UNICODE_ESCAPE = regex(r"\\u([0-9a-fA-F]{4})")
_PLACEHOLDER = regex(r"\{[a-z_]*\}|<[a-z]+>")
_MINUS_ONE = regex(r"(?<=[\s:=(\[\"])-(?=1(?!\d))")
"""ServiceNow's status of a call without an answer; an exit code of 1 is another thing."""
_NOT_A_WORD = regex(r"[^\w\n]+|_+")
_ASIAN = regex(r"[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
"""Scripts that set no blank beside a Latin word: Thai, Lao, Japanese, Chinese, Korean with its particles."""
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "\n"} | {ord("'"): None}
_INVISIBLE = dict.fromkeys((0x2019, 0x02BC, 0x200B, 0x200C, 0x200D, 0xFEFF, 0xAD))


def unescaped(text: str) -> str:
    r"""The text without colours, with the line ends, quotes and letters that others had written as escapes.

    JSON's, HTML's, an address's (`%20`), a byte string's (`\xc3\xa9`) and rsyslog's (`#012`).
    """
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if "%" in text and any(escape in text for escape in _FORM_ESCAPES):
        text = _PERCENT.sub(lambda match: _decoded(match[0].replace("%", "")), text)
    if "#01" in text:
        text = _SYSLOG_ESCAPE.sub(lambda match: "\t" if match[1] == "1" else "\n", text)
    if "\\" in text:
        text = _DOUBLED.sub(r"\\", text).replace("\\'", "'")
        if "\\x" in text:
            text = _BYTES.sub(lambda match: _decoded(match[0].replace("\\x", "").replace("\\X", "")), text)
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
        if "\\u" in text:
            text = _UNICODE_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if "&" in text and ";" in text:
        text = html.unescape(text)
    return text


def _decoded(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", "replace")


def words(line: str) -> str:
    """The words of a line, one blank between two; "" where it has none."""
    line = line.lower()
    if "-1" in line:
        line = _MINUS_ONE.sub(" minus ", line)
    if line.isascii():
        return " ".join(line.translate(_ASCII).split())
    line = _ASIAN.sub(r" \g<0> ", line.translate(_INVISIBLE).replace("'", ""))
    return " ".join(_NOT_A_WORD.sub(" ", line).split())


def phrase(text: str) -> tuple[str, ...]:
    """The pieces of a phrase between its gaps (`…`, `{name}`), each as ` words `; () where nothing is left."""
    pieces = (words(piece) for piece in _PLACEHOLDER.sub(GAP, text).split(GAP))
    return tuple(f" {piece} " for piece in pieces if piece)
