"""A certificate in parts, each as the bytes that will stand in it: any part can be bent before it is signed.

Nothing here reads a certificate or checks one; what comes out may be wrong in any way (RFC 5280 section 4.1 is the
form of what is right).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tls_transcript import der

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 1, 2, 3, 4, 5, 6
UTF8, NUMERIC, PRINTABLE, T61, IA5, VISIBLE, UNIVERSAL, BMP = 12, 18, 19, 20, 22, 26, 28, 30
UTC_TIME, GENERALIZED_TIME = 23, 24
CRITICAL = b"\x01\x01\xff"

Ecdsa = ec.EllipticCurvePrivateKey
Key = Ecdsa | rsa.RSAPrivateKey


def tlv(tag: int, *contents: bytes) -> bytes:
    """One DER value."""
    return der.encode(tag, *contents)


def seq(*contents: bytes) -> bytes:
    """A SEQUENCE."""
    return der.encode(0x30, *contents)


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    octets = bytearray()
    for arc in (first * 40 + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        octets += bytes(reversed(septets))
    return der.encode(OID, bytes(octets))


def number(value: int) -> bytes:
    """An INTEGER."""
    return der.encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


ECDSA_SHA256 = seq(oid("1.2.840.10045.4.3.2"))


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: `name` is ours, `head` is its OID and criticality as they are written, `value` the octets."""

    name: str
    identifier: bytes
    critical: bytes
    value: bytes

    def encoded(self) -> bytes:
        """The Extension SEQUENCE."""
        return seq(self.identifier, self.critical, tlv(OCTET_STRING, self.value))


@dataclass(frozen=True, slots=True)
class Parts:
    """A TBSCertificate, field by field, and how it is signed."""

    serial: bytes
    issuer: bytes
    not_before: bytes
    not_after: bytes
    subject: bytes
    public_key: bytes = field(repr=False)
    extensions: tuple[Extension, ...]
    version: bytes = b"\xa0\x03\x02\x01\x02"
    inner_algorithm: bytes = ECDSA_SHA256
    outer_algorithm: bytes = ECDSA_SHA256
    digest: str = "sha256"
    unique_ids: bytes = b""
    extension_block: bytes | None = None
    """What stands in place of the extensions, with its [3]; None: they are written as they are."""
    long_lengths: bool = False
    """The lengths of the outer SEQUENCE and of the body are written with a needless octet."""
    signature_change: int = -1
    """The octet of the signature that is changed; -1: none."""
    after: bytes = b""
    """What follows the signature, within the outer SEQUENCE."""

    def signed(self, key: Ecdsa) -> bytes:
        """The certificate."""
        body = self.version + self.serial + self.inner_algorithm + self.issuer
        body += seq(self.not_before, self.not_after) + self.subject + self.public_key + self.unique_ids + self._block()
        wrap = _long if self.long_lengths else seq
        tbs = wrap(body)
        signature = bytearray(key.sign(tbs, ec.ECDSA(_DIGESTS[self.digest])))
        if self.signature_change >= 0:
            signature[8 + self.signature_change % (len(signature) - 8)] ^= 1
        return wrap(tbs + self.outer_algorithm + tlv(BIT_STRING, b"\0", bytes(signature)) + self.after)

    def _block(self) -> bytes:
        if self.extension_block is not None:
            return self.extension_block
        return block(self.extensions) if self.extensions else b""


Changed = tuple[Parts, str]
"""Parts after a change, and what the change was, in a few words."""

_DIGESTS = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def block(extensions: Sequence[Extension]) -> bytes:
    """The [3] with its extensions."""
    return tlv(0xA3, seq(*(one.encoded() for one in extensions)))


def _long(body: bytes) -> bytes:
    return b"\x30\x83" + len(body).to_bytes(3, "big") + body


@cache
def keys() -> dict[str, Any]:
    """The few keys of a run: fresh, so that none is worth anything; mutants do not depend on them."""
    elliptic = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "middle", "leaf", "client")}
    return {**elliptic, "rsa leaf": rsa.generate_private_key(65537, 2048)}


def public(name: str) -> bytes:
    """The SubjectPublicKeyInfo of one of `keys`."""
    encoded: bytes = (
        keys()[name]
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return encoded


@cache
def private(name: str, form: serialization.Encoding) -> bytes:
    """One of `keys` as PKCS#8."""
    encoded: bytes = keys()[name].private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return encoded


def octets(chance: random.Random, data: bytes, start: int = 0) -> bytes:
    """One or two octets changed, from `start` on."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2])):
        if start < len(data):
            place = chance.randrange(start, len(data))
            near = [changed[place] ^ 1 << chance.randrange(8), changed[place] + 1, changed[place] - 1]
            changed[place] = (
                chance.choice([*near, chance.randrange(256), chance.choice(b"\0\x01\x7f\x80\xff\x30\x20.")]) & 0xFF
            )
    return bytes(changed)
