"""`KeyStore.getInstance(type)` and `load`: which reader tries first, which second, and whose complaint is heard.

Since JDK 8 the types JKS and PKCS12 read each other's format (security property `keystore.type.compat`); the complaint
of the declared type wins, except about passwords. Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from sn_mock.keystore import jceks, jks, pkcs12
from sn_mock.keystore.entries import Entry, KeyStore, LoadFailure
from sn_mock.keystore.probing import probe
from sn_mock.keystore.thrown import NO_SUCH_ALGORITHM, UNRECOVERABLE, JavaThrow

Reader = Callable[[bytes, str | None], tuple[Entry, ...]]
_JKS: tuple[str, Reader] = ("JKS", jks.read)
_PKCS12: tuple[str, Reader] = ("PKCS12", pkcs12.read)



def _domain(_data: bytes, _password: str | None) -> NoReturn:
    message = "This keystore must be loaded using a DomainLoadStoreParameter"
    raise JavaThrow("java.lang.UnsupportedOperationException", message)


_READERS: dict[str, tuple[tuple[str, Reader], ...]] = {
    "JKS": (_JKS, _PKCS12),
    "PKCS12": (_PKCS12, _JKS),
    "JCEKS": (("JCEKS", jceks.read),),
    "CASEEXACTJKS": (("JKS", jks.read_case_exact),),
    "DKS": (("DKS", _domain),),
}
AUTO = "auto"
"""Not a Java type: `KeyStore.getInstance(File, char[])`, which looks at the first bytes."""


def load(
    data: bytes, declared_type: str, password: str | None, *, java: int = 17, compat: bool = True
) -> KeyStore | LoadFailure:
    """What Java does with this file: the loaded store, or its refusal.

    `password` None is Java's null password (no integrity check). `java` is the Java generation whose texts are used.
    `compat` is the security property `keystore.type.compat`. Never raises for a bad file.
    """
    try:
        readers = _readers(data, declared_type)
    except JavaThrow as refused:
        return LoadFailure("getInstance", refused.chain)
    try:
        content, entries = _first_success(readers if compat else readers[:1], data, password)
    except JavaThrow as refused:
        return LoadFailure("load", refused.chain)
    return KeyStore(declared_type, content, entries)


def _readers(data: bytes, declared_type: str) -> tuple[tuple[str, Reader], ...]:
    if declared_type == AUTO:
        found = probe(data)
        if found is None:
            message = "Unrecognized keystore format. Please load it with a specified type"
            raise JavaThrow("java.security.KeyStoreException", message)
        declared_type = found
    readers = _READERS.get(declared_type.upper())
    if readers is None:
        cause = JavaThrow(NO_SUCH_ALGORITHM, f"{declared_type} KeyStore not available")
        raise JavaThrow("java.security.KeyStoreException", f"{declared_type} not found", cause)
    return readers


def _first_success(
    readers: tuple[tuple[str, Reader], ...], data: bytes, password: str | None
) -> tuple[str, tuple[Entry, ...]]:
    (content, read), *others = readers
    try:
        return content, read(data, password)
    except JavaThrow as refused:
        if not others or refused.is_error or _is_about_password(refused):
            raise
        first = refused
    content, read = others[0]
    try:
        return content, read(data, password)
    except JavaThrow as refused:
        checked = refused.is_io or refused.is_certificate or refused.class_name == NO_SUCH_ALGORITHM
        if not checked or _is_about_password(refused):
            raise
    raise first


def _is_about_password(refused: JavaThrow) -> bool:
    return refused.is_io and refused.cause is not None and refused.cause.class_name == UNRECOVERABLE
