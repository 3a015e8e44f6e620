"""The zip file: written with the same bytes for the same content, read with nothing trusted.

No member is ever written to disk, so a path in it is a name and nothing more; one that is no plain relative path is
refused all the same, because then the file was not made here.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guarded import files
from sn_mock.failure import MockUsageError

FORMAT = "sn-mock bundle"
VERSION = 1
MAX_BUNDLE_BYTES = 32 * 1024 * 1024
MAX_PART_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 128 * 1024 * 1024
MAX_PARTS = 1000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_PRIVATE_FILE = 0o100600
_LINK = 0o120000
_KIND = 0o170000
_AT_ONCE = 1024 * 1024


class BundleError(MockUsageError):
    """A file that is no bundle, or one that is not read: which, and what to do."""


def packed(members: Mapping[str, bytes]) -> bytes:
    """The zip file. Its bytes follow from the content alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.create_system = 3  # Unix, on every machine
            info.external_attr = _PRIVATE_FILE << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, members[name])
    return buffer.getvalue()


def read(path: Path) -> dict[str, bytes]:
    """The members of a bundle. Raises BundleError for what is none, OSError for what cannot be read."""
    return unpacked(files.read(path, MAX_BUNDLE_BYTES), str(path))


def unpacked(data: bytes, shown: str = "the bundle") -> dict[str, bytes]:
    """The members, bounded in number and size whatever the file says of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS:
                raise BundleError(f"{shown}: has {len(infos)} members; a bundle has at most {MAX_PARTS}")
            members: dict[str, bytes] = {}
            left = MAX_UNPACKED_BYTES
            for info in infos:
                _demand_plain(info, members, shown)
                members[info.filename] = _content(archive, info, min(left, MAX_PART_BYTES), shown)
                left -= len(members[info.filename])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise BundleError(
            f"{shown}: is no zip file, or a damaged or truncated one ({error}); next step: have it sent again"
        ) from None
    return members


def manifest(members: Mapping[str, bytes], shown: str) -> dict[str, Any]:
    """What a bundle says of itself. Raises BundleError where it is none of ours, or of a later version."""
    try:
        document = json.loads(members["manifest.json"])
        known = document["format"] == FORMAT
    except (KeyError, TypeError, ValueError, RecursionError):
        known = False
    if not known:
        raise BundleError(f"{shown}: is no bundle of sn-mock: it has no manifest.json that says so")
    if document.get("version") != VERSION:
        raise BundleError(
            f"{shown}: is a bundle of version {str(document.get('version'))[:20]}; this sn-mock reads version "
            f"{VERSION}; next step: use the sn-mock that is named in its manifest.json"
        )
    return dict(document)


def document(members: Mapping[str, bytes], name: str, shown: str) -> Any:
    """A member as JSON. Raises BundleError where it is missing or none."""
    try:
        return json.loads(members[name])
    except KeyError:
        raise BundleError(f"{shown}: has no {name}; next step: have the bundle made again") from None
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{shown}: {name} is no JSON ({type(error).__name__})") from None


def _demand_plain(info: zipfile.ZipInfo, known: Mapping[str, bytes], shown: str) -> None:
    name = info.filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith("/") or ".." in parts or ":" in name or "\\" in name or "" in parts:
        raise BundleError(f"{shown}: has a member with the path {name[:80]!r}; sn-mock writes no such bundle")
    if (info.external_attr >> 16) & _KIND == _LINK:
        raise BundleError(f"{shown}: {name[:80]!r} is a link; sn-mock writes no such bundle")
    if info.flag_bits & 1:
        raise BundleError(f"{shown}: {name[:80]!r} is encrypted; next step: unpack it and zip it without a password")
    if name in known:
        raise BundleError(f"{shown}: has two members called {name[:80]!r}; sn-mock writes no such bundle")


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, shown: str) -> bytes:
    chunks: list[bytes] = []
    size = 0
    with archive.open(info) as member:
        while chunk := member.read(_AT_ONCE):
            size += len(chunk)
            if size > limit:
                raise BundleError(f"{shown}: {info.filename[:80]!r} unpacks to more than {limit} bytes; it is not read")
            chunks.append(chunk)
    return b"".join(chunks)
