"""The words of Java serialisation that a JCEKS needs: its classes, flags, values and refusals."""

from __future__ import annotations

from dataclasses import field

from guarded.values import dataclass
from sn_mock.java.lang.thrown import JavaThrow, io

PROTECTOR = "com.sun.crypto.provider.SealedObjectForKeyProtector"
SEALED = "javax.crypto.SealedObject"
BYTES = "[B"
SERIAL_VERSIONS = {PROTECTOR: -3650226485480866989, SEALED: 4482838265551344752}
FIELDS = {
    "encodedParams": BYTES,
    "encryptedContent": BYTES,
    "paramsAlg": "java.lang.String",
    "sealAlg": "java.lang.String",
}
PRIMITIVE_ARRAYS = frozenset(f"[{code}" for code in "BCDFIJSZ")
SERIALIZABLE, WRITE_METHOD, EXTERNALIZABLE, ENUM_FLAG = 2, 1, 4, 16
PRIMITIVE_BYTES = {"Z": 1, "B": 1, "C": 2, "S": 2, "I": 4, "F": 4, "J": 8, "D": 8}


@dataclass
class ClassDescription:
    """A class as the stream describes it."""

    name: str
    known: bool
    """Java has a class of that name (of those that can matter here)."""
    flags: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)
    """(type code, name)."""
    parent: ClassDescription | None = None
    initialized: bool = False

    @property
    def is_serializable(self) -> bool:
        """Marked serializable, in whichever form."""
        return bool(self.flags & (SERIALIZABLE | EXTERNALIZABLE))


@dataclass
class Sealed:
    """A SealedObject as far as it was filled."""

    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class JavaArray:
    """A byte array, or None for an array of an unknown class."""

    content: bytes | None


def corrupted(message: str) -> JavaThrow:
    """`StreamCorruptedException`."""
    return JavaThrow("java.io.StreamCorruptedException", message)


def invalid_class() -> JavaThrow:
    """What JCEKS makes of every InvalidClassException."""
    return io("Invalid secret key format")


def cannot_cast(value: object, target: str) -> JavaThrow:
    """The ClassCastException of a stream that holds something else."""
    name = java_class(value)
    place = f"{name} and {target} are in module java.base of loader 'bootstrap'"
    return JavaThrow("java.lang.ClassCastException", f"class {name} cannot be cast to class {target} ({place})")


def java_class(value: object) -> str:
    """The class of a value of the stream."""
    if isinstance(value, str):
        return "java.lang.String"
    if isinstance(value, ClassDescription):
        return "java.io.ObjectStreamClass"
    return BYTES if isinstance(value, JavaArray) else PROTECTOR
