"""The board's database: entries, blobs, hash tiles and the head."""

from bulletin_board.store.batch import Batch, Head
from bulletin_board.store.engine import open_engine
from bulletin_board.store.store import Store
from bulletin_board.store.writer import SupersededError, Writer

__all__ = ["Batch", "Head", "Store", "SupersededError", "Writer", "open_engine"]
