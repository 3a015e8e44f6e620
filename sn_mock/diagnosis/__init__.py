"""Why a call failed, and what to change where.

- *symptom*: the kind of failure, read from the Exchange alone.
- *case*: an Exchange with the instance's records behind it and, where there is one, the provider's visit.
- *rule*: one root cause: which symptoms it explains, how to recognise it, the remedy, the source.
- *finding*: a rule that fired, with the evidence it quotes.
- *text*: a line that somebody's log holds, and what it means on whose side (`texts`, read by `reading`).

`diagnose` judges a call that was made, `check` an instance before any call, and `explain` any text of a ticket or log.

The names are loaded when first used: explaining one line needs none of the rules' machinery.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sn_mock.diagnosis.checking import CheckReport, check
    from sn_mock.diagnosis.diagnosing import diagnose, diagnosed
    from sn_mock.diagnosis.explaining import explain
    from sn_mock.diagnosis.explanation import Explanation
    from sn_mock.diagnosis.rules import RULES

__all__ = ["RULES", "CheckReport", "Explanation", "check", "diagnose", "diagnosed", "explain"]

_HOMES = {
    "RULES": "sn_mock.diagnosis.rules",
    "CheckReport": "sn_mock.diagnosis.checking",
    "Explanation": "sn_mock.diagnosis.explanation",
    "check": "sn_mock.diagnosis.checking",
    "diagnose": "sn_mock.diagnosis.diagnosing",
    "diagnosed": "sn_mock.diagnosis.diagnosing",
    "explain": "sn_mock.diagnosis.explaining",
}


def __getattr__(name: str) -> Any:
    """Load a name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
