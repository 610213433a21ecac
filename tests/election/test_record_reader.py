"""Records from folders that nobody vouches for: every file that is not what the checkpoint says is named."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import ProofError
from crypto.merkle import leaf_hash, root, verify_consistency, verify_inclusion
from crypto.note import NoteKey
from election.errors import RecordError
from election.record import FolderSource, LogEntry, MissingFileError, RecordReader
from tests.election.record_tools import KEY, ORIGIN, entry, make_log, no_fsync, read_all, resign


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 entries: two full bundles and one of 88; tiles at levels 0 and 1."""
    folder = tmp_path_factory.mktemp("record") / "log"
    make_log(folder, 250, 300, 50)
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """65,701 entries: tiles at levels 0, 1 and 2. Nothing here needs to outlive a power cut."""
    folder = tmp_path_factory.mktemp("large") / "log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", no_fsync)
        make_log(folder, 300, 65_400, 1)
    return folder


@pytest.fixture
def record(original: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(original, tmp_path / "copy")


def test_reads_what_was_appended(original: Path) -> None:
    assert read_all(original) == [entry(i) for i in range(600)]
    reader = RecordReader.of_folder(original)
    assert list(reader.leaves(255, 257)) == [entry(255), entry(256)]
    assert [item.index for item in reader.entries(590)] == list(range(590, 600))
    assert list(reader.entries(600)) == []
    assert reader.entry(511) == LogEntry(511, entry(511), entry(511))
    assert reader.entry(511).leaf_hash == leaf_hash(entry(511))


def test_places_that_do_not_exist(original: Path) -> None:
    reader = RecordReader.of_folder(original)
    for index in (-1, 600):
        with pytest.raises(IndexError):
            reader.entry(index)
    for start, stop in ((-1, 3), (4, 3), (0, 601)):
        with pytest.raises(ValueError, match="no entries"):
            reader.leaves(start, stop)
    for size in (-1, 601):
        with pytest.raises(ValueError, match="no size"):
            reader.root_at(size)


def test_roots_and_proofs_of_every_kind_of_prefix(original: Path) -> None:
    reader = RecordReader.of_folder(original)
    hashes = [leaf_hash(entry(i)) for i in range(600)]
    for size in (0, 1, 2, 255, 256, 257, 511, 512, 513, 600):
        expected = root(hashes[:size])
        assert reader.root_at(size) == reader.recompute_root(size) == expected
        for index in range(0, size, 37):
            verify_inclusion(hashes[index], index, size, reader.inclusion_proof(index, size), expected)
        if size:
            proof = reader.consistency_proof(size)
            verify_consistency(size, 600, reader.root_at(size), reader.root, proof)
    verify_inclusion(hashes[599], 599, 600, reader.inclusion_proof(599), reader.root)


def test_tessera_s_log(shared: Path, tmp_path: Path) -> None:
    log = json.loads((shared / "vectors/tlog/tessera-testlog.json").read_text())
    for path, data in log["files_base64"].items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(data))
    key = NoteKey.parse(log["vkey"])
    for size in range(16):
        shutil.copy(tmp_path / f"checkpoint.{size}", tmp_path / "checkpoint")
        reader = RecordReader.of_folder(tmp_path)
        assert reader.signed.verify(key.name, key).size == size
        assert [item.content.decode() for item in reader.entries()] == log["entries_utf8"][:size]
        assert reader.recompute_root() == reader.root


def test_signature_of_another_log(record: Path) -> None:
    reader = RecordReader.of_folder(record)
    with pytest.raises(ProofError):
        reader.signed.verify("example.com/other", KEY)


@pytest.mark.parametrize("path", ["tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88"])
def test_a_full_file_may_stand_for_a_partial_one(large: Path, record: Path, path: str) -> None:
    """C2SP tlog-tiles: a log may delete partial tiles once the full tile is there."""
    full = path.partition(".p/")[0]
    shutil.copy(large / full, record / full)
    (record / path).unlink()
    assert read_all(record) == [entry(i) for i in range(600)]


ALL_FILES = [
    *("tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"),
    *("tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"),
]


def test_these_are_all_files(original: Path) -> None:
    found = [file.relative_to(original) for file in original.rglob("*") if file.is_file()]
    files = {str(file) for file in found if file.parts[0] != ".writer"}
    partial = {"tile/0/002.p/38", "tile/entries/002.p/38"}
    assert files - partial == {*ALL_FILES, "checkpoint"}


@pytest.mark.parametrize("path", ALL_FILES)
def test_a_missing_file_is_named(record: Path, path: str) -> None:
    (record / path).unlink()
    with pytest.raises(MissingFileError, match=f"^{path}: missing$"):
        read_all(record)


