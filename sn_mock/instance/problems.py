"""What can be wrong with an instance folder: values that name the file, the key and the next step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guarded.values import dataclass
from sn_mock.failure import MockUsageError


@dataclass(frozen=True, slots=True)
class InstanceProblem:
    """One thing that keeps an instance folder from being loaded."""

    file: str
    """The file, as the user would name it."""
    key: str
    """Where in the file: `sys_certificate[1] "ACME client".type`, or `line 4, column 7`."""
    message: str
    """What is wrong, and what to do next."""

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}" if self.key else f"{self.file}: {self.message}"

    def to_json(self) -> dict[str, str]:
        """`{"file", "key", "message"}`."""
        return {"file": self.file, "key": self.key, "message": self.message}


class InstanceErrors(MockUsageError):  # noqa: N818
    """Everything that is wrong with an instance folder, at once."""

    def __init__(self, problems: Sequence[InstanceProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, else the list of them when it is short enough to help."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are: {', '.join(names)}" if names else ""
