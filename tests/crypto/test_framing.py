"""Frames and integers as bytes (SPEC 1.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import EncodingError
from crypto.framing import frame, i64, u32


def test_known_answers() -> None:
    assert u32(0x01020304) == bytes.fromhex("04030201")
    assert u32(2**32 - 1) == b"\xff" * 4
    assert i64(-2) == bytes.fromhex("feffffffffffffff")
    assert i64(-(2**63)) == bytes(7) + b"\x80"
    assert i64(2**63 - 1) == b"\xff" * 7 + b"\x7f"
    assert frame() == b""
    assert frame(b"", b"ab") == bytes.fromhex("00000000 02000000 6162")


@pytest.mark.parametrize(
    ("encode", "n"),
    [(u32, -1), (u32, 2**32), (u32, True), (u32, 1.0), (i64, -(2**63) - 1), (i64, 2**63), (i64, False)],
)
def test_out_of_range(encode: Callable[[int], bytes], n: int) -> None:
    with pytest.raises(EncodingError):
        encode(n)


@given(st.lists(st.binary(max_size=6)), st.lists(st.binary(max_size=6)))
def test_a_frame_tells_its_parts_apart(left: list[bytes], right: list[bytes]) -> None:
    assert (frame(*left) == frame(*right)) == (left == right)
