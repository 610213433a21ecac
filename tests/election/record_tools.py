"""What the tests of records share: a log's key, small logs, and reading a whole record."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.note import NoteKey, NoteSigner
from crypto.signing import SigningKey
from election.record import RecordReader, RecordWriter

ORIGIN = "example.com/election"
SECRET = SigningKey.from_seed(bytes(range(32)))
KEY: NoteKey = NoteSigner(ORIGIN, SECRET).key


def no_fsync(_: int) -> None:
    """In place of os.fsync, where processes end but the machine goes on: its cache loses nothing."""


def entry(number: int) -> bytes:
    return f'{{"number":{number}}}'.encode()


def writer_of(folder: Path) -> RecordWriter:
    return RecordWriter(folder, ORIGIN, SECRET)


def make_log(folder: Path, *batches: int) -> RecordWriter:
    """A new log with batches of that many small entries, entry(0), entry(1), …"""
    writer = writer_of(folder)
    size = writer.create().size
    for batch in batches:
        size = writer.append([entry(number) for number in range(size, size + batch)]).size
    return writer


def read_all(folder: Path) -> list[bytes]:
    """Every content of a record whose signature, tiles and entries hold."""
    reader = RecordReader.of_folder(folder)
    assert reader.signed.verify(ORIGIN, KEY).size == reader.size
    contents = [item.content for item in reader.entries()]
    assert len(contents) == reader.size
    assert reader.recompute_root() == reader.root
    return contents


def resign(folder: Path, size: int, root: bytes) -> None:
    """Put another head over the folder, signed by the log's own key."""
    signed = sign_checkpoint(Checkpoint(ORIGIN, size, root), NoteSigner(ORIGIN, SECRET))
    (folder / "checkpoint").write_bytes(signed.to_bytes())


def main() -> None:
    """FOLDER NAME BATCHES: append small batches of entries `NAME 0`, `NAME 1`, …; print each new size."""
    folder, name, batches = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    os.fsync = no_fsync  # type: ignore[assignment]
    chance = random.Random(name)
    number = 0
    for _ in range(batches):
        end = number + chance.randrange(1, 9)
        print(writer_of(folder).append([f"{name} {i}".encode() for i in range(number, end)]).size, flush=True)
        number = end


if __name__ == "__main__":
    main()
