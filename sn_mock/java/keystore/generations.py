"""What other Java generations say where JDK 17 says something else: a table of rewordings.

The readers speak as JDK 17. Each row names the generations that differ, how we know, and from where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sn_mock.evidence import Evidence
from sn_mock.failure import JavaChain, JavaException

_NULL_PASSWORD = 'Cannot read the array length because "password" is null'


@dataclass(frozen=True, slots=True)
class Rewording:
    """One text of JDK 17 and what a generation says instead."""

    java: int
    pattern: re.Pattern[str]
    replacement: str | None
    """None is Java's null message."""
    evidence: Evidence
    source: str
    only_empty_file: bool = False


def _row(
    java: int, text: str, replacement: str | None, evidence: Evidence, source: str, *, only_empty_file: bool = False
) -> Rewording:
    return Rewording(java, re.compile(text), replacement, evidence, source, only_empty_file)


_ON_11 = "measured on JDK 11.0.13"
_AS_11 = "inferred from JDK 11.0.13: helpful NullPointerExceptions came with JDK 14, the new DER reader with JDK 17"
_NULL = re.escape(_NULL_PASSWORD)
_TAG = "DerValue.getBigIntegerInternal, not expected -?[0-9]+"

REWORDINGS: tuple[Rewording, ...] = (
    *(
        row
        for java, evidence, source in ((8, Evidence.ASSUMED, _AS_11), (11, Evidence.MEASURED, _ON_11))
        for row in (
            _row(java, f"Get Key failed: {_NULL}", "Get Key failed: null", evidence, source),
            _row(java, _NULL, None, evidence, source),
            _row(java, _TAG, "DER input, Integer tag error", evidence, source),
            _row(
                java,
                "Tag number over 30 is not supported",
                "Short read of DER length",
                evidence,
                source,
                only_empty_file=True,
            ),
        )
    ),
    _row(
        21,
        f"(Get Key failed: )?{_NULL}",
        '\\1Cannot read the array length because "<parameter2>" is null',
        Evidence.MEASURED,
        "measured on JDK 21.0.8 (Temurin); the quoted name depends on how the JDK was built",
    ),
)


def in_words_of(java: int, chain: JavaChain, *, empty_file: bool) -> JavaChain:
    """The chain as that generation words it; generations without rows say what JDK 17 says."""
    return tuple(JavaException(one.class_name, _reworded(java, one.message, empty_file)) for one in chain)


def _reworded(java: int, message: str | None, empty_file: bool) -> str | None:
    for row in REWORDINGS:
        if message is None or row.java != java or (row.only_empty_file and not empty_file):
            continue
        found = row.pattern.fullmatch(message)
        if found:
            return None if row.replacement is None else found.expand(row.replacement)
    return message
