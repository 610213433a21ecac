"""The tables. What is not here follows from them: bundles and partial tiles are cut when they are read.

entries   number, entry hash, leaf: the log
blobs     contents that a leaf only names
tiles     per level and index the hashes so far, up to 256; a shorter tile of the past is a prefix
head      one row: size, root, the signed checkpoint with its cosignatures, and as `witnessed` the newest checkpoint
          that the quorum has cosigned, if any
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
)

# In SQLite only a column of exactly this type is the table's own key.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("leaf", LargeBinary, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

tiles = Table(
    "tiles",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", _NUMBER, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

head = Table(
    "head",
    metadata,
    Column(
        "id", SmallInteger, CheckConstraint("id = 1", name="one_head"), primary_key=True, autoincrement=False
    ),
    Column("size", _NUMBER, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("checkpoint", LargeBinary, nullable=False),
    Column("witnessed", LargeBinary, nullable=True),
)
