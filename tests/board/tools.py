"""A board with an election's keys in hand, and entries to load it with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from bulletin_board.admission import Acknowledged
from bulletin_board.board import Board, create_board
from crypto.group import G, Points, Scalars
from crypto.merkle import leaf_hash
from election import entries as e
from election.entry import Entry
from election.manifest import Manifest
from election.record import leaf_of
from tests.world import World

BLOB_ROLL = 1600
"""A roll entry with so many credentials is above 65,535 bytes."""


def roll(world: World, credentials: int = 1) -> e.Roll:
    """A signed entry that a board in set-up takes at any time: credentials that nobody has."""
    add = Points.progression(Scalars.random(1) * G, Scalars.random(1) * G, credentials)
    return cast(e.Roll, world.sign(e.Roll, add=add, remove=Points.identity(0), unit="north"))


def manifest_of(world: World) -> Manifest:
    manifest = e.parse(world.log.contents[0])
    assert isinstance(manifest, Manifest)
    return manifest


class Place:
    """An election's board in one database, with a clock that the test sets."""

    def __init__(self, database: str, world: World, folder: Path | None = None) -> None:
        self.database, self.world, self.folder = database, world, folder
        self.now = 1_000
        create_board(database, manifest_of(world), world.log_key)

    def board(self, **options: Any) -> Board:
        return Board(
            self.database, self.world.log_key, lambda: self.now, **{"folder": self.folder, **options}
        )

    @contextmanager
    def running(self, **options: Any) -> Iterator[Board]:
        board = self.board(**options)
        try:
            yield board
        finally:
            board.close()

    def open_voting(self, board: Board) -> None:
        """Submit everything that the world has logged, at its times."""
        for content in self.world.log.contents[1:]:
            entry = e.parse(content)
            if isinstance(entry, e.Clock):
                self.now = entry.time
            else:
                board.submit(content)


def put(board: Board, entry: Entry) -> Acknowledged:
    """Submit, and check the receipt."""
    content = entry.to_bytes()
    acknowledged = board.submit(content)
    acknowledged.proof.verify(leaf_hash(leaf_of(content)), board.signer.name, board.signer.key)
    assert acknowledged.number == acknowledged.proof.index
    return acknowledged


def outcomes(board: Board, contents: list[bytes]) -> list[Acknowledged | Exception]:
    """What came of entries submitted at the same time, each by a thread of its own."""

    def submit(content: bytes) -> Acknowledged | Exception:
        try:
            return board.submit(content)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(contents)) as pool:
        return list(pool.map(submit, contents))


def missing(what: str) -> None:
    """Skip a test where the machine lacks something; where everything is to be there, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
