"""What an openssl transcript shows of the provider's chain decides between a missing CA and a missing intermediate."""

from __future__ import annotations

from guarded.regex import regex
from sn_mock.diagnosis.meeting import Meeting
from sn_mock.diagnosis.reading.page import Page
from sn_mock.diagnosis.reading.sides import Side

_ENTRY = regex(r"^\s*(\d+)\s+s:(.*)$")
_INCOMPLETE, _UNTRUSTED = "provider-chain-incomplete", "provider-not-trusted"


def chain_causes(page: Page, one: Meeting) -> tuple[str, ...]:
    """The causes of a text, those two in the order that the listed chain speaks for."""
    causes = one.causes
    if one.side is not Side.TOOL or not {_INCOMPLETE, _UNTRUSTED} <= set(causes):
        return causes
    entries = {match[1] for line in page.lines if (match := _ENTRY.match(line))}
    if not entries:
        return causes
    first, second = (_INCOMPLETE, _UNTRUSTED) if len(entries) == 1 else (_UNTRUSTED, _INCOMPLETE)
    return (first, second, *(rule for rule in causes if rule not in (first, second)))
