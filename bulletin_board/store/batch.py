"""What one transaction adds to the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crypto.tiles import Tile


@dataclass(frozen=True)
class Head:
    """Where the log ends. root: 32 bytes; checkpoint: the signed note with the cosignatures so far."""

    size: int
    root: bytes
    checkpoint: bytes

    def is_tree_of(self, other: Head) -> bool:
        """Whether both are of the same entries."""
        return (self.size, self.root) == (other.size, other.root)


@dataclass(frozen=True)
class Row:
    """One entry. hash: of its content; leaf: its bytes in the log."""

    number: int
    hash: bytes
    leaf: bytes


@dataclass(frozen=True)
class Batch:
    """From one head to the next. blobs: digest -> content; tiles: every tile that changed, as it is now."""

    old: Head
    new: Head
    entries: Sequence[Row]
    blobs: Mapping[bytes, bytes]
    tiles: Mapping[Tile, bytes]
