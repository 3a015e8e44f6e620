"""PKCS#8 keys, parsed as far as Java parses them before a key manager takes them.

Each KeyFactory has its own complaints; how they are wrapped depends on the store the key came from. Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import INVALID_KEY, INVALID_KEY_SPEC, NO_SUCH_ALGORITHM, JavaThrow, io
from sn_mock.java.x509 import algorithm_ids, diffie_hellman
from sn_mock.java.x509.algorithm_ids import AlgorithmId
from sn_mock.java.x509.public_keys import check_rsa_parameters, check_rsa_size


def _invalid(message: str, cause: JavaThrow | None = None) -> NoReturn:
    raise JavaThrow(INVALID_KEY, message, cause)


def raw_key(encoded: bytes, java: Jdk) -> tuple[AlgorithmId, bytes]:
    """The algorithm and the key octets of a PKCS#8 structure; raises Java's InvalidKeyException."""
    try:
        whole = java.has(Feature.WHOLE_PRIVATE_KEYS)
        value = reading.value(encoded, java) if whole else reading.streamed(encoded, java)
        if value.tag != der.SEQUENCE:
            _invalid("invalid key format")
        if not java.has(Feature.JAVA_17_PRIVATE_KEYS):
            return _old_contents(value)
        version = value.data.integer()
        if version not in (0, 1):
            _invalid(f"unknown version: {version}")
        algorithm = algorithm_ids.parse(value.data.value())
        key = value.data.octet_string()
        _check_tail(value.data, version)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        if java.has(Feature.WRAPPED_KEY_FAULTS):
            _invalid("Unable to decode key", refused)
        _invalid(f"IOException : {refused.said}")
    return algorithm, key


def _old_contents(value: der.Value) -> tuple[AlgorithmId, bytes]:
    """Until JDK 16 there was one version, and what follows the key was not looked at."""
    version = value.data.big_integer()
    if version != 0:
        raise io(f"version mismatch: (supported: {_hexadecimal(0)}, parsed: {_hexadecimal(version)}")
    return algorithm_ids.parse(value.data.value()), value.data.octet_string()


