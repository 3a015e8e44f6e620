"""The examples that come with the package: beside it in a checkout, inside it where a wheel was installed."""

from __future__ import annotations

import shutil
from pathlib import Path

from sn_mock.failure import MockUsageError

_PACKAGE = Path(__file__).parent.parent


def examples() -> Path:
    """The folder of the examples. Raises MockUsageError where this installation has none."""
    for place in (_PACKAGE / "examples", _PACKAGE.parent / "examples"):
        if (place / "instance" / "instance.toml").is_file():
            return place
    raise MockUsageError("this installation has no examples; install the wheel, or use a checkout")


def copy_examples(into: Path) -> None:
    """Copy them to a folder that is not there yet, without what was made in a checkout (certificates, caches)."""
    shutil.copytree(examples(), into, ignore=shutil.ignore_patterns("*.jks", "*.pem", "__pycache__"))
