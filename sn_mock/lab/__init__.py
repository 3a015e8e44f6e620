"""The lab: both sides together, and the catalogue of ways they fail. The only package that knows instance and provider.

- *setup*: what a lab consists of, as data (`LabSetup`); the defaults are healthy.
- *Lab*: a setup brought to life on one release and TLS version; `call()` returns both ends' records.
- *scenario*: a lab with one defect, its fix, and what must be seen (`scenarios`).
- *runner*: broken call, fixed call, compared with what the scenario declares (`Reproduction`).
- *pki*: certificates and keystores (`sn_mock.lab.pki`).

The names are loaded when first used: the certificates alone need no scenario and no rule.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sn_mock.lab.explaining import explain
    from sn_mock.lab.lab import Lab
    from sn_mock.lab.runner import Reproduction, reproduce, reproduce_many
    from sn_mock.lab.scenarios import SCENARIOS, Scenario, catalogue, find
    from sn_mock.lab.setup import LabSetup

__all__ = [
    "SCENARIOS",
    "Lab",
    "LabSetup",
    "Reproduction",
    "Scenario",
    "catalogue",
    "explain",
    "find",
    "reproduce",
    "reproduce_many",
]

_HOMES = {
    "SCENARIOS": "sn_mock.lab.scenarios",
    "Lab": "sn_mock.lab.lab",
    "LabSetup": "sn_mock.lab.setup",
    "Reproduction": "sn_mock.lab.runner",
    "Scenario": "sn_mock.lab.scenarios",
    "catalogue": "sn_mock.lab.scenarios",
    "explain": "sn_mock.lab.explaining",
    "find": "sn_mock.lab.scenarios",
    "reproduce": "sn_mock.lab.runner",
    "reproduce_many": "sn_mock.lab.runner",
}


def __getattr__(name: str) -> Any:
    """Load a name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
