"""A text that stands in a file of its own: the text, which knows its file, so that an error in it names the place."""

from __future__ import annotations


class FileText(str):
    """The text of a file of the instance folder; wherever only the text counts it is a `str`."""

    __slots__ = ("file",)
    file: str
    """As `file:` in the TOML names it, relative to the folder."""

    @classmethod
    def of(cls, text: str, file: str) -> FileText:
        """The text with its file."""
        made = cls(text)
        made.file = file
        return made
