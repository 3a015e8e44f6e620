"""Certificates forged again: the same shape, keys of our own, and with a redactor other names and numbers.

What signs what stays as it was: where a certificate's signature is that of another one's key, it is so again; where it
is not, it is not. Everything else is kept to the octet: dates, purposes, constraints, algorithms, sizes of keys, the
order of names. A key is never written anywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from guarded.values import dataclass
from sn_mock.handover.redaction import Redactor
from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content, oid_named
from sn_mock.java.lang.thrown import JavaThrow

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
_STRINGS: Mapping[int, str] = {
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
"""Tags of character strings (X.680) and how they are read."""
_GENERAL_NAMES: Mapping[int, str] = {0x81: "ascii", 0x82: "ascii", 0x86: "ascii"}
"""rfc822Name, dNSName and uniformResourceIdentifier (RFC 5280 section 4.2.1.6)."""
_ADDRESS = 0x87
_PARTS: Mapping[bytes, str] = {
    oid_content(f"2.5.4.{number}"): part
    for number, part in ((3, "CN"), (5, "SERIALNUMBER"), (6, "C"), (7, "L"), (8, "ST"), (10, "O"), (11, "OU"))
}
_SUBJECT_KEY, _AUTHORITY_KEY = oid_content(oid_named("SubjectKeyID")), oid_content(oid_named("AuthorityKeyID"))
_TIMESTAMPS = oid_content("1.3.6.1.4.1.11129.2.4.2")
"""Signed certificate timestamps (RFC 6962): they lead to the public log, and so to the original."""
_LARGEST_KEY = 4096
_UNREADABLE = (JavaThrow, ValueError, UnsupportedAlgorithm)
"""What reading DER can end with."""


@dataclass(frozen=True)
class Forged:
    """What came of a set of certificates."""

    certificates: Mapping[bytes, bytes]
    """Original (DER) → forged; what cannot be read is not in it."""
    keys: Mapping[bytes, bytes] = field(repr=False)
    """Forged certificate → its private key, PKCS#8."""

    def chain(self, originals: Iterable[bytes]) -> tuple[bytes, ...]:
        """The forged ones of a chain."""
        return tuple(self.certificates[one] for one in originals if one in self.certificates)


def reforge(originals: Iterable[bytes], redactor: Redactor | None = None) -> Forged:
    """Forge them all again; with a redactor the names in them are its pseudonyms."""
    return _Forge(tuple(dict.fromkeys(originals)), redactor).forged()


def renamed(name: bytes, redactor: Redactor) -> bytes:
    """A distinguished name (DER) with the redactor's pseudonyms; as it is where it cannot be read."""
    try:
        return _name(der.Value.parse(name), redactor)
    except _UNREADABLE:
        return name


