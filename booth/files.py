"""The voter's few small files: never overwritten, on the disk before anything depends on them."""

from __future__ import annotations

import os
from pathlib import Path

from crypto.errors import EncodingError


def write_new(path: Path, data: bytes) -> None:
    """Create a file that only its owner reads (0600); FileExistsError if there is one. Durable on return."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def remove(path: Path) -> None:
    """Remove a file that is no longer needed; it does not come back after a crash."""
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)


def read(path: Path, limit: int) -> bytes:
    """The whole file, or pipe; EncodingError if it is longer than `limit` bytes."""
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise EncodingError(f"{path}: longer than {limit} bytes")
    return data


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
