"""Reports: one call told as plain text, in the terminal's colours, and as one HTML page.

- *story*: an Exchange and the provider's visit, cut into what every report shows.
- *dialogue*: both transcripts as one list of lines, with the step at which the call failed.
- *chapter*: one call on an HTML page; a reproduction has two, broken and fixed.

Reports read and lay out; they decide nothing, and they show no secrets: an Exchange holds none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sn_mock.report.text import text

if TYPE_CHECKING:
    from sn_mock.report.html import Chapter, chapter_html, headline, page

__all__ = ["Chapter", "chapter_html", "headline", "page", "text"]


def __getattr__(name: str) -> Any:
    """Load what makes a page on first use (PEP 562): a terminal needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("sn_mock.report.html"), name)
