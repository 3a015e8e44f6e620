"""Names and encodings of algorithms without parameters, as ten Javas told them of 303 OIDs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.lang.jdk import named
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509 import algorithm_ids

_RECORDED = Path(__file__).parent / "recorded" / "algorithms.json.gz"
_TOLD: dict[str, dict[str, tuple[str, bool]]] = json.loads(gzip.decompress(_RECORDED.read_bytes()))
"""Java -> OID -> what `AlgorithmId.parse` of it says to `getName`, and whether `encode` puts a NULL behind it."""


@pytest.mark.parametrize("java", _TOLD)
@pytest.mark.parametrize("tail", [b"", b"\5\0"], ids=["absent", "NULL"])
def test_every_algorithm_is_named_and_written_as_its_java_does(java: str, tail: bytes) -> None:
    """Absent parameters and NULL are the same to Java; what it writes for either depends on the algorithm."""
    ours = {}
    for dotted in _TOLD[java]:
        number = der.encode(der.OID, oids.oid_content(dotted))
        read = algorithm_ids.parse(reading.value(der.encode(der.SEQUENCE, number + tail), named(java)))
        with_null = der.encode(der.SEQUENCE, number + b"\5\0")
        ours[dotted] = [read.name, read.encoded() == with_null]

    assert ours == _TOLD[java]


def test_the_record_has_names_that_changed() -> None:
    """What this file would miss if all Javas agreed."""
    assert {told["2.16.840.1.101.3.4.2.11"][0] for told in _TOLD.values()} == {
        *("2.16.840.1.101.3.4.2.11", "SHAKE128", "SHAKE128-256"),
    }
    assert {told["2.16.840.1.101.3.4.3.18"][0] for told in _TOLD.values()} == {"2.16.840.1.101.3.4.3.18", "ML-DSA-65"}
    assert all(len(told) == len(_TOLD["17.0.15"]) > 300 for told in _TOLD.values())


@pytest.mark.parametrize(
    ("java", "size", "text"),
    [
        ("17.0.15", 7, None),
        ("17.0.21", 7, None),
        ("21", 7, "IV not 8[] bytes long"),
        ("21", 9, "IV not 8[] bytes long"),
    ],
)
def test_parameters_are_read_from_the_java_on_that_has_their_name(java: str, size: int, text: str | None) -> None:
    """Blowfish (measured on 17.0.15, 17.0.21, 21.0.8 and 21.0.13); the twin has the eight octets."""

    def read(octets: int) -> str | None:
        number = der.encode(der.OID, oids.oid_content("1.3.6.1.4.1.3029.1.1.2"))
        whole = der.encode(der.SEQUENCE, number + der.encode(der.OCTET_STRING, bytes(octets)))
        try:
            algorithm_ids.parse(reading.value(whole, named(java)))
        except JavaThrow as refused:
            return refused.chain[0].message
        return None

    assert read(8) is None
    assert read(size) == text
