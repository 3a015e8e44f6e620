"""Chance: which of Java's words for one event a call ends with where the provider closes or resets at once.

The provider's reset and the client's flight cross. Java tells the failed write where it wrote into it ("Connection
reset by peer"), or after it ("Broken pipe"), and the failed read where it had written all ("Connection reset"); which
of them is a race in Java, too (`sn_mock.java.jsse.flight`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sn_mock.java.exceptions.event_texts import EVENT_TEXTS, Event

CAUSE = "connection-reset"
_OF_ONE_EVENT = frozenset(row.chain for row in EVENT_TEXTS if row.cause == CAUSE)
"""What Java throws for a connection that is reset, whatever it was doing."""
_AFTER_A_CLOSE = frozenset(
    row.chain for row in EVENT_TEXTS if row.event in (Event.BROKEN_HELLO, Event.BROKEN_FLIGHT, Event.BROKEN_PIPE)
)
_TOLD = ("ok", "stage", "cause", "status_code")


def same_but_for_chance(recorded: Mapping[str, Any], replayed: Mapping[str, Any]) -> bool:
    """Whether two outcomes have the stage and the cause in common, and Java's words are two of one reset."""
    if recorded["cause"] != CAUSE or any(recorded[key] != replayed[key] for key in _TOLD):
        return False
    return all(_chain(one) in _OF_ONE_EVENT for one in (recorded, replayed))


def closed(recorded: Mapping[str, Any]) -> bool:
    """Whether Java wrote to a connection that was gone already: the provider closed it, and did not reset it."""
    return _chain(recorded) in _AFTER_A_CLOSE


def _chain(outcome: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((one["class"], one["message"]) for one in outcome["java"])
