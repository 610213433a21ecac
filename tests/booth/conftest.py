"""An election that is open, as a record folder, and what a voter has at home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.booth.home import Home
from tests.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.open()
    return world


@pytest.fixture
def home(world: World, tmp_path: Path) -> Home:
    return Home(world, tmp_path)
