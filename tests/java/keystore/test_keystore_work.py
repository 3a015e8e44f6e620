"""What a keystore file may cost: linear in its size, each key derived once, all of them within a budget."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.java.keystore import load
from sn_mock.java.keystore.entries import KeyStore, LoadFailure
from sn_mock.java.keystore.key_managers import key_managers
from sn_mock.java.keystore.pbe import budget
from sn_mock.java.lang.remembering import forget
from tests.fuzz.readers import pki

Linear = Callable[[Callable[[int], object], int], None]
DATA = bytes.fromhex("06092a864886f70d010701")


def der(tag: int, content: bytes) -> bytes:
    """A definite length."""
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x80 | len(octets)]) + octets) + content


def pkcs12(safes: bytes) -> bytes:
    """A PKCS#12 file around an AuthenticatedSafe."""
    return der(0x30, der(2, b"\x03") + der(0x30, DATA + der(0xA0, der(4, safes))))


@pytest.mark.parametrize(
    "build",
    [
        lambda n: b"\x30\x80" * n + b"\0\0" * n,
        lambda n: b"\x30\x80" * n,
        lambda n: b"\x30\x80" + b"\x30\x80\0\0" * n + b"\0\0",
        lambda n: pkcs12(der(0x30, b"\x30\x80\0\0" * n)),
        lambda n: pkcs12(der(0x30, der(0x30, DATA + der(0xA0, der(4, der(0x30, b"")))) * n)),
        lambda n: der(0x30, der(2, b"\x03") + der(0x30, DATA + b"\xa0\x80\x24\x80" + b"\x04\x01a" * n + b"\0\0\0\0")),
        lambda n: bytes.fromhex("feedfeed00000002") + n.to_bytes(4, "big") + b"\0\0\0\1\0\1a" * n,
    ],
    ids=["nested", "unfinished", "side by side", "safes", "many safes", "pieces of octets", "entries"],
)
def test_a_file_costs_what_it_is_long(linear: Linear, build: Callable[[int], bytes]) -> None:
    """Indefinite lengths in any arrangement (32 KB once took eight seconds), safes, entries by the thousand."""
    linear(lambda size: [load(build(size), kind, "changeit") for kind in ("PKCS12", "JKS")], 400)


def test_a_key_is_derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading and opening the same file again costs no round more."""
    data = next(data for name, data in pki().items() if name.endswith(".p12"))
    spent: list[int] = []
    monkeypatch.setattr(budget, "spend", spent.append)
    forget()
    rounds = []
    for _ in range(3):
        store = load(data, "PKCS12", "changeit")
        assert isinstance(store, KeyStore)
        assert not isinstance(key_managers(store, "changeit"), LoadFailure)
        rounds.append(sum(spent))
    assert rounds[0] > 0
    assert rounds == [rounds[0]] * 3


def test_a_file_that_asks_for_hours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the budget one error says so and what to do; the same file within it is read."""
    data = next(data for name, data in pki().items() if name.endswith(".p12"))
    forget()
    monkeypatch.setattr(budget, "BUDGET", 1_000)
    with pytest.raises(MockUsageError, match=r"more than 1,000 rounds of key derivation.*next step"):
        load(data, "PKCS12", "changeit")
    monkeypatch.undo()
    assert isinstance(load(data, "PKCS12", "changeit"), KeyStore)
