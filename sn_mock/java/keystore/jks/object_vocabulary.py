"""The words of Java serialisation that a JCEKS needs: its classes, flags, values and refusals."""

from __future__ import annotations

from dataclasses import field

from guarded.values import dataclass
from sn_mock.java.lang import thrown
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
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
NEGATIVE_ARRAY = "Array length is negative"
OTHER_VERSION = "local class incompatible: stream classdesc serialVersionUID = {}, local class serialVersionUID = {}"
PRIMITIVE_ARRAYS = frozenset(f"[{code}" for code in "BCDFIJSZ")
SERIALIZABLE, WRITE_METHOD, EXTERNALIZABLE, ENUM_FLAG = 2, 1, 4, 16
PRIMITIVE_BYTES = {"Z": 1, "B": 1, "C": 2, "S": 2, "I": 4, "F": 4, "J": 8, "D": 8}


@dataclass
class ClassDescription:
    """A class as the stream describes it."""

    name: str
    known: bool
    """Java has a class of that name (of those that can matter here)."""
    proxy: bool = False
    """A dynamic proxy, which has no name of its own; `name` is that of its first interface."""
    flags: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)
    """(type code, name)."""
    parent: ClassDescription | None = None
    initialized: bool = False

    @property
    def is_serializable(self) -> bool:
        """Marked serializable, in whichever form."""
        return bool(self.flags & (SERIALIZABLE | EXTERNALIZABLE))


@dataclass(frozen=True)
class ClassItself:
    """A `java.lang.Class`; which one does not matter, for none is wanted."""


@dataclass(frozen=True)
class Absent:
    """Null in place of a value whose class Java does not have."""

    name: str
    """Of that class."""


@dataclass
class Sealed:
    """A SealedObject as far as it was filled."""

    values: dict[str, object] = field(default_factory=dict)
    lacks: Absent | None = None
    """The first of its values that Java could not make: nobody gets the object then."""


@dataclass(frozen=True)
class JavaArray:
    """An array of primitive values."""

    content: bytes
    kind: str = BYTES


def corrupted(message: str) -> JavaThrow:
    """`StreamCorruptedException`."""
    return JavaThrow("java.io.StreamCorruptedException", message)


def negative_size(size: int) -> JavaThrow:
    """The refusal to make an array of fewer elements than none."""
    return JavaThrow("java.lang.NegativeArraySizeException", str(size))


def invalid_class() -> JavaThrow:
    """What JCEKS makes of every InvalidClassException."""
    return io("Invalid secret key format")


def cannot_cast(value: object, target: str, java: Jdk) -> JavaThrow:
    """The ClassCastException of a stream that holds something else."""
    name = java_class(value)
    if not java.has(Feature.CASTS_NAME_MODULES):
        return JavaThrow("java.lang.ClassCastException", f"{name} cannot be cast to {target}")
    place = f"{name} and {target} are in module java.base of loader 'bootstrap'"
    return JavaThrow("java.lang.ClassCastException", f"class {name} cannot be cast to class {target} ({place})")


def java_class(value: object) -> str:
    """The class of a value of the stream."""
    if isinstance(value, str):
        return "java.lang.String"
    if isinstance(value, ClassDescription):
        return "java.io.ObjectStreamClass"
    if isinstance(value, ClassItself):
        return "java.lang.Class"
    return value.kind if isinstance(value, JavaArray) else PROTECTOR


def null_class(method: str, java: Jdk) -> JavaThrow:
    """A stream that has null where a class has to be described."""
    return null_pointer(f"java.io.ObjectStreamClass.{method}", "desc", java)


def null_pointer(method: str, variable: str, java: Jdk, argument: str = "") -> JavaThrow:
    """A method that was asked of nothing."""
    return thrown.null_pointer(f'Cannot invoke "{method}({argument})" because "{variable}" is null', java)


def lineage(described: ClassDescription, java: Jdk) -> list[ClassDescription]:
    """From the farthest ancestor down; a name that occurs twice is refused.

    The classes that the first one really has are looked for by name, which a proxy does not have.
    """
    line: list[ClassDescription] = []
    names: set[str | None] = set()
    real = list(_LINEAGES.get(described.name, (described.name,))) if described.known else []
    current: ClassDescription | None = described
    while current is not None:
        name = None if current.proxy else current.name
        if name in names:
            raise invalid_class()
        if name is None and real:
            raise null_pointer("String.equals", "searchName", java, "Object")
        names.add(name)
        if name in real:
            real = real[real.index(name) + 1 :]
        line.insert(0, current)
        current = current.parent
    return line


_LINEAGES = {PROTECTOR: (PROTECTOR, SEALED)}
"""Of the classes whose serializable ancestors are more than themselves."""
