"""The ContentInfos of a PKCS#12 file: plain and encrypted safes, and the MAC over them.

Source: RFC 7292 and RFC 2315 for the format; the JDK's reading order and refusals were measured on JDK 17.
"""

from __future__ import annotations

import hashlib
import hmac

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.keystore.pbe import other_ciphers
from sn_mock.java.keystore.pbe import schemes as pbe
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.strings import byte
from sn_mock.java.lang.thrown import NO_SUCH_ALGORITHM, PARSING, UNRECOVERABLE, JavaThrow, element, io
from sn_mock.java.x509 import algorithm_ids
from sn_mock.java.x509.algorithm_ids import AlgorithmId
from sn_mock.java.x509.pbe_parameters import PbeParameters, parse_pbe, parse_pbes2

DATA = oid_named("Data")
ENCRYPTED_DATA = oid_named("EncryptedData")
_OLD_DATA = oid_named("JDK_OLD_Data")
_TIMESTAMP_DATA = oid_named("TimeStampTokenInfo")
_PBES2 = oid_named("PBES2")
_MAX_ITERATIONS = 5_000_000


@dataclass(frozen=True, slots=True)
class ContentInfo:
    """A content type and its content, if there is one."""

    oid: str
    content: der.Value | None

    def data(self) -> bytes | None:
        """The octets of plain data."""
        if self.oid not in (DATA, _OLD_DATA, _TIMESTAMP_DATA):
            raise io(f"content type is not DATA: {self.oid}")
        return None if self.content is None else self.content.octet_string()


def content_info(cursor: der.Input) -> ContentInfo:
    """The next ContentInfo."""
    members = cursor.sequence()
    java, strict = cursor.java, cursor.java.has(Feature.STRICT_2020)
    if strict and not 1 <= len(members) <= 2:
        raise JavaThrow(PARSING, "Invalid length for ContentInfo")
    oid = oids.oid_text(element(members, 0, java).reopened().oid())
    if len(members) == 1:
        return ContentInfo(oid, None)
    contents = members[1].reopened().members()
    if strict and len(contents) != 1:
        raise JavaThrow(PARSING, "ContentInfo encoding error")
    return ContentInfo(oid, element(contents, 0, java))


@dataclass(frozen=True, slots=True)
class Encryption:
    """How some octets are encrypted."""

    oid: str
    parameters: PbeParameters | None
    java: Jdk
    of_safe: bool
    """A safe's, not a key's: they are opened by different code."""

    @property
    def scheme(self) -> str:
        """Java's name for the scheme."""
        if self.parameters is not None and self.parameters.scheme is not None:
            return self.parameters.scheme
        return oids.java_name(self.oid)

    def check_iterations(self, subject: str) -> None:
        """Refuse what would take too long; `subject` says in Java's complaint whose iterations they are."""
        if self.parameters is not None and self.parameters.iterations > _MAX_ITERATIONS:
            whose = f"{subject} " if self.java.has(Feature.PKCS12_OF_2021) else ""
            raise io(f"{whose}PBE iteration count too large")

    def decrypt(self, password: str, data: bytes) -> bytes:
        """The plain octets; raises the JDK's exceptions."""
        if not self.java.has(Feature.CIPHER_BEFORE_KEY):
            pbe.ascii_password(password)
        if self.of_safe and self.parameters is None and self.java.has(Feature.BARE_PBE_TEXTS):
            raise JavaThrow(NO_SUCH_ALGORITHM, "Null or empty transformation")
        if not pbe.is_known(self.scheme):
            raise self._refusal(password)
        return pbe.decrypt(self.scheme, self.parameters, password, data)

    def _refusal(self, password: str) -> JavaThrow:
        """There is no such cipher, or it does not take a password's key."""
        parts = self._asked_for
        if self.java.has(Feature.DIGESTS_IN_TRANSFORMATIONS):
            parts = parts.replace("SHA512/", "")
        if parts.count("/") == 1:  # neither a cipher alone nor with mode and padding
            return JavaThrow(NO_SUCH_ALGORITHM, f"Invalid transformation format:{self._asked_for}")
        refused = other_ciphers.refusal(self.oid, password, self.java, has_parameters=self.parameters is not None)
        if refused is None:
            return JavaThrow(NO_SUCH_ALGORITHM, f"Cannot find any provider supporting {self._asked_for}")
        pbe.ascii_password(password)
        return refused

    @property
    def _asked_for(self) -> str:
        """What an old Java asks its providers for: the number, which also finds what it has a name for."""
        if not self.java.has(Feature.PKCS12_OF_2021):
            return self.oid
        return oids.java_name(self.oid, self.java)


def encryption(value: der.Value, *, of_safe: bool = False) -> Encryption:
    """An algorithm and its parameters."""
    if value.java.has(Feature.BARE_PBE_TEXTS):
        return _by_name(algorithm_ids.parse(value), of_safe=of_safe)
    cursor, java = value.input(), value.java
    oid = oids.oid_text(cursor.oid())
    parameters = None
    try:
        if cursor.available:
            inner = cursor.value()
            if inner.tag != der.NULL:
                encoded = inner.encoded()
                parameters = parse_pbes2(encoded, java) if oid == _PBES2 else parse_pbe(encoded, java)
    except JavaThrow as refused:
        if refused.is_error:
            raise
        raise io(f"parseAlgParameters failed: {refused.said}", refused) from None
    return Encryption(oid, parameters, java, of_safe)


