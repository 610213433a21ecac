"""The short form of `make crash`: killed at write points and at random, a board loses nothing that it acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.board.crash import BETWEEN_KILLS, Book, rehearse

POINTS = ("commit", "committed", "", "publish-checkpoint")


def test_nothing_acknowledged_is_lost(database: str, tmp_path: Path) -> None:
    assert rehearse(database, tmp_path, POINTS, seed=1) >= BETWEEN_KILLS * (len(POINTS) + 1)


def test_the_book_notices() -> None:
    book = Book()
    book.take({"number": 1, "hash": "aa", "size": 2, "root": "r2"})
    book.take({"number": 1, "hash": "aa", "size": 3, "root": "r3"})
    with pytest.raises(AssertionError, match="number 1 was used twice"):
        book.take({"number": 1, "hash": "bb", "size": 3, "root": "r3"})
    with pytest.raises(AssertionError, match="two checkpoints of size 3"):
        book.take({"size": 3, "root": "r4"})
