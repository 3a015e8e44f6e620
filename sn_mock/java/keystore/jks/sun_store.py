"""The file format that JKS and JCEKS share, read in the JDK's order.

Magic, version, count, entries, and a keyed SHA-1 over everything. The format is described in the JDK's own comments and
many public write-ups; the refusals were measured on JDK 17.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import field
from datetime import datetime

from guarded.values import dataclass
from sn_mock.java.lang.data_input import DataInput
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.strings import password_bytes
from sn_mock.java.lang.thrown import CERTIFICATE, NO_SUCH_ALGORITHM, UNRECOVERABLE, JavaThrow, io
from sn_mock.java.x509.certificates import generate_certificate, moment

JKS_MAGIC = -0x01120113  # 0xFEEDFEED as Java's int
JCEKS_MAGIC = -0x31313132  # 0xCECECECE
_WHITENER = b"Mighty Aphrodite"
_MAC_BYTES = 20
PRIVATE_KEY, TRUSTED_CERTIFICATE, SECRET_KEY = 1, 2, 3


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the file holds it."""

    alias: str
    tag: int
    created: datetime
    chain: tuple[bytes, ...] = ()
    protected_key: bytes | None = field(default=None, repr=False)


SecretReader = Callable[[DataInput, Jdk], bytes]


def read(
    data: bytes, password: str | None, magics: frozenset[int], java: Jdk, secret_reader: SecretReader | None = None
) -> list[StoredEntry]:
    """The entries in file order; raises the JDK's exceptions. With a null password nothing is verified."""
    source = DataInput(data)
    magic, version = source.int32(), source.int32()
    if magic not in magics or version not in (1, 2):
        raise io("Invalid keystore format")
    entries = [_entry(source, version, java, secret_reader) for _ in range(source.int32())]
    if password is not None:
        computed = keyed_digest(data[: source.pos], password)
        if source.exactly(_MAC_BYTES) != computed:
            raise io(
                "Keystore was tampered with, or password was incorrect",
                JavaThrow(UNRECOVERABLE, "Password verification failed"),
            )
    return entries


def keyed_digest(body: bytes, password: str) -> bytes:
    """The digest at the end of a store."""
    return hashlib.sha1(password_bytes(password) + _WHITENER + body, usedforsecurity=False).digest()


def _entry(source: DataInput, version: int, java: Jdk, secret_reader: SecretReader | None) -> StoredEntry:
    tag = source.int32()
    if tag == PRIVATE_KEY:
        return _private_key(source, version, java, negative_count_fails=secret_reader is not None)
    if tag == TRUSTED_CERTIFICATE:
        alias, created = _head(source)
        return StoredEntry(alias, tag, created, (_certificate(source, version, java),))
    if tag == SECRET_KEY and secret_reader is not None:
        alias, created = _head(source)
        return StoredEntry(alias, tag, created, (), secret_reader(source, java))
    raise io(f"Unrecognized keystore entry: {tag}")


def _head(source: DataInput) -> tuple[str, datetime]:
    alias = source.utf()
    return alias, moment(source.int64())


def _private_key(source: DataInput, version: int, java: Jdk, *, negative_count_fails: bool) -> StoredEntry:
    alias, created = _head(source)
    protected_key = source.exactly(source.int32())
    count = source.int32()
    chain = tuple(_certificate(source, version, java) for _ in range(count))
    if count < 0 and negative_count_fails:  # JCEKS makes the array at any count
        raise JavaThrow("java.lang.NegativeArraySizeException", str(count))
    return StoredEntry(alias, PRIVATE_KEY, created, chain, protected_key)


def _certificate(source: DataInput, version: int, java: Jdk) -> bytes:
    if version == 2:
        kind = source.utf()
        if kind.upper() not in ("X.509", "X509"):
            cause = JavaThrow(NO_SUCH_ALGORITHM, f"{kind} CertificateFactory not available")
            raise JavaThrow(CERTIFICATE, f"{kind} not found", cause)
    return generate_certificate(source.exactly(source.int32()), java).encoded
