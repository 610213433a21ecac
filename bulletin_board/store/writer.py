"""The sequencer's connection: the only one that appends."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, delete, insert, select, update

from bulletin_board.errors import BoardError
from bulletin_board.points import Reach, pass_by
from bulletin_board.store import schema
from bulletin_board.store.batch import Batch, Head
from bulletin_board.store.engine import check_durable, writes
from bulletin_board.store.lock import take_lock


class SupersededError(BoardError):
    """The head is not the one that this batch builds on: somebody else has written."""


class Writer:
    """Holds the lock as long as it is open."""

    def __init__(self, engine: Engine, reach: Reach = pass_by) -> None:
        """Raises StoppedError where another sequencer lives, BoardError where commits would not last."""
        self._reach = reach
        self._connection = writes(engine.connect())
        self._release = _nothing
        try:
            self._release = take_lock(self._connection)
            with self._connection.begin():
                check_durable(self._connection)
        except BaseException:
            self.close()
            raise

    def head(self) -> Head | None:
        """Where the log ends now; None where none was begun."""
        with self._connection.begin():
            row = self._connection.execute(select(schema.head)).one_or_none()
        return Head(row.size, row.root, row.checkpoint) if row else None

    def begin_log(self, empty: Head) -> None:
        """Put the first head into an empty database. Raises BoardError if a log is there."""
        if self.head() is not None:
            raise BoardError("the database has a log already")
        with self._connection.begin():
            self._connection.execute(insert(schema.head).values(id=1, **vars(empty)))

    def commit(self, batch: Batch) -> None:
        """Write a batch in one transaction; when this returns, it is on the disk.

        Raises SupersededError, and nothing is written, where the head is another. After every other exception
        only `head`, asked of a new Writer, knows whether the batch was written.
        """
        reach, connection = self._reach, self._connection
        reach("begin")
        with connection.begin():
            reach("head")
            _move_head(connection, batch.old, batch.new)
            reach("blobs")
            if batch.blobs:
                rows = [{"digest": digest, "content": content} for digest, content in batch.blobs.items()]
                connection.execute(insert(schema.blobs), rows)
            reach("entries")
            connection.execute(insert(schema.entries), [vars(row) for row in batch.entries])
            reach("tiles")
            _put_tiles(connection, batch)
            reach("commit")
        reach("committed")

    def close(self) -> None:
        """Give the lock back. A connection in whatever state is not used again."""
        self._connection.invalidate()
        self._connection.close()
        self._release()


def _nothing() -> None:
    """There is no lock to give back."""


def _move_head(connection: Connection, old: Head, new: Head) -> None:
    """Compare and swap."""
    head = schema.head.c
    moved = connection.execute(
        update(schema.head).where(head.size == old.size, head.root == old.root).values(**vars(new))
    )
    if moved.rowcount != 1:
        raise SupersededError(f"the log does not end at entry {old.size} any more")


def _put_tiles(connection: Connection, batch: Batch) -> None:
    column = schema.tiles.c
    for tile, hashes in batch.tiles.items():
        place = {"level": tile.level, "index": tile.index}
        connection.execute(delete(schema.tiles).where(column.level == tile.level, column.index == tile.index))
        connection.execute(insert(schema.tiles).values(**place, hashes=hashes))
