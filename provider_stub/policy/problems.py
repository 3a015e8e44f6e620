"""What is wrong with a policy: all of it at once, each with file and key."""

from __future__ import annotations

from collections.abc import Sequence

from guarded.values import dataclass


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One thing that must be mended before the provider can start."""

    key: str
    message: str
    file: str = ""
    """The policy file, or empty where the policy was written in Python."""

    def __str__(self) -> str:
        """`policy.toml: trust[0]: no such file: ca.pem`."""
        place = f"{self.file}: " if self.file else ""
        return f"{place}{self.key}: {self.message}"


class PolicyError(ValueError):
    """A policy that cannot be used; `problems` has every reason."""

    def __init__(self, problems: Sequence[PolicyProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[PolicyProblem, ...]]]:
        return PolicyError, (self.problems,)
