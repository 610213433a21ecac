"""RFC 9496 on both back ends: its vectors, and what must not decode."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crypto.errors import EncodingError
from crypto.group import ORDER


@pytest.fixture(scope="module")
def vectors(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "vectors/ristretto255/rfc9496.json").read_text())
    return found


def test_multiples_of_the_generator_a1(group: ModuleType, vectors: dict[str, Any]) -> None:
    encodings = bytes.fromhex("".join(vectors["small_multiples_of_generator"]))
    base = group.Points.base()
    assert (group.Scalars.from_ints(range(16)) * base).to_bytes() == encodings
    assert group.Points.progression(group.Points.identity(1), base, 16).to_bytes() == encodings
    decoded = group.Points.from_bytes(encodings, identity=True)
    assert (decoded - decoded[1:2]).to_bytes()[32:] == encodings[: 15 * 32]


def test_bad_encodings_a2(group: ModuleType, vectors: dict[str, Any]) -> None:
    good = group.Points.base().to_bytes()
    assert len(vectors["bad_encodings"]) == 29
    for bad in (bytes.fromhex(entry["hex"]) for entry in vectors["bad_encodings"]):
        for identity in (False, True):
            with pytest.raises(EncodingError, match="point 0 is not a canonical ristretto255 encoding"):
                group.Points.from_bytes(bad, identity=identity)
            with pytest.raises(EncodingError, match="point 2 is not"):
                group.Points.from_bytes(good + good + bad + good + bad, identity=identity)


def test_every_single_bit_that_must_not_be_ignored(group: ModuleType) -> None:
    """Bit 255 is not a sign and not slack, and bit 0 is the sign that must be 0."""
    good = int.from_bytes(group.Points.base().to_bytes(), "little")
    for bad in (good | 1 << 255, good | 1, 2**255 - 19 - good, good + 2**255 - 19):
        with pytest.raises(EncodingError):
            group.Points.from_bytes(bad.to_bytes(32, "little"))


def test_one_way_map_a3(group: ModuleType, vectors: dict[str, Any]) -> None:
    for entry in vectors["from_uniform_bytes"]:
        uniform = hashlib.sha512(entry["label"].encode()).digest()
        assert uniform.hex() == entry["input_sha512"]
        assert group.Points.from_uniform(uniform).to_bytes().hex() == entry["output"]
    equivalent = vectors["from_uniform_bytes_equivalent"]
    mapped = group.Points.from_uniform(bytes.fromhex("".join(equivalent["inputs"]))).to_bytes()
    assert mapped.hex() == equivalent["output"] * len(equivalent["inputs"])


def test_identity_only_where_allowed(group: ModuleType) -> None:
    data = group.Points.base().to_bytes() + bytes(32)
    with pytest.raises(EncodingError, match="point 1 is the identity"):
        group.Points.from_bytes(data)
    assert group.Points.from_bytes(data, identity=True).is_identity() == [False, True]


def test_scalars_below_the_order_only(group: ModuleType) -> None:
    largest = (ORDER - 1).to_bytes(32, "little")
    assert group.Scalars.from_bytes(largest).to_ints() == [ORDER - 1]
    for value in (ORDER, ORDER + 1, 2**252 * 2, 2**255, 2**256 - 1):
        with pytest.raises(EncodingError, match="scalar 1 is not below the group order"):
            group.Scalars.from_bytes(largest + value.to_bytes(32, "little"))


@pytest.mark.parametrize("size", [1, 31, 33, 63])
def test_no_part_of_an_encoding(group: ModuleType, size: int) -> None:
    with pytest.raises(EncodingError, match=f"points: {size} bytes"):
        group.Points.from_bytes(bytes(size), identity=True)
    with pytest.raises(EncodingError, match=f"scalars: {size} bytes"):
        group.Scalars.from_bytes(bytes(size))
    for from_wide in (group.Scalars.from_wide, group.Points.from_uniform):
        with pytest.raises(EncodingError, match=f"{size} bytes are no multiple of 64"):
            from_wide(bytes(size))


def test_wide_scalars_use_all_64_bytes(group: ModuleType) -> None:
    """ATTACKS 28: too few hash bits before the reduction."""
    wide = hashlib.sha512(b"glassballot").digest()
    known = "bbf058b147419b278ff816537c259eb5fabb880af2f0fc53ec386f1b28726b01"
    assert group.Scalars.from_wide(wide).to_bytes().hex() == known
    for position in range(64):
        unit = bytes(position) + b"\x01" + bytes(63 - position)
        assert group.Scalars.from_wide(unit).to_ints() == [256**position % ORDER]
    assert group.Scalars.from_wide(b"\xff" * 64).to_ints() == [(2**512 - 1) % ORDER]
