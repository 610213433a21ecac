"""Databases as an administrator meets them: there or not, begun or not, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bulletin_board.errors import BoardError
from bulletin_board.store.migrate import check_schema
from bulletin_board.store.store import Store


@contextmanager
def plainly() -> Iterator[None]:
    """BoardError, in one line, for whatever the database has to say."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        raise BoardError(f"the database: {' '.join(said.split())[:300]}") from None


@contextmanager
def begun(database: str) -> Iterator[Store]:
    """The store of a log that has begun. Raises BoardError."""
    with plainly():
        store = Store.open(database)
        try:
            check_schema(store.engine)
            if store.head() is None:
                raise BoardError("the log has not begun: glassballot board begin takes the office's manifest")
            yield store
        finally:
            store.close()
