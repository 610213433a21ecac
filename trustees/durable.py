"""Private files that are whole after a crash, and files overwritten where they lie."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_BLOCK = 4096


def create(path: Path, data: bytes) -> None:
    """A new file that only its owner may read. Raises FileExistsError. All here is on the disk on return."""
    _write(path, data, os.O_EXCL)
    sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Replace a file in one step: after a crash it is the old one or the new one."""
    new = path_of_new(path)
    _write(new, data, os.O_TRUNC)
    os.replace(new, path)
    sync_folder(path.parent)


def overwrite(path: Path, data: bytes) -> None:
    """Write data, and random bytes up to the file's length and a block more, over what the file holds."""
    length = max(len(data), path.stat().st_size) + _BLOCK
    _write(path, data + secrets.token_bytes(length - len(data)), 0)


def path_of_new(path: Path) -> Path:
    """Where the next version of a file is written."""
    return path.with_name(path.name + ".new")


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes, flags: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