def _by_name(algorithm: AlgorithmId, *, of_safe: bool) -> Encryption:
    """Whatever has parameters of another kind is no encryption by a password."""
    parameters = algorithm.parsed
    if parameters is not None and not isinstance(parameters, PbeParameters):
        raise io("Invalid PBE algorithm parameters")
    return Encryption(algorithm.oid, parameters, algorithm.java, of_safe)


def encrypted_content(info: ContentInfo, java: Jdk) -> tuple[Encryption, bytes]:
    """How the safe is encrypted, and its octets."""
    if info.content is None:
        raise JavaThrow(
            "java.lang.NullPointerException",
            'Cannot invoke "sun.security.util.DerValue.toDerInputStream()" because the return value of '
            '"sun.security.pkcs.ContentInfo.getContent()" is null',
        )
    cursor = info.content.input()
    cursor.integer()
    members = cursor.sequence()
    strict = java.has(Feature.STRICT_2020)
    if strict and len(members) != 3:
        raise io("Invalid length for EncryptedContentInfo")
    element(members, 0, java).oid()
    element(members, 1, java)
    content = element(members, 2, java)
    if not content.is_context(0):
        raise io(
            f"unsupported encrypted content type {byte(content.tag)}" if strict else "encrypted content not present!"
        )
    content.tag = der.OCTET_STRING | (0x20 if content.is_constructed else 0)
    octets = content.octet_string()
    method = encryption(members[1], of_safe=True)
    method.check_iterations("cert")
    return method, octets


def check_mac(cursor: der.Input, safes: bytes, password: str, java: Jdk) -> None:
    """The integrity check at the end of the file; raises the JDK's exceptions."""
    digest_name, digest, salt, iterations = _mac_data(cursor, java)

    def verify(attempt: str) -> None:
        pbe.ascii_password(attempt)
        try:
            pbe.check_pkcs12_parameters(salt, iterations)
        except JavaThrow:
            if attempt != pbe.NUL_PASSWORD:
                raise
            raise JavaThrow("java.security.InvalidKeyException", _PROVIDERS_TRIED) from None  # one Mac, asked twice
        size = hashlib.new(hash_name, usedforsecurity=False).digest_size
        key = pbe.derive(attempt, salt, iterations, size, pbe.MAC_KEY, hash_name)
        if hmac.digest(key, safes, hash_name) != digest:
            raise JavaThrow(UNRECOVERABLE, "Failed PKCS12 integrity checking")

    try:
        hash_name = _mac_hash(digest_name, iterations, java)
        pbe.with_empty_password_retry(verify, password)
    except JavaThrow as refused:
        if refused.is_error:
            raise
        raise io(f"Integrity check failed: {refused}", refused) from None


def check_mac_algorithm(cursor: der.Input, java: Jdk) -> None:
    """The part of the integrity check that asks for no password: Java has such a MAC, and of so many rounds."""
    digest_name, _, _, iterations = _mac_data(cursor, java)
    _mac_hash(digest_name, iterations, java)


def _mac_hash(digest_name: str, iterations: int, java: Jdk) -> str:
    """hashlib's name for the hash of a MAC."""
    if iterations > _MAX_ITERATIONS:
        raise JavaThrow(
            "java.security.InvalidAlgorithmParameterException", f"MAC iteration count too large: {iterations}"
        )
    algorithm = "HmacPBE" + digest_name.upper().replace("-", "")
    if algorithm not in (_MAC_HASHES if java.has(Feature.PKCS12_OF_2021) else _OLD_MACS):
        raise JavaThrow(NO_SUCH_ALGORITHM, f"Algorithm {algorithm} not available")
    return _MAC_HASHES[algorithm]


_MAC_HASHES = {
    "HmacPBESHA1": "sha1",
    "HmacPBESHA224": "sha224",
    "HmacPBESHA256": "sha256",
    "HmacPBESHA384": "sha384",
    "HmacPBESHA512": "sha512",
    "HmacPBESHA512/224": "sha512_224",
    "HmacPBESHA512/256": "sha512_256",
}


_PROVIDERS_TRIED = "No installed provider supports this key: com.sun.crypto.provider.PBEKey"
_OLD_MACS = frozenset({"HmacPBESHA1"})


def _mac_data(cursor: der.Input, java: Jdk) -> tuple[str, bytes, bytes, int]:
    members = cursor.sequence()
    strict = java.has(Feature.STRICT_2020)
    if strict and not 2 <= len(members) <= 3:
        raise JavaThrow(PARSING, "Invalid length for MacData")
    info = element(members, 0, java).reopened().sequence()
    if strict and len(info) != 2:
        raise JavaThrow(PARSING, "Invalid length for DigestInfo")
    name = oids.java_name(algorithm_ids.parse(element(info, 0, java)).oid, java)
    digest = element(info, 1, java).octet_string()
    salt = element(members, 1, java).octet_string()
    return name, digest, salt, members[2].integer() if len(members) > 2 else 1
