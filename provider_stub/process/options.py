"""What `provider-stub serve` was asked to do."""

from __future__ import annotations

from pathlib import Path

from guarded.values import dataclass
from provider_stub.policy.model import Policy


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What `serve` was asked to do."""

    policy: Policy
    policy_file: Path | None
    host: str
    port: int
    control_port: int
    journal: Path | None
    ready_file: Path | None
    workers: int
    pcap: Path | None = None
    """Where every connection is recorded, with its keys."""