def _hexadecimal(number: int) -> str:
    """`Debug.toHexString`: groups of four octets, eight groups on a line."""
    octets = abs(number).to_bytes((abs(number).bit_length() + 7) // 8 or 1, "big").hex()
    text = "".join(
        octets[place : place + 2]
        + (
            ""
            if place + 2 == len(octets)
            else "\n    "
            if (place + 2) % 64 == 0
            else " "
            if (place + 2) % 8 == 0
            else ""
        )
        for place in range(0, len(octets), 2)
    )
    return ("   -" if number < 0 else "    ") + text


def _check_tail(cursor: der.Input, version: int) -> None:
    """Attributes [0] and, from version 2 on, a public key [1] may follow."""
    if not cursor.available:
        return
    item = cursor.value()
    if item.is_context(0):
        if not cursor.available:
            return
        item = cursor.value()
    if item.is_context(1):
        if version == 0:
            _invalid("publicKey seen in v1")
        if not cursor.available:
            return
    _invalid("Extra bytes")


def private_key_algorithm(pkcs8: bytes, java: Jdk) -> str:
    """`PrivateKey.getAlgorithm()` of a key that Java took.

    A factory's key goes by its family (`EdDSA`); a key that no factory took stays a PKCS8Key and goes by the name in
    its own AlgorithmIdentifier (`Ed25519`). Measured on JDK 17.
    """
    name = raw_key(pkcs8, java)[0].name
    if name in _FAMILIES and not _factory_takes(name, pkcs8, java):
        return name
    return _FAMILIES.get(name, name)


def _factory_takes(name: str, pkcs8: bytes, java: Jdk) -> bool:
    try:
        generate_private(name, pkcs8, java)
    except JavaThrow:
        return False
    return True


def generate_private(factory: str, encoded: bytes, java: Jdk) -> bytes:
    """`KeyFactory.generatePrivate` of that algorithm: the key in PKCS#8 as Java holds it; raises its exceptions."""
    known = oids.JAVA_NAMES.get(factory)
    if known in _MONTGOMERY_BYTES and java.has(Feature.WHOLE_JSSE_11):  # named by its number where Java has no name
        factory = known
    if factory == "DiffieHellman":
        diffie_hellman.check_private(encoded, java)
        return encoded
    parser = _FACTORIES.get(factory)
    needed = _SINCE.get(_FAMILIES.get(factory, ""))
    if parser is None or (needed is not None and not java.has(needed)):
        raise JavaThrow(NO_SUCH_ALGORITHM, f"{factory} KeyFactory not available")
    try:
        algorithm, key = raw_key(encoded, java)
        key = parser(algorithm, key, factory)
    except JavaThrow as refused:
        if refused.class_name != INVALID_KEY:
            raise
        if factory == "DSA":
            raise JavaThrow(INVALID_KEY_SPEC, f"Inappropriate key specification: {refused.said}") from None
        raise JavaThrow(INVALID_KEY_SPEC, str(refused), refused) from None
    return _encoded(algorithm, key)


def _encoded(algorithm: AlgorithmId, key: bytes) -> bytes:
    """PKCS#8 as Java writes it: version 1, no attributes."""
    return der.encode(der.SEQUENCE, b"\x02\x01\x00" + algorithm.encoded() + der.encode(der.OCTET_STRING, key))


def parse_key(encoded: bytes, java: Jdk) -> bytes:
    """`PKCS8Key.parseKey`: a key that no factory takes stays a raw key, only a broken PKCS#8 is refused."""
    if not java.has(Feature.JAVA_17_PRIVATE_KEYS):
        return _parse_old_key(encoded, java)
    try:
        algorithm, key = raw_key(encoded, java)
    except JavaThrow as refused:
        if refused.class_name != INVALID_KEY:
            raise
        raise io("corrupt private key", refused) from None
    return _by_factory(algorithm, key, java)


def _parse_old_key(encoded: bytes, java: Jdk) -> bytes:
    value = reading.value(encoded, java)
    if value.tag != der.SEQUENCE:
        raise io("corrupt private key")
    plain = _by_factory(*_old_contents(value), java)
    if value.data.available:
        raise io("excess private key")
    return plain


def _by_factory(algorithm: AlgorithmId, key: bytes, java: Jdk) -> bytes:
    plain = _encoded(algorithm, key)
    try:
        return generate_private(algorithm.name, plain, java)
    except JavaThrow as refused:
        if refused.class_name not in (NO_SUCH_ALGORITHM, INVALID_KEY_SPEC):
            raise
    return plain


def _rsa(algorithm: AlgorithmId, key: bytes, factory: str) -> bytes:
    try:
        numbers = _rsa_numbers(key, algorithm.java)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        _invalid("Invalid RSA private key", refused)
    check_rsa_size(numbers[0], numbers[1])
    check_rsa_parameters(algorithm)
    name = algorithm.name
    held = "RSASSA-PSS" if "PSS" in name else "RSA" if "RSA" in name else None
    if held is None:
        cause = JavaThrow("java.security.ProviderException", f"Unsupported algorithm {name}")
        _invalid(str(cause), cause)
    if held != factory:
        _invalid(f"Expected a {factory} key, but got {held}")
    return key if numbers[1] and all(numbers[3:]) else _without_crt(numbers)


def _without_crt(numbers: list[int]) -> bytes:
    """A key that lacks a CRT part is reduced to modulus and private exponent."""
    kept = (0, numbers[0], 0, numbers[2], 0, 0, 0, 0, 0)
    return der.encode(der.SEQUENCE, b"".join(der.encode_integer(number) for number in kept))


def _rsa_numbers(key: bytes, java: Jdk) -> list[int]:
    value = reading.key(key, java)
    if value.tag != der.SEQUENCE:
        raise io("Not a SEQUENCE")
    if value.data.integer() != 0:
        raise io("Version must be 0")
    numbers = [value.data.big_integer(positive=True) for _ in range(8)]
    if value.data.available:
        raise io("Extra data available")
    return numbers


def _elliptic(algorithm: AlgorithmId, key: bytes, _factory: str) -> bytes:
    try:
        value = reading.cursor(key, algorithm.java).value()
        if value.tag != der.SEQUENCE:
            raise io("Not a SEQUENCE")
        if value.data.integer() != 1:
            raise io("Version must be 1")
        value.data.octet_string()
        while value.data.available:
            item = value.data.value()
            if not (item.is_context(0) or item.is_context(1)):
                _invalid(f"Unexpected value: {item}")
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        _invalid("Invalid EC private key", refused)
    if algorithm.parsed is None:
        _invalid("EC domain parameters must be encoded in the algorithm identifier")
    return key


_EDWARDS_BYTES = {"Ed25519": 32, "Ed448": 57}
_MONTGOMERY_BYTES = {"X25519": 32, "X448": 56}
_FAMILIES = {
    **dict.fromkeys(_EDWARDS_BYTES, "EdDSA"),
    **dict.fromkeys(_MONTGOMERY_BYTES, "XDH"),
    "DiffieHellman": "DH",
}
"""Algorithms whose factory gives its keys another name."""
_SINCE = {"EdDSA": Feature.EDDSA, "XDH": Feature.WHOLE_JSSE_11}
"""Families that not every Java has."""


def _octet_key(algorithm: AlgorithmId, key: bytes, factory: str) -> bytes:
    size = {**_EDWARDS_BYTES, **_MONTGOMERY_BYTES}.get(oids.java_name(algorithm.oid))
    if size is None:
        _invalid(f"Unsupported OID: {algorithm.oid}")
    octets = _unwrapped(key, algorithm.java)
    if len(octets) != size:
        prefix = f"key length is {len(octets)}, " if factory in _EDWARDS_BYTES else ""
        _invalid(f"{prefix}key length must be {size}")
    return key


def _unwrapped(key: bytes, java: Jdk) -> bytes:
    """The octets of an X25519 key stand in an OCTET STRING of their own (RFC 8410); Java 11 looks for them without."""
    if not java.has(Feature.NESTED_OCTET_KEYS):
        return key
    try:
        return reading.cursor(key, java).octet_string()
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        _invalid(str(refused), refused)


def _dsa(algorithm: AlgorithmId, key: bytes, _factory: str) -> bytes:
    try:
        reading.cursor(key, algorithm.java).big_integer()
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        _invalid(refused.said, refused)
    return key


_FACTORIES: dict[str, Callable[[AlgorithmId, bytes, str], bytes]] = {
    "RSA": _rsa,
    "RSASSA-PSS": _rsa,
    "EC": _elliptic,
    "DSA": _dsa,
    **dict.fromkeys((*_EDWARDS_BYTES, *_MONTGOMERY_BYTES), _octet_key),
}
