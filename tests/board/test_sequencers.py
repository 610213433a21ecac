"""Two sequencers on one database: exactly one goes on, with the lock and without it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection

from bulletin_board.admission import Acknowledged
from bulletin_board.board import Board
from bulletin_board.errors import StoppedError
from bulletin_board.store import lock, writer
from tests.board.tools import Place, put, roll


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system that pretends to lock, or with two lock files."""

    def take_lock(_: Connection) -> object:
        return lambda: None

    monkeypatch.setattr(writer, "take_lock", take_lock)


def test_the_second_does_not_start(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE_MS", 50)
    with place.running() as board:
        with pytest.raises(StoppedError, match="another sequencer"):
            place.board()
        put(board, roll(place.world))
    with place.running() as board:
        put(board, roll(place.world))


@pytest.mark.usefixtures("without_lock")
def test_the_one_that_comes_late_stops_for_good(place: Place) -> None:
    with place.running() as first, place.running() as second:
        put(first, roll(place.world))
        for _ in range(2):
            with pytest.raises(StoppedError):
                put(second, roll(place.world))
        put(first, roll(place.world))
        assert isinstance(second.sequencer.stopped, StoppedError)
        assert first.sequencer.stopped is None
        assert first.reader.recompute_root() == first.reader.root


@pytest.mark.usefixtures("without_lock")
def test_of_two_at_the_same_time_one_goes_on(place: Place) -> None:
    for _ in range(3):
        with place.running() as first, place.running() as second:
            barrier = threading.Barrier(2)
            outcome: dict[Board, list[Acknowledged]] = {first: [], second: []}
            threads = [
                threading.Thread(target=_fill, args=(place, board, barrier, outcome[board]))
                for board in outcome
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            going = [board for board in outcome if board.sequencer.stopped is None]
            assert len(going) == 1
            logged = [receipt for receipts in outcome.values() for receipt in receipts]
            assert len({receipt.number for receipt in logged}) == len(logged)
            reader = going[0].reader
            assert all(reader.entry(receipt.number).hash == receipt.hash for receipt in logged)
            put(going[0], roll(place.world))


def _fill(place: Place, board: Board, barrier: threading.Barrier, receipts: list[Acknowledged]) -> None:
    barrier.wait()
    try:
        receipts += [put(board, roll(place.world)) for _ in range(5)]
    except StoppedError:
        return
