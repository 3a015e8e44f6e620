"""Written keystores, read back by us and by keytool."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.java.keystore import KeyStore, key_managers, load, write_jceks, write_jks, write_pkcs12

PASSWORD = "changeit"
WRITERS = {
    "JKS": write_jks,
    "JCEKS": lambda items, password: write_jceks(items, password, iterations=20),
    "PKCS12": lambda items, password: write_pkcs12(items, password, iterations=20),
    "PKCS12 legacy": lambda items, password: write_pkcs12(items, password, encryption="legacy", iterations=20),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_written_is_read_back(pki, kind):
    """Keys, chains and trusted certificates survive, aliases in lower case."""
    data = WRITERS[kind]([pki.item("Acme"), pki.rsa_item(), pki.trusted("RootCA")], PASSWORD)

    store = load(data, kind.split()[0], PASSWORD)

    assert isinstance(store, KeyStore)
    assert {entry.alias for entry in store.entries} == {"acme", "legacy", "rootca"}
    keys = {key.alias: key for key in key_managers(store, PASSWORD)}
    assert keys["acme"].pkcs8 == pki.client.pkcs8
    assert keys["acme"].chain[:2] == pki.chain
    assert keys["legacy"].key_type == "RSA"


@pytest.mark.parametrize("kind", WRITERS)
def test_keytool_lists_it(pki, kind, keytool, tmp_path):
    """keytool finds two private keys and a trusted certificate."""
    file = tmp_path / "store"
    file.write_bytes(WRITERS[kind]([pki.item(), pki.rsa_item(), pki.trusted()], PASSWORD))
    command = [keytool, "-list", "-keystore", file, "-storetype", kind.split()[0], "-storepass", PASSWORD]

    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "3 entries" in listed
    assert listed.count("PrivateKeyEntry") == 2
    assert "root, " in listed
    assert listed.count("trustedCertEntry") == 1


@pytest.mark.parametrize("kind", WRITERS)
def test_creation_times_are_kept(pki, kind):
    """Entries remember when they were made, to the millisecond."""
    created = datetime(2024, 2, 29, 12, 30, 15, 123000, tzinfo=UTC)
    data = WRITERS[kind]([replace(pki.item(), created=created)], PASSWORD)

    store = load(data, kind.split()[0], PASSWORD)

    assert isinstance(store, KeyStore)
    assert store.entries[0].created == created


@pytest.mark.parametrize("kind", WRITERS)
def test_two_entries_of_one_alias_are_refused(pki, kind):
    """Aliases that differ in letter case only would overwrite each other."""
    with pytest.raises(MockUsageError, match="acme"):
        WRITERS[kind]([pki.item("acme"), pki.rsa_item("ACME")], PASSWORD)
