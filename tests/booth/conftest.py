"""An election that is open, as a record folder, and what a voter has at home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.booth.home import Home
from tests.election.record_tools import no_fsync
from tests.world import World


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", no_fsync)


@pytest.fixture
def world() -> World:
    world = World()
    world.open()
    return world


@pytest.fixture
def home(world: World, tmp_path: Path) -> Home:
    return Home(world, tmp_path)
