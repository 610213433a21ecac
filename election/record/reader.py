"""Reading a record, bundle by bundle, in as much memory as one bundle and one blob take."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crypto import merkle
from crypto.checkpoint import SignedCheckpoint
from crypto.errors import EncodingError
from crypto.merkle import Frontier, leaf_hash
from crypto.note import MAX_NOTE_SIZE
from crypto.tiles import TILE_WIDTH, TreeEdge
from election.errors import RecordError
from election.record.blobs import content_of
from election.record.source import CHECKPOINT, WITNESSED, FolderSource, MissingFileError, Source
from election.record.tree import CheckedTree


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry; leaf: the bytes in the log; content: the same, or those of the blob that they name."""

    index: int
    leaf: bytes
    content: bytes

    @property
    def hash(self) -> bytes:
        """The entry hash, SHA-256 of the content (SPEC 1.4)."""
        return hashlib.sha256(self.content).digest()

    @property
    def leaf_hash(self) -> bytes:
        """SHA-256(00 ‖ leaf), which the tree is over."""
        return leaf_hash(self.leaf)


class RecordReader:
    """A record at its checkpoint.

    Everything that is handed out belongs to the tree with the checkpoint's root. Whether the checkpoint is
    the right log's is for the caller to ask: signed.verify(origin, key), both out of the manifest.
    witnessed: what is beside it as the newest checkpoint that the quorum has cosigned, if anything; it is no more than
    parsed here, election.witnessing believes it or not.
    Every method raises RecordError, naming file or entry, where the record does not hang together.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        # Read first: on a log that grows meanwhile it covers no more than the other then does.
        self.witnessed = _read_witnessed(source)
        self.signed = _read(source, CHECKPOINT)
        self.size = self.signed.checkpoint.size
        self.root = self.signed.checkpoint.root
        self._tree = CheckedTree(source, self.size, self.root)

    @classmethod
    def of_folder(cls, folder: Path) -> RecordReader:
        return cls(FolderSource(folder))

    def leaves(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Entries start … stop-1 as they are in the log, blobs unread; ValueError if the log is shorter."""
        stop = self.size if stop is None else stop
        if not 0 <= start <= stop <= self.size:
            raise ValueError(f"no entries {start} to {stop} in a log of size {self.size}")
        return self._leaves(start, stop)

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[LogEntry]:
        """Entries start … stop-1 with their content; ValueError if the log is shorter."""
        leaves = self.leaves(start, stop)
        return (self._entry(index, leaf) for index, leaf in enumerate(leaves, start))

    def entry(self, index: int) -> LogEntry:
        """One entry; IndexError if the log is shorter."""
        self._check_index(index)
        leaves = self._tree.leaves(index // TILE_WIDTH)
        return self._entry(index, next(islice(leaves, index % TILE_WIDTH, None)))

    def root_at(self, size: int) -> bytes:
        """The root that the log had at a smaller size, out of the tiles."""
        self._check_size(size)
        return merkle.root_at(size, self._tree.node)

    def recompute_root(self, size: int | None = None) -> bytes:
        """The root over the first `size` entries, or all, out of the entries alone."""
        frontier = Frontier()
        for leaf in self.leaves(0, size):
            frontier.append(leaf_hash(leaf))
        return frontier.root()

    def edge(self) -> TreeEdge:
        """The right edge of the tree, to append to."""
        return self._tree.edge()

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """That entry `index` stands in the log of that size, or in this one (RFC 9162 section 2.1.3)."""
        size = self.size if size is None else size
        self._check_size(size)
        return merkle.inclusion_proof(index, size, self._tree.node)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """That the log of size `old` is a prefix of the one of size `new`, or of this one (section 2.1.4)."""
        new = self.size if new is None else new
        self._check_size(new)
        return merkle.consistency_proof(old, new, self._tree.node)

    def _leaves(self, start: int, stop: int) -> Iterator[bytes]:
        for index in range(start // TILE_WIDTH, -(-stop // TILE_WIDTH)):
            first = index * TILE_WIDTH
            yield from islice(self._tree.leaves(index), max(0, start - first), stop - first)

    def _entry(self, index: int, leaf: bytes) -> LogEntry:
        return LogEntry(index, leaf, content_of(leaf, self._source, f"entry {index}"))

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self.size:
            raise IndexError(f"no entry {index} in a log of size {self.size}")

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise ValueError(f"no size {size} in a log of size {self.size}")


def _read(source: Source, path: str) -> SignedCheckpoint:
    try:
        return SignedCheckpoint.parse(source.read(path, MAX_NOTE_SIZE))
    except EncodingError as error:
        raise RecordError(path, str(error)) from None


def _read_witnessed(source: Source) -> SignedCheckpoint | None:
    try:
        return _read(source, WITNESSED)
    except MissingFileError:
        return None
