"""The database: its schema, its settings, what it is read as."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bulletin_board.errors import BoardError
from bulletin_board.store import Store, open_engine
from bulletin_board.store.engine import check_durable, check_sqlite
from bulletin_board.store.migrate import check_schema, migrate
from bulletin_board.store.schema import metadata
from election.errors import RecordError
from election.record import MissingFileError
from tests.board.postgres import PostgresServer
from tests.board.tools import Place, put, roll

NO_FILES = [
    "",
    "head",
    "tile/0/001",
    "tile/0/000.p/4",
    "tile/0/0",
    "tile/64/000",
    "tile/1/x999/x999/x999/x999/x999/999",
    "tile/entries/x999/x999/x999/x999/x999/999",
    "tile/entries/000.p/4",
    "tile/entries/entries/000",
    "blob/ab/",
    "blob/ab/zz",
    f"blob/00/{'0' * 64}",
    f"blob/00/{'A' * 64}",
    "../board.db",
    "checkpoint/",
]


def test_migrations_make_the_schema(database: str) -> None:
    engine = open_engine(database)
    with pytest.raises(BoardError, match="no board yet"):
        check_schema(engine)
    migrate(engine)
    migrate(engine)
    check_schema(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(BoardError, match=r"schema 0000.*needs"):
        check_schema(engine)
    engine.dispose()


def test_an_older_database_is_migrated(place: Place) -> None:
    engine = open_engine(place.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE head DROP COLUMN witnessed")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(BoardError, match="schema 0001, this program needs 0002"):
        place.board()
    migrate(engine)
    with place.running() as board:
        assert board.reader.size == 1 and board.reader.witnessed is None
    engine.dispose()


@pytest.mark.parametrize("url", ["board.db", "mysql://a/b", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(BoardError):
        open_engine(url)


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 51, 2)])
def test_an_sqlite_with_the_wal_reset_bug(version: tuple[int, ...]) -> None:
    module = ModuleType("sqlite")
    module.sqlite_version_info, module.sqlite_version = version, ".".join(map(str, version))  # type: ignore[attr-defined]
    with pytest.raises(BoardError, match=re.escape(module.sqlite_version)):
        check_sqlite(module)


def test_sqlite_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/board.db")
    with engine.connect() as connection:
        check_durable(connection)
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
        connection.exec_driver_sql("BEGIN")
        with pytest.raises(BoardError, match="synchronous=1"):
            check_durable(connection)
    engine.dispose()


def test_postgresql_that_does_not_wait_for_the_disk(postgres: PostgresServer) -> None:
    database = postgres.create("careless")
    postgres.execute("ALTER DATABASE careless SET synchronous_commit = off")
    engine = open_engine(database)
    with engine.connect() as connection:
        check_durable(connection)
    engine.dispose()
    postgres.execute("ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    try:
        with pytest.raises(BoardError, match="full_page_writes=off"):
            wait_for_refusal(database)
    finally:
        postgres.execute("ALTER SYSTEM RESET full_page_writes", "SELECT pg_reload_conf()")


def wait_for_refusal(database: str) -> None:
    """The server takes a moment to read its settings again."""
    engine = open_engine(database)
    try:
        for _ in range(1000):
            with engine.connect() as connection:
                check_durable(connection)
    finally:
        engine.dispose()


def test_no_such_file(place: Place) -> None:
    with place.running() as board:
        put(board, roll(place.world))
        for path in NO_FILES:
            with pytest.raises(MissingFileError):
                board.store.read(path, 1 << 20)


def test_limits_are_kept(place: Place) -> None:
    store = Store.open(place.database)
    with pytest.raises(RecordError, match="longer than 10 bytes"):
        store.read("checkpoint", 10)
    store.close()
