"""`python -m docs.printing.snippets` checks the Python of every page with mypy --strict, as a reader's project would.

Its test functions need no annotations. `make lint` runs it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from mypy import api

_ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FLAGS = ("--strict", "--allow-untyped-defs", "--allow-incomplete-defs", "--allow-untyped-calls")


def snippets() -> dict[str, str]:
    """A file name for each block of Python: the page's name and the block's number; what it says."""
    pages = sorted((*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")))
    return {
        f"{page.stem.replace('-', '_').lower()}_{number}.py": block
        for page in pages
        for number, block in enumerate(_BLOCK.findall(page.read_text(encoding="utf-8")), start=1)
    }


def check() -> int:
    """mypy's exit code over all of them; its complaints are printed."""
    with TemporaryDirectory() as folder:
        for name, text in snippets().items():
            Path(folder, name).write_text(text, encoding="utf-8")
        cache = str(_ROOT / ".mypy_cache" / "snippets")
        told, errors, code = api.run(
            [*_FLAGS, "--follow-imports=silent", "--config-file=", f"--cache-dir={cache}", folder]
        )
    print(told + errors, end="")
    return code


if __name__ == "__main__":
    sys.exit(check())
