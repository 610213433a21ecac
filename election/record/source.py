"""Where the bytes of a record come from: a folder that nobody vouches for, or what offers the same."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Protocol

from election.errors import RecordError

CHECKPOINT, WITNESSED = "checkpoint", "checkpoint.witnessed"

_NAME = re.compile(r"(?!\.)[a-z0-9.]+", re.ASCII)


class MissingFileError(RecordError):
    """A file that the record should have and has not."""


class Source(Protocol):
    """Files by their path inside a record, such as tile/0/x001/234.p/5."""

    def read(self, path: str, limit: int) -> bytes:
        """The whole file; MissingFileError if there is none, RecordError if it is above `limit` bytes."""
        ...


class FolderSource:
    """A folder. Links, devices and files above their limit are refused, not followed or read to their end."""

    def __init__(self, folder: Path) -> None:
        self._root = os.path.realpath(folder)

    def read(self, path: str, limit: int) -> bytes:
        try:
            with open(self._open(path), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise RecordError(path, "not a regular file")
                data = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise MissingFileError(path, "missing") from None
        except OSError as error:
            raise RecordError(path, f"cannot be read: {error.strerror}") from None
        if len(data) > limit:
            raise RecordError(path, f"longer than {limit} bytes")
        return data

    def _open(self, path: str) -> int:
        """A descriptor, without waiting for whoever writes into a pipe of that name."""
        names = path.split("/")
        if not all(_NAME.fullmatch(name) for name in names):
            raise RecordError(path, "not a path inside a record")
        place = os.path.join(self._root, *names)
        if os.path.realpath(place) != place:
            raise RecordError(path, "leads through a link")
        return os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
