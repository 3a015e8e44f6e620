"""PKCS#12 whose encryption is a cipher of Java, but none that a password opens; as seven Javas refused it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content, oid_named
from sn_mock.java.keystore import Entry, EntryKind, KeyStore, LoadFailure, key_managers, load
from sn_mock.java.keystore.entries import Protection

_RECORDED = json.loads(gzip.decompress((Path(__file__).parent / "recorded" / "other_ciphers.json.gz").read_bytes()))
"""Java -> `OID|parameters|safe or key|password` -> the last exception; without parameters of a cipher's own."""

_SEALED = bytes(range(32))


def _sequence(*members: bytes) -> bytes:
    return der.encode(der.SEQUENCE, b"".join(members))


def _oid(dotted: str) -> bytes:
    return der.encode(der.OID, oid_content(dotted))


def _told(case: str, java: str) -> list[str | None]:
    oid, parameters, kind, password = case.split("|")
    pbe = _sequence(der.encode(der.OCTET_STRING, b"12345678"), der.encode_integer(20)) if parameters == "seq" else b""
    algorithm = _sequence(_oid(oid), pbe)
    data = oid_named("Data")
    if kind == "key":
        protected = _sequence(algorithm, der.encode(der.OCTET_STRING, _SEALED))
        entry = Entry("k", EntryKind.PRIVATE_KEY, (b"",), protected, protection=Protection.PKCS12)
        found = key_managers(KeyStore("PKCS12", "PKCS12", (entry,)), password, java=java)
    else:
        info = _sequence(_oid(data), algorithm, der.encode(0x80, _SEALED))
        encrypted = _sequence(der.encode_integer(0), info)
        safe = _sequence(_oid(oid_named("EncryptedData")), der.encode(0xA0, encrypted))
        octets = der.encode(der.OCTET_STRING, _sequence(safe))
        file = _sequence(der.encode_integer(3), _sequence(_oid(data), der.encode(0xA0, octets)))
        found = load(file, "PKCS12", password, java=java)
    assert isinstance(found, LoadFailure)
    return [found.java[-1].class_name, found.java[-1].message]


@pytest.mark.parametrize("java", _RECORDED)
def test_a_cipher_that_no_password_opens_is_refused_in_its_own_words(java: str) -> None:
    """By its key or its parameters, where that Java finds it by name or number; else there is no such cipher."""
    told = {case: _told(case, java) for case in _RECORDED[java]}

    assert told == _RECORDED[java]
    assert len(told) > 100


def test_the_record_has_every_kind_of_answer() -> None:
    """Found and not found, on every Java; the ciphers of PBE are opened in `test_pkcs12_contents`."""
    for answers in _RECORDED.values():
        texts = {message for _, message in answers.values()}
        assert any("Cannot find any provider" in text for text in texts)
        assert any("The key must be 32 bytes" in text for text in texts)
