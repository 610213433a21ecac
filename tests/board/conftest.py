"""Both databases under the same tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.board.postgres import MissingError, PostgresServer
from tests.board.tools import Place, missing
from tests.world import World

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of a process."""
    try:
        server = PostgresServer()
    except MissingError as error:
        missing(str(error))
    with server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, as a board names it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/board.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"board{next(_numbers)}")


@pytest.fixture
def setup_world() -> World:
    """An election whose manifest is logged, and nothing else."""
    world = World()
    world.start()
    return world


@pytest.fixture
def place(database: str, setup_world: World) -> Place:
    """A board in set-up."""
    return Place(database, setup_world)


@pytest.fixture
def polling_place(database: str) -> Place:
    """A board in the voting phase; its world has logged what it has."""
    world = World()
    world.open()
    place = Place(database, world)
    with place.running() as board:
        place.open_voting(board)
    return place
