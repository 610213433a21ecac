"""Work on what is large: a few at a time, because JSON that a stranger has made up takes fifty times its length."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bulletin_board.errors import QueueFullError

LARGE = 64 * 1024
_PATIENCE = 2.0


class Turns:
    """So many may work on something of more than LARGE bytes; whoever does it on less needs no turn."""

    def __init__(self, places: int = 2) -> None:
        self._places = threading.BoundedSemaphore(places)

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """size: in bytes. Raises QueueFullError if no turn comes soon."""
        if size <= LARGE:
            yield
            return
        if not self._places.acquire(timeout=_PATIENCE):
            raise QueueFullError("others are asking about something large just now", _PATIENCE)
        try:
            yield
        finally:
            self._places.release()
