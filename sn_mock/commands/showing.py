"""Showing a call: in colours to a person at a terminal, as plain text to a pipe, as a page in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sn_mock.commands.output import on_terminal, print_coloured, write_text

if TYPE_CHECKING:
    from sn_mock.exchange import Exchange

VisitJson = Mapping[str, Any]


def show_call(exchange: Exchange, visit: VisitJson | None = None, *, title: str | None = None) -> None:
    """One call, with the provider's side where it is known."""
    if not on_terminal():
        from sn_mock.report import text

        print(text(exchange, visit, title=title))
        return
    from sn_mock.report.terminal import terminal

    print_coloured(terminal(exchange, visit, title=title))


def write_report(path: Path, exchange: Exchange, visit: VisitJson | None = None) -> None:
    """One call as one HTML page."""
    from sn_mock.report import Chapter, page

    write_text(path, page(f"{exchange.message}.{exchange.function}", [Chapter(exchange, visit)]))
