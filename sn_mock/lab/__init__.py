"""The lab: both sides together, and the catalogue of ways they fail. The only package that knows instance and provider.

- *setup*: what a lab consists of, as data (`LabSetup`); the defaults are healthy.
- *Lab*: a setup brought to life on one release and TLS version; `call()` returns both ends' records.
- *scenario*: a lab with one defect, its fix, and what must be seen (`scenarios`).
- *runner*: broken call, fixed call, compared with what the scenario declares (`Reproduction`).
- *pki*: certificates and keystores (`sn_mock.lab.pki`).
"""

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
