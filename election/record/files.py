"""Files that are whole or absent after a crash, and a lock so that writers take turns."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from election.record.source import MissingFileError

_PRIVATE = ".writer"


class DurableFolder:
    """A folder that is published; what the writers need among themselves is in .writer inside it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._private = folder / _PRIVATE

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other process or thread writes here. MissingFileError if there is no such folder."""
        if not self.path.is_dir():
            raise MissingFileError(str(self.path), "no such folder")
        self._private.mkdir(exist_ok=True)
        with open(self._private / "lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def create(self) -> None:
        """Make the folder itself, if it is absent."""
        for folder in _make_folders(self.path):
            _sync_folder(folder)

    def is_empty(self) -> bool:
        return all(path.name == _PRIVATE for path in self.path.iterdir())

    def write(self, files: Mapping[str, bytes]) -> None:
        """Create or replace files, each in one step; all are on the disk after that. Needs the lock."""
        changed: set[Path] = set()
        for path, data in files.items():
            target = self.path / path
            changed |= _make_folders(target.parent)
            self._replace(target, data)
            changed.add(target.parent)
        for folder in changed:
            _sync_folder(folder)

    def remove_folder(self, path: str) -> None:
        """Remove a folder of files, if it exists and as far as possible: nobody needs it any more."""
        with suppress(OSError):
            for file in (self.path / path).iterdir():
                file.unlink()
            (self.path / path).rmdir()

    def _replace(self, target: Path, data: bytes) -> None:
        new = self._private / "new"
        with open(new, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, target)


def _make_folders(folder: Path) -> set[Path]:
    """Create a folder with those above it; the folders that have a new name in them."""
    if folder.is_dir():
        return set()
    changed = _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    return {*changed, folder.parent}


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
