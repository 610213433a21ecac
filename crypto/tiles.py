"""Merkle trees cut into tiles of 256 hashes (C2SP tlog-tiles): names of tiles, appending, reading nodes.

A tile at level l holds hashes of perfect subtrees of 256^l entries; level 0 holds leaf hashes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crypto.errors import EncodingError
from crypto.merkle import EMPTY_ROOT, HASH_SIZE, Node, root

TILE_WIDTH = 256
MAX_LEVEL = 63

_PATH = re.compile(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: 256 hashes wide if full, 1 … 255 if partial."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{_number(self.index)}{_suffix(self.width)}"


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """Name of the bundle with the entries of the level-0 tile of that index and width."""
    return f"tile/entries/{_number(index)}{_suffix(width)}"


def parse_tile_path(path: str) -> Tile:
    """The tile of that name; EncodingError if it names none, or spells a number in another way."""
    match = _PATH.fullmatch(path)
    if match:
        level, number, width = match.groups()
        tile = Tile(int(level), int(re.sub("[x/]", "", number)), int(width) if width else TILE_WIDTH)
        if tile.path == path and tile.level <= MAX_LEVEL:
            return tile
    raise EncodingError(f"tile path: {path[:100]!r} names no tile")


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes a log of that size has for this tile: 0 if none, 256 if the tile is full."""
    return max(0, min(TILE_WIDTH, (size >> 8 * level) - TILE_WIDTH * index))


def partial_tiles(size: int) -> list[Tile]:
    """The tiles on the right edge of a log of that size, level by level; full and empty ones left out."""
    levels = range((size.bit_length() + 7) // 8)
    tiles = (Tile(level, size >> 8 * (level + 1), (size >> 8 * level) % TILE_WIDTH) for level in levels)
    return [tile for tile in tiles if tile.width]


def split_hashes(data: bytes) -> list[bytes]:
    """The hashes of a tile; EncodingError if its length is no multiple of 32."""
    if len(data) % HASH_SIZE:
        raise EncodingError(f"tile: {len(data)} bytes are not a whole number of hashes")
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]


def tile_nodes(read_tile: Callable[[Tile], Sequence[bytes]], size: int) -> Node:
    """The nodes of a tree of that size, for proofs (crypto.merkle), out of its tiles.

    read_tile gives the hashes of a tile that a log of this size has; whether they are right is its business.
    """

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, 8)
        tile_index, offset = divmod(index << height, TILE_WIDTH)
        hashes = read_tile(Tile(tile_level, tile_index, tile_width(tile_level, tile_index, size)))
        return root(hashes[offset : offset + (1 << height)])

    return node


class TreeEdge:
    """The right edge of a tiled tree: its partial tiles, which is all that appending and the root need."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[list[bytes]] = []

    @classmethod
    def from_tiles(cls, size: int, tiles: Sequence[Sequence[bytes]]) -> TreeEdge:
        """From the hashes of partial_tiles(size), in that order; ValueError if a width is another."""
        edge = cls()
        edge.size = size
        edge._rows = [[] for _ in range((size.bit_length() + 7) // 8)]
        for tile, hashes in zip(partial_tiles(size), tiles, strict=True):
            if len(hashes) != tile.width:
                raise ValueError(f"{tile.path} has {len(hashes)} hashes instead of {tile.width}")
            edge._rows[tile.level] = list(hashes)
        return edge

    def copy(self) -> TreeEdge:
        twin = TreeEdge()
        twin.size, twin._rows = self.size, [row.copy() for row in self._rows]
        return twin

    def append(self, leaf: bytes) -> list[tuple[Tile, bytes]]:
        """Add one leaf hash; the tiles that it fills, lowest first, with their bytes."""
        self.size += 1
        return self._append(leaf, 0)

    def _append(self, value: bytes, level: int) -> list[tuple[Tile, bytes]]:
        if level == len(self._rows):
            self._rows.append([])
        row = self._rows[level]
        row.append(value)
        if len(row) < TILE_WIDTH:
            return []
        self._rows[level] = []
        tile = Tile(level, (self.size >> 8 * (level + 1)) - 1)
        return [(tile, b"".join(row)), *self._append(root(row), level + 1)]

    def partial_tiles(self) -> list[tuple[Tile, bytes]]:
        """The partial tiles of the present size with their bytes."""
        return [(tile, b"".join(self._rows[tile.level])) for tile in partial_tiles(self.size)]

    def root(self) -> bytes:
        """MTH of the tree: at each level the hashes of the partial tile, then what is to its right."""
        right: list[bytes] = []
        for row in self._rows:
            if row or right:
                right = [root([*row, *right])]
        return right[0] if right else EMPTY_ROOT


def _number(n: int) -> str:
    """The digits of n in threes, an x before all groups but the last: 1234067 is x001/x234/067."""
    digits = str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*("x" + group for group in groups[:-1]), groups[-1]])


def _suffix(width: int) -> str:
    return "" if width == TILE_WIDTH else f".p/{width}"
