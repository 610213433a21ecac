"""The schema of a database: brought up to date on request, checked on every start."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bulletin_board.errors import BoardError
from bulletin_board.store.engine import writes


def migrate(engine: Engine) -> None:
    """Bring a database, empty or older, to the present schema."""
    with writes(engine.connect()) as connection, connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_schema(engine: Engine) -> None:
    """Raises BoardError unless the database has exactly the present schema."""
    due = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        found = _revision(connection)
    if found is None:
        raise BoardError("the database holds no board yet")
    if found != due:
        raise BoardError(
            f"the database has schema {found}, this program needs {due}: glassballot board migrate"
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bulletin_board:migrations")
    return config
