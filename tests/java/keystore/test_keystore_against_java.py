"""The readers against the JVM itself: the same file, the same question, the same answer, field by field."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

from sn_mock.java.keystore import LoadFailure, key_managers, load, write_jceks, write_jks, write_pkcs12
from sn_mock.java.keystore.entries import EntryKind
from sn_mock.java.x509.certificates import parse_certificate

KEY_TYPES = ("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA")
PASSWORD = "changeit"


def our_answer(data: bytes, declared_type: str, password: str | None, key_password: str | None) -> dict[str, Any]:
    """Our view of a file in the judge's notation."""
    store = load(data, declared_type, password)
    if isinstance(store, LoadFailure):
        return {"java": [[one.class_name, one.message] for one in store.java], "stage": store.failed_at}
    entries = []
    for entry in store.entries:
        listed = entry.kind in (EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE)
        prints = []
        for encoded in entry.chain:
            one = parse_certificate(encoded)
            prints.append([one.sha256, one.subject.rfc2253(), one.public_key.java_algorithm, one.not_after_ms])
        entries.append([entry.alias, str(entry.kind) if listed else "other", prints])
    keys = key_managers(store, key_password)
    if isinstance(keys, LoadFailure):
        failure = [[one.class_name, one.message] for one in keys.java]
        return {"entries": entries, "java": failure, "stage": keys.failed_at}
    usable = [
        [key.key_type, key.alias, hashlib.sha256(key.pkcs8 or b"").hexdigest()]
        for key_type in KEY_TYPES
        for key in keys
        if key.key_type == key_type
    ]
    return {"entries": entries, "keys": usable, "stage": "ok"}


@pytest.fixture(scope="module")
def stores(pki) -> dict[str, tuple[str, bytes]]:
    """One healthy file of every kind, named, with its natural type."""
    items = [pki.item("Acme"), pki.rsa_item(password="otherpass"), pki.trusted("Root CA")]
    return {
        "jks": ("JKS", write_jks(items, PASSWORD)),
        "jceks": ("JCEKS", write_jceks(items, PASSWORD, iterations=50)),
        "pkcs12": ("PKCS12", write_pkcs12(items, PASSWORD, iterations=50)),
        "pkcs12-legacy": ("PKCS12", write_pkcs12(items, PASSWORD, encryption="legacy", iterations=50)),
        "pkcs12-one-key": ("PKCS12", write_pkcs12([pki.item()], PASSWORD, iterations=50)),
        "empty-jks": ("JKS", write_jks([], PASSWORD)),
        "empty-pkcs12": ("PKCS12", write_pkcs12([], PASSWORD, iterations=50)),
        "pem": ("JKS", pki.client.pem),
        "der": ("PKCS12", pki.client.der),
        "html": ("JKS", b"<html><body>404</body></html>"),
        "zeros": ("PKCS12", bytes(64)),
        "nothing": ("PKCS12", b""),
    }


@pytest.mark.parametrize("declared_type", ["JKS", "PKCS12", "JCEKS", "CaseExactJKS", "pkcs12", "P12"])
def test_each_content_under_each_declared_type_and_password(java_judge, stores, declared_type):
    """Whatever the file, the declared type and the passwords are, our answer is the JVM's."""
    for label, (_, data) in stores.items():
        for password in (PASSWORD, "", None, "pässwörd"):
            for key_password in (PASSWORD, "otherpass", None):
                theirs = java_judge.ask(data, declared_type, password, key_password)

                assert our_answer(data, declared_type, password, key_password) == theirs, (
                    label,
                    password,
                    key_password,
                )


SEEDS = (1, 2, 3)
FILES_PER_SEED = 120
STRUCTURAL = (0x00, 0x01, 0x02, 0x03, 0x04, 0x06, 0x30, 0x31, 0x80, 0x81, 0x82, 0x84, 0xA0, 0xA3, 0xFF)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The file with one random wound: cut, bit, byte, insertion, deletion, copy, or something behind it."""
    wounded = bytearray(data)
    at = chance.randrange(len(wounded)) if chance.random() < 0.6 else min(chance.randrange(120), len(wounded) - 1)
    match chance.randrange(7):
        case 0:
            del wounded[at:]
        case 1 | 2:
            wounded[at] ^= 1 << chance.randrange(8)
        case 3:
            wounded[at] = chance.choice(STRUCTURAL)
        case 4:
            wounded[at:at] = chance.randbytes(chance.randint(1, 4))
        case 5:
            del wounded[at : at + chance.randint(1, 4)]
        case _:
            wounded += chance.randbytes(chance.randint(1, 8))
    return bytes(wounded)


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_files_fail_in_javas_words(java_judge, stores, seed):
    """A damaged keystore gives the JVM's exceptions: every class and message, outermost to root."""
    chance = random.Random(seed)
    healthy = [entry for entry in stores.values() if len(entry[1]) > 100]
    for number in range(FILES_PER_SEED):
        declared_type, data = chance.choice(healthy)
        if chance.random() < 0.2:
            declared_type = chance.choice(["JKS", "PKCS12", "JCEKS"])
        password = chance.choice([PASSWORD, PASSWORD, None, "wrong"])
        file = damaged(data, chance)

        theirs = java_judge.ask(file, declared_type, password, PASSWORD)

        assert our_answer(file, declared_type, password, PASSWORD) == theirs, (seed, number, declared_type, password)
