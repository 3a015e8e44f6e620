"""Showing a call: in colours to a person at a terminal, as plain text to a pipe, as a page in a file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sn_mock.commands.output import on_terminal, print_coloured, write_text

if TYPE_CHECKING:
    from sn_mock.exchange import Exchange

VisitJson = Mapping[str, Any]


def show_call(
    exchange: Exchange, visit: VisitJson | None = None, *, title: str | None = None, verbose: bool = False
) -> None:
    """One call, with the provider's side where it is known; `verbose` adds request and response in full."""
    if not on_terminal():
        from sn_mock.report import text

        print(text(exchange, visit, title=title, verbose=verbose))
        return
    from sn_mock.report.terminal import terminal

    print_coloured(terminal(exchange, visit, title=title, verbose=verbose))


def write_report(
    path: Path, exchange: Exchange, visit: VisitJson | None = None, *, about: Sequence[tuple[str, str]] = ()
) -> None:
    """One call as one HTML page."""
    from sn_mock.report import Chapter, headline, page

    write_text(path, page(headline(exchange), [Chapter(exchange, visit)], about=about))


def about(args: argparse.Namespace, instance: str = "", release: str = "") -> tuple[tuple[str, str], ...]:
    """When, where and how a report was made: what it needs to stand alone as evidence."""
    rows = (
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("instance", instance),
        ("release", release),
        ("made by", getattr(args, "made_by", "")),
        ("command", getattr(args, "command_line", "")),
    )
    return tuple((name, value) for name, value in rows if value)
