"""Whether a key file is the one that this tool wrote last, or a copy that somebody put in its place.

Beside the key file lies FILE.journal. Its first line holds the inode number of the journal itself, each
further line a mark and the SHA-256 of a version of the key file:

    + HASH    is going to be written
    = HASH    has been written

A key file is sound if the last line says "=" and its hash; or "+", and the hash is that one or the last
with "=", because a crash came in between. Otherwise it is a copy as far as anybody can tell: an older
version brought back, a file without its journal, or both copied together, which gives the journal another
inode. Not noticed is a whole disk brought back to an earlier state. A move to another disk, or a disk
without lasting inode numbers, is taken for a copy; that costs the owner one question. The open journal is
also the lock that keeps two processes from using one key file.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

from trustees.errors import KeyFileError

_TITLE = "glassballot/key-journal/v1"
_LINE = re.compile(r"([+=]) ([0-9a-f]{64})\n")


class Journal:
    """The journal of one key file, open and locked until `close`. Hashes are 32 bytes."""

    def __init__(self, key_file: Path) -> None:
        """Raises KeyFileError if another process has it, OSError where it cannot be written."""
        self.path = path_beside(key_file)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise KeyFileError(f"{key_file}: another process is using this key file") from None
        self._title = f"{_TITLE} {os.fstat(self._file).st_ino}\n"

    def is_sound(self, digest: bytes) -> bool:
        """Whether this is the key file that was written last."""
        lines = self._lines()
        if not lines:
            return False
        mark, last = lines[-1]
        written = [hash for mark, hash in lines if mark == "="]
        return digest.hex() in ({last} if mark == "=" else {last, *written[-1:]})

    def announce(self, digest: bytes) -> None:
        """To be called before the key file is replaced."""
        if not self._lines():
            os.ftruncate(self._file, 0)
            self._append(self._title)
        self._append(f"+ {digest.hex()}\n")

    def confirm(self, digest: bytes) -> None:
        """To be called once the key file is on the disk; says nothing that the last line says already."""
        line = ("=", digest.hex())
        if self._lines()[-1:] != [line]:
            self._append(f"{' '.join(line)}\n")

    def close(self) -> None:
        os.close(self._file)

    def _lines(self) -> list[tuple[str, str]]:
        """Marks and hashes, without a torn last line; none if the journal itself is a copy."""
        text = os.pread(self._file, os.fstat(self._file).st_size, 0).decode("ascii", "replace")
        title, newline, rest = text.partition("\n")
        return _LINE.findall(rest) if title + newline == self._title else []

    def _append(self, line: str) -> None:
        os.write(self._file, line.encode())
        os.fsync(self._file)


def path_beside(key_file: Path) -> Path:
    """Where the journal of a key file lies."""
    return key_file.with_name(key_file.name + ".journal")
