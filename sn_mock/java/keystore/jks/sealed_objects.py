"""Secret keys of a JCEKS: a `SealedObject` in Java serialisation. TLS never uses them, but Java opens them."""

from __future__ import annotations

from sn_mock.java.keystore.jks.object_stream import ObjectStream
from sn_mock.java.keystore.jks.object_vocabulary import NEGATIVE_ARRAY, JavaArray, corrupted, negative_size
from sn_mock.java.keystore.pbe.schemes import not_ascii
from sn_mock.java.keystore.pbe.triple_des import md5_triple_des
from sn_mock.java.lang.data_input import DataInput, MalformedUtfError, modified_utf8
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.strings import password_chars
from sn_mock.java.lang.thrown import UNRECOVERABLE, JavaThrow, eof, null_pointer
from sn_mock.java.x509.pbe_parameters import PbeParameters, parse_pbe

_KEY_REP = b"sr\0\x14java.security.KeyRep"
_SECRET_KEY_SPEC = (
    b"sr\0\x1fjavax.crypto.spec.SecretKeySpec\x5b\x47\x0b\x66\xe2\x30\x61\x4d\2\0\2"
    b"L\0\x09algorithmt\0\x12Ljava/lang/String;[\0\3keyt\0\2[Bxpt"
)
"""A key as serialisation begins to write it, up to the name of its algorithm."""
_BYTE_ARRAY = b"ur\0\2[B\xac\xf3\x17\xf8\6\x08T\xe0\2\0\0xp"


def read_sealed_object(source: DataInput, java: Jdk) -> bytes:
    """The octets of one serialised object; raises Java's exceptions."""
    start = source.pos
    ObjectStream(source, java).read()
    return source.data[start : source.pos]


def open_sealed_object(serialized: bytes, password: str | None, java: Jdk) -> None:
    """What Java does with a secret key when it enumerates all keys: unseal it, or fail; raises Java's exceptions."""
    if password is None:
        raise JavaThrow("java.lang.IllegalArgumentException", "password can't be null")
    try:
        _unseal(serialized, password, java)
    except JavaThrow as refused:
        if not (refused.is_io or refused.is_security):
            raise
        raise JavaThrow(UNRECOVERABLE, refused.message) from None


def _unseal(serialized: bytes, password: str, java: Jdk) -> None:
    if any(not 0x20 <= unit <= 0x7E for unit in password_chars(password)):
        raise not_ascii()
    sealed = ObjectStream(DataInput(serialized), java).read()
    if sealed is None:
        raise null_pointer('Cannot read field "encryptedContent" because "so" is null', java)
    parameters = _parameters(sealed.values.get("encodedParams"), java)
    plain = md5_triple_des(parameters, password, _content(sealed.values.get("encryptedContent")))
    if len(plain) < 4:
        raise eof()
    if plain[:4] != b"\xac\xed\x00\x05":
        raise corrupted(f"invalid stream header: {plain[:4].hex().upper()}")
    _check_key(plain[4:], java)


def _check_key(plain: bytes, java: Jdk) -> None:
    """A key specification that was damaged inside its encryption cannot be read.

    With which text depends on where. Modelled is the damaged name of an algorithm, which has none; so have others here.
    """
    if plain.startswith(_KEY_REP):
        return
    damaged = JavaThrow("java.io.UTFDataFormatException")
    if not plain.startswith(_SECRET_KEY_SPEC):
        raise damaged
    key = DataInput(plain[len(_SECRET_KEY_SPEC) :])
    try:
        modified_utf8(key.take(int.from_bytes(key.take(2), "big")))
    except MalformedUtfError:
        raise damaged from None
    if key.take(len(_BYTE_ARRAY)) != _BYTE_ARRAY:
        raise damaged
    size = key.int32()
    if size < 0:
        raise corrupted(NEGATIVE_ARRAY) if java.has(Feature.NEGATIVE_ARRAYS_REFUSED) else negative_size(size)
    key.take(size)


def _parameters(encoded: object, java: Jdk) -> PbeParameters:
    if not isinstance(encoded, JavaArray):
        raise JavaThrow(UNRECOVERABLE, "Cannot get algorithm parameters")
    try:
        return parse_pbe(encoded.content, java)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        raise JavaThrow("java.lang.RuntimeException", f"Parameter failure: {refused.message}") from None


def _content(value: object) -> bytes:
    if not isinstance(value, JavaArray):
        raise JavaThrow("java.lang.IllegalArgumentException", "Null input buffer")
    return value.content
