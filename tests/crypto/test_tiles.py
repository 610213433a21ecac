"""C2SP tlog-tiles: names of tiles (vectors of tessera), the growing edge of a tree, nodes out of tiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import EncodingError
from crypto.merkle import EMPTY_ROOT, Frontier, leaf_hash, root, root_at
from crypto.tiles import (
    TILE_WIDTH,
    Tile,
    TreeEdge,
    bundle_path,
    parse_tile_path,
    partial_tiles,
    split_hashes,
    tile_nodes,
    tile_width,
)


def hashes_of(size: int) -> list[bytes]:
    return [leaf_hash(i.to_bytes(4, "big")) for i in range(size)]


@pytest.fixture(scope="module")
def large() -> tuple[TreeEdge, dict[Tile, bytes], list[bytes]]:
    """A tree of 66,000 entries: 257 full tiles at level 0, one at level 1, one hash at level 2."""
    edge, tiles, hashes = TreeEdge(), dict[Tile, bytes](), hashes_of(66_000)
    for value in hashes:
        tiles.update(edge.append(value))
    tiles.update(edge.partial_tiles())
    return edge, tiles, hashes


def test_tessera_paths(shared: Path) -> None:
    vectors = json.loads((shared / "vectors/tlog/tile-paths.json").read_text())
    for level, index, width, path in vectors["tile"]:
        assert Tile(level, index, width or TILE_WIDTH).path == path
    for leaf, size, path in vectors["entries_for_index"]:
        index = leaf // TILE_WIDTH
        assert bundle_path(index, tile_width(0, index, size)) == path
    for level, path, *expected in vectors["parse_ok"]:
        tile = parse_tile_path(f"tile/{level}/{path}")
        assert [tile.level, tile.index, tile.width % TILE_WIDTH] == expected
    for level, path in vectors["parse_reject"]:
        with pytest.raises(EncodingError):
            parse_tile_path(f"tile/{level}/{path}")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "tile/00/001",
            "tile/0/x000/001",
            "tile/0/001.p/0",
            "tile/0/001.p/01",
            "tile/0/٠٠١",
            "tile/0/001\n",
        ),
        *("tile/0/../0/001", "/tile/0/001", "tile/entries/001", "tile/0/1", ""),
    ],
)
def test_other_spellings_name_no_tile(path: str) -> None:
    with pytest.raises(EncodingError):
        parse_tile_path(path)


def test_the_specification_s_example_of_70000_entries() -> None:
    assert [(t.level, t.index, t.width) for t in partial_tiles(70_000)] == [
        (0, 273, 112),
        (1, 1, 17),
        (2, 0, 1),
    ]
    assert [tile_width(0, i, 70_000) for i in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [(t.level, t.index, t.width) for t in partial_tiles(256)] == [(1, 0, 1)]
    assert partial_tiles(0) == []


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
@settings(max_examples=30)
def test_an_edge_grows_like_a_frontier(steps: list[int]) -> None:
    edge, frontier = TreeEdge(), Frontier()
    assert edge.root() == EMPTY_ROOT
    for step in steps:
        edge = TreeEdge.from_tiles(edge.size, [split_hashes(data) for _, data in edge.partial_tiles()])
        for _ in range(step):
            value = leaf_hash(edge.size.to_bytes(4, "big"))
            edge.append(value)
            frontier.append(value)
        assert (edge.size, edge.root()) == (frontier.size, frontier.root())


def test_tiles_at_three_levels(large: tuple[TreeEdge, dict[Tile, bytes], list[bytes]]) -> None:
    edge, tiles, hashes = large
    assert edge.root() == root(hashes)
    assert {tile.path for tile in tiles if tile.level > 0} == {
        "tile/1/000",
        "tile/1/001.p/1",
        "tile/2/000.p/1",
    }
    assert len(tiles) == 257 + 1 + 3
    for tile, data in tiles.items():
        span = 256**tile.level
        start = tile.index * TILE_WIDTH * span
        spans = (hashes[start + i * span : start + (i + 1) * span] for i in range(tile.width))
        assert data == b"".join(map(root, spans))


def test_nodes_out_of_tiles(large: tuple[TreeEdge, dict[Tile, bytes], list[bytes]]) -> None:
    edge, tiles, hashes = large
    node = tile_nodes(lambda tile: split_hashes(tiles[tile]), edge.size)
    for level, index in ((0, 65_999), (3, 8_000), (8, 256), (9, 100), (16, 0)):
        assert node(level, index) == root(hashes[index << level : (index + 1) << level])
    assert root_at(edge.size, node) == edge.root()
    assert root_at(65_537, node) == root(hashes[:65_537])


def test_an_edge_refuses_tiles_of_other_widths() -> None:
    with pytest.raises(ValueError, match=r"tile/0/000\.p/3 has 2 hashes"):
        TreeEdge.from_tiles(3, [hashes_of(2)])
    with pytest.raises(ValueError, match="zip"):
        TreeEdge.from_tiles(3, [])


def test_a_tile_is_a_whole_number_of_hashes() -> None:
    with pytest.raises(EncodingError, match="63 bytes"):
        split_hashes(bytes(63))