@pytest.mark.parametrize("path", ALL_FILES)
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: b"",
        lambda data: data * 2,
    ],
    ids=["cut", "longer", "flipped", "empty", "twice"],
)
def test_a_changed_file_is_named(record: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    (record / path).write_bytes(change((record / path).read_bytes()))
    with pytest.raises(RecordError) as caught:
        read_all(record)
    # What the partial tiles hold is known by one root only, so one of them cannot be told from another.
    spoken_of = f"{caught.value.place} {caught.value.reason}"
    assert path in spoken_of or (".p/" in path and caught.value.place == "checkpoint")


@given(st.sampled_from(ALL_FILES), st.integers(0), st.integers(1, 255))
@settings(max_examples=100, deadline=None)
def test_every_changed_byte_is_found(original: Path, path: str, place: int, mask: int) -> None:
    data = bytearray((original / path).read_bytes())
    data[place % len(data)] ^= mask

    class Spoiled(FolderSource):
        def read(self, asked: str, limit: int) -> bytes:
            return bytes(data) if asked == path else super().read(asked, limit)

    with pytest.raises(RecordError):
        for _ in RecordReader(Spoiled(original)).entries():
            pass


def test_swapped_leaves_are_found(record: Path) -> None:
    """ATTACKS 50, in the entries alone and in entries and tile."""
    bundle = record / "tile/entries/000"
    tile = record / "tile/0/000"
    first, second = entry(0), entry(1)
    data = bundle.read_bytes()
    size = 2 + len(first)
    assert data[2:size] == first
    assert data[size + 2 : 2 * size] == second
    bundle.write_bytes(data[size : 2 * size] + data[:size] + data[2 * size :])
    with pytest.raises(RecordError, match=r"^entry 0: in tile/entries/000 is not the one"):
        read_all(record)
    hashes = tile.read_bytes()
    tile.write_bytes(hashes[32:64] + hashes[:32] + hashes[64:])
    with pytest.raises(RecordError, match=r"^tile/0/000: is not the tile that tile/1/000\.p/2 holds"):
        read_all(record)


@pytest.mark.parametrize("size", [599, 601, 512, 256, 0, 2**62])
def test_another_size_under_the_same_root(record: Path, size: int) -> None:
    """ATTACKS 51."""
    resign(record, size, RecordReader.of_folder(record).root)
    with pytest.raises(RecordError):
        read_all(record)


def test_links_and_other_things_than_files(record: Path, tmp_path: Path) -> None:
    """ATTACKS 57. Even a link to the right bytes is refused."""
    outside = tmp_path / "outside"
    shutil.copytree(record, outside)
    victim = record / "tile/0/001"
    kinds: list[Callable[[], None]] = [
        lambda: victim.symlink_to(outside / "tile/0/001"),
        lambda: victim.symlink_to(record / "tile/0/nowhere"),
        lambda: victim.symlink_to(victim),
        lambda: os.mkfifo(victim),
        lambda: victim.mkdir(),
    ]
    for make in kinds:
        victim.rmdir() if victim.is_dir() else victim.unlink()
        make()
        with pytest.raises(RecordError, match=r"^tile/0/001: "):
            read_all(record)
    shutil.rmtree(record / "tile")
    (record / "tile").symlink_to(outside / "tile")
    with pytest.raises(RecordError, match="leads through a link"):
        read_all(record)


def test_the_folder_itself_may_be_a_link(original: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(original)
    assert len(read_all(tmp_path / "link")) == 600


@pytest.mark.parametrize(
    "path", ["../x", "a/../b", "/etc/passwd", "a//b", "", ".", "tile/.p/1", "a\0b", "~", "a\\b"]
)
def test_paths_that_lead_out_of_the_folder(original: Path, path: str) -> None:
    with pytest.raises(RecordError, match="not a path inside a record"):
        FolderSource(original).read(path, 10)


def test_bounded_reading(tmp_path: Path) -> None:
    """ATTACKS 57: a bomb is a sparse file of a terabyte."""
    with (tmp_path / "checkpoint").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(RecordError, match="checkpoint: longer than 524288 bytes"):
        RecordReader.of_folder(tmp_path)


@pytest.mark.parametrize("data", [b"", b"x", b"\xff\n\n", "origin\n1\n\n— a b\n".encode()])
def test_no_checkpoint(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(MissingFileError, match="^checkpoint: missing"):
        RecordReader.of_folder(tmp_path)
    (tmp_path / "checkpoint").write_bytes(data)
    with pytest.raises(RecordError, match="^checkpoint: "):
        RecordReader.of_folder(tmp_path)


def test_three_levels_of_tiles(large: Path, tmp_path: Path) -> None:
    reader = RecordReader.of_folder(large)
    hashes = [leaf_hash(entry(i)) for i in range(65_701)]
    assert reader.root == root(hashes)
    assert reader.recompute_root() == reader.root
    for index in (0, 65_535, 65_536, 65_700):
        assert reader.entry(index).content == entry(index)
        verify_inclusion(hashes[index], index, 65_701, reader.inclusion_proof(index), reader.root)
    for old in (1, 300, 65_536, 65_700):
        verify_consistency(old, 65_701, root(hashes[:old]), reader.root, reader.consistency_proof(old))
    spoiled = shutil.copytree(large, tmp_path / "copy")
    (spoiled / "tile/1/000").write_bytes(bytes(8192))
    with pytest.raises(RecordError, match=r"^tile/1/000: is not the tile that tile/2/000\.p/1 holds"):
        RecordReader.of_folder(spoiled).entry(5)


def test_origin_is_the_manifest_s(original: Path) -> None:
    assert RecordReader.of_folder(original).signed.checkpoint.origin == ORIGIN
