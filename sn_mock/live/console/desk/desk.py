"""`Desk`: what the pages of one console work on."""

from __future__ import annotations

import os
import secrets
from collections import OrderedDict
from dataclasses import field
from pathlib import Path
from typing import Generic, TypeVar

from guarded.values import dataclass
from sn_mock.lab import Reproduction
from sn_mock.live.console.desk.background import Background
from sn_mock.live.console.desk.checks import Checks
from sn_mock.live.console.desk.placed import Placed
from sn_mock.live.console.desk.providers import Providers
from sn_mock.live.live_instance import LiveInstance

V = TypeVar("V")
_REMEMBERED = 100


class Kept(Generic[V]):
    """A few values under names that nobody guesses; the oldest go first."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, V] = OrderedDict()

    def keep(self, value: V) -> str:
        """Its name."""
        name = secrets.token_hex(8)
        self._values[name] = value
        while len(self._values) > _REMEMBERED:
            self._values.popitem(last=False)
        return name

    def get(self, name: str) -> V | None:
        """The value; None where it is gone."""
        return self._values.get(name)


@dataclass(frozen=True, slots=True)
class Notice:
    """Lines that a page shows once, above everything else."""

    lines: tuple[str, ...]
    bad: bool = False


@dataclass
class Desk:
    """One live instance, and what the console remembers while it runs."""

    live: LiveInstance
    providers: Providers = field(init=False)
    background: Background = field(init=False)
    placed: Placed = field(init=False)
    checks: Checks = field(init=False)
    runs: Kept[Reproduction] = field(default_factory=Kept)
    """Scenarios that were run."""
    texts: Kept[tuple[str, str]] = field(default_factory=Kept)
    """Requests, replies and certificates that were made: title and text; none of them is secret."""
    notices: Kept[Notice] = field(default_factory=Kept)

    def __post_init__(self) -> None:
        self.providers = Providers(self.live)
        self.background = Background(Path(os.environ.get("PROVIDER_STUB_RUN_DIR", ".run")))
        self.placed = Placed(self.live, self.providers, self.background)
        self.checks = Checks(self.live.folder)

    def close(self) -> None:
        """Stop what was started here."""
        self.providers.stop()
        self.background.close()
