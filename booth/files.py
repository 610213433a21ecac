"""The voter's few small files, read whole."""

from __future__ import annotations

from pathlib import Path

from crypto.errors import EncodingError


def read(path: Path, limit: int) -> bytes:
    """The whole file, or pipe; EncodingError if it is longer than `limit` bytes."""
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise EncodingError(f"{path}: longer than {limit} bytes")
    return data
