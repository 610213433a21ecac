"""Connections that keep what they commit: SQLite with WAL and synchronous=FULL, or PostgreSQL.

SQLite from 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write and checkpoint at once
(the WAL-reset bug), so the one that pysqlite3 brings is used, and an older one refused.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from bulletin_board.errors import BoardError

OLDEST_SQLITE = (3, 51, 3)
BUSY_SECONDS = 10.0


def open_engine(database: str) -> Engine:
    """An engine for sqlite:///PATH or postgresql://…; BoardError for another, or one that would lose entries."""
    try:
        url = make_url(database)
    except ArgumentError:
        raise BoardError("the database is named as sqlite:///PATH or postgresql://USER@HOST/NAME") from None
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url)
        case "postgresql":
            return _postgresql(url)
        case other:
            raise BoardError(f"a board keeps its log in SQLite or PostgreSQL, not in {other}")


def check_sqlite(module: ModuleType) -> None:
    """Raises BoardError for an SQLite with the WAL-reset bug."""
    if module.sqlite_version_info < OLDEST_SQLITE:
        raise BoardError(
            f"SQLite {module.sqlite_version} can corrupt a database in WAL mode; "
            f"{'.'.join(map(str, OLDEST_SQLITE))} or newer is needed (pip install pysqlite3)"
        )


def writes(connection: Connection) -> Connection:
    """The same connection, whose transactions are for writing."""
    return connection.execution_options(writes=True)


def _sqlite(url: URL) -> Engine:
    import pysqlite3

    check_sqlite(pysqlite3)
    if not url.database or url.database == ":memory:":
        raise BoardError("a log in memory would not outlive the board: name a file, sqlite:///PATH")
    url = url.set(drivername="sqlite+pysqlite")
    engine = create_engine(url, module=pysqlite3, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    # The driver's own transactions begin too late; ours are spelled out below.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    for_writing = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if for_writing else "BEGIN")


def _postgresql(url: URL) -> Engine:
    url = url.set(drivername="postgresql+psycopg")
    # A connection's own setting goes before what the server, the database or the role may say.
    options = {"options": "-c synchronous_commit=on", "connect_timeout": int(BUSY_SECONDS)}
    return create_engine(url, connect_args=options, pool_pre_ping=True)


def check_durable(connection: Connection) -> None:
    """Raises BoardError where a commit would not be on the disk."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        level = connection.execute(text("PRAGMA synchronous")).scalar_one()
        if (found, level) != ("wal", 2):
            raise BoardError(f"SQLite is at journal_mode={found}, synchronous={level}, not at WAL and FULL")
        return
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        value = connection.execute(text(f"SHOW {setting}")).scalar_one()
        if value != "on":
            raise BoardError(f"PostgreSQL runs with {setting}={value}: it would acknowledge and then forget")
