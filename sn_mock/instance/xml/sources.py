"""The files to import: given files, the XML files below given folders, and what zip files hold of either."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.instance.xml.sdk_projects import remarks
from sn_mock.instance.xml.xml_reader import ExportFileError

MAX_MEMBER_BYTES = 1024 * 1024 * 1024
_NOT_OURS = frozenset({".git", "node_modules"})
MAX_ARCHIVE_BYTES = 4 * MAX_MEMBER_BYTES
"""What the files of one zip may unpack to together."""
_ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class XmlSource:
    """One XML file to read, wherever it lies."""

    label: str
    open: Callable[[], BinaryIO]
    """May raise `ExportFileError` or `OSError`."""
    is_given: bool = True
    """False for what was found in a folder or a zip file: it need not be an export."""


def sources(paths: Sequence[Path], notes: list[str] | None = None) -> Iterator[XmlSource]:
    """Every XML file that the paths stand for, folders and zip files in name order.

    What there is to say about a folder is added to `notes`. Raises `MockUsageError` for a path that does not exist.
    """
    for path in paths:
        if path.is_dir():
            files = sorted(_below(path))
            exports = [file for file in files if file.suffix.lower() in {".xml", ".zip"}]
            about = remarks(path, files)
            if notes is not None:
                notes += about if about or exports else [f"{path} has no XML and no zip file"]
            for file in exports:
                for source in _of_file(file):
                    yield replace(source, is_given=False)
        elif path.exists():
            yield from _of_file(path)
        else:
            raise MockUsageError(f"there is no file or folder {path}; next step: give the export's path")


def _below(folder: Path) -> Iterator[Path]:
    """The regular files of a folder, without those of git and of npm's packages; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        yield from (path for name in names if (path := Path(place, name)).is_file())


def _of_file(path: Path) -> Iterator[XmlSource]:
    try:
        with path.open("rb") as file:
            is_zip = file.read(4) == _ZIP_MAGIC
        members = _members(path) if is_zip else None
    except (OSError, zipfile.BadZipFile) as error:
        yield XmlSource(str(path), _failing(getattr(error, "strerror", None) or str(error)))
        return
    if members is None:
        yield XmlSource(str(path), lambda: path.open("rb"))
        return
    for member in members:
        opener = partial(_open_member, path, member)
        yield XmlSource(f"{path}:{member.filename}", opener, is_given=False)


def _members(path: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(path) as archive:
        wanted = [member for member in archive.infolist() if member.filename.lower().endswith(".xml")]
        if sum(member.file_size for member in wanted) > MAX_ARCHIVE_BYTES:
            raise zipfile.BadZipFile(f"it unpacks to more than {MAX_ARCHIVE_BYTES} bytes; refused")
        return sorted(wanted, key=lambda member: member.filename)


def _failing(reason: str) -> Callable[[], BinaryIO]:
    def refuse() -> BinaryIO:
        raise ExportFileError(reason)

    return refuse


def _open_member(path: Path, member: zipfile.ZipInfo) -> BinaryIO:
    archive = zipfile.ZipFile(path)
    try:
        if member.file_size > MAX_MEMBER_BYTES:
            raise ExportFileError(f"unpacks to {member.file_size} bytes, more than {MAX_MEMBER_BYTES}; refused")
        stream = archive.open(member)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        archive.close()
        raise ExportFileError(str(error)) from None
    except ExportFileError:
        archive.close()
        raise
    return cast("BinaryIO", _Member(archive, stream))


class _Member:
    """A zip member that closes its archive, and says a broken archive in our words."""

    def __init__(self, archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
        self._archive = archive
        self._stream = stream

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise ExportFileError(f"the zip file is damaged: {error}") from None

    def __enter__(self) -> _Member:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._archive.close()
