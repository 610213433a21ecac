"""Failure at every write: it fails; it fails, but has persisted. Nothing acknowledged is lost, nothing logged twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from bulletin_board.admission import Acknowledged, Admission, Incoming
from bulletin_board.board import Board
from bulletin_board.errors import RetryableError
from bulletin_board.points import ANSWER, COMMIT, PUBLISH
from election.faults import Refusal
from election.ledger import Logged
from election.record import RecordReader
from tests.board.postgres import PostgresServer
from tests.board.tools import BLOB_ROLL, Place, outcomes, put, roll
from tests.world import World

WRITES = ("UPDATE head", "INSERT INTO blobs", "INSERT INTO entries", "DELETE FROM tiles", "INSERT INTO tiles")


class DiskError(Exception):
    """What a failing write looks like from inside the driver."""


class Once:
    """Raises the first time that the board comes by this point, once armed."""

    def __init__(self, point: str) -> None:
        self.point, self.armed, self.raised = point, False, 0

    def __call__(self, point: str) -> None:
        if self.armed and point == self.point:
            self.armed = False
            self.raised += 1
            raise DiskError(f"injected at {point}")


@pytest.mark.parametrize("point", [*ANSWER, *COMMIT])
def test_failure_at_a_named_point(place: Place, point: str) -> None:
    once = Once(point)
    with place.running(reach=once) as board:
        before = put(board, roll(place.world))
        check_goes_on(place, board, once, before)
    assert once.raised == 1
    check_whole(place, before)


def check_goes_on(place: Place, board: Board, once: Once, before: Acknowledged) -> None:
    """Whoever is told to try again, and does, ends up with one entry."""
    entries = [roll(place.world).to_bytes() for _ in range(4)]
    once.armed = True
    results = outcomes(board, entries)
    assert all(isinstance(result, Acknowledged | RetryableError) for result in results)
    again = outcomes(board, entries)
    numbers = [result.number for result in again if isinstance(result, Acknowledged)]
    assert sorted(numbers) == list(range(before.number + 1, before.number + 5))
    for first, second in zip(results, again, strict=True):
        assert isinstance(first, RetryableError) or first.number == second.number  # type: ignore[union-attr]
    assert board.reader.root_at(before.proof.signed.checkpoint.size) == before.proof.signed.checkpoint.root


def check_whole(place: Place, *receipts: Acknowledged) -> None:
    """After a restart everything is there, and the log goes on."""
    with place.running() as board:
        assert board.reader.recompute_root() == board.reader.root
        for receipt in receipts:
            assert board.reader.entry(receipt.number).hash == receipt.hash
        put(board, roll(place.world))


@contextmanager
def statements(board: Board, act: Callable[[Connection, str], None]) -> Iterator[None]:
    """Let `act` come before every statement of this board's connections, with COMMIT for a commit."""

    def before_statement(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        act(connection, statement)

    def before_commit(connection: Connection) -> None:
        act(connection, "COMMIT")

    engine = board.store.engine
    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", before_commit)
    yield
    event.remove(engine, "before_cursor_execute", before_statement)
    event.remove(engine, "commit", before_commit)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("write", [*WRITES, "COMMIT"])
def test_a_statement_fails(place: Place, write: str, times: int) -> None:
    """Once: the board tries again by itself. Twice: it asks the client to."""
    left = times

    def act(connection: Connection, statement: str) -> None:
        nonlocal left
        if left and connection.get_execution_options().get("writes") and statement.startswith(write):
            left -= 1
            raise DiskError(f"injected at {write}")

    with place.running() as board:
        before = put(board, roll(place.world))
        large = roll(place.world, BLOB_ROLL)
        with statements(board, act):
            if times == 2:
                with pytest.raises(RetryableError):
                    put(board, large)
            assert put(board, large).number == before.number + 1
        assert left == 0
    check_whole(place, before)


def test_a_commit_fails_but_has_persisted(place: Place) -> None:
    """It is noticed: the client gets the receipt at the first attempt."""
    failures: list[str] = []

    def act(connection: Connection, statement: str) -> None:
        writing = connection.get_execution_options().get("writes")
        if writing and statement == "COMMIT" and not failures:
            failures.append(statement)
            connection.connection.commit()
            raise OperationalError("COMMIT", {}, DiskError("the connection broke after the commit"))

    with place.running() as board:
        before = put(board, roll(place.world))
        with statements(board, act):
            receipt = put(board, roll(place.world))
        assert failures and receipt.number == before.number + 1
        assert put(board, roll(place.world)).number == before.number + 2
    check_whole(place, before, receipt)


def test_a_database_that_stays_away(place: Place) -> None:
    """As long as nothing can be written nobody is told anything but to try again; then it goes on."""
    away = True

    def act(connection: Connection, statement: str) -> None:
        if away:
            raise OperationalError(statement, {}, DiskError("no such disk"))

    with place.running() as board:
        before = put(board, roll(place.world))
        entry = roll(place.world)
        with statements(board, act):
            for _ in range(3):
                with pytest.raises(RetryableError):
                    put(board, entry)
            away = False
            assert put(board, entry).number == before.number + 1
    check_whole(place, before)


def test_an_entry_that_breaks_the_ledger(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in judging one entry does not hold up the others."""
    entries = [roll(place.world).to_bytes() for _ in range(5)]
    honest = Admission.take

    def take(self: Admission, incoming: Incoming) -> Logged:
        if incoming.content == entries[2]:
            raise ZeroDivisionError
        return honest(self, incoming)

    monkeypatch.setattr(Admission, "take", take)
    with place.running() as board:
        results = outcomes(board, entries)
        assert isinstance(results.pop(2), RetryableError)
        numbers = [result.number for result in results if isinstance(result, Acknowledged)]
        assert sorted(numbers) == [2, 3, 4, 5]
        assert board.reader.recompute_root() == board.reader.root


def test_proofs_that_break_the_batch(polling_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are checked alone then, and no false one comes in."""
    world = polling_place.world
    casts = [world.cast(c, (1, 0, 0)) for c in world.voters["north"]]
    casts[0] = replace(casts[0], proof=casts[1].proof)

    def check_casts(self: Admission, entries: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Admission, "check_casts", check_casts)
    with polling_place.running() as board:
        results = outcomes(board, [cast.to_bytes() for cast in casts])
    assert isinstance(results[0], Refusal) and results[0].fault.void
    assert all(isinstance(result, Acknowledged) for result in results[1:])


def test_postgresql_crashes(postgres: PostgresServer, setup_world: World) -> None:
    place = Place(postgres.create("crashes"), setup_world)
    with place.running() as board:
        receipts = [put(board, roll(place.world)) for _ in range(3)]
        postgres.stop("immediate")
        entry = roll(place.world)
        with pytest.raises(RetryableError):
            put(board, entry)
        postgres.start()
        receipts.append(put(board, entry))
    check_whole(place, *receipts)


def test_postgresql_ends_the_connection(postgres: PostgresServer, setup_world: World) -> None:
    place = Place(postgres.create("ends"), setup_world)
    with place.running() as board:
        receipts = [put(board, roll(place.world))]
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ends'",
        )
        entry = roll(place.world)
        for _ in range(2):
            try:
                receipts.append(put(board, entry))
            except RetryableError:
                continue
        assert receipts[-1].number == receipts[0].number + 1
    check_whole(place, *receipts)


@pytest.mark.parametrize("point", PUBLISH)
def test_publishing_fails(database: str, setup_world: World, tmp_path: Path, point: str) -> None:
    once = Once(point)
    place = Place(database, setup_world, tmp_path / "record")
    with place.running(reach=once) as board:
        once.armed = True
        receipt = put(board, roll(setup_world))
    check_published(place, receipt)
    assert once.raised == 1


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", range(6))
def test_a_file_cannot_be_written(
    tmp_path: Path, setup_world: World, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    honest, calls = getattr(os, call), []

    def fail(*arguments: Any) -> None:
        calls.append(call)
        if len(calls) == number + 1:
            raise OSError(28, "No space left on device")
        honest(*arguments)

    place = Place(f"sqlite:///{tmp_path}/board.db", setup_world, tmp_path / "record")
    with place.running() as board, monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        receipt = put(board, roll(setup_world))
        assert board.publisher is not None
        board.publisher.close()
    check_published(place, receipt)


def check_published(place: Place, receipt: Acknowledged) -> None:
    """What is in the folder hangs together whatever has failed, and the next start makes it whole."""
    assert place.folder is not None
    RecordReader.of_folder(place.folder).recompute_root()
    with place.running() as board:
        reader = RecordReader.of_folder(place.folder)
        assert reader.entry(receipt.number).hash == receipt.hash
        assert reader.root == board.reader.root
