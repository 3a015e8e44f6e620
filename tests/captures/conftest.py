"""What the tests of captures share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.captures.talking import Spoken, Talk, speak


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab's certificates as files."""
    from sn_mock.lab.pki import write_lab_pki

    return write_lab_pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def spoken(pki: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Spoken]:
    """`spoken(tls=…, ciphers=…)`: that talk, held once a session."""
    held: dict[str, Spoken] = {}
    folder = tmp_path_factory.mktemp("keys")

    def ask(**how: object) -> Spoken:
        talk = Talk(**how)  # type: ignore[arg-type]
        name = repr(talk)
        if name not in held:
            held[name] = speak(pki, talk, folder / f"{len(held)}.log")
        return held[name]

    return ask
