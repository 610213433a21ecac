"""The tiles and bundles of a record at one checkpoint, none of them used before it is checked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from crypto.merkle import HASH_SIZE, Node, leaf_hash, root
from crypto.tiles import (
    TILE_WIDTH,
    Tile,
    TreeEdge,
    bundle_path,
    partial_tiles,
    split_hashes,
    tile_nodes,
    tile_width,
)
from election.errors import RecordError, TreeError
from election.record.bundles import MAX_LEAF, decode_bundle
from election.record.source import MissingFileError, Source

_CACHED_TILES = 64


class CheckedTree:
    """A tree whose partial tiles make up the checkpoint's root, and whose full tiles follow from those.

    Raises RecordError, at once or when something is read, at the first file that does not fit.
    """

    def __init__(self, source: Source, size: int, root: bytes) -> None:
        self.size = size
        self._source = source
        self._edge = {tile: self._read_tile(tile) for tile in partial_tiles(size)}
        self._full: dict[Tile, list[bytes]] = {}
        self._remembering = threading.Lock()
        if self.edge().root() != root:
            raise TreeError("checkpoint", "its root is not the root over the last tiles of its size")

    def edge(self) -> TreeEdge:
        """The right edge, to append to."""
        return TreeEdge.from_tiles(self.size, list(self._edge.values()))

    @property
    def node(self) -> Node:
        """Nodes for proofs (crypto.merkle)."""
        return tile_nodes(self.hashes, self.size)

    def hashes(self, tile: Tile) -> list[bytes]:
        """The hashes of a tile that a tree of this size has."""
        if tile in self._edge:
            return self._edge[tile]
        known = self._full.get(tile)
        if known is None:
            known = self._read_full_tile(tile)
            self._remember(tile, known)
        return known

    def leaves(self, index: int) -> Iterator[bytes]:
        """The entries of bundle `index`, as many of them as this size has, each handed out once it is checked."""
        width = tile_width(0, index, self.size)
        data, path, found = self._read(partial(bundle_path, index), width, MAX_LEAF)
        leaves = decode_bundle(data, found, path)[:width]
        hashes = self.hashes(Tile(0, index, width))
        for number, (leaf, expected) in enumerate(zip(leaves, hashes, strict=True), index * TILE_WIDTH):
            if leaf_hash(leaf) != expected:
                raise TreeError(f"entry {number}", f"in {path} is not the one that the tree holds")
            yield leaf

    def _read_full_tile(self, tile: Tile) -> list[bytes]:
        hashes = self._read_tile(tile)
        above = tile.level + 1, tile.index // TILE_WIDTH
        parent = Tile(*above, tile_width(*above, self.size))
        if root(hashes) != self.hashes(parent)[tile.index % TILE_WIDTH]:
            raise TreeError(tile.path, f"is not the tile that {parent.path} holds the hash of")
        return hashes

    def _read_tile(self, tile: Tile) -> list[bytes]:
        data, path, found = self._read(lambda width: replace(tile, width=width).path, tile.width, HASH_SIZE)
        if len(data) != found * HASH_SIZE:
            raise RecordError(path, f"{len(data)} bytes where {found * HASH_SIZE} belong")
        return split_hashes(data)[: tile.width]

    def _read(self, path_of: Callable[[int], str], width: int, item_size: int) -> tuple[bytes, str, int]:
        """Data, path and width of a file, or of the full one that may have taken a partial one's place."""
        try:
            return self._source.read(path_of(width), width * item_size), path_of(width), width
        except MissingFileError as missing:
            full = path_of(TILE_WIDTH)
            try:
                return self._source.read(full, TILE_WIDTH * item_size), full, TILE_WIDTH
            except MissingFileError:
                raise missing from None

    def _remember(self, tile: Tile, hashes: list[bytes]) -> None:
        with self._remembering:
            if len(self._full) >= _CACHED_TILES:
                del self._full[next(iter(self._full))]
            self._full[tile] = hashes
