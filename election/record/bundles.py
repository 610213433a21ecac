"""Entry bundles: entries one after the other, each after its length as u16, big-endian (C2SP tlog-tiles)."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from election.errors import RecordError

_LENGTH = struct.Struct(">H")
MAX_LEAF = _LENGTH.size + 0xFFFF


def encode_bundle(leaves: Iterable[bytes]) -> bytes:
    return b"".join(piece for leaf in leaves for piece in (_LENGTH.pack(len(leaf)), leaf))


def decode_bundle(data: bytes, width: int, path: str) -> list[bytes]:
    """Exactly `width` entries and nothing after them; else RecordError at `path`."""
    leaves: list[bytes] = []
    position = 0
    for _ in range(width):
        start = position + _LENGTH.size
        if start > len(data):
            raise RecordError(path, f"ends after {len(leaves)} of {width} entries")
        position = start + _LENGTH.unpack_from(data, position)[0]
        if position > len(data):
            raise RecordError(path, f"ends inside entry {len(leaves)} of {width}")
        leaves.append(data[start:position])
    if position != len(data):
        raise RecordError(path, f"{len(data) - position} bytes after the last of {width} entries")
    return leaves
