"""`KeyStore.getInstance(type)` and `load`: which reader tries first, which second, and whose complaint is heard.

The type JKS reads PKCS#12 too since 8u60, PKCS12 reads JKS since 9 (security property `keystore.type.compat`); the
complaint of the declared type wins, except about passwords. Measured on 8u252 and JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sn_mock.failure import JavaException
from sn_mock.java.keystore.entries import Entry, KeyStore, LoadFailure
from sn_mock.java.keystore.generations import in_words_of
from sn_mock.java.keystore.pbe.budget import one_reading
from sn_mock.java.keystore.probing import probe
from sn_mock.java.lang import jdk
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, JavaName, Jdk
from sn_mock.java.lang.thrown import NO_SUCH_ALGORITHM, UNRECOVERABLE, JavaThrow

Reader = Callable[[bytes, str | None, Jdk], tuple[Entry, ...]]


# Each reader is loaded when the first file comes that needs it: most instances have one kind of keystore.


def _read_jks(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    from sn_mock.java.keystore.jks import jks

    return jks.read(data, password, java)


def _read_case_exact(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    from sn_mock.java.keystore.jks import jks

    return jks.read_case_exact(data, password, java)


def _read_jceks(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    from sn_mock.java.keystore.jks import jceks

    return jceks.read(data, password, java)


def _read_pkcs12(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    from sn_mock.java.keystore.pkcs12 import store

    return store.read(data, password, java)


_JKS: tuple[str, Reader] = ("JKS", _read_jks)
_PKCS12: tuple[str, Reader] = ("PKCS12", _read_pkcs12)

_READERS: dict[str, tuple[tuple[str, Reader], ...]] = {
    "JKS": (_JKS, _PKCS12),
    "PKCS12": (_PKCS12, _JKS),
    "JCEKS": (("JCEKS", _read_jceks),),
    "CASEEXACTJKS": (("JKS", _read_case_exact),),
    "DKS": (_JKS, _PKCS12),
}
_KEY_STORE_EXCEPTION = "java.security.KeyStoreException"

AUTO = "auto"
"""Not a Java type: `KeyStore.getInstance(File, char[])`, which looks at the first bytes."""


@one_reading
def load(
    data: bytes, declared_type: str, password: str | None, *, java: JavaName = REFERENCE, compat: bool = True
) -> KeyStore | LoadFailure:
    """What Java does with this file: the loaded store, or its refusal.

    `password` None is Java's null password (no integrity check). `java` is the Java that reads it (17, "8u301", …).
    `compat` is the security property `keystore.type.compat`. Never raises for a bad file.
    """
    reader = jdk.named(java)
    try:
        readers = _readers(data, declared_type, reader)
    except JavaThrow as refused:
        return LoadFailure("getInstance", refused.chain)
    try:
        if not readers:
            raise JavaThrow(_KEY_STORE_EXCEPTION, "Unrecognized keystore format. Please load it with a specified type")
        content, entries = _first_success(readers if compat else readers[:1], data, password, reader)
    except RecursionError:
        return LoadFailure("load", (JavaException("java.lang.StackOverflowError"),))
    except JavaThrow as refused:
        if declared_type.upper() == "DKS" and not refused.is_error:
            refused = JavaThrow("java.lang.UnsupportedOperationException", _NO_DOMAIN)
        return LoadFailure("load", in_words_of(reader, refused.chain, empty_file=not data))
    if declared_type.upper() == "DKS":
        entries = tuple(replace(entry, alias=f"iostream1 {entry.alias}") for entry in entries)
    return KeyStore(declared_type, "JKS" if data.startswith(_JKS_MAGIC) else content, entries)


_JKS_MAGIC = b"\xfe\xed\xfe\xed"
"""The reader for JCEKS takes JKS files too."""

_NO_DOMAIN = "This keystore must be loaded using a DomainLoadStoreParameter"
"""A domain of keystores (type DKS) takes one JKS or PKCS#12 stream under a name of its own, and no other complaint."""


def _readers(data: bytes, declared_type: str, java: Jdk) -> tuple[tuple[str, Reader], ...]:
    if declared_type == AUTO:
        return _READERS.get(probe(data) or "", ())
    readers = _READERS.get(declared_type.upper())
    if readers is None:
        cause = JavaThrow(NO_SUCH_ALGORITHM, f"{declared_type} KeyStore not available")
        raise JavaThrow(_KEY_STORE_EXCEPTION, f"{declared_type} not found", cause)
    return readers if readers[0] is not _PKCS12 or java.has(Feature.PKCS12_READS_JKS) else readers[:1]


def _first_success(
    readers: tuple[tuple[str, Reader], ...], data: bytes, password: str | None, java: Jdk
) -> tuple[str, tuple[Entry, ...]]:
    (content, read), *others = readers
    try:
        return content, read(data, password, java)
    except JavaThrow as refused:
        if not others or refused.is_error or _is_about_password(refused):
            raise
        first = refused
    content, read = others[0]
    try:
        return content, read(data, password, java)
    except JavaThrow as refused:
        if not _is_checked(refused) or _is_about_password(refused):
            raise
    if not _is_checked(first) and not java.has(Feature.CRASHES_OF_LOAD):
        return content, ()  # swallowed; the second reader finds nothing in the other's file
    raise first


def _is_checked(refused: JavaThrow) -> bool:
    """`load` declares it."""
    return refused.is_io or refused.is_certificate or refused.class_name == NO_SUCH_ALGORITHM


def _is_about_password(refused: JavaThrow) -> bool:
    return refused.is_io and refused.cause is not None and refused.cause.class_name == UNRECOVERABLE
