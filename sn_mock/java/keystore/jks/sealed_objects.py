"""Secret keys of a JCEKS: a `SealedObject` in Java serialisation. TLS never uses them, but Java opens them."""

from __future__ import annotations

from sn_mock.java.keystore.jks.object_stream import ObjectStream
from sn_mock.java.keystore.jks.object_vocabulary import (
    Absent,
    JavaArray,
)
from sn_mock.java.keystore.pbe.schemes import not_ascii
from sn_mock.java.keystore.pbe.triple_des import md5_triple_des
from sn_mock.java.lang.data_input import DataInput
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.strings import password_chars
from sn_mock.java.lang.thrown import UNRECOVERABLE, JavaThrow, io, null_pointer
from sn_mock.java.x509.pbe_parameters import PbeParameters, parse_pbe

_KEY_REP = b"sr\0\x14java.security.KeyRep"


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
    _UnsealedStream(DataInput(plain), java).check()


class _UnsealedStream(ObjectStream):
    """What was sealed: no class is kept from it, and Java tells which one does not fit."""

    versions = {"javax.crypto.spec.SecretKeySpec": 6577238317307289933}

    def _filter(self, name: str | None, length: int = -1) -> None:
        if length > self.full_length:
            raise io("Rejected by the jceks.key.serialFilter or jdk.serialFilter property")

    def _invalid(self, name: str, why: str) -> JavaThrow:
        return io(f"{name}; {why}")

    def check(self) -> None:
        """Raises what Java says of a stream that is not of its grammar, or of a class that is not there."""
        if self.source.data.startswith(_KEY_REP, self.source.pos):
            return
        value = self._top()
        if isinstance(value, Absent):
            raise io(value.name)


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
