"""The vocabulary of failing: at which stage, for what cause, and in which Java words.

A simulated failure is a *value* (`Failure`); misuse of sn-mock's own API is an exception (`MockUsageError`), and so
is a fault of sn-mock itself, which must never look like either (`InternalError`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from guarded.values import dataclass


class Stage(StrEnum):
    """The six stages of an outbound call; the same names stand in logs, JSON, rules and reports."""

    ROUTE = "route"
    KEYSTORE = "keystore"
    CONNECT = "connect"
    HANDSHAKE = "handshake"
    HTTP = "http"
    SOAP = "soap"


@dataclass(frozen=True, slots=True)
class JavaException:
    """One Java throwable: its class and `getMessage()` (None where Java's message is null)."""

    class_name: str
    message: str | None = None

    def __str__(self) -> str:
        """As `Throwable.toString()` prints it: `class: message`."""
        return self.class_name if self.message is None else f"{self.class_name}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        """The contract's `{"class": …, "message": …}`."""
        return {"class": self.class_name, "message": self.message}


JavaChain = tuple[JavaException, ...]
"""A throwable and its causes, outermost first."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that failed as a real instance would: a value, never raised."""

    stage: Stage
    cause: str
    """A stable kebab-case word for the cause, e.g. `certificate-required`."""
    java: JavaChain = ()
    """What the instance prints, from the outermost exception to the root cause."""
    hidden: JavaChain = ()
    """What the HTTP client swallowed and replaced by `java` (KB2794513); () where it hides nothing."""

    def to_json(self) -> dict[str, Any]:
        """The contract's `failure` object."""
        return {
            "stage": str(self.stage),
            "cause": self.cause,
            "java": [throwable.to_json() for throwable in self.java],
            "hidden": [throwable.to_json() for throwable in self.hidden],
        }


class InternalError(Exception):
    """A fault of sn-mock itself: no failure of the call, no verdict, no answer. `original` is what went wrong."""

    def __init__(self, where: str, original: BaseException) -> None:
        super().__init__(f"{type(original).__name__}: {original} (in {where})")
        self.original = original


def internal(where: str, error: BaseException) -> BaseException:
    """What to raise `from error` for an exception that could not be raised in its place.

    An InternalError that names the place; misuse of sn-mock and what is no `Exception` (Ctrl-C) stay themselves.
    """
    if isinstance(error, InternalError | MockUsageError) or not isinstance(error, Exception):
        return error
    return InternalError(where, error)


class MockUsageError(Exception):
    """sn-mock was used wrongly (bad argument, broken folder); the message names the place and the next step."""
