"""What a board compares its database with when it starts, and what it then does or refuses to do."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from bulletin_board import publish
from bulletin_board.admission import Incoming
from bulletin_board.errors import BoardError, StaleError
from crypto.checkpoint import Checkpoint
from election.errors import RecordError
from election.record import RecordReader
from tests.board.postgres import PostgresServer
from tests.board.tools import Place, put, roll
from tests.world import World

_numbers = itertools.count()


@pytest.fixture
def backup(request: pytest.FixtureRequest, tmp_path: Path) -> Backup:
    return Backup(request, tmp_path)


class Backup:
    """Copies of a database that no board uses at the moment."""

    def __init__(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        self.request, self.tmp_path = request, tmp_path

    def of(self, database: str) -> str:
        if database.startswith("sqlite"):
            copy = self.tmp_path / f"copy{next(_numbers)}.db"
            shutil.copy(database.removeprefix("sqlite:///"), copy)
            return f"sqlite:///{copy}"
        server: PostgresServer = self.request.getfixturevalue("postgres")
        name = database.removeprefix("postgresql://board@/").partition("?")[0]
        return server.create(f"copy{next(_numbers)}", template=name)


@pytest.fixture
def published(database: str, setup_world: World, tmp_path: Path) -> Place:
    """A board that publishes into a folder, with a few entries."""
    place = Place(database, setup_world, tmp_path / "record")
    with place.running() as board:
        put(board, roll(setup_world))
    return place


def checkpoint_of(place: Place) -> Checkpoint:
    assert place.folder is not None
    return RecordReader.of_folder(place.folder).signed.checkpoint


def test_database_ahead_of_the_folder(published: Place) -> None:
    folder, published.folder = published.folder, None
    with published.running() as board:
        for _ in range(300):
            board.sequencer.submit(Incoming.of(roll(published.world)))
        size = put(board, roll(published.world)).number + 1
    published.folder = folder
    assert checkpoint_of(published).size < size
    with published.running():
        assert checkpoint_of(published).size == size
    assert folder is not None and not (folder / "tile/0/000.p").exists()


def test_a_stale_database_does_not_go_on(published: Place, backup: Backup) -> None:
    older = backup.of(published.database)
    with published.running() as board:
        put(board, roll(published.world))
    published.database = older
    with pytest.raises(StaleError, match=r"the folder .* has seen 4 entries, .* holds 3: it is an older"):
        published.board()


def test_two_histories(published: Place, backup: Backup) -> None:
    other = backup.of(published.database)
    with published.running() as board:
        put(board, roll(published.world))
    folder, published.folder, published.database = published.folder, None, other
    with published.running() as board:
        put(board, roll(published.world))
    published.folder = folder
    with pytest.raises(StaleError, match="another log of 4 entries"):
        published.board()
    published.folder = None
    with published.running() as board:
        put(board, roll(published.world))
    published.folder = folder
    with pytest.raises(StaleError, match="another log of 4 entries"):
        published.board()


def test_what_a_witness_has_seen(place: Place, backup: Backup) -> None:
    with place.running() as board:
        put(board, roll(place.world))
    older = backup.of(place.database)
    with place.running() as board:
        before = board.reader.signed.checkpoint
        put(board, roll(place.world))
        seen = board.reader.signed.checkpoint
    place.board(seen={"witness w1": before}).close()
    place.board(seen={"witness w1": seen}).close()
    place.database = older
    place.board(seen={"witness w1": before}).close()
    with pytest.raises(StaleError, match="witness w1 has seen 4 entries"):
        place.board(seen={"witness w1": seen})


def test_another_logs_folder(published: Place, tmp_path: Path) -> None:
    stranger = World()
    stranger.start()
    published.folder = stranger.write(tmp_path / "other")
    with pytest.raises(BoardError, match="is not this log's"):
        published.board()


def test_export_while_running(published: Place, tmp_path: Path) -> None:
    with published.running() as board:
        put(board, roll(published.world, 1600))
        assert publish.export(board.store, tmp_path / "export") == board.reader.size
        exported = RecordReader.of_folder(tmp_path / "export")
        assert list(exported.entries()) == list(board.reader.entries())
        with pytest.raises(BoardError, match="not empty"):
            publish.export(board.store, tmp_path / "export")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entries SET leaf = x'7b7d' WHERE number = 1",
        "DELETE FROM entries WHERE number = 2",
        "UPDATE tiles SET hashes = zeroblob(96)",
        "UPDATE head SET size = 2",
        "UPDATE head SET root = zeroblob(32)",
        "DELETE FROM head",
    ],
)
def test_a_damaged_database(place: Place, damage: str) -> None:
    with place.running() as board:
        put(board, roll(place.world))
        with board.store.engine.begin() as connection:
            connection.exec_driver_sql(damage)
    with pytest.raises((RecordError, BoardError)):
        place.board()
