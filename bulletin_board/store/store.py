"""Reading the database as a record: a Source for RecordReader, safe to use from many threads."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, LargeBinary, Select, func, select, update

from bulletin_board.store import schema
from bulletin_board.store.batch import Head
from bulletin_board.store.engine import open_engine, writes
from crypto.checkpoint import MAX_SIZE
from crypto.errors import EncodingError
from crypto.merkle import HASH_SIZE
from crypto.tiles import TILE_WIDTH, Tile, parse_tile_path
from election.errors import RecordError
from election.record import CHECKPOINT, WITNESSED, MissingFileError
from election.record.bundles import encode_bundle

_HASHES_AT_ONCE = 500
_BUNDLE, _TILE, _BLOB = "tile/entries/", "tile/", "blob/"


class Store:
    """The log in a database, at whatever head it has when something is read."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, database: str) -> Store:
        """Raises BoardError for a database that is none of ours."""
        return cls(open_engine(database))

    def close(self) -> None:
        self.engine.dispose()

    def head(self) -> Head | None:
        """Where the log ends; None where none was begun."""
        with self.engine.connect() as connection:
            row = connection.execute(select(schema.head)).one_or_none()
        return Head(row.size, row.root, row.checkpoint) if row else None

    def witnessed(self) -> bytes | None:
        """The newest checkpoint that the witnesses' quorum has cosigned; None where there is none yet."""
        return self._one(select(schema.head.c.witnessed))

    def numbers(self, hashes: Collection[bytes]) -> dict[bytes, int]:
        """Entry hash -> number, of those that the log has."""
        found: dict[bytes, int] = {}
        ordered = list(hashes)
        columns = schema.entries.c.hash, schema.entries.c.number
        with self.engine.connect() as connection:
            for start in range(0, len(ordered), _HASHES_AT_ONCE):
                part = ordered[start : start + _HASHES_AT_ONCE]
                rows = connection.execute(select(*columns).where(schema.entries.c.hash.in_(part)))
                found.update((row.hash, row.number) for row in rows)
        return found

    def read(self, path: str, limit: int) -> bytes:
        """A file of the record. MissingFileError if there is none, RecordError if it is above `limit` bytes."""
        data = self._read(path)
        if data is None:
            raise MissingFileError(path, "missing")
        if len(data) > limit:
            raise RecordError(path, f"longer than {limit} bytes")
        return data

    def replace_checkpoint(self, old: bytes, new: bytes) -> bool:
        """Put the same tree head with more signatures in place of `old`; False if that is not there any more."""
        with writes(self.engine.connect()) as connection, connection.begin():
            column = schema.head.c.checkpoint
            done = connection.execute(update(schema.head).where(column == old).values(checkpoint=new))
            return done.rowcount == 1

    def replace_witnessed(self, old: bytes | None, new: bytes) -> bool:
        """Put a checkpoint in place of `old`, or of none, as the witnessed one; False if that is not there any more."""
        with writes(self.engine.connect()) as connection, connection.begin():
            column = schema.head.c.witnessed
            there = column.is_(None) if old is None else column == old
            return connection.execute(update(schema.head).where(there).values(witnessed=new)).rowcount == 1

    def _read(self, path: str) -> bytes | None:
        if path == CHECKPOINT:
            return self._one(select(schema.head.c.checkpoint))
        if path == WITNESSED:
            return self.witnessed()
        with suppress(EncodingError, ValueError):
            if path.startswith(_BUNDLE):
                return self._bundle(parse_tile_path("tile/0/" + path.removeprefix(_BUNDLE)))
            if path.startswith(_TILE):
                return self._tile(parse_tile_path(path))
            if path.startswith(_BLOB):
                return self._blob(path.removeprefix(_BLOB))
        return None

    def _bundle(self, tile: Tile) -> bytes | None:
        start = tile.index * TILE_WIDTH
        if start > MAX_SIZE:
            return None
        number, leaf = schema.entries.c.number, schema.entries.c.leaf
        wanted = select(leaf).where(number >= start, number < start + tile.width).order_by(number)
        with self.engine.connect() as connection:
            leaves = connection.execute(wanted).scalars().all()
        return encode_bundle(leaves) if len(leaves) == tile.width else None

    def _tile(self, tile: Tile) -> bytes | None:
        column, wanted = schema.tiles.c, tile.width * HASH_SIZE
        prefix = func.substr(column.hashes, 1, wanted, type_=LargeBinary)
        data = self._one(select(prefix).where(column.level == tile.level, column.index == tile.index))
        return data if data and len(data) == wanted else None

    def _blob(self, name: str) -> bytes | None:
        digest = bytes.fromhex(name[3:])
        if name != f"{digest.hex()[:2]}/{digest.hex()}":
            return None
        return self._one(select(schema.blobs.c.content).where(schema.blobs.c.digest == digest))

    def _one(self, query: Select[Any]) -> bytes | None:
        with self.engine.connect() as connection:
            return connection.execute(query).scalar()
