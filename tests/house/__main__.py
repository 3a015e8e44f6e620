"""`make house`: the floors as they are now, the top one first, with who imports whom.

`python -m tests.house --page` writes the plan into docs/architecture.md instead.
"""

from __future__ import annotations

import sys

from tests.house.imports import ROOT, house
from tests.house.printing import PAGE, drawn, with_plan


def main(arguments: list[str]) -> int:
    """Print the house, or write the plan; 0."""
    if arguments == ["--page"]:
        page = ROOT / PAGE
        page.write_text(with_plan(page.read_text("utf-8")), "utf-8")
        return 0
    print("\n".join(drawn(house())), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