class _Forge:
    def __init__(self, originals: tuple[bytes, ...], redactor: Redactor | None) -> None:
        self.redactor = redactor
        self.read = {one: certificate for one in originals if (certificate := _readable(one)) is not None}
        self._keys: dict[object, Key] = {}
        self._drawn: dict[object, int] = {}

    def forged(self) -> Forged:
        made = {one: self._again(one, certificate) for one, certificate in self.read.items()}
        keys = {made[one]: _pkcs8(self._key_of(certificate)) for one, certificate in self.read.items()}
        if self.redactor:
            for old, new in made.items():
                for digest in (hashlib.sha256, hashlib.sha1):
                    for write in (bytes.hex, lambda octets: octets.hex(":")):
                        self.redactor.replaced(
                            write(digest(old).digest()), write(digest(new).digest()), "certificate fingerprint"
                        )
        return Forged(made, keys)

    def _again(self, original: bytes, certificate: x509.Certificate) -> bytes:
        whole = der.Value.parse(original).members()
        body = whole[0].members()
        position = 1 if body[0].tag == 0xA0 else 0
        serial, algorithm, issuer, validity, subject, _ = body[position : position + 6]
        signer = self._signer(certificate)
        key_info = _key_info(self._key_of(certificate))
        parts = [one.encoded() for one in body[:position]]
        parts += [
            self._serial(serial),
            algorithm.encoded(),
            self._renamed(issuer),
            validity.encoded(),
            self._renamed(subject),
            key_info,
        ]
        for rest in body[position + 6 :]:
            parts.append(self._extensions(rest, key_info, signer) if rest.tag == 0xA3 else rest.encoded())
        encoded = der.encode(der.SEQUENCE, b"".join(parts))
        signature = der.encode(der.BIT_STRING, b"\0" + _signed(signer, encoded, certificate))
        return der.encode(der.SEQUENCE, encoded + whole[1].encoded() + signature)

    def _serial(self, value: der.Value) -> bytes:
        number = int.from_bytes(value.content, "big", signed=True)
        if self.redactor is None or number <= 0:
            return value.encoded()
        return der.encode_integer(self.redactor.number(number))

    def _renamed(self, name: der.Value) -> bytes:
        return name.encoded() if self.redactor is None else _name(name, self.redactor)

    def _extensions(self, block: der.Value, key_info: bytes, signer: Key) -> bytes:
        extensions = [self._extension(one, key_info, signer) for one in block.members(0xA3)[0].members()]
        return der.encode(0xA3, der.encode(der.SEQUENCE, b"".join(extensions)))

    def _extension(self, extension: der.Value, key_info: bytes, signer: Key) -> bytes:
        members = extension.members()
        oid, value = members[0].content, members[-1].content
        if oid == _SUBJECT_KEY:
            value = der.encode(der.OCTET_STRING, _identifier(key_info))
        elif oid == _AUTHORITY_KEY:
            identifier = der.encode(0x80, _identifier(_key_info(signer)))
            value = der.encode(der.SEQUENCE, identifier if b"\x80" in value[:4] else b"")
        elif self.redactor is not None:
            if oid == _TIMESTAMPS:
                return b""
            value = _changed(value, self.redactor)
        head = b"".join(one.encoded() for one in members[:-1])
        return der.encode(der.SEQUENCE, head + der.encode(der.OCTET_STRING, value))

    # Keys

    def _key_of(self, certificate: x509.Certificate) -> Key:
        try:
            public = certificate.public_key()
            mark: object = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except (ValueError, UnsupportedAlgorithm):
            public, mark = None, certificate.fingerprint(SHA256())
        return self._key(mark, _kind(public))

    def _signer(self, certificate: x509.Certificate) -> Key:
        for other in self.read.values():
            if other.subject == certificate.issuer and _is_signed_by(certificate, other):
                return self._key_of(other)
        kind: tuple[str, object] = ("RSA", 2048)
        if "ec" in (certificate.signature_algorithm_oid._name or "").lower():
            kind = ("EC", "secp256r1")
        return self._key(("nobody's", certificate.issuer.public_bytes(), kind), kind)

    def _key(self, mark: object, kind: tuple[str, object]) -> Key:
        if mark not in self._keys:
            self._drawn[kind] = number = self._drawn.get(kind, 0) + 1
            self._keys[mark] = _made(kind, number)
        return self._keys[mark]


@lru_cache(maxsize=64)
def _made(kind: tuple[str, object], number: int) -> Key:
    """The n-th key of that kind of this process: making one takes long, and none is worth anything."""
    del number
    name, size = kind
    if name == "EC":
        return ec.generate_private_key(_CURVES.get(str(size), ec.SECP256R1)())
    if name == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if name == "Ed448":
        return ed448.Ed448PrivateKey.generate()
    return rsa.generate_private_key(65537, min(max(int(str(size)), 1024), _LARGEST_KEY))


_CURVES = {
    curve.name: curve for curve in (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1, ec.SECP256K1, ec.SECP224R1, ec.SECP192R1)
}


