"""Demonstrations, each held once for all tests of this folder, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.door import Door

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Held:
    """A demonstration that went well: where, over which files, and what it printed."""

    folder: Path
    files: tuple[Path, ...]
    limit: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def record(self) -> Path:
        return self.folder / "record"

    @property
    def anchor(self) -> Path:
        return self.folder / "anchor"


def glassballot(*arguments: object, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own."""
    command = [sys.executable, "-m", "glassballot", *map(str, arguments)]
    paths = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **paths, **environ}, capture_output=True, text=True, check=False
    )


def hold(folder: Path, files: tuple[Path, ...], limit: int | None = None) -> Held:
    """`glassballot demo --json` over these files, into this folder."""
    options = ["--limit", limit] if limit is not None else []
    chosen = [word for file in files for word in ("--ballots", file)]
    done = glassballot("demo", *chosen, *options, "--out", folder, "--json")
    assert done.returncode == 0, done.stderr
    return Held(folder, files, limit, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def stations(shared: Path) -> tuple[Path, ...]:
    """Four polling stations of 2002, one contest of 16 candidates."""
    return tuple(sorted((shared / "data" / "french-approval-2002").glob("*.cat")))


@pytest.fixture(scope="session")
def french(stations: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Held:
    return hold(tmp_path_factory.mktemp("french") / "out", stations, 30)


@pytest.fixture(scope="session")
def mixed(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Two districts that approve, a city that ranks and one that chooses: four contests of one election."""
    names = ("warszawa-2023/Rembertow", "warszawa-2023/Wesola", "krakow-2018", "wroclaw-2023")
    files = tuple(shared / "data" / f"{name}.pb" for name in names)
    return hold(tmp_path_factory.mktemp("mixed") / "out", files, 3)


@pytest.fixture
def door() -> Door:
    return Door()
