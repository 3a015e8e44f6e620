"""Leaves of every kind of key below the lab's intermediate, and signatures of handshakes by their keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.x509.oid import NameOID

from sn_mock.java.keytool.issuing import SigningKey, signed_certificate
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.lab.pki import shared_pki

from .identities import KEY_MAKERS, PSS_IDENTIFIER, RSA_IDENTIFIER

KINDS: Mapping[str, Feature | None] = {
    "rsa-2048": None,
    "rsa-1024": None,
    "p256": None,
    "p384": None,
    "p521": None,
    "pss-2048": Feature.JSSE_11,
    "ed25519": Feature.EDDSA,
    "ed448": Feature.EDDSA,
}
"""Kinds of keys, and what a Java must have to present them itself; a client meets all of them."""
_DIGESTS: Mapping[int, hashes.HashAlgorithm] = {
    1: hashes.MD5(),
    2: hashes.SHA1(),
    3: hashes.SHA224(),
    4: hashes.SHA256(),
    5: hashes.SHA384(),
    6: hashes.SHA512(),
}
"""By the first octet of a scheme (RFC 5246 section 7.4.1.4.1)."""
_PSS: Mapping[int, hashes.HashAlgorithm] = {
    0x0804: hashes.SHA256(),
    0x0805: hashes.SHA384(),
    0x0806: hashes.SHA512(),
    0x0809: hashes.SHA256(),
    0x080A: hashes.SHA384(),
    0x080B: hashes.SHA512(),
}


_NAMED = bytes.fromhex("30140603551d11040d300b82096c6f63616c686f7374")
"""The alternative name localhost."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A provider's key and chain."""

    kind: str
    key: SigningKey = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)

    @property
    def schemes(self) -> tuple[int, ...]:
        """Those that fit the key, the usual one first."""
        return _FITTING[self.kind.partition("-")[0]]

    def signed(self, content: bytes, scheme: int) -> bytes:
        """A signature with that scheme, as far as the key can make one."""
        digest = _PSS.get(scheme) or _DIGESTS.get(scheme >> 8, hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            return self.key.sign(content, pss if scheme in _PSS else padding.PKCS1v15(), digest)
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(content, ec.ECDSA(digest))
        assert not isinstance(self.key, dsa.DSAPrivateKey)
        return self.key.sign(content)


_FITTING: Mapping[str, tuple[int, ...]] = {
    "rsa": (0x0401, 0x0804, 0x0805, 0x0501, 0x0601, 0x0201),
    "p256": (0x0403, 0x0503, 0x0203, 0x0303),
    "p384": (0x0503, 0x0403),
    "p521": (0x0603, 0x0403),
    "pss": (0x0809, 0x080A, 0x080B),
    "ed25519": (0x0807,),
    "ed448": (0x0808,),
}


def kinds_for(java: Jdk) -> tuple[str, ...]:
    """Kinds of keys that this Java reads in a certificate."""
    return tuple(kind for kind, needs in KINDS.items() if needs is None or java.has(needs))


@cache
def lab_leaf() -> Leaf:
    """The lab's own provider with a key of RSA."""
    identity = shared_pki()["provider-rsa"]
    key = serialization.load_pem_private_key(identity.key_pem.encode(), None)
    assert isinstance(key, SigningKey)
    return Leaf("rsa-2048", key, identity.der_chain)


@cache
def leaf(kind: str) -> Leaf:
    """Made once in this process."""
    key: SigningKey = KEY_MAKERS[kind]()
    issuer = shared_pki()["intermediate"]
    above = serialization.load_pem_private_key(issuer.key_pem.encode(), None)
    assert isinstance(above, SigningKey)
    info = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if kind.startswith("pss"):
        info = as_pss(info)
    now = datetime.now(UTC)
    certificate = signed_certificate(
        signer=above,
        subject=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]).public_bytes(),
        issuer=x509.load_der_x509_certificate(issuer.der).subject.public_bytes(),
        validity=(now - timedelta(days=1), now + timedelta(days=90)),
        key_info=info,
        serial=1000 + list(KINDS).index(kind),
        extensions=(_NAMED,),
    )
    return Leaf(kind, key, (certificate, *issuer.der_chain))


def as_pss(info: bytes) -> bytes:
    """A SubjectPublicKeyInfo of RSA said to be one of RSASSA-PSS."""
    body = info[4:].replace(RSA_IDENTIFIER, PSS_IDENTIFIER, 1)
    return info[:2] + len(body).to_bytes(2, "big") + body
