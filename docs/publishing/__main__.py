"""`python -m docs.publishing FOLDER`: build the site there and check its links."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.publishing.links import broken_links
from docs.publishing.pages import PublishingError
from docs.publishing.site import build


def main(arguments: list[str]) -> int:
    """0 for a site whose links all lead somewhere, 1 for broken links or a complaint of MkDocs."""
    if len(arguments) != 1:
        print("usage: python -m docs.publishing FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    try:
        build(folder)
    except PublishingError as error:
        print(error, file=sys.stderr)
        return 1
    broken = list(broken_links(folder))
    for line in broken:
        print(line, file=sys.stderr)
    if not broken:
        print(f"the site is in {folder}; open {folder / 'index.html'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
