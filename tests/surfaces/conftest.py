"""What the tests of the surfaces share: a built wheel, and a clean environment with it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Distribution:
    """The two files that a release consists of."""

    wheel: Path
    sdist: Path


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    """Wheel and sdist, the wheel built from the sdist, without any download."""
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    return Distribution(next(target.glob("*.whl")), next(target.glob("*.tar.gz")))


@pytest.fixture(scope="session")
def clean_environment(distribution: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a new virtual environment that has the wheel, and the dependencies of this one.

    The dependencies are lent by path, so that nothing is downloaded; this checkout is not on that path.
    """
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index",
         "--disable-pip-version-check", "--ignore-installed", str(distribution.wheel)],
        check=True,
        capture_output=True,
        text=True,
    )  # fmt: skip
    return folder / "bin"
