"""Is what was asked of `up` what runs: the policy, the port, the workers of the provider that is up already."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guarded.values import dataclass
from provider_stub.policies import ProviderPolicy
from provider_stub.process import client
from provider_stub.process.background import ControlError

_NEEDS_ANOTHER_START = "plain_http"
"""The one key of a policy that a running provider cannot change."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """One thing that was asked for and is not so."""

    option: str
    text: str
    next_step: str


def unmet_policy(state: Mapping[str, Any], asked: Path) -> Unmet | None:
    """None where the running provider obeys that policy file as it is now.

    Raises PolicyError where the file cannot be used, ControlError where the provider does not say what it obeys.
    """
    ProviderPolicy.from_toml(asked)
    differing = client.differing(dict(state), asked)
    if not differing:
        return None
    again = f"provider-stub down, then up --policy {asked}"
    load = again if _NEEDS_ANOTHER_START in differing else f"provider-stub control load {asked} (or: {again})"
    words = f"{asked} is not in force, it differs in {', '.join(differing)}; {obeyed(state)}"
    return Unmet("--policy", words, load)


def obeyed(state: Mapping[str, Any], found: Path | None = None) -> str:
    """Which policy the running provider obeys, in words; `found` is one that is known to be in force."""
    if found is not None:
        return f"the running provider obeys {found}"
    first = state.get("policy")
    try:
        as_started = not first or not client.differing(dict(state), Path(first))
    except (ControlError, OSError):
        as_started = False
    if not first:
        return "the running provider was started without a policy file"
    if as_started:
        return f"the running provider obeys {first}"
    return f"the running provider was started with {first}, and obeys what `provider-stub control show` prints"


def unmet_options(state: Mapping[str, Any], asked: Mapping[str, Any]) -> list[Unmet]:
    """Options that were given (not None) and that the running provider does not have."""
    found, again = [], "provider-stub down, then up with what you want"
    for name, value in asked.items():
        runs = state.get(name)
        if value is None or value == runs or (name.endswith("port") and value == 0):
            continue
        if name == "pcap" and runs is not None and os.path.realpath(value) == os.path.realpath(runs):
            continue
        option = f"--{name.replace('_', '-')}"
        found.append(Unmet(option, f"{option} {value} is not so, it runs with {runs or 'none'}", again))
    return found
