"""Fixtures of the witness's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import door as door
from tests.witness.tools import Log, Place


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def place(tmp_path: Path, log: Log) -> Place:
    return Place(tmp_path / "witness", log)
