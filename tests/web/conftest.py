"""A board on SQLite behind its web application, as a test client and as a real server."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bulletin_board.web import Settings, create_app
from tests.board.tools import Place
from tests.election.record_tools import no_fsync
from tests.web.tools import Served, serve
from tests.world import World


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", no_fsync)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@pytest.fixture(scope="module")
def open_world() -> World:
    """An election in which ballots may be cast."""
    world = World()
    world.open()
    return world


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A board of an election of its own, in set-up."""
    world = World()
    world.start()
    return Place(f"sqlite:///{tmp_path}/board.db", world)


@pytest.fixture
def polling_place(tmp_path: Path) -> Place:
    """A board of an election of its own; `open_voting` brings it to the ballots."""
    world = World()
    world.open()
    return Place(f"sqlite:///{tmp_path}/board.db", world)


Open = Callable[..., Served]


@pytest.fixture
def at() -> Iterator[Open]:
    """Opens the board of a place, with these settings, behind a test client."""
    with contextlib.ExitStack() as stack:

        def open_(place: Place, settings: Settings | None = None, **options: Any) -> Served:
            board = stack.enter_context(place.running(**options))
            app = create_app(board, settings)
            return Served(board, app, app.test_client())

        yield open_


@pytest.fixture
def served(at: Open, polling_place: Place) -> Served:
    """A board at which ballots may be cast."""
    served = at(polling_place)
    polling_place.open_voting(served.board)
    return served


@pytest.fixture
def client(at: Open, place: Place) -> FlaskClient:
    return at(place).client


@pytest.fixture
def server() -> Iterator[Callable[..., str]]:
    """Serves a `Served` on a free port with waitress; its address."""
    with contextlib.ExitStack() as stack:
        yield lambda served: stack.enter_context(serve(served.app))
