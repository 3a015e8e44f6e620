"""Keys and certificates as people have them: every form starts a provider, or is refused with the command to run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)

from provider_stub import PolicyError, Provider, ProviderPolicy
from provider_stub.policies import load
from sn_mock.java.keystore import KeyItem, StoreItem, TrustedItem, write_jceks, write_jks
from sn_mock.lab.pki import shared_pki

PKI = shared_pki()
SERVER = PKI["provider"]
LEAF, ISSUER, ROOT = SERVER.chain
KEY = load_pem_private_key(SERVER.key_pem.encode(), None)


def pem(*certificates: object) -> bytes:
    """Certificates as PEM, in this order."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)  # type: ignore[attr-defined]


def sealed(form: PrivateFormat, encoding: Encoding = Encoding.PEM) -> bytes:
    """The server's key with the password `ours`."""
    return KEY.private_bytes(encoding, form, BestAvailableEncryption(b"ours"))


PFX = pkcs12.serialize_key_and_certificates(b"p", KEY, LEAF, [ISSUER], BestAvailableEncryption(b"ours"))  # type: ignore[arg-type]
CLEAR = SERVER.key_pem.encode()
JKS = write_jks([KeyItem("p", SERVER.pkcs8, SERVER.der_chain, None, PKI.now)], "ours")


@pytest.mark.parametrize(
    ("certificate", "key", "password"),
    [
        (pem(LEAF, ISSUER), CLEAR, None),
        (pem(ISSUER, LEAF), CLEAR, None),
        (pem(ROOT, ISSUER, LEAF), CLEAR, None),
        (CLEAR + pem(ISSUER, LEAF), None, None),
        (pem(LEAF, ISSUER), sealed(PrivateFormat.PKCS8), "ours"),
        (pem(LEAF, ISSUER), sealed(PrivateFormat.TraditionalOpenSSL), "ours"),
        (pem(LEAF, ISSUER), sealed(PrivateFormat.PKCS8, Encoding.DER), "ours"),
        (pkcs7.serialize_certificates([ISSUER, LEAF], Encoding.PEM), CLEAR, None),
        (pkcs7.serialize_certificates([LEAF, ISSUER], Encoding.DER), CLEAR, None),
        (PFX, None, "ours"),
        (PFX, None, "env:OUR_PASSWORD"),
        (b"Bag Attributes\n    friendlyName: x\n" + pem(LEAF, ISSUER), CLEAR, None),
    ],
)
def test_a_provider_shows_its_leaf_whatever_the_form(
    certificate: bytes, key: bytes | None, password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PEM in any order, PKCS#7, PKCS#12, encrypted keys: the chain goes out leaf first."""
    monkeypatch.setenv("OUR_PASSWORD", "ours")
    policy = ProviderPolicy(server_certificate=certificate, server_key=key, server_key_password=password)
    with Provider(policy):
        server = load(policy).server
    assert server.startswith(pem(LEAF, ISSUER))
    assert b"ENCRYPTED" not in server
    assert "ours" not in repr(policy)


@pytest.mark.parametrize(
    ("certificate", "key", "password", "told"),
    [
        (pem(LEAF), sealed(PrivateFormat.PKCS8), None, "server_key: server.key: the key is encrypted"),
        (pem(LEAF), sealed(PrivateFormat.PKCS8), None, "openssl pkey -in server.key"),
        (pem(LEAF), sealed(PrivateFormat.PKCS8), "wrong", "server_key_password does not open the key"),
        (PFX, None, None, "needs its password: set server_key_password"),
        (PFX, None, "wrong", "does not open with server_key_password"),
        (PFX, None, "env:NOT_THERE", "export NOT_THERE="),
        (JKS, None, "ours", "keytool -importkeystore -srckeystore server.pem"),
        (pem(LEAF), b"nothing", None, "no private key found"),
    ],
)
def test_what_cannot_be_used_names_the_command(
    certificate: bytes, key: bytes | None, password: str | None, told: str, tmp_path: Path
) -> None:
    """The twin: one line with file and command, and the password in none of it."""
    (tmp_path / "server.pem").write_bytes(certificate)
    keyed = ""
    if key is not None:
        (tmp_path / "server.key").write_bytes(key)
        keyed = 'server_key = "server.key"\n'
    secret = f'server_key_password = "{password}"\n' if password else ""
    (tmp_path / "p.toml").write_text(f'server_certificate = "server.pem"\n{keyed}{secret}')
    with pytest.raises(PolicyError) as refused:
        ProviderPolicy.from_toml(tmp_path / "p.toml")
    assert told in str(refused.value).replace(f"{tmp_path}/", "")
    assert "wrong" not in str(refused.value)


def trusting(data: bytes) -> tuple[bytes, ...]:
    """Whom a policy with this file trusts."""
    return load(ProviderPolicy(trust=(data,))).trust


Store = Callable[[list[StoreItem], str], bytes]


@pytest.mark.parametrize("write", [write_jks, write_jceks])
def test_trust_is_read_from_java_keystores_without_a_password(write: Store) -> None:
    """Trusted entries, and the CA at the top of a key's chain."""
    root = TrustedItem("root", PKI["root"].der, PKI.now)
    other = PKI["unrelated-client"]
    entries: list[StoreItem] = [root, KeyItem("k", other.pkcs8, other.der_chain, None, PKI.now)]
    assert set(trusting(write(entries, "whatever"))) == {PKI["root"].der, other.der_chain[-1]}
    with pytest.raises(PolicyError, match="ends too early"):
        trusting(write([root], "whatever")[:-60])


def test_a_keystore_that_claims_too_many_entries_is_refused() -> None:
    """The count in its head is believed up to a bound; beyond it nothing else is read."""
    claiming = bytes.fromhex("feedfeed 00000002") + (10_001).to_bytes(4, "big")
    with pytest.raises(PolicyError, match="10001 entries; at most 10000 are read"):
        trusting(claiming)


@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
def test_trust_is_read_from_pkcs7(form: Encoding) -> None:
    """A .p7b, as Windows CAs send it."""
    assert set(trusting(pkcs7.serialize_certificates([ROOT, ISSUER], form))) == {
        PKI["root"].der,
        PKI["intermediate"].der,
    }


def test_a_pkcs12_truststore_names_the_command() -> None:
    """It has a password of its own; what takes its certificates out is said."""
    with pytest.raises(PolicyError, match="openssl pkcs12 -in the given bytes -nokeys"):
        trusting(PFX)


def test_a_chain_that_fits_is_left_in_its_order() -> None:
    """A provider may mean to send its chain in a wrong order, as long as its leaf comes first."""
    policy = ProviderPolicy(server_certificate=pem(LEAF, ROOT, ISSUER), server_key=CLEAR)
    assert load(policy).server.startswith(pem(LEAF, ROOT, ISSUER))
    assert load(replace(policy, send_chain=False)).server.startswith(pem(LEAF) + CLEAR[:20])
