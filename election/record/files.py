"""Files that are whole or absent after a crash, and a lock so that writers take turns."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from election import durable
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
        durable.make_folder(self.path)

    def is_empty(self) -> bool:
        return all(path.name == _PRIVATE for path in self.path.iterdir())

    def write(self, files: Mapping[str, bytes]) -> None:
        """Create or replace files, each in one step; all are on the disk after that. Needs the lock."""
        changed: set[Path] = set()
        for path, data in files.items():
            target = self.path / path
            changed |= durable.make_folders(target.parent)
            durable.stage(target, data, self._private / "new")
            changed.add(target.parent)
        for folder in changed:
            durable.sync_folder(folder)

    def remove_folder(self, path: str) -> None:
        """Remove a folder of files, if it exists and as far as possible: nobody needs it any more."""
        with suppress(OSError):
            for file in (self.path / path).iterdir():
                file.unlink()
            (self.path / path).rmdir()
