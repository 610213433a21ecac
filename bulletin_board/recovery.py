"""What a board compares its database with before it signs anything."""

from __future__ import annotations

from bulletin_board.errors import StaleError
from crypto.checkpoint import Checkpoint
from election.record import RecordReader


def check_size(reader: RecordReader, size: int, where: str) -> None:
    """Raises StaleError where `where`, such as a witness, has seen more entries than the database holds."""
    if size > reader.size:
        raise StaleError(
            f"{where} has seen {size} entries, the database holds {reader.size}: it is an older backup. "
            "Restore a newer one; to go on from here would give the log two histories"
        )


def check_seen(reader: RecordReader, seen: Checkpoint, where: str) -> None:
    """Raises StaleError unless the database holds the log that `where` has seen, and at least as much of it."""
    check_size(reader, seen.size, where)
    if reader.root_at(seen.size) != seen.root:
        raise StaleError(
            f"{where} has seen another log of {seen.size} entries than the database holds: one of the two is "
            "of another history. Find out which before anything is signed"
        )
