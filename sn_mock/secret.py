"""`Secret`: a password that never shows itself."""

from __future__ import annotations

import os
from dataclasses import field

from guarded.values import dataclass
from sn_mock.failure import MockUsageError

ENVIRONMENT_PREFIX = "env:"


@dataclass(frozen=True, slots=True)
class Secret:
    """The value of a `password2` field: a literal, or a reference `env:NAME` with the value it had when it was read.

    `repr` and `str` hide the value; `reveal()` is the only way to it.
    """

    value: str | None = field(repr=False)
    """None: the environment variable was not set."""
    environment: str | None = None
    """Name of the environment variable, or None for a literal."""

    @classmethod
    def parse(cls, text: str) -> Secret:
        """Read the notation of the instance folder: `env:NAME`, or the password itself."""
        if text.startswith(ENVIRONMENT_PREFIX):
            name = text.removeprefix(ENVIRONMENT_PREFIX).strip()
            return cls(os.environ.get(name), name)
        return cls(text)

    def reveal(self) -> str:
        """The password; raises `MockUsageError` where its environment variable is not set."""
        if self.value is None:
            raise MockUsageError(
                f"the password in environment variable {self.environment} is not set; next step: export "
                f"{self.environment}=<the password>"
            )
        return self.value

    @property
    def is_set(self) -> bool:
        """False where the environment variable behind it was missing."""
        return self.value is not None

    def __str__(self) -> str:
        return "<secret>" if self.environment is None else f"<secret from env:{self.environment}>"
