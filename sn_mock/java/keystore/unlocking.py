"""`KeyStore.getKey`: opening one protected key, in the words of the store that holds it. Measured on JDK 17.

The ciphers of a kind of store are loaded with the first key that needs them.
"""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.keystore.entries import Entry, EntryKind, Protection
from sn_mock.java.keystore.jks import sun_protection
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import NO_SUCH_ALGORITHM, NULL_POINTER, UNRECOVERABLE, JavaThrow, element, io
from sn_mock.java.x509 import algorithm_ids, private_keys
from sn_mock.java.x509.algorithm_ids import AlgorithmId


def unlock(entry: Entry, password: str | None, java: Jdk) -> bytes:
    """The PKCS#8 key of a private key entry, nothing of a secret key's; raises Java's exceptions."""
    assert entry.protected_key is not None
    if entry.kind is EntryKind.SECRET_KEY:
        _SECRET_UNLOCKERS[entry.protection](entry.protected_key, password, java)
        return b""
    return _UNLOCKERS[entry.protection](entry.protected_key, password, java)


def _sealed(protected: bytes, java: Jdk) -> tuple[AlgorithmId, bytes]:
    """An EncryptedPrivateKeyInfo."""
    value = reading.value(protected, java)
    algorithm_value, octets = value.data.value(), value.data.value()
    if value.data.available:
        raise io(f"overrun, bytes = {value.data.available}")
    algorithm = algorithm_ids.parse(algorithm_value)
    if algorithm_value.data.available:
        raise io("encryptionAlgorithm field overrun")
    data = octets.octet_string()
    if octets.data.available:
        raise io("encryptedData field overrun")
    return algorithm, data


def _sealed_private_key(protected: bytes, java: Jdk) -> tuple[AlgorithmId, bytes]:
    """An EncryptedPrivateKeyInfo, refused in the words of JKS and JCEKS."""
    try:
        return _sealed(protected, java)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        message = "Private key not stored as PKCS #8 EncryptedPrivateKeyInfo"
        raise JavaThrow(UNRECOVERABLE, message) from None


def _from_jks(protected: bytes, password: str | None, java: Jdk) -> bytes:
    if password is None:
        raise JavaThrow(UNRECOVERABLE, "Password must not be null")
    algorithm, data = _sealed_private_key(protected, java)
    if algorithm.oid != sun_protection.OID:
        raise JavaThrow(UNRECOVERABLE, "Unsupported key protection algorithm")
    plain = sun_protection.unprotect(data, password)
    try:
        return private_keys.parse_key(plain, java)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        raise JavaThrow(UNRECOVERABLE, refused.message) from None


def _from_jceks(protected: bytes, password: str | None, java: Jdk) -> bytes:
    if password is None:
        raise JavaThrow("java.lang.IllegalArgumentException", "password can't be null")
    algorithm, data = _sealed_private_key(protected, java)
    try:
        plain = _jceks_plain(algorithm, data, password)
        name = _private_key_info_algorithm(plain, java)
        return private_keys.generate_private(name, plain, java)
    except JavaThrow as refused:
        if refused.class_name == NO_SUCH_ALGORITHM or not (refused.is_io or refused.is_security):
            raise
        raise JavaThrow(UNRECOVERABLE, refused.message) from None


def _jceks_plain(algorithm: AlgorithmId, data: bytes, password: str) -> bytes:
    from sn_mock.java.keystore.pbe.triple_des import JCE_PROTECTOR, md5_triple_des
    from sn_mock.java.x509.pbe_parameters import parse_pbe

    if algorithm.oid == sun_protection.OID:
        return sun_protection.unprotect(data, password)
    if algorithm.oid != JCE_PROTECTOR:
        raise JavaThrow(UNRECOVERABLE, "Unsupported encryption algorithm")
    if algorithm.parameters is None:
        raise io("Missing PBE parameters") if reading.is_new(algorithm.java) else JavaThrow(NULL_POINTER)
    return md5_triple_des(parse_pbe(algorithm.parameters, algorithm.java), password, data)


def _private_key_info_algorithm(plain: bytes, java: Jdk) -> str:
    """The KeyFactory that JCEKS asks: the name of the algorithm in a strictly read PrivateKeyInfo."""
    value = reading.value(plain, java)
    if value.tag != der.SEQUENCE:
        raise io("private key parse error: not a sequence")
    version = value.data.big_integer()
    if version != 0:
        raise io(f"version mismatch: (supported: 0, parsed: {version}")
    algorithm = algorithm_ids.parse(value.data.value())
    value.data.octet_string()
    return oids.java_name(algorithm.oid, java)


def _from_pkcs12(protected: bytes, password: str | None, java: Jdk) -> bytes:
    def private_key(plain: bytes) -> bytes:
        factory, _ = _pkcs12_head(plain, java)
        return private_keys.generate_private(factory, plain, java)

    return _opened_pkcs12(protected, password, private_key, java)


def _secret_from_pkcs12(protected: bytes, password: str | None, java: Jdk) -> None:
    def secret_key(plain: bytes) -> bytes:
        _, cursor = _pkcs12_head(plain, java)
        octets = cursor.octet_string()
        if not octets:
            raise JavaThrow("java.lang.IllegalArgumentException", "Empty key")
        return octets

    _opened_pkcs12(protected, password, secret_key, java)


def _secret_from_jceks(protected: bytes, password: str | None, java: Jdk) -> None:
    from sn_mock.java.keystore.jks.sealed_objects import open_sealed_object

    open_sealed_object(protected, password, java)


def _opened_pkcs12(protected: bytes, password: str | None, parse: Callable[[bytes], bytes], java: Jdk) -> bytes:
    from sn_mock.java.keystore.pbe.schemes import with_empty_password_retry
    from sn_mock.java.keystore.pkcs12.contents import encryption

    try:
        algorithm, data = _sealed(protected, java)
        method = encryption(reading.value(algorithm.encoded(), java))
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        message = f"Private key not stored as PKCS#8 EncryptedPrivateKeyInfo: {refused}"
        raise JavaThrow(UNRECOVERABLE, message, refused) from None

    def attempt(secret: str) -> bytes:
        return parse(method.decrypt(secret, data))

    try:
        method.check_iterations("key")
        return _with_null(attempt) if password is None else with_empty_password_retry(attempt, password)
    except JavaThrow as refused:
        if refused.is_error:
            raise
        raise JavaThrow(UNRECOVERABLE, f"Get Key failed: {refused.said}", refused) from None


def _with_null(attempt: Callable[[str], bytes]) -> bytes:
    """A null password counts as an empty one at first; when that fails, Java trips over it."""
    try:
        return attempt("")
    except JavaThrow as refused:
        if refused.is_error:
            raise
        raise JavaThrow(NULL_POINTER, NULL_PASSWORD) from None


NULL_PASSWORD = 'Cannot read the array length because "password" is null'


def _pkcs12_head(plain: bytes, java: Jdk) -> tuple[str, der.Input]:
    """The name of the key's algorithm, and the cursor behind it."""
    cursor = reading.value(plain, java).input()
    cursor.integer()
    members = cursor.sequence()
    if java.has(Feature.STRICT_2020) and not 1 <= len(members) <= 2:
        raise io("Invalid length for AlgorithmIdentifier")
    return oids.java_name(oids.oid_text(element(members, 0, java).oid()), java), cursor


_UNLOCKERS = {Protection.JKS: _from_jks, Protection.JCEKS: _from_jceks, Protection.PKCS12: _from_pkcs12}
_SECRET_UNLOCKERS = {Protection.JCEKS: _secret_from_jceks, Protection.PKCS12: _secret_from_pkcs12}
