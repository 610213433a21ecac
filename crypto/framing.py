"""Integers and frames as bytes (SPEC 1.2)."""

from __future__ import annotations

import struct

from crypto.errors import EncodingError

_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")


def u32(n: int) -> bytes:
    """Four bytes, little-endian; EncodingError outside 0 … 2^32 - 1."""
    if type(n) is not int or not 0 <= n < 1 << 32:
        raise EncodingError("an integer outside 0 … 2^32 - 1 has no u32")
    return _U32.pack(n)


def i64(n: int) -> bytes:
    """Eight bytes, little-endian two's complement; EncodingError outside -2^63 … 2^63 - 1."""
    if type(n) is not int or not -(1 << 63) <= n < 1 << 63:
        raise EncodingError("an integer outside -2^63 … 2^63 - 1 has no i64")
    return _I64.pack(n)


def frame(*parts: bytes) -> bytes:
    """Each part preceded by its length as u32: no two lists of parts give the same bytes."""
    return b"".join([piece for part in parts for piece in (u32(len(part)), part)])
