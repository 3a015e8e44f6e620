"""A pool of keys and certificates of every kind, made once per run: random keystores are dealt from it.

Making keys is slow and certificates are many, so each key bears several certificates: by different CAs, valid or not,
with and without usages. Key managers never verify their own certificates, which allows RSASSA-PSS keys to be made by
exchanging an algorithm identifier.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from tls_transcript import der

_EDWARDS = (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)
RSA_IDENTIFIER = bytes.fromhex("300d06092a864886f70d0101010500")
PSS_IDENTIFIER = bytes.fromhex("300b06092a864886f70d01010a")
"""AlgorithmIdentifiers of keys."""
_SHA1_FOR = {
    bytes.fromhex("300d06092a864886f70d01010b0500"): bytes.fromhex("300d06092a864886f70d0101050500"),
    bytes.fromhex("300a06082a8648ce3d040302"): bytes.fromhex("300906072a8648ce3d0401"),
}
"""SHA256withRSA and SHA256withECDSA to their SHA-1 kin, as AlgorithmIdentifiers."""
_DAY = timedelta(days=1)

KEY_MAKERS: Mapping[str, Callable[[], Any]] = {
    "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
    "rsa-1024": lambda: rsa.generate_private_key(65537, 1024),
    "pss-2048": lambda: rsa.generate_private_key(65537, 2048),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    "dsa-1024": lambda: dsa.generate_private_key(1024),
    "dsa-2048": lambda: dsa.generate_private_key(2048),
}
_NEEDS = {"ed25519": Feature.EDDSA, "ed448": Feature.EDDSA, "pss-2048": Feature.JSSE_11}
_KEYS_OF_EACH = {"rsa-2048": 3, "p256": 3}


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key and a chain that goes with it, as a keystore entry holds them."""

    kind: str
    java_type: str
    """The name under which Java's KeyFactory reads the private key."""
    pkcs8: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Authority:
    name: x509.Name
    key: Any = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    """Its own certificate and those above it."""


class Pool:
    """All identities of a run. What is drawn depends on the seed only; the keys themselves are fresh."""

    def __init__(self, chance: random.Random, kinds: Collection[str] = KEY_MAKERS) -> None:
        self._chance = chance
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._authorities = self._make_authorities()
        self.identities = tuple(self._identity(kind, key) for kind, key in _keys() if kind in kinds for _ in range(12))
        self.authority_names = tuple(authority.name.public_bytes() for authority in self._authorities)
        self.authority_certificates = tuple(authority.chain[0] for authority in self._authorities)

    def _make_authorities(self) -> tuple[_Authority, ...]:
        elliptic, classic = (next(key for kind, key in _keys() if kind == wanted) for wanted in ("p256", "rsa-2048"))
        found: list[_Authority] = []
        for common_name, key, parent in (
            ("Parity Root A", elliptic, None),
            ("Parity Root B", classic, None),
            ("Parity  Intermediate", elliptic, 0),
            ("Parity, Sub+CA", classic, 1),
            ("Корень", elliptic, None),
        ):
            name = x509.Name(
                [
                    x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Parity Test"),
                    x509.NameAttribute(NameOID.COMMON_NAME, common_name),
                ]
            )
            above = None if parent is None else found[parent]
            usual = (x509.BasicConstraints(True, None),)
            certificate = self._certify(name, key, above, (-100, 4000), usual)
            found.append(_Authority(name, key, (certificate, *(above.chain if above else ()))))
        return tuple(found)

    def _identity(self, kind: str, key: Any) -> Identity:
        chance = self._chance
        above = chance.choice([None, *self._authorities])
        validity = chance.choice([(-10, 400)] * 4 + [(-400, -10), (10, 400)])
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{kind} {chance.randrange(1000)}")])
        leaf = self._certify(name, key, above, validity, self._usages())
        if chance.random() < 0.08:
            leaf = _as_sha1(leaf)
        pkcs8 = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        if kind.startswith("pss"):
            leaf, pkcs8 = _as_pss(leaf), pkcs8.replace(RSA_IDENTIFIER, PSS_IDENTIFIER)
            pkcs8 = der.encode(der.SEQUENCE, *(part.encoded for part in _resized(pkcs8).children()))
        rest = above.chain if above else ()
        keep = chance.choice([0, len(rest), len(rest), len(rest), max(0, len(rest) - 1)])
        stray = (chance.choice(self._authorities).chain[0],) if chance.random() < 0.1 else ()
        return Identity(kind, _java_type(kind), pkcs8, (leaf, *rest[:keep], *stray))

    def _usages(self) -> tuple[x509.ExtensionType, ...]:
        chance = self._chance
        usages: list[x509.ExtensionType] = []
        if chance.random() < 0.5:
            purposes = chance.choice(
                [
                    [ExtendedKeyUsageOID.CLIENT_AUTH],
                    [ExtendedKeyUsageOID.SERVER_AUTH],
                    [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE],
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
                ]
            )
            usages.append(x509.ExtendedKeyUsage(purposes))
        if chance.random() < 0.4:
            signs = chance.random() < 0.6
            usages.append(x509.KeyUsage(signs, False, not signs, False, False, False, False, False, False))
        return tuple(usages)

    def _certify(
        self,
        name: x509.Name,
        key: Any,
        above: _Authority | None,
        validity: tuple[int, int],
        extensions: tuple[x509.ExtensionType, ...],
    ) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(above.name if above else name)
            .public_key(key.public_key())
            .serial_number(self._chance.randrange(1, 1 << 60))
            .not_valid_before(self._now + validity[0] * _DAY)
            .not_valid_after(self._now + validity[1] * _DAY)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        signer = above.key if above else key
        digest = None if isinstance(signer, _EDWARDS) else hashes.SHA256()
        return builder.sign(signer, digest).public_bytes(serialization.Encoding.DER)


