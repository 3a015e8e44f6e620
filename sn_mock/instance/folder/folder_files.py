"""Reading the files of an instance folder, and nothing outside it."""

from __future__ import annotations

from pathlib import Path

from guarded import files


class FolderFileError(Exception):
    """Why a file of the instance folder cannot be used, and what to do."""


class FolderFiles:
    """The files below one folder, as they are while it is loaded: each is read once, however many rows name it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data: dict[str, bytes] = {}
        self._texts: dict[str, str] = {}

    def path(self, name: str) -> Path:
        """The file's path; raises `FolderFileError` when it is missing or lies outside the folder."""
        path = self.folder / name
        if "\\" in name and not path.exists():
            path = self.folder / name.replace("\\", "/")  # as Windows writes paths
        try:
            if Path(name).is_absolute() or not path.resolve().is_relative_to(self.folder.resolve()):
                raise FolderFileError(f"'{name}' lies outside the instance folder; next step: copy the file into it")
            if not path.exists():
                raise FolderFileError(f"there is no file '{name}' in the instance folder; next step: put it there")
            if not path.is_file():
                raise FolderFileError(f"'{name}' is not a file")
        except (OSError, ValueError, RuntimeError):
            raise FolderFileError(f"{name!r} cannot be the name of a file; next step: give its path") from None
        return path

    def data(self, name: str) -> bytes:
        """The file's bytes."""
        if name not in self._data:
            try:
                self._data[name] = files.read(self.path(name))
            except OSError as error:
                raise FolderFileError(f"'{name}' cannot be read: {error.strerror}") from error
        return self._data[name]

    def text(self, name: str) -> str:
        """The file's text, which has to be UTF-8."""
        if name not in self._texts:
            try:
                self._texts[name] = self.data(name).decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise FolderFileError(f"'{name}' is not UTF-8 text (byte {error.start})") from error
        return self._texts[name]
