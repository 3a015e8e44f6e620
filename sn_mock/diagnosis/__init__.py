"""Why a call failed, and what to change where.

- *symptom*: the kind of failure, read from the Exchange alone.
- *case*: an Exchange with the instance's records behind it and, where there is one, the provider's visit.
- *rule*: one root cause: which symptoms it explains, how to recognise it, the remedy, the source.
- *finding*: a rule that fired, with the evidence it quotes.

`diagnose` judges a call that was made, `check` an instance before any call, and `explain` a line of text from a ticket.
"""

from sn_mock.diagnosis.checking import CheckReport, check
from sn_mock.diagnosis.diagnosing import diagnose, diagnosed
from sn_mock.diagnosis.explaining import Explanation, explain
from sn_mock.diagnosis.rules import RULES

__all__ = ["RULES", "CheckReport", "Explanation", "check", "diagnose", "diagnosed", "explain"]