def kinds_of(java: Jdk) -> tuple[str, ...]:
    """The kinds of keys that this Java itself reads and writes."""
    return tuple(kind for kind in KEY_MAKERS if kind not in _NEEDS or java.has(_NEEDS[kind]))


@lru_cache(maxsize=1)
def _keys() -> tuple[tuple[str, Any], ...]:
    """(kind, private key), made once in this process."""
    return tuple((kind, make()) for kind, make in KEY_MAKERS.items() for _ in range(_KEYS_OF_EACH.get(kind, 1)))


def _java_type(kind: str) -> str:
    family = kind.partition("-")[0]
    return {"rsa": "RSA", "pss": "RSASSA-PSS", "dsa": "DSA", "ed25519": "EdDSA", "ed448": "EdDSA"}.get(family, "EC")


def _resized(pkcs8: bytes) -> der.Value:
    """The outer SEQUENCE of a PKCS#8 key whose content became shorter."""
    whole = pkcs8[4:]  # SEQUENCE with a two-octet length
    return der.read(der.encode(der.SEQUENCE, whole))


def _as_sha1(certificate: bytes) -> bytes:
    """The same certificate said to be signed with SHA-1; its signature is no longer right, which nobody checks."""
    body, algorithm, signature = der.read(certificate).children()
    weak = _SHA1_FOR.get(algorithm.encoded)
    if weak is None:
        return certificate
    fields = [weak if value.encoded == algorithm.encoded else value.encoded for value in body.children()]
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, *fields), weak, signature.encoded)


def _as_pss(certificate: bytes) -> bytes:
    """The same certificate with an RSASSA-PSS public key; its signature is no longer right, which nobody checks."""
    body, algorithm, signature = der.read(certificate).children()
    fields = list(body.children())
    for index, value in enumerate(fields):
        parts = value.children() if value.tag == der.SEQUENCE else ()
        if len(parts) == 2 and parts[0].encoded == RSA_IDENTIFIER and parts[1].tag == der.BIT_STRING:
            fields[index] = der.read(der.encode(der.SEQUENCE, PSS_IDENTIFIER, parts[1].encoded))
    tbs = der.encode(der.SEQUENCE, *(value.encoded for value in fields))
    return der.encode(der.SEQUENCE, tbs, algorithm.encoded, signature.encoded)
