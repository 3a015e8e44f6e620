"""Parameters of password-based encryption as the JDK's providers parse them.

PBES1 and PKCS#12 schemes carry a salt and a count (RFC 8018 appendix A.3, RFC 7292 appendix C), PBES2 a key derivation
function and a cipher (RFC 8018 appendix A.4). Refusals measured on JDK 17, which takes AES only.
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.thrown import io

_PBKDF2 = oid_named("PBKDF2WithHmacSHA1")
_PBES2 = oid_named("PBES2")
_AES_128_CBC = oid_named("AES_128/CBC/NoPadding")
_AES_256_CBC = oid_named("AES_256/CBC/NoPadding")
_PRFS = frozenset({"HmacSHA1", "HmacSHA224", "HmacSHA256", "HmacSHA384", "HmacSHA512"})
_PRFS_OF_21 = _PRFS | {"HmacSHA512/224", "HmacSHA512/256"}
_MISPARSED = "PBE parameter parsing error: "


@dataclass(frozen=True, slots=True)
class PbeParameters:
    """What a scheme needs besides the password."""

    salt: bytes
    iterations: int
    scheme: str | None = None
    """The full Java name for PBES2, e.g. PBEWithHmacSHA256AndAES_256; None where the OID alone names the scheme."""
    iv: bytes | None = None

    @property
    def prf(self) -> str:
        """The hash of PBES2's HMAC, as hashlib names it."""
        return (self.scheme or "").removeprefix("PBEWithHmac").split("And")[0].lower().replace("/", "_")

    @property
    def key_bytes(self) -> int:
        """The length of PBES2's AES key."""
        return 16 if (self.scheme or "").endswith("_128") else 32


def parse_pbe(encoded: bytes, java: Jdk = REFERENCE) -> PbeParameters:
    """Salt and iteration count."""
    value = reading.value(encoded, java)
    if value.tag != der.SEQUENCE:
        raise io(_MISPARSED + "not a sequence")
    salt = value.data.octet_string()
    iterations = value.data.integer()
    if value.data.available:
        raise io(_MISPARSED + "extra data")
    return PbeParameters(salt, iterations)


def parse_pbes2(encoded: bytes, java: Jdk) -> PbeParameters:
    """PBKDF2 with a SHA HMAC, and AES-CBC; also the doubled wrapping that old JDKs wrote by mistake.

    An old Java 8 reads only that wrapping.
    """
    params = reading.value(encoded, java)
    if params.tag != der.SEQUENCE:
        raise io(_MISPARSED + "not an ASN.1 SEQUENCE tag")
    if not java.has(Feature.PLAIN_PBES2):
        if oids.oid_text(params.data.oid()) != _PBES2:
            raise io(_MISPARSED + "expecting the object identifier for PBES2")
        params = params.data.value()
        if params.tag != der.SEQUENCE:
            raise io(_MISPARSED + "not an ASN.1 SEQUENCE tag")
    kdf = params.data.value()
    if kdf.tag == der.OID and java.has(Feature.PLAIN_PBES2):
        params = params.data.value()
        kdf = params.data.value()
    salt, iterations, prf = _pbkdf2(kdf, java)
    if params.tag != der.SEQUENCE:
        raise io(_MISPARSED + "not an ASN.1 SEQUENCE tag")
    cipher, iv = _aes(params.data.value())
    return PbeParameters(salt, iterations, f"PBEWith{prf}And{cipher}", iv)


def _pbkdf2(kdf: der.Value, java: Jdk) -> tuple[bytes, int, str]:
    if oids.oid_text(kdf.data.oid()) != _PBKDF2:
        raise io(_MISPARSED + "expecting the object identifier for PBKDF2")
    if kdf.tag != der.SEQUENCE:
        raise io(_MISPARSED + "not an ASN.1 SEQUENCE tag")
    params = kdf.data.value()
    if params.tag != der.SEQUENCE:
        raise io(_MISPARSED + "not an ASN.1 SEQUENCE tag")
    specified = params.data.value()
    if specified.tag != der.OCTET_STRING:
        raise io(_MISPARSED + "not an ASN.1 OCTET STRING tag")
    salt = specified.octet_string()
    iterations = params.data.integer()
    if java.has(Feature.PBES2_OF_21):
        return salt, iterations, _prf_by_tag(params.data)
    prf: der.Value | None = None
    has_key_length = False
    if params.data.available > 0:
        prf = params.data.value()
        if prf.tag == der.INTEGER:
            has_key_length = True
            prf.integer()
            prf = params.data.value() if params.data.available > 0 else None
    if prf is None or not (has_key_length or java.has(Feature.PKCS12_OF_2021)):
        return salt, iterations, "HmacSHA1"
    name = _prf_name(prf, _PRFS)
    if prf.data.available and prf.data.value().tag != der.NULL:
        raise io(_MISPARSED + "not an ASN.1 NULL tag")
    return salt, iterations, name


def _prf_by_tag(members: der.Input) -> str:
    """What has another tag is not even read."""
    key_length = _optional(members, der.INTEGER)
    if key_length is not None:
        key_length.integer()
    prf = _optional(members, der.SEQUENCE)
    if prf is None:
        return "HmacSHA1"
    name = _prf_name(prf, _PRFS_OF_21)
    _optional(prf.data, der.NULL)
    if prf.data.available:
        raise io("Extra unused bytes")
    return name


def _optional(members: der.Input, tag: int) -> der.Value | None:
    return members.value() if members.rest()[:1] == bytes([tag]) else None


def _prf_name(prf: der.Value, known: frozenset[str]) -> str:
    name = oids.java_name(oids.oid_text(prf.data.oid()))
    if name not in known:
        raise io(_MISPARSED + "expecting the object identifier for a HmacSHA key derivation function")
    return name


def _aes(scheme: der.Value) -> tuple[str, bytes]:
    oid = oids.oid_text(scheme.data.oid())
    if oid not in (_AES_128_CBC, _AES_256_CBC):
        raise io(_MISPARSED + "expecting the object identifier for AES cipher")
    return ("AES_128" if oid == _AES_128_CBC else "AES_256"), scheme.data.octet_string()
