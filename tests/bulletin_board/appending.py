"""A process of its own that appends to a record, one entry a batch: FOLDER KEY ENTRIES, all of them files."""

from __future__ import annotations

import sys
from pathlib import Path

from bulletin_board.folder import FolderBoard
from crypto.signing import SigningKey
from election.entries import parse
from tests.world import BEGIN, ORIGIN


def main() -> None:
    folder, key, entries = map(Path, sys.argv[1:])
    board = FolderBoard(folder, ORIGIN, SigningKey(key.read_bytes()), lambda: BEGIN)
    for line in entries.read_bytes().splitlines():
        (done,) = board.append([parse(line)])
        print(done.number, flush=True)


if __name__ == "__main__":
    main()
