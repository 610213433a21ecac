"""One sequencer at a time: a lock that ends with the process, or with its connection, however they end."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bulletin_board.errors import StoppedError

# How long a connection of a board that was killed may take to be noticed.
PATIENCE_MS = 5_000
_KEY = int.from_bytes(hashlib.sha256(b"glassballot sequencer").digest()[:8], "big", signed=True)
_TAKEN = "another sequencer writes to this database"


def take_lock(connection: Connection) -> Callable[[], None]:
    """Raises StoppedError where another sequencer has the lock. What is returned gives it back."""
    if connection.dialect.name == "sqlite":
        database = connection.engine.url.database
        assert database is not None
        return _lock_file(f"{database}.lock")
    _lock_database(connection)
    return lambda: None  # it ends with the connection


def _lock_file(path: str) -> Callable[[], None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StoppedError(_TAKEN) from None
    return lambda: os.close(descriptor)


def _lock_database(connection: Connection) -> None:
    try:
        with connection.begin():
            connection.execute(text(f"SET lock_timeout = {PATIENCE_MS}"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
            connection.execute(text("SET lock_timeout = 0"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != "55P03":  # lock_not_available
            raise
        raise StoppedError(_TAKEN) from None
