"""Java's throwables inside the readers.

The readers follow the JDK's code, which leaves by exception from any depth, so they do too: `JavaThrow` carries the
Java chain and is turned into a value at the package's surface. It never leaves `sn_mock.java.keystore`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

IO = "java.io.IOException"
EOF = "java.io.EOFException"
UNRECOVERABLE = "java.security.UnrecoverableKeyException"
CERTIFICATE = "java.security.cert.CertificateException"
CERTIFICATE_PARSING = "java.security.cert.CertificateParsingException"
INVALID_KEY = "java.security.InvalidKeyException"
INVALID_KEY_SPEC = "java.security.spec.InvalidKeySpecException"
NO_SUCH_ALGORITHM = "java.security.NoSuchAlgorithmException"
NULL_POINTER = "java.lang.NullPointerException"
PARSING = "sun.security.pkcs.ParsingException"

Item = TypeVar("Item")

_IO_FAMILY = frozenset(
    {
        IO,
        EOF,
        PARSING,
        "java.io.UTFDataFormatException",
        "java.io.StreamCorruptedException",
        "java.io.InvalidClassException",
        "java.io.InvalidObjectException",
        "java.io.OptionalDataException",
        "java.io.NotSerializableException",
        "java.io.WriteAbortedException",
    }
)
_SECURITY_FAMILY = frozenset(
    {
        UNRECOVERABLE,
        CERTIFICATE,
        CERTIFICATE_PARSING,
        INVALID_KEY,
        NO_SUCH_ALGORITHM,
        "java.security.InvalidAlgorithmParameterException",
        "java.security.KeyStoreException",
        INVALID_KEY_SPEC,
        "java.security.spec.InvalidParameterSpecException",
        "javax.crypto.BadPaddingException",
        "javax.crypto.IllegalBlockSizeException",
        "javax.crypto.NoSuchPaddingException",
    }
)


class JavaThrow(Exception):  # noqa: N818 - it stands for Java's Throwable, errors included
    """A Java throwable in flight, with its causes."""

    def __init__(self, class_name: str, message: str | None = None, cause: JavaThrow | None = None) -> None:
        super().__init__(class_name, message)
        self.class_name = class_name
        self.message = message
        self.cause = cause

    def __str__(self) -> str:
        """`Throwable.toString()`."""
        return self.class_name if self.message is None else f"{self.class_name}: {self.message}"

    @property
    def said(self) -> str:
        """The message as Java puts it into another one."""
        return "null" if self.message is None else self.message

    @property
    def chain(self) -> JavaChain:
        """The throwable and its causes, outermost first."""
        head = (JavaException(self.class_name, self.message),)
        return head if self.cause is None else head + self.cause.chain

    @property
    def is_io(self) -> bool:
        """Would `catch (IOException)` take it?"""
        return self.class_name in _IO_FAMILY

    @property
    def is_security(self) -> bool:
        """Would `catch (GeneralSecurityException)` take it?"""
        return self.class_name in _SECURITY_FAMILY

    @property
    def is_certificate(self) -> bool:
        """Would `catch (CertificateException)` take it?"""
        return self.class_name in (CERTIFICATE, CERTIFICATE_PARSING)

    @property
    def is_error(self) -> bool:
        """Is it a `java.lang.Error`, which `catch (Exception)` lets pass?"""
        return self.class_name.startswith("java.lang.") and self.class_name.endswith("Error")


def io(message: str | None, cause: JavaThrow | None = None) -> JavaThrow:
    """`new IOException(message, cause)`."""
    return JavaThrow(IO, message, cause)


def null_pointer(helpful: str, java: Jdk) -> JavaThrow:
    """A NullPointerException, with what was null where Java tells it."""
    return JavaThrow(NULL_POINTER, helpful if java.has(Feature.HELPFUL_NULLS) else None)


def out_of_bounds(index: int, length: int, java: Jdk) -> JavaThrow:
    """An array's refusal of an index."""
    told = f"Index {index} out of bounds for length {length}" if java.has(Feature.TELLS_ARRAY_SIZE) else str(index)
    return JavaThrow("java.lang.ArrayIndexOutOfBoundsException", told)


def element(items: Sequence[Item], index: int, java: Jdk) -> Item:
    """The item at that place of an array; raises what Java throws where there is none."""
    if index >= len(items):
        raise out_of_bounds(index, len(items), java)
    return items[index]


def eof(message: str | None = None) -> JavaThrow:
    """`new EOFException(message)`; the JDK usually gives it none."""
    return JavaThrow(EOF, message)
