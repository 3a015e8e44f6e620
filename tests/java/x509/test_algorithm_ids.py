"""Names and encodings of algorithms without parameters, as nine Javas told them of 273 OIDs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.lang.jdk import named
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
    assert all(len(told) == len(_TOLD["17.0.15"]) > 250 for told in _TOLD.values())
