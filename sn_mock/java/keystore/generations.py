"""What other Java generations say where JDK 17 says something else: a table of rewordings.

The readers speak as JDK 17. Each row names the generations that differ, how we know, and from where.
"""

from __future__ import annotations

import re

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk, Span

_NULL_PASSWORD = 'Cannot read the array length because "password" is null'


@dataclass(frozen=True, slots=True)
class Rewording:
    """One text of JDK 17 and what other Javas say instead."""

    javas: Span
    pattern: re.Pattern[str]
    replacement: str | None
    """None is Java's null message."""
    evidence: Evidence
    source: str
    only_empty_file: bool = False


def _row(
    javas: Span,
    text: str,
    replacement: str | None,
    source: str,
    *,
    evidence: Evidence = Evidence.MEASURED,
    only_empty_file: bool = False,
) -> Rewording:
    return Rewording(javas, regex(text), replacement, evidence, source, only_empty_file)


_UNHELPFUL = Span(before=Feature.HELPFUL_NULLS)
_OLD_DER = Span(before=Feature.JAVA_17_DER)
_NAMELESS = Span(since=Feature.NAMELESS_PARAMETERS, before=Feature.JAVA_25_PATHS)
_ON_11 = "measured on JDK 11.0.13"
_ON_21 = "measured on JDK 21.0.8 (Temurin); the quoted name depends on how the JDK was built"
_NULL = re.escape(_NULL_PASSWORD)
_TAG = "DerValue.getBigIntegerInternal, not expected -?[0-9]+"

REWORDINGS: tuple[Rewording, ...] = (
    _row(_UNHELPFUL, f"Get Key failed: {_NULL}", "Get Key failed: null", _ON_11),
    _row(_UNHELPFUL, "Cannot (?:read the array length|invoke) .+ null", None, _ON_11),
    _row(Span(before=Feature.TELLS_ARRAY_SIZE), "arraycopy: last source index .+", None, "measured on 8u252 and 8u504"),
    _row(Span(before=Feature.TELLS_ARRAY_SIZE), "-[0-9]+", None, "measured on 8u252"),
    _row(_OLD_DER, _TAG, "DER input, Integer tag error", _ON_11),
    _row(_OLD_DER, "Tag number over 30 is not supported", "Short read of DER length", _ON_11, only_empty_file=True),
    _row(
        _NAMELESS,
        f"(Get Key failed: )?{_NULL}",
        '\\1Cannot read the array length because "<parameter2>" is null',
        _ON_21,
    ),
    *(
        _row(_NAMELESS, f'(Cannot .+ because "){name}(" is null)', f"\\1<{nameless}>\\2", _ON_21)
        for name, nameless in (
            ("desc", "local2"),
            ("d", "local3"),
            ("searchName", "local6"),
            ("so", "parameter1"),
            ("data", "parameter1"),
        )
    ),
)


def in_words_of(java: Jdk, chain: JavaChain, *, empty_file: bool) -> JavaChain:
    """The chain as that generation words it; generations without rows say what JDK 17 says."""
    return tuple(JavaException(one.class_name, _reworded(java, one.message, empty_file)) for one in chain)


def _reworded(java: Jdk, message: str | None, empty_file: bool) -> str | None:
    for row in REWORDINGS:
        if message is None or not row.javas.covers(java) or (row.only_empty_file and not empty_file):
            continue
        found = row.pattern.fullmatch(message)
        if found:
            return None if row.replacement is None else found.expand(row.replacement)
    return message
