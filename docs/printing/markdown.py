"""The little Markdown that the reference pages need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Printed by `make docs` from the tables in the code. Change the tables, not this page. -->\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A pipe table; cells may hold any text."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell(text) for text in line) + " |" for line in lines) + "\n"


def cell(text: str) -> str:
    """Text that does not break out of its table cell; `<` outside code is no HTML."""
    pieces = text.replace("|", "\\|").split("`")
    pieces[::2] = [piece.replace("<", "&lt;") for piece in pieces[::2]]
    return "`".join(pieces).replace("\n", "<br>")


def code(text: object) -> str:
    """Inline code; backticks inside are fenced by more of them."""
    words = str(text)
    return f"`{words}`" if "`" not in words else f"`` {words} ``"


def anchor(heading: str) -> str:
    """The fragment under which GitHub and most renderers file a heading."""
    kept = "".join(letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")
