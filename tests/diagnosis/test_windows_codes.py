"""IIS: its W3C log is the provider's, and Windows' codes mean the same in every notation."""

from __future__ import annotations

import pytest

from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.reading.sides import Side

LINE = "2026-11-30 10:00:00 10.0.0.1 POST /tickets - 443 - 10.0.0.9 Java/1.8.0_252 - 403 {} {} 15"


@pytest.mark.parametrize(("sub", "code"), [(7, 5), (7, 64), (13, 2148204812), (16, 2148204809), (16, 2148204810)])
def test_a_w3c_line_of_a_refused_certificate_is_the_providers(sub: int, code: int) -> None:
    """Date, method, 403, sub-status and code: nobody else writes them so."""
    explanation = explain(LINE.format(sub, code))

    assert explanation.side is Side.PROVIDER
    assert explanation.causes


def test_another_log_line_with_403_is_not_iis() -> None:
    """The size behind a status is no sub-status."""
    assert explain('10.0.0.9 - - [30/Nov/2026:10:00:00 +0000] "POST /t HTTP/1.1" 403 16').side is Side.UNKNOWN


@pytest.mark.parametrize("code", ["CERT_E_CHAINING", "0x800B010A", "800b010a", "2148204810", "-2146762486"])
def test_a_code_is_one_in_every_notation(code: str) -> None:
    """Name, hexadecimal, unsigned and signed."""
    assert explain(f"the chain was refused: {code}").causes[0].rule == "provider-chain-incomplete"