def _kind(public: object) -> tuple[str, object]:
    match public:
        case ec.EllipticCurvePublicKey():
            return "EC", public.curve.name
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 0
        case ed448.Ed448PublicKey():
            return "Ed448", 0
        case rsa.RSAPublicKey():
            return "RSA", public.key_size
    return "RSA", 2048


def _readable(original: bytes) -> x509.Certificate | None:
    try:
        certificate = x509.load_der_x509_certificate(original)
        certificate.subject, certificate.issuer  # noqa: B018 - reads them
    except (ValueError, UnsupportedAlgorithm):
        return None
    return certificate


def _is_signed_by(certificate: x509.Certificate, other: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(other)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return True  # by its name
    return True


def _signed(signer: Key, body: bytes, like: x509.Certificate) -> bytes:
    try:
        digest = like.signature_hash_algorithm or SHA256()
        scheme = like.signature_algorithm_parameters
    except (ValueError, UnsupportedAlgorithm):
        digest, scheme = SHA256(), None
    if isinstance(signer, rsa.RSAPrivateKey):
        return signer.sign(body, scheme if isinstance(scheme, padding.PSS) else padding.PKCS1v15(), digest)
    if isinstance(signer, ec.EllipticCurvePrivateKey):
        return signer.sign(body, ec.ECDSA(digest))
    return signer.sign(body)


def _pkcs8(key: Key) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _key_info(key: Key) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _identifier(key_info: bytes) -> bytes:
    bits = der.Value.parse(key_info).members()[1].content[1:]
    return hashlib.sha1(bits, usedforsecurity=False).digest()


# Names


def _name(name: der.Value, redactor: Redactor) -> bytes:
    sets = []
    for rdn in name.members():
        attributes = [_attribute(one, redactor) for one in rdn.members(der.SET)]
        sets.append(der.encode(der.SET, b"".join(sorted(attributes))))
    return der.encode(der.SEQUENCE, b"".join(sets))


def _attribute(attribute: der.Value, redactor: Redactor) -> bytes:
    kind, value = attribute.members()
    charset = _STRINGS.get(value.tag)
    if charset is None:
        return attribute.encoded()
    text = value.content.decode(charset, "replace")
    part = _PARTS.get(kind.content, "DC")
    shown = redactor.name(text, "part of a distinguished name", part)
    return der.encode(der.SEQUENCE, kind.encoded() + der.encode(value.tag, shown.encode(charset, "replace")))


def _changed(data: bytes, redactor: Redactor) -> bytes:
    """An extension's value with the names in it replaced."""
    try:
        return b"".join(_values(data, redactor))
    except _UNREADABLE:
        return data


def _values(data: bytes, redactor: Redactor) -> Iterator[bytes]:
    offset = 0
    while offset < len(data):
        value = der.Value.parse(data, offset, len(data) - offset, allow_more=True)
        if value.end <= offset or value.buffer is not data:
            raise ValueError("of indefinite length")
        encoded, offset = data[offset : value.end], value.end
        charset = _STRINGS.get(value.tag) or _GENERAL_NAMES.get(value.tag)
        if value.tag == 0xA4:  # directoryName
            yield der.encode(0xA4, _name(value.members(0xA4)[0], redactor))
        elif value.tag & 0x20:
            yield der.encode(value.tag, b"".join(_values(value.content, redactor)))
        elif value.tag == _ADDRESS and len(value.content) in (4, 16):
            yield der.encode(_ADDRESS, _address(value.content, redactor))
        elif charset:
            text = value.content.decode(charset, "replace")
            shown = redactor.host(text) if value.tag == 0x82 else _learnt(text, redactor)
            yield der.encode(value.tag, shown.encode(charset, "replace"))
        else:
            yield encoded


def _learnt(text: str, redactor: Redactor) -> str:
    redactor.learn(text)
    return redactor.text(text)


def _address(octets: bytes, redactor: Redactor) -> bytes:
    return ip_address(redactor.address(str(ip_address(octets)))).packed
