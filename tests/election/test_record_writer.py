"""Appending to records: by the log's key only, in turns; after a crash the old record stands or the new."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from crypto.errors import EncodingError, ProofError
from crypto.merkle import EMPTY_ROOT, verify_consistency
from crypto.note import Cosigner
from crypto.signing import SigningKey
from election.errors import RecordError
from election.record import MissingFileError, RecordReader, RecordWriter
from tests.election.record_tools import (
    KEY,
    ORIGIN,
    SECRET,
    entry,
    make_log,
    no_fsync,
    read_all,
    resign,
    writer_of,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", no_fsync)


def files_of(folder: Path) -> dict[str, bytes]:
    found = [file for file in folder.rglob("*") if file.is_file()]
    names = {str(file.relative_to(folder)): file.read_bytes() for file in found}
    return {name: data for name, data in names.items() if not name.startswith(".writer")}


def test_a_new_log(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "log"
    checkpoint = writer_of(folder).create()
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 0, EMPTY_ROOT)
    assert read_all(folder) == []
    assert files_of(folder).keys() == {"checkpoint"}
    assert writer_of(folder).create() == checkpoint, "a crash may have come before the first entry"
    with pytest.raises(RecordError, match="empty folder"):
        RecordWriter(folder, ORIGIN, SigningKey.generate()).create()
    writer_of(folder).append([b"entry"])
    with pytest.raises(RecordError, match="empty folder"):
        writer_of(folder).create()
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    with pytest.raises(RecordError, match="empty folder"):
        writer_of(tmp_path / "used").create()


def test_no_log_is_begun_by_mistake(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such folder"):
        writer_of(tmp_path / "typo").append([b"x"])
    assert not (tmp_path / "typo").exists()
    with pytest.raises(MissingFileError, match="checkpoint"):
        writer_of(tmp_path).append([b"x"])


def test_an_origin_that_names_no_key() -> None:
    with pytest.raises(EncodingError, match="key name"):
        RecordWriter(Path("x"), "an origin", SECRET)


def test_another_key_or_origin_does_not_append(tmp_path: Path) -> None:
    make_log(tmp_path, 3)
    before = files_of(tmp_path)
    for stranger in (
        RecordWriter(tmp_path, ORIGIN, SigningKey.generate()),
        RecordWriter(tmp_path, "example.com/other", SECRET),
    ):
        with pytest.raises(ProofError):
            stranger.append([b"x"])
    assert files_of(tmp_path) == before


def test_nothing_is_appended_to_tiles_of_another_root(tmp_path: Path) -> None:
    make_log(tmp_path, 300)
    for path in ("tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"):
        good = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        before = files_of(tmp_path)
        with pytest.raises(RecordError):
            writer_of(tmp_path).append([b"x"])
        assert files_of(tmp_path) == before
        (tmp_path / path).write_bytes(good)
    resign(tmp_path, 300, bytes(32))
    with pytest.raises(RecordError, match="^checkpoint: "):
        writer_of(tmp_path).append([b"x"])


def test_refused_entries_leave_everything_as_it_was(tmp_path: Path) -> None:
    writer = make_log(tmp_path, 3)
    before = files_of(tmp_path)
    with pytest.raises(RecordError, match="^entry 4: "):
        writer.append([b"fine", b'{"blob":1}'])
    with writer.locked() as head, pytest.raises(RecordError, match="^entry 3: 65536 bytes"):
        head.append_leaves([b"x" * 65_536])
    assert writer.append([]).size == 3
    assert files_of(tmp_path) == before


def test_several_batches_under_one_lock(tmp_path: Path) -> None:
    with make_log(tmp_path).locked() as head:
        for size in (1, 255, 1, 300, 467):
            head.append([entry(number) for number in range(head.size, head.size + size)])
            assert len(read_all(tmp_path)) == head.size == head.checkpoint.size
    for use in (
        lambda: head.append([b"x"]),
        lambda: head.append_leaves([b"x"]),
        lambda: head.add_signatures([]),
    ):
        with pytest.raises(ValueError, match="lock the log again"):
            use()
    assert read_all(tmp_path) == [entry(number) for number in range(1024)]


def test_partial_files_go_when_the_full_one_is_there(tmp_path: Path) -> None:
    writer = make_log(tmp_path, 100, 100)
    assert {"tile/0/000.p/100", "tile/0/000.p/200", "tile/entries/000.p/200"} <= files_of(tmp_path).keys()
    writer.append([b"x"] * 57)
    assert files_of(tmp_path).keys() == {
        *("checkpoint", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"),
        *("tile/entries/000", "tile/entries/001.p/1"),
    }


def test_cosignatures_are_published_with_the_checkpoint_and_go_with_the_next(tmp_path: Path) -> None:
    witness = Cosigner("example.com/witness", SigningKey.generate())
    writer = make_log(tmp_path, 2)
    with writer.locked() as head:
        head.add_signatures([witness.sign(head.checkpoint.text, 1_700_000_000)])
    signed = RecordReader.of_folder(tmp_path).signed
    assert signed.verify(ORIGIN, KEY).size == 2
    assert [c.time for c in signed.cosignatures([witness.key])] == [1_700_000_000]
    writer.append([b"x"])
    assert len(RecordReader.of_folder(tmp_path).signed.signatures) == 1


def test_a_reader_keeps_its_checkpoint_while_the_log_grows(tmp_path: Path) -> None:
    writer = make_log(tmp_path, 200)
    reader = RecordReader.of_folder(tmp_path)
    writer.append([b"x"] * 100)
    assert [item.content for item in reader.entries()] == [entry(number) for number in range(200)]
    assert reader.recompute_root() == reader.root


def test_everything_is_on_the_disk_before_the_checkpoint_names_it(tmp_path: Path) -> None:
    writer = make_log(tmp_path, 250)
    synced: set[int] = set()
    folders_to_sync: set[Path] = set()
    targets: list[str] = []
    mkdir, replace = os.mkdir, os.replace

    def watch_fsync(descriptor: int) -> None:
        inode = os.fstat(descriptor).st_ino
        synced.add(inode)
        folders_to_sync.difference_update(
            [folder for folder in folders_to_sync if folder.stat().st_ino == inode]
        )

    def watch_mkdir(folder: Path, mode: int) -> None:
        mkdir(folder, mode)
        folders_to_sync.add(folder.parent)

    def watch_replace(source: Path, target: Path) -> None:
        assert source.stat().st_ino in synced
        synced.clear()
        targets.append(str(target.relative_to(tmp_path)))
        assert targets[-1] != "checkpoint" or not folders_to_sync
        replace(source, target)
        folders_to_sync.add(target.parent)

    with writer.locked() as head, pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", watch_fsync)
        patch.setattr(os, "mkdir", watch_mkdir)
        patch.setattr(os, "replace", watch_replace)
        head.append([b"y" * 70_000, *[b"x"] * 9])
    assert not folders_to_sync
    assert targets[0].startswith("blob/")
    assert targets[-1] == "checkpoint"
    assert sorted(targets[1:-1]) == [
        *("tile/0/000", "tile/0/001.p/4", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/4")
    ]


class Crash(BaseException):
    """The machine stops here."""


Operation = Callable[..., object]


def crash_at(count: int, real: Operation, *, done: bool) -> Operation:
    """The operation, which stops the machine when called the count-th time, before or after it is done."""
    calls = 0

    def operation(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == count and not done:
            raise Crash
        try:
            return real(*arguments)
        finally:
            if calls == count:
                raise Crash

    return operation


@pytest.mark.parametrize("done", [False, True], ids=["failed", "failed but done"])
@pytest.mark.parametrize("name", ["fsync", "replace", "mkdir"])
def test_a_crash_at_any_step(tmp_path: Path, name: str, done: bool) -> None:
    """A batch that fills bundle and tile and brings a blob; then another writer with other entries."""
    original = tmp_path / "original"
    make_log(original, 250)
    old = read_all(original)
    batch = [b"y" * 70_000, *(b"new %d" % number for number in range(9))]
    seen = set()
    for step in range(1, 100):
        folder = shutil.copytree(original, tmp_path / f"{name}-{step}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, name, crash_at(step, getattr(os, name), done=done))
            try:
                writer_of(folder).append(batch)
                break
            except Crash:
                pass
        left = read_all(folder)
        assert left in (old, old + batch)
        seen.add(len(left))
        writer_of(folder).append([b"other"])
        assert read_all(folder) == [*left, b"other"]
        writer_of(folder).append([b"z %d" % number for number in range(20)])
        assert read_all(folder)[: len(left)] == left
    else:
        pytest.fail("never came to the end")
    assert step > 3
    assert read_all(folder) == old + batch
    assert seen == ({250} if name == "mkdir" or (name, done) == ("replace", False) else {250, 260})


def test_a_head_whose_commit_failed_signs_nothing_more(tmp_path: Path) -> None:
    """Its checkpoint may be out; a second one of the same size would be equivocation."""
    writer = make_log(tmp_path, 1)
    replace = os.replace

    def replace_and_crash(source: Path, target: Path) -> None:
        replace(source, target)
        if target.name == "checkpoint":
            raise OSError("no answer from the disk")

    with writer.locked() as head:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "replace", replace_and_crash)
            with pytest.raises(OSError, match="no answer"):
                head.append([b"first"])
        with pytest.raises(ValueError, match="lock the log again"):
            head.append([b"second"])
    assert read_all(tmp_path) == [entry(0), b"first"]
    assert writer.append([b"second"]).size == 3


def test_a_head_that_failed_before_its_commit_may_try_again(tmp_path: Path) -> None:
    with make_log(tmp_path, 1).locked() as head:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", crash_at(1, os.fsync, done=False))
            with pytest.raises(Crash):
                head.append([b"first"])
        assert head.append([b"second"]).size == 2
    assert read_all(tmp_path) == [entry(0), b"second"]


def start_appending(folder: Path, name: str, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.election.record_tools", str(folder), name, str(batches)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_take_turns(tmp_path: Path) -> None:
    make_log(tmp_path)
    with start_appending(tmp_path, "a", 100) as first, start_appending(tmp_path, "b", 100) as second:
        assert first.stdout is not None
        assert second.stdout is not None
        sizes = [int(line) for output in (first.stdout, second.stdout) for line in output]
    assert (first.returncode, second.returncode) == (0, 0)
    contents = read_all(tmp_path)
    assert len(set(sizes)) == 200
    assert max(sizes) == len(contents)
    for name in ("a", "b"):
        mine = [content for content in contents if content.startswith(name.encode())]
        assert mine == [f"{name} {number}".encode() for number in range(len(mine))]
    assert sum(content[:1] != after[:1] for content, after in pairwise(contents)) > 1


def test_a_killed_writer_leaves_a_record_that_goes_on(tmp_path: Path) -> None:
    make_log(tmp_path)
    chance = random.Random(5)
    for round_number in range(8):
        before = RecordReader.of_folder(tmp_path)
        kept = [item.content for item in before.entries()]
        with start_appending(tmp_path, f"{round_number}", 10_000) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 60)):
                acknowledged = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
        contents = read_all(tmp_path)
        assert len(contents) >= acknowledged
        assert contents[: len(kept)] == kept
        after = RecordReader.of_folder(tmp_path)
        if before.size:
            verify_consistency(
                before.size, after.size, before.root, after.root, after.consistency_proof(before.size)
            )
    assert writer_of(tmp_path).append([b"the end"]).size == len(contents) + 1
