"""Beside the newest checkpoint, the newest one that the witnesses' quorum has cosigned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A log of the first schema has none yet; its witnesses are asked soon enough."""
    op.add_column("head", sa.Column("witnessed", sa.LargeBinary, nullable=True))
