"""Entries above 65,535 bytes are blobs, no others are, and there is one way to write a stub (ATTACKS 77)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from election.errors import RecordError
from election.record import MAX_ENTRY, MissingFileError, RecordReader
from tests.election.record_tools import make_log, no_fsync, read_all


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", no_fsync)


LARGEST_INLINE = b'{"x":"' + b"x" * (65_535 - 8) + b'"}'
SMALLEST_BLOB = b'{"x":"' + b"x" * (65_536 - 8) + b'"}'


def stub(content: bytes) -> bytes:
    return f'{{"blob":"{hashlib.sha256(content).hexdigest()}","size":{len(content)}}}'.encode()


def blob_file(folder: Path, content: bytes) -> Path:
    name = hashlib.sha256(content).hexdigest()
    return folder / "blob" / name[:2] / name


def put(folder: Path, leaf: bytes, content: bytes | None = None) -> None:
    """A log with one leaf that no honest writer makes, and a blob under its name."""
    with make_log(folder).locked() as head:
        head.append_leaves([leaf])
    if content is not None:
        file = blob_file(folder, content)
        file.parent.mkdir(parents=True)
        file.write_bytes(content)


def test_boundaries(tmp_path: Path) -> None:
    largest = b"y" * MAX_ENTRY
    writer = make_log(tmp_path)
    writer.append([LARGEST_INLINE, SMALLEST_BLOB, largest])
    assert read_all(tmp_path) == [LARGEST_INLINE, SMALLEST_BLOB, largest]
    reader = RecordReader.of_folder(tmp_path)
    assert list(reader.leaves()) == [LARGEST_INLINE, stub(SMALLEST_BLOB), stub(largest)]
    assert reader.entry(1).hash == hashlib.sha256(SMALLEST_BLOB).digest()
    assert reader.entry(1).leaf_hash == hashlib.sha256(b"\0" + stub(SMALLEST_BLOB)).digest()
    assert {f for f in (tmp_path / "blob").rglob("*") if f.is_file()} == {
        blob_file(tmp_path, SMALLEST_BLOB),
        blob_file(tmp_path, largest),
    }
    with pytest.raises(RecordError, match="^entry 4: 4194305 bytes"):
        writer.append([b"fine", largest + b"y"])
    assert RecordReader.of_folder(tmp_path).size == 3


@pytest.mark.parametrize("size", [1, 65_535, MAX_ENTRY + 1])
def test_blobs_of_a_forbidden_size(tmp_path: Path, size: int) -> None:
    content = b"x" * size
    put(tmp_path, stub(content), content)
    with pytest.raises(RecordError, match=f"^entry 0: a blob of {size} bytes"):
        read_all(tmp_path)


def test_missing_blob(tmp_path: Path) -> None:
    put(tmp_path, stub(SMALLEST_BLOB))
    with pytest.raises(MissingFileError, match="^blob/"):
        read_all(tmp_path)
    blob_file(tmp_path, SMALLEST_BLOB).parent.mkdir(parents=True)
    blob_file(tmp_path, SMALLEST_BLOB).write_bytes(SMALLEST_BLOB)
    assert read_all(tmp_path) == [SMALLEST_BLOB]


@pytest.mark.parametrize("wrong", [SMALLEST_BLOB[:-1], SMALLEST_BLOB + b"x", b"z" + SMALLEST_BLOB[1:], b""])
def test_wrong_blob(tmp_path: Path, wrong: bytes) -> None:
    put(tmp_path, stub(SMALLEST_BLOB), SMALLEST_BLOB)
    blob_file(tmp_path, SMALLEST_BLOB).write_bytes(wrong)
    with pytest.raises(RecordError, match="^blob/"):
        read_all(tmp_path)


def test_readers_stop_at_the_size_in_the_stub(tmp_path: Path) -> None:
    put(tmp_path, stub(SMALLEST_BLOB), SMALLEST_BLOB)
    with blob_file(tmp_path, SMALLEST_BLOB).open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(RecordError, match="longer than 65536 bytes"):
        read_all(tmp_path)


def test_a_size_that_is_not_the_blob_s(tmp_path: Path) -> None:
    put(tmp_path, stub(SMALLEST_BLOB).replace(b"65536", b"65537"), SMALLEST_BLOB)
    with pytest.raises(RecordError, match="^blob/.*: not the bytes that entry 0 names"):
        read_all(tmp_path)


GOOD = stub(SMALLEST_BLOB)


@pytest.mark.parametrize(
    "leaf",
    [
        GOOD.replace(b",", b", "),
        GOOD + b"\n",
        GOOD.replace(b"65536", b"065536"),
        GOOD.replace(b"65536", b"65536.0"),
        GOOD.replace(b"65536", b'"65536"'),
        GOOD.replace(b"65536", b"-65536"),
        GOOD.replace(b"65536", b"9" * 5000),
        GOOD.replace(b"}", b',"x":1}'),
        GOOD[:9] + GOOD[9:73].upper() + GOOD[73:],
        GOOD[:9] + GOOD[10:],
        b'{"size":65536,' + GOOD[1:74] + b"}",
        b'{"blob":1}',
        b'{"a":1,"blob":[]}',
        b'{"blob":"x","blob":"y"}',
        b'{"blob":' + b"[" * 60_000,
    ],
)
def test_anything_else_with_a_member_blob_is_refused(tmp_path: Path, leaf: bytes) -> None:
    put(tmp_path, leaf, SMALLEST_BLOB)
    with pytest.raises(RecordError, match="^entry 0: "):
        read_all(tmp_path)
    with pytest.raises(RecordError, match="^entry 1: "):
        make_log(tmp_path / "another", 1).append([leaf])


def test_a_blob_with_a_member_blob_is_refused(tmp_path: Path) -> None:
    """A stub in a blob would be resolved by one reader and not by another."""
    content = b'{"a":"' + b"x" * 70_000 + b'","blob":"' + b"0" * 64 + b'"}'
    put(tmp_path, stub(content), content)
    with pytest.raises(RecordError, match="^entry 0: a member blob in an entry that is no stub"):
        read_all(tmp_path)
    with pytest.raises(RecordError, match="^entry 1: a member blob"):
        make_log(tmp_path / "another", 1).append([content])


@pytest.mark.parametrize("content", [b'{"a":{"blob":1}}', b'["blob"]', b'{"a":"\\"blob\\""}', b'{"bl":"ob"}'])
def test_blob_is_an_ordinary_word_elsewhere(tmp_path: Path, content: bytes) -> None:
    make_log(tmp_path).append([content])
    assert read_all(tmp_path) == [content]


def test_a_stub_cannot_be_appended_as_an_entry(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="a member blob"):
        make_log(tmp_path).append([GOOD])
