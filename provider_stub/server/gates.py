"""The stages that a connection has reached, and where its policy holds it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from provider_stub.policy.material import Material


def gates(material: Material) -> Gates | None:
    """Those of a new connection; None where the policy holds nobody anywhere."""
    return Gates(material) if material.fault_stage or material.policy.delay_ms else None


class Gates:
    """Stages reached and not yet passed; a delay is spent once at its stage."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._waiting: deque[str] = deque()
        self._delayed: set[str] = set()

    @property
    def closed(self) -> bool:
        """A stage has been reached that is not passed yet."""
        return bool(self._waiting)

    def reached(self, stages: Iterable[str]) -> None:
        """These stages have been reached, in this order."""
        self._waiting.extend(stages)

    def held(self) -> tuple[str, float | None] | None:
        """Pass what may be passed. The stage that holds, with the seconds of its delay or None for a fault."""
        policy = self._material.policy
        while self._waiting:
            stage = self._waiting[0]
            if policy.delay_ms and policy.delay_at == stage and stage not in self._delayed:
                self._delayed.add(stage)
                return stage, policy.delay_ms / 1000
            self._waiting.popleft()
            if self._material.fault_stage == stage:
                return stage, None
        return None
