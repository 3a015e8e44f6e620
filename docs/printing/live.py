"""The table of the front door's refusals, in the page of the live instance."""

from __future__ import annotations

from pathlib import Path

from docs.printing.markdown import code, table
from sn_mock.live.front.errors import Error

BEGIN, END = "<!-- refusals: printed by `make docs` from the table in the code -->\n", "<!-- end of refusals -->\n"


def live_page() -> str:
    """The page, which people write, with the table as it is now."""
    page = (Path(__file__).parents[1] / "live-instance.md").read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{_refusals()}\n{END}{after}"


def _refusals() -> str:
    rows = []
    for error in Error:
        row = error.value
        said = f"{row.source}; CONFLICT: {row.conflict}" if row.conflict else row.source
        detail = "null" if row.detail is None else code(row.detail)
        rows.append((str(row.status), code(row.message), detail, str(row.evidence), said))
    return table(("status", "message", "detail", "evidence", "source"), rows)
