"""Java serialisation as far as a JCEKS uses it: the grammar of one `SealedObject`, with Java's refusals.

Source: the Java Object Serialization Specification, chapter 6. JCEKS admits the classes of a sealed key only and turns
every `InvalidClassException` into one text. Measured on JDK 17; what older Javas do otherwise is asked of `Feature`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sn_mock.java.keystore.jks.object_vocabulary import (
    BYTES,
    ENUM_FLAG,
    EXTERNALIZABLE,
    FIELDS,
    NEGATIVE_ARRAY,
    OTHER_VERSION,
    PRIMITIVE_ARRAYS,
    PRIMITIVE_BYTES,
    PROTECTOR,
    SEALED,
    SERIAL_VERSIONS,
    SERIALIZABLE,
    WRITE_METHOD,
    Absent,
    ClassDescription,
    ClassItself,
    JavaArray,
    Sealed,
    cannot_cast,
    corrupted,
    invalid_class,
    java_class,
    lineage,
    negative_size,
    null_class,
    null_pointer,
)
from sn_mock.java.lang.data_input import DataInput, MalformedUtfError, modified_utf8
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow, eof, io

NULL, REFERENCE, CLASS_DESC, OBJECT, STRING, ARRAY, CLASS, BLOCK_DATA, END_BLOCK, RESET = range(0x70, 0x7A)
BLOCK_DATA_LONG, EXCEPTION, LONG_STRING, PROXY_CLASS_DESC, ENUM = range(0x7A, 0x7F)
_FIRST_HANDLE = 0x7E0000
_UTF_BUFFER, _MAX_INTERFACES = 1024, 65535


class ObjectStream:
    """A cursor over one serialised object inside a keystore of `full_length` bytes."""

    versions: Mapping[str, int] = SERIAL_VERSIONS
    """Classes that may be wanted -> serialVersionUID."""

    def __init__(self, source: DataInput, java: Jdk) -> None:
        self.source = source
        self.java = java
        self.full_length = len(source.data)
        self.handles: list[object] = []
        self.depth = 0
        head = source.take(2) + source.take(2)
        if head != b"\xac\xed\x00\x05":
            raise corrupted(f"invalid stream header: {head.hex().upper()}")

    def read(self) -> Sealed | None:
        """The one object of the stream; raises Java's exceptions."""
        value = self._top()
        if isinstance(value, Sealed) and value.lacks is not None:
            raise io(value.lacks.name)
        if value is not None and not isinstance(value, Sealed):
            raise cannot_cast(value, SEALED, self.java)
        return value

    def _top(self) -> object:
        code = self._peek()
        if code in (BLOCK_DATA, BLOCK_DATA_LONG):
            self._block(code, looked_at_only=True)
            raise JavaThrow("java.io.OptionalDataException")
        if code == END_BLOCK:
            raise JavaThrow("java.io.OptionalDataException")
        return self._object()

    def _peek(self) -> int:
        if self.source.pos >= len(self.source.data):
            raise eof()
        return self.source.data[self.source.pos]

    def _object(self) -> object:
        code = self._peek()
        if code == RESET:
            if self.depth:
                raise corrupted(f"unexpected reset; recursion depth: {self.depth}")
            self.source.take(1)
            self.handles.clear()
            return self._object()
        self.depth += 1
        try:
            reader = self._readers().get(code)
            if reader is None:
                raise corrupted(_UNEXPECTED.get(code, f"invalid type code: {code:02X}"))
            return reader()
        finally:
            self.depth -= 1

    def _readers(self) -> dict[int, Callable[[], object]]:
        return {
            NULL: self._null,
            REFERENCE: self._reference,
            CLASS_DESC: self._class,
            PROXY_CLASS_DESC: self._class,
            CLASS: self._class_itself,
            STRING: self._string,
            LONG_STRING: self._string,
            ARRAY: self._array,
            OBJECT: self._ordinary,
            ENUM: self._enum,
            EXCEPTION: self._exception,
        }

    def _null(self) -> None:
        self.source.take(1)

    def _reference(self) -> object:
        self.source.take(1)
        handle = self.source.int32()
        index = handle - _FIRST_HANDLE
        if not 0 <= index < len(self.handles):
            raise corrupted(f"invalid handle value: {handle & 0xFFFFFFFF:08X}")
        self._filter(None)
        return self.handles[index]

    def _invalid(self, _name: str, _why: str) -> JavaThrow:
        """An InvalidClassException; JCEKS does not tell which."""
        return invalid_class()

    def _filter(self, name: str | None, length: int = -1) -> None:
        """The admission check of JCEKS: which class may stand at which depth."""
        admitted: tuple[str | None, ...] = (None, "java.lang.Object")
        if self.depth == 1:
            admitted = (PROTECTOR,)
        elif self.depth == 2:
            admitted = (None, SEALED, BYTES) if self.java.has(Feature.SEALED_PARTS_ADMITTED) else (name,)
        if length > self.full_length or name not in admitted:
            raise invalid_class()

    def _utf(self, size: int) -> str:
        left = len(self.source.data) - self.source.pos
        if size > left:
            whole = self.source.data[self.source.pos :][: left // _UTF_BUFFER * _UTF_BUFFER]
            self._decoded(whole, cut=True)
            raise eof()
        return self._decoded(self.source.take(max(size, 0)))

    def _decoded(self, data: bytes, *, cut: bool = False) -> str:
        try:
            return modified_utf8(data)
        except MalformedUtfError as problem:
            if cut and problem.at_end:
                return ""
            raise JavaThrow("java.io.UTFDataFormatException") from None

    def _short_utf(self) -> str:
        return self._utf(int.from_bytes(self.source.take(2), "big"))

    def _string(self) -> str:
        code = self.source.take(1)[0]
        size = int.from_bytes(self.source.take(2), "big") if code == STRING else self.source.int64()
        text = self._utf(size)
        self.handles.append(text)
        return text

    def _class(self) -> ClassDescription | None:
        code = self._peek()
        if code == NULL:
            self.source.take(1)
            return None
        if code == REFERENCE:
            value = self._reference()
            if value is None or isinstance(value, Absent):
                raise null_pointer("java.io.ObjectStreamClass.checkInitialized", "d", self.java)
            if not isinstance(value, ClassDescription):
                raise cannot_cast(value, "java.io.ObjectStreamClass", self.java)
            if not value.initialized:
                raise invalid_class()
            return value
        if code == PROXY_CLASS_DESC:
            return self._proxy()
        if code != CLASS_DESC:
            raise corrupted(f"invalid type code: {code:02X}")
        return self._new_class()

    def _class_itself(self) -> ClassItself | Absent:
        """A `java.lang.Class`."""
        self.source.take(1)
        described = self._class()
        if described is None:
            raise null_class("forClass", self.java)
        value = ClassItself() if described.known else Absent(described.name)
        self.handles.append(value)
        return value

    def _new_class(self) -> ClassDescription:
        self.source.take(1)
        handle = len(self.handles)
        self.handles.append(ClassDescription("", known=False))
        name = self._short_utf()
        version = self.source.int64()
        flags = self.source.take(1)[0]
        count = int.from_bytes(self._checked_flags(name, flags, version), "big", signed=True)
        if flags & ENUM_FLAG and count:
            raise self._invalid(name, f"enum descriptor has non-zero field count: {count}")
        known = name in (*self.versions, *PRIMITIVE_ARRAYS)
        described = ClassDescription(name, known, flags=flags, fields=self._fields(name, count))
        self.handles[handle] = described
        self._filter(name if known else None)
        self._finish(described, version)
        return described

    def _finish(self, described: ClassDescription, version: int) -> None:
        """Annotations and parent of a description."""
        self.skip_custom_data()
        self.depth += 1
        described.parent = self._class()
        self._check_class(described, version)
        self.depth -= 1
        described.initialized = True

    def _checked_flags(self, name: str, flags: int, version: int) -> bytes:
        """The field count, once the flags are found consistent."""
        if flags & SERIALIZABLE and flags & EXTERNALIZABLE:
            raise self._invalid(name, "serializable and externalizable flags conflict")
        if flags & ENUM_FLAG and version:
            raise self._invalid(name, f"enum descriptor has non-zero serialVersionUID: {version}")
        return self.source.take(2)

    def _fields(self, described: str, count: int) -> list[tuple[str, str]]:
        fields: list[tuple[str, str]] = []
        for _ in range(count):
            code = chr(self.source.take(1)[0])
            name = self._short_utf()
            if code in "L[":
                signature = self._type_string()
                if not signature or signature[0] not in (*PRIMITIVE_BYTES, "L", "["):
                    raise self._invalid(described, f"invalid descriptor for field {name}")
                code = signature[0]
            elif code not in PRIMITIVE_BYTES:
                raise self._invalid(described, f"invalid descriptor for field {name}")
            fields.append((code, name))
        objects = [code in "L[" for code, _ in fields]
        if objects != sorted(objects):
            raise self._invalid(described, "illegal field order")
        return fields

    def _type_string(self) -> str | None:
        code = self._peek()
        if code == NULL:
            self.source.take(1)
            return None
        if code == REFERENCE:
            value = self._reference()
            if isinstance(value, Absent):
                return None
            if value is not None and not isinstance(value, str):
                raise cannot_cast(value, "java.lang.String", self.java)
            return value
        if code not in (STRING, LONG_STRING):
            raise corrupted(f"invalid type code: {code:02X}")
        return self._string()

    def _check_class(self, described: ClassDescription, version: int) -> None:
        """Does the description fit the class of that name?"""
        if not described.known:
            return
        if described.flags & ENUM_FLAG:
            raise self._invalid(described.name, "cannot bind enum descriptor to a non-enum class")
        own = self.versions.get(described.name, version)
        if described.is_serializable and version != own:
            raise self._invalid(described.name, OTHER_VERSION.format(version, own))
        if described.flags & EXTERNALIZABLE:
            raise invalid_class()
        if described.name == SEALED and any(code not in "L[" and name in FIELDS for code, name in described.fields):
            raise invalid_class()

    def skip_custom_data(self) -> None:
        """Annotations up to their end mark."""
        while True:
            code = self._peek()
            if code in (BLOCK_DATA, BLOCK_DATA_LONG):
                self._block(code)
            elif code == END_BLOCK:
                self.source.take(1)
                return
            else:
                self._object()

    def _block(self, code: int, *, looked_at_only: bool = False) -> None:
        self.source.take(1)
        size = self.source.take(1)[0] if code == BLOCK_DATA else self.source.int32()
        if size < 0:
            raise corrupted(f"illegal block data header length: {size}")
        if len(self.source.data) - self.source.pos < (min(size, 1) if looked_at_only else size):
            raise corrupted("unexpected EOF in middle of data block")
        self.source.take(0 if looked_at_only else size)

    def _exception(self) -> None:
        """What ended the writing of the stream: an IOException, or what stands in place of one."""
        self.source.take(1)
        self.handles.clear()
        if self.java.has(Feature.WRITTEN_EXCEPTIONS_CHECKED) and (code := self._peek()) not in (OBJECT, REFERENCE):
            raise corrupted(f"invalid type code: {code:02X}")
        value = self._object()
        if value is not None and not isinstance(value, Absent):
            raise cannot_cast(value, "java.io.IOException", self.java)
        raise JavaThrow("java.io.WriteAbortedException", "writing aborted")

    def _proxy(self) -> ClassDescription:
        """A dynamic proxy: of no interfaces, which only an old JCEKS admits, or of unknown ones, which is not there."""
        self.source.take(1)
        described = ClassDescription("", known=False, proxy=True, flags=SERIALIZABLE)
        self.handles.append(described)
        interfaces = self.source.int32()
        if interfaces > _MAX_INTERFACES:
            limit = f", limit: {_MAX_INTERFACES}" if self.java.has(Feature.INTERFACE_LIMIT_TOLD) else ""
            raise JavaThrow("java.io.InvalidObjectException", f"interface limit exceeded: {interfaces}{limit}")
        if interfaces < 0:
            raise negative_size(interfaces)
        if not interfaces:
            self._filter("")
        names = [self._short_utf() for _ in range(interfaces)]
        if names:
            described.name = names[0]
            self._filter(None)
        self._finish(described, 0)
        return described

    def _enum(self) -> None:
        self.source.take(1)
        described = self._class()
        if described is None:
            raise null_class("isEnum", self.java)
        raise invalid_class()

    def _array(self) -> JavaArray | Absent:
        self.source.take(1)
        described = self._class()
        size = self.source.int32()
        if size < 0 and self.java.has(Feature.NEGATIVE_ARRAYS_REFUSED):
            raise corrupted(NEGATIVE_ARRAY)
        if described is None:
            raise null_class("forClass", self.java)
        self._filter(described.name if described.known else None, size)
        if described.known and described.name not in PRIMITIVE_ARRAYS:
            raise JavaThrow("java.lang.NullPointerException")  # the component type of what is no array
        if described.known and size < 0:
            raise negative_size(size)
        if not described.known:
            absent = Absent(described.name)
            self.handles.append(absent)
            for _ in range(size):
                self._object()
            return absent
        handle = len(self.handles)
        self.handles.append(JavaArray(b"", described.name))
        array = JavaArray(self.source.take(size * PRIMITIVE_BYTES[described.name[1]]), described.name)
        self.handles[handle] = array
        return array

    def _ordinary(self) -> Sealed | Absent:
        self.source.take(1)
        described = self._class()
        if described is None:
            raise null_class("checkDeserialize", self.java)
        if described.known and (not described.is_serializable or described.name in PRIMITIVE_ARRAYS):
            raise self._invalid(described.name, "class invalid for deserialization")
        value = Sealed() if described.known else Absent(described.name)
        self.handles.append(value)
        for part in lineage(described, self.java):
            self._read_fields(part, value if part.known and isinstance(value, Sealed) else None)
            if part.flags & WRITE_METHOD:
                self.skip_custom_data()
        return value

    def _read_fields(self, described: ClassDescription, sealed: Sealed | None) -> None:
        self.source.take(sum(PRIMITIVE_BYTES.get(code, 0) for code, _ in described.fields))
        values = [(name, self._object()) for code, name in described.fields if code in "L["]
        if sealed is None or described.name != SEALED:
            return
        for name, value in values:
            wanted = FIELDS.get(name)
            if wanted is not None and isinstance(value, Absent):
                sealed.lacks = sealed.lacks or value
            elif wanted is not None and value is not None and java_class(value) != wanted:
                message = f"cannot assign instance of {java_class(value)} to field {SEALED}.{name} of type {wanted}"
                raise JavaThrow("java.lang.ClassCastException", f"{message} in instance of {PROTECTOR}")
        sealed.values = {name: value for name, value in values if name in FIELDS}


_BLOCKS = dict.fromkeys((BLOCK_DATA, BLOCK_DATA_LONG), "unexpected block data")
_UNEXPECTED = _BLOCKS | {END_BLOCK: "unexpected end of block data"}
