"""A record at one checkpoint as a tar file, made while it is sent: no more than one bundle is in memory."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator

from bulletin_board.publish import tiles_beyond
from crypto.merkle import HASH_SIZE
from crypto.tiles import TILE_WIDTH, Tile, bundle_path, tile_width
from election.record import CHECKPOINT, WITNESSED, MissingFileError, RecordReader, Source
from election.record.bundles import encode_bundle

FOLDER = "record"
_END = bytes(2 * tarfile.BLOCKSIZE)


def archive(source: Source) -> Iterator[bytes]:
    """A folder `record` with every file that `glassballot verify record` reads, in pieces.

    Raises RecordError at once where the record cannot be opened, and breaks off where it does not hang together.
    """
    return _pack(files(RecordReader(source), source))


def files(reader: RecordReader, source: Source) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file of a record at its reader's checkpoint."""
    yield CHECKPOINT, reader.signed.to_bytes()
    if reader.witnessed:
        yield WITNESSED, reader.witnessed.to_bytes()
    for tile in tiles_beyond(0, reader.size):
        yield tile.path, _read(source, tile)
    for index in range(-(-reader.size // TILE_WIDTH)):
        yield from _bundle(reader, index)


def _read(source: Source, tile: Tile) -> bytes:
    """Its hashes; a log that has grown meanwhile may keep only the full tile."""
    try:
        return source.read(tile.path, tile.width * HASH_SIZE)
    except MissingFileError:
        full = Tile(tile.level, tile.index)
        return source.read(full.path, TILE_WIDTH * HASH_SIZE)[: tile.width * HASH_SIZE]


def _bundle(reader: RecordReader, index: int) -> Iterator[tuple[str, bytes]]:
    start, width = index * TILE_WIDTH, tile_width(0, index, reader.size)
    leaves = []
    for entry in reader.entries(start, start + width):
        leaves.append(entry.leaf)
        if entry.leaf != entry.content:
            name = entry.hash.hex()
            yield f"blob/{name[:2]}/{name}", entry.content
    yield bundle_path(index, width), encode_bundle(leaves)


def _pack(contents: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    for path, data in contents:
        about = tarfile.TarInfo(f"{FOLDER}/{path}")
        about.size = len(data)
        yield about.tobuf(tarfile.USTAR_FORMAT)
        yield data
        yield bytes(-len(data) % tarfile.BLOCKSIZE)
    yield _END
