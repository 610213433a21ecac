"""Files that are whole or absent after a crash, and that nobody overwrites unawares.

When a function returns, what it did is on the disk, names included. Errors are those of the operating system.
"""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

_BLOCK = 4096


def create(path: Path, data: bytes, *, private: bool = True) -> None:
    """A new file; FileExistsError where there is one. private: only its owner may read it (0600)."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(private))
    try:
        _write(descriptor, data)
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace(path: Path, data: bytes, *, private: bool = True) -> None:
    """Create or replace a file in one step: after a crash it is the old one or the new one."""
    stage(path, data, path_of_new(path), private=private)
    sync_folder(path.parent)


def stage(path: Path, data: bytes, new: Path, *, private: bool = False) -> None:
    """Replace a file by way of `new`, on the same file system. Its name is on the disk once its folder is synced."""
    _write(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _mode(private)), data)
    os.replace(new, path)


def overwrite(path: Path, data: bytes) -> None:
    """Write data, and random bytes up to the file's length and a block more, over what the file holds."""
    length = max(len(data), path.stat().st_size) + _BLOCK
    _write(os.open(path, os.O_WRONLY), data + secrets.token_bytes(length - len(data)))


def remove(path: Path) -> None:
    """Remove a file, if it is there; it does not come back after a crash."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def path_of_new(path: Path) -> Path:
    """Where `replace` writes the next version of a file."""
    return path.with_name(path.name + ".new")


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, if they are absent."""
    for changed in make_folders(folder):
        sync_folder(changed)


def make_folders(folder: Path) -> set[Path]:
    """The same, but the folders that have a new name in them are returned, and yet to be synced."""
    if folder.is_dir():
        return set()
    if folder.exists():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    changed = make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    return {*changed, folder.parent}


def sync_folder(folder: Path) -> None:
    """The names in this folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode(private: bool) -> int:
    return 0o600 if private else 0o666


def _write(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
