"""Showing reproductions: both calls of a scenario, a page for each, and a progress bar for the whole catalogue."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sn_mock.commands.output import write_text
from sn_mock.commands.showing import VisitJson, show_call
from sn_mock.lab import Reproduction
from sn_mock.lab.runner import Side


def show_reproduction(result: Reproduction, *, brief: bool) -> None:
    """Both calls of a scenario; `brief` is one line each, and the differences where there are any."""
    verdict = "reproduced" if result.reproduced else "NOT reproduced"
    if brief:
        print(f"{verdict:<14} {result.scenario.id}, {result.release}, {result.tls}")
    else:
        kb = f" ({', '.join(result.scenario.kb)})" if result.scenario.kb else ""
        print(f"{result.scenario.id}{kb}: {result.scenario.title}\n{result.scenario.story}\n")
        _show_side("broken", result.broken, result)
        print(f"\nthe fix: {result.scenario.fix}\n")
        _show_side("fixed", result.fixed, result)
        print(f"\n{verdict} on {result.release} with {result.tls}")
    if result.note:
        print(f"  {result.note}")
    for difference in result.differences:
        print(f"  {difference}")


def _show_side(name: str, side: Side, result: Reproduction) -> None:
    show_call(side.exchange, _json(side), title=_title(name, side, result))


def _title(name: str, side: Side, result: Reproduction) -> str:
    """The call's own release: an upgrade may be what broke or mended it."""
    return f"{name}, {side.exchange.release}, {result.tls}"


def _json(side: Side) -> VisitJson | None:
    return side.visit.to_json() if side.visit else None


def write_reproduction(folder: Path, result: Reproduction, made: Sequence[tuple[str, str]] = ()) -> Path:
    """Broken and fixed call as one HTML page in the folder; its path."""
    from sn_mock.report import Chapter, page

    path = folder / f"{result.scenario.id}-{result.release}-{result.tls.lower()}.html"
    chapters = (
        Chapter(result.broken.exchange, _json(result.broken), _title("broken", result.broken, result)),
        Chapter(result.fixed.exchange, _json(result.fixed), _title("fixed", result.fixed, result)),
    )
    introduction = (result.scenario.story, f"The fix: {result.scenario.fix}")
    sources = [f"{source.reference} ({source.evidence})" for source in result.scenario.sources]
    write_text(path, page(result.scenario.title, chapters, introduction=introduction, sources=sources, about=made))
    return path


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    """A progress bar for a person at a terminal; nobody else is told."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(number: int, total: int, what: str) -> None:
            bar.update(task, completed=number - 1, total=total, description=what)

        yield tell
