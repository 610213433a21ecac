"""The project's own source, laid out of the checkout, where a test may build it or break it."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT = shutil.ignore_patterns("*.so", "__pycache__", "target")


@pytest.fixture(scope="session")
def copy_source() -> Callable[[Path], Path]:
    """Copies what a distribution is built from, and nothing that was built, to a new folder."""

    def copy(target: Path) -> Path:
        target.mkdir()
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, target)
        configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
        for package in configuration["tool"]["importlinter"]["root_packages"]:
            shutil.copytree(ROOT / package, target / package, ignore=BUILT)
        return target

    return copy
