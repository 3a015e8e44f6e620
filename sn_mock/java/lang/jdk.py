"""`Jdk`: which Java an instance runs.

A Java is a generation and an update of it: 8u252 has the numbers 8 and 252, 11.0.13 has 11 and 13. What changed
from one to another stands in `features`; code asks `jdk.has(Feature.TLS13)` and never compares numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.java.lang.features import Feature, update_name
from sn_mock.java.lang.remembering import remembered

GENERATIONS: Mapping[int, int] = {8: 252, 11: 13, 17: 15, 21: 8, 25: 0}
"""The long-term releases, each with the update whose behaviour a bare number means: the one that was measured."""

_WRITTEN = regex(
    r"(?:1\.)?(?P<old>8)(?:u|\.0_)(?P<update>[0-9]{1,4})(?:[-+].*)?"
    r"|(?P<generation>[0-9]{1,3})(?:\.0(?:\.(?P<security>[0-9]{1,4})(?:\.[0-9]+)*)?)?(?:\+.*)?"
)


@dataclass(frozen=True, slots=True)
class Jdk:
    """One Java: generation, update, and the name it was given."""

    generation: int
    """One of `GENERATIONS`."""
    update: int
    """252 of 8u252, 13 of 11.0.13."""
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.name

    def is_at_least(self, other: Jdk) -> bool:
        """True for the other one, its later updates and later generations."""
        return (self.generation, self.update) >= (other.generation, other.update)

    def has(self, feature: Feature) -> bool:
        """True where this Java behaves as the feature's row says."""
        change, mine = feature.value, (self.generation, self.update)
        if change.gone is not None and mine >= change.gone:
            return False
        *backports, first = change.since
        if mine >= first:
            return True
        return any(generation == self.generation and self.update >= update for generation, update in backports)


JavaName = Jdk | int | str
"""How a caller may name a Java: a generation (`17`), an update (`"8u301"`, `"11.0.10"`), or the value itself."""


def named(java: JavaName) -> Jdk:
    """The Java of that name; raises MockUsageError, telling what can be named, for another one."""
    if isinstance(java, Jdk):
        return java
    return _of_text(java) if isinstance(java, str) else _of(java, java)


@remembered(64)
def _of_text(java: str) -> Jdk:
    found = _WRITTEN.fullmatch(java.strip())
    generation = int(found["old"] or found["generation"]) if found else java
    return _of(java, generation, (found["update"] or found["security"]) if found else None)


def _of(java: int | str, generation: int | str, update: str | None = None) -> Jdk:
    if isinstance(generation, bool) or not isinstance(generation, int) or generation not in GENERATIONS:
        raise MockUsageError(f"java must be {CHOICES}, not {java!r}")
    return Jdk(generation, GENERATIONS[generation] if update is None else int(update), str(java))


CHOICES = f"{' or '.join(map(str, GENERATIONS))}, or an update of one of them such as '8u301' or '11.0.10'"


@dataclass(frozen=True, slots=True)
class Span:
    """The Javas that a text or a rule is true for: those with `since`, and without `before`."""

    since: Feature | None = None
    before: Feature | None = None

    def covers(self, java: Jdk) -> bool:
        """True where the text is that Java's."""
        return (self.since is None or java.has(self.since)) and (self.before is None or not java.has(self.before))

    def __str__(self) -> str:
        """`up to 11`, `17.0.19, 21.0.10, 25 and later`, `since 8u261 and 11, before 12`; nothing for every Java."""
        if self.since and self.before:
            return f"since {self.since.value.told}, before {self.before.value.told}"
        first, last = _first(self.since), _last(self.before)
        return f"{first} and later" if first else last and f"up to {last}"


def _first(since: Feature | None) -> str:
    if since is None:
        return ""
    *backports, line = [update_name(*one) for one in since.value.since]
    return ", ".join((*backports, next((str(one) for one in GENERATIONS if named(one).has(since)), line)))


def _last(before: Feature | None) -> str:
    if before is None:
        return ""
    backports = before.value.since[:-1]
    if backports:
        return ", ".join(update_name(generation, update - 1) for generation, update in backports)
    return str(max(one for one in GENERATIONS if not named(one).has(before)))


EVERY_JAVA = Span()

REFERENCE = named(17)
"""The Java that everything was measured on first; the words of a keystore that belongs to no instance."""
