"""One WSDL for both sides, as a fixture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.soap_contract.both_sides import BothSides

Make = Callable[..., BothSides]


@pytest.fixture
def both(tmp_path: Path) -> Make:
    """Write a WSDL and what lies beside it (path → text), and read it with both sides."""

    def make(text: str, beside: Mapping[str, str] | None = None, name: str = "w/a.wsdl", **options: Path) -> BothSides:
        for file, content in {**(beside or {}), name: text}.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(content, "utf-8")
        return BothSides(tmp_path / name, into=tmp_path / "instance", **options)

    return make
