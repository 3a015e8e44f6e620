"""Forging a stand-in: a keystore with the names and dates that are known, and keys of our own.

The CAs above it are forged, too, and their keys follow from their names, so that another process (a provider that is to
trust them) forges the same. Anybody can do that: such a CA is worth nothing outside a lab, and every certificate here
says so in a comment extension. Names are kept to the letter, because Java matches CA names.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sn_mock.failure import MockUsageError
from sn_mock.instance.stand_ins import StandIn
from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.keystore import KeyItem, StoreItem, write_jks, write_pkcs12
from sn_mock.java.keytool import issuing
from sn_mock.java.keytool.distinguished_names import name_der
from sn_mock.java.lang.remembering import remembered

PASSWORD = "stand-in"
"""Of every forged store: the real one is not known, and not judged."""

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC))
_COMMENT_OID = "2.16.840.1.113730.1.13"
_COMMENT = "forged by sn-mock as a stand-in: for no real use"
_OF_THE_KEY = frozenset({oid_named("SubjectKeyID"), oid_named("AuthorityKeyID"), _COMMENT_OID})
"""Extensions that name a key: subject and authority key identifier."""


def keystore_file(entries: tuple[StandIn, ...], java_type: str, today: datetime) -> bytes:
    """A keystore of that type (`JKS`, `PKCS12`) with `PASSWORD`. Raises MockUsageError for a name that is none."""
    return _file(entries, java_type, _midnight(today))


def authorities(entries: tuple[StandIn, ...]) -> tuple[bytes, ...]:
    """The forged certificates (DER) that a provider has to trust to accept the stand-ins: their CAs, or themselves."""
    today = _midnight(datetime.now(UTC))
    return tuple(dict.fromkeys(one for entry in entries for one in _forged(entry, today)[1][1:] or _self(entry, today)))


def _self(entry: StandIn, today: datetime) -> tuple[bytes, ...]:
    return _forged(entry, today)[1][:1]


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@remembered(64)
def _file(entries: tuple[StandIn, ...], java_type: str, today: datetime) -> bytes:
    items: list[StoreItem] = []
    for entry in entries:
        pkcs8, chain = _forged(entry, today)
        items.append(KeyItem(entry.alias, pkcs8, chain, None, today))
    if java_type == "PKCS12":
        return write_pkcs12(items, PASSWORD, encryption="legacy")  # which every Java reads
    return write_jks(items, PASSWORD)


@remembered(256)
def _forged(entry: StandIn, today: datetime) -> tuple[bytes, tuple[bytes, ...]]:
    """The private key (PKCS#8) and the chain, leaf first."""
    if entry.certificate:
        return _copied(entry)
    subject = _name(entry.subject)
    issuers = tuple(map(_name, entry.issuer))
    if issuers and issuers[0] == subject:
        issuers = issuers[1:]
    end = entry.not_after or today + timedelta(days=365)
    begin = entry.not_before or min(end, today) - timedelta(days=365)
    pkcs8 = issuing.generate_key(*entry.key)
    own = not issuers
    leaf = _certificate(
        subject=subject,
        issuer=issuers[0] if issuers else subject,
        validity=(begin, end),
        key_info=issuing.public_key_info(pkcs8),
        signer=pkcs8 if own else _ca_key(issuers[0]),
        extensions=(issuing.extension("KeyUsage", bytes.fromhex("030205a0"), critical=True),),
    )
    return pkcs8, (leaf, *_above(issuers))


def _above(issuers: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The CA certificates of that chain of names; the last one signs itself."""
    chain = []
    for number, name in enumerate(issuers):
        parent = issuers[number + 1] if number + 1 < len(issuers) else name
        chain.append(
            _certificate(
                subject=name,
                issuer=parent,
                validity=_EVER,
                key_info=issuing.public_key_info(_ca_key(name)),
                signer=_ca_key(parent),
                extensions=(
                    issuing.extension("BasicConstraints", bytes.fromhex("30030101ff"), critical=True),
                    issuing.extension("KeyUsage", bytes.fromhex("03020106"), critical=True),
                ),
            )
        )
    return tuple(chain)


@remembered(64)
def _ca_key(name: bytes) -> bytes:
    seed = int.from_bytes(hashlib.sha512(b"sn-mock stand-in CA\0" + name).digest(), "big")
    key = ec.derive_private_key(seed % (_P256_ORDER - 1) + 1, ec.SECP256R1())
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _copied(entry: StandIn) -> tuple[bytes, tuple[bytes, ...]]:
    """A public certificate (with the CAs that follow it) again, over keys of our own."""
    real = _public(entry)
    leaf, *_ = real
    public = leaf.public_key()
    try:
        pkcs8 = (
            issuing.generate_key("EC", public.curve.key_size)
            if isinstance(public, ec.EllipticCurvePublicKey)
            else issuing.generate_key("RSA", getattr(public, "key_size", 2048))
        )
    except MockUsageError:
        raise MockUsageError(f"{entry.certificate_file}: a key of that kind is not forged; take RSA or EC") from None
    subject, issuer = leaf.subject.public_bytes(), leaf.issuer.public_bytes()
    names = () if subject == issuer else (issuer, *_names_above(real[1:], issuer))
    forged = _certificate(
        subject=subject,
        issuer=issuer,
        validity=(leaf.not_valid_before_utc, leaf.not_valid_after_utc),
        key_info=issuing.public_key_info(pkcs8),
        signer=_ca_key(names[0]) if names else pkcs8,
        extensions=tuple(
            issuing.extension(one.oid.dotted_string, one.value.public_bytes(), critical=one.critical)
            for one in leaf.extensions
            if one.oid.dotted_string not in _OF_THE_KEY
        ),
        serial=leaf.serial_number,
    )
    return pkcs8, (forged, *_above(names))


def _names_above(certificates: list[x509.Certificate], issuer: bytes) -> tuple[bytes, ...]:
    by_name = {one.subject.public_bytes(): one.issuer.public_bytes() for one in certificates}
    found: list[bytes] = []
    while (parent := by_name.pop(issuer, issuer)) != issuer:
        found.append(parent)
        issuer = parent
    return tuple(found)


def _public(entry: StandIn) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN" in entry.certificate:
            return x509.load_pem_x509_certificates(entry.certificate)
        return [x509.load_der_x509_certificate(entry.certificate)]
    except ValueError as error:
        raise MockUsageError(f"{entry.certificate_file}: cannot be read as a certificate: {error}") from None


def _name(text: str) -> bytes:
    """A name as people copy it. OpenSSL prints the country first, RFC 2253 and Java the common name."""
    text = text.strip()
    if text.startswith("/"):
        text = ",".join(part.replace(",", "\\,") for part in text[1:].split("/"))
    if "=" not in text:
        return name_der(f"CN={text}")
    encoded = name_der(text)
    kinds = [part.partition("=")[0].strip().upper() for part in text.split(",") if "=" in part]
    from_the_top = len(kinds) > 1 and kinds[-1] == "CN" and kinds[0] != "CN"
    if not from_the_top:
        return encoded
    members = [member.encoded() for member in der.Value.parse(encoded).members()]
    return der.encode(der.SEQUENCE, b"".join(reversed(members)))


def _certificate(
    *,
    subject: bytes,
    issuer: bytes,
    validity: tuple[datetime, datetime],
    key_info: bytes,
    signer: bytes,
    extensions: tuple[bytes, ...],
    serial: int | None = None,
) -> bytes:
    number = serial or int.from_bytes(hashlib.sha256(subject + key_info).digest()[:8], "big") >> 1
    comment = issuing.extension(_COMMENT_OID, der.encode(der.IA5_STRING, _COMMENT.encode()))
    return issuing.signed_certificate(
        signer=signer,
        subject=subject,
        issuer=issuer,
        validity=validity,
        key_info=key_info,
        serial=number,
        extensions=(*extensions, comment),
    )
