"""The record as static files: a cache of the database, brought up to date after commits, rebuilt at will."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from bulletin_board.errors import BoardError
from bulletin_board.points import Reach, pass_by
from bulletin_board.recovery import check_seen
from crypto.checkpoint import SignedCheckpoint
from crypto.errors import EncodingError, ProofError
from crypto.note import MAX_NOTE_SIZE, NoteSigner
from crypto.tiles import TILE_WIDTH, Tile, bundle_path, tile_width
from election.record import (
    CHECKPOINT,
    MAX_INLINE,
    WITNESSED,
    DurableFolder,
    FolderSource,
    MissingFileError,
    RecordReader,
    Source,
)

INTERVAL = 1.0

_log = logging.getLogger(__name__)


def publish(source: Source, folder: DurableFolder, done: int = 0, reach: Reach = pass_by) -> int:
    """Write what a record has beyond its first `done` entries; how many it has. Needs the folder's lock.

    Every file is on the disk before the checkpoint that covers it is in its place.
    """
    reader = RecordReader(source)
    reach("publish")
    for index in range(done // TILE_WIDTH, -(-reader.size // TILE_WIDTH)):
        _publish_bundle(source, reader, folder, index)
    tiles = list(tiles_beyond(done, reader.size))
    for tile in tiles:
        folder.write({tile.path: source.read(tile.path, TILE_WIDTH * 32)})
    reach("publish-checkpoint")
    witnessed = {WITNESSED: reader.witnessed.to_bytes()} if reader.witnessed else {}
    folder.write({CHECKPOINT: reader.signed.to_bytes(), **witnessed})
    reach("published")
    for tile in tiles:
        if tile.width == TILE_WIDTH:
            folder.remove_folder(f"{tile.path}.p")
            if tile.level == 0:
                folder.remove_folder(f"{bundle_path(tile.index)}.p")
    return reader.size


def export(source: Source, folder: Path) -> int:
    """The record as it is now in a new or empty folder; how many entries. BoardError for one in use."""
    files = DurableFolder(folder)
    files.create()
    with files.locked():
        if not files.is_empty():
            raise BoardError(f"{folder} is not empty")
        return publish(source, files)


def _publish_bundle(source: Source, reader: RecordReader, folder: DurableFolder, index: int) -> None:
    start = index * TILE_WIDTH
    width = tile_width(0, index, reader.size)
    blobs = (e for e in reader.entries(start, start + width) if e.leaf != e.content)
    for entry in blobs:
        name = entry.hash.hex()
        folder.write({f"blob/{name[:2]}/{name}": entry.content})
    path = bundle_path(index, width)
    folder.write({path: source.read(path, TILE_WIDTH * (MAX_INLINE + 2))})


def tiles_beyond(done: int, size: int) -> Iterator[Tile]:
    """The tiles of a log of that size that are not the same full ones at size `done`."""
    for level in range((size.bit_length() + 7) // 8):
        for index in range(done >> 8 * (level + 1), -(-(size >> 8 * level) // TILE_WIDTH)):
            yield Tile(level, index, tile_width(level, index, size))


class Publisher:
    """Keeps a folder up to date in a thread of its own: nobody waits for a cache."""

    def __init__(
        self,
        source: Source,
        folder: Path,
        signer: NoteSigner,
        *,
        reach: Reach = pass_by,
        interval: float = INTERVAL,
    ) -> None:
        """Publish what the folder lacks. interval: the least seconds between two publications.

        Raises StaleError where the folder has more than the database, or another log; BoardError where it is
        another log's, or none.
        """
        self._source, self._reach, self._interval = source, reach, interval
        self._folder = DurableFolder(folder)
        self._folder.create()
        self._done = self._published(signer)
        self._publish()
        self._due, self._closing = threading.Event(), threading.Event()
        self.failed = False
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        """There is something new."""
        self._due.set()

    def close(self) -> None:
        """Publish what is there, then end."""
        self._closing.set()
        self._due.set()
        self._thread.join()

    def _published(self, signer: NoteSigner) -> int:
        """How many entries the folder has, all of them the database's."""
        where = f"the folder {self._folder.path}"
        try:
            signed = SignedCheckpoint.parse(FolderSource(self._folder.path).read(CHECKPOINT, MAX_NOTE_SIZE))
            seen = signed.verify(signer.name, signer.key)
        except MissingFileError:
            return 0
        except (EncodingError, ProofError) as error:
            raise BoardError(f"{where} is not this log's: {error}") from None
        check_seen(RecordReader(self._source), seen, where)
        return seen.size

    def _publish(self) -> None:
        with self._folder.locked():
            self._done = publish(self._source, self._folder, self._done, self._reach)

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            last = self._closing.is_set()
            try:
                self._publish()
                self.failed = False
            except Exception:
                _log.exception("the record could not be published; there will be another attempt")
                self.failed = True
                self._due.set()
            if last:
                return
            self._closing.wait(self._interval)
