"""Certificates, keys and revocation lists from files or memory: PEM blocks and DER, without cryptography."""

from __future__ import annotations

import binascii
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from guarded import files
from guarded.regex import regex

_INSIDE = rb"(?:[^-]|-(?!----))*+"
"""What can stand between the lines of a block: a label without its end costs no look at the rest of the file."""
_BLOCK = regex(rb"-----BEGIN ([A-Z0-9 ]{1,64})-----\s(" + _INSIDE + rb")-----END \1-----")
_KEY = regex(rb"-----BEGIN [A-Z ]{0,48}PRIVATE KEY-----" + _INSIDE + rb"-----END [A-Z ]{0,48}PRIVATE KEY-----\n?")


def content(source: Source) -> bytes:
    """The bytes behind a source; raises OSError where the file cannot be read."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, str) and "\n" in source:
        return source.encode()
    return files.read(source)


def blocks(data: bytes) -> list[tuple[str, bytes]]:
    """The PEM blocks as (label, DER); raises ValueError where the base64 is broken."""
    found = []
    for label, body in _BLOCK.findall(data):
        try:
            found.append((label.decode(), binascii.a2b_base64(body)))
        except binascii.Error as error:
            raise ValueError(f"broken PEM: {error}") from None
    return found


def private_keys(data: bytes) -> list[bytes]:
    """Every private key in PEM, each as it stands there."""
    return _KEY.findall(data)


def certificates(data: bytes) -> tuple[bytes, ...]:
    """Every certificate in PEM, or the one DER certificate; raises ValueError where there is none."""
    if data[:1] == b"\x30":
        return (data,)
    found = tuple(der for label, der in blocks(data) if label in ("CERTIFICATE", "X509 CERTIFICATE"))
    if not found:
        raise ValueError("holds no certificate (PEM or DER)")
    return found


def to_pem(label: str, der: bytes) -> bytes:
    """One PEM block."""
    text = binascii.b2a_base64(der, newline=False)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    name = label.encode()
    return b"-----BEGIN " + name + b"-----\n" + b"\n".join(lines) + b"\n-----END " + name + b"-----\n"


@contextlib.contextmanager
def as_file(data: bytes) -> Iterator[str]:
    """A path that OpenSSL can open; in memory where the system allows, else a 0600 file that lives as short."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("pem", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, data)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        import tempfile  # rarely needed, and slow to import

        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            yield file.name


Source = str | Path | bytes
"""A path, or the content itself: PEM text (a string with a newline) or PEM/DER bytes."""
