"""Runs migrations over the connection that bulletin_board.store.migrate passes in, in one transaction."""

from __future__ import annotations

from alembic import context

from bulletin_board.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
