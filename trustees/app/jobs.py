"""What the tool does for a page: one thing after the other, in a thread of its own, looked at from outside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from trustees.app.opened import Busy, Opened
from trustees.app.worker import Worker
from trustees.sentences import Sentence


@dataclass(frozen=True)
class Timing:
    """Seconds: between two looks by itself, of these where somebody may act at any moment, and before it locks."""

    every: float = 15.0
    soon: float = 3.0
    idle: float = 30 * 60.0
    tick: float = 0.5


USUAL = Timing()


class Jobs:
    """tick: called while there is nothing to do; done_at: when the last one came to its end, by `monotonic`."""

    def __init__(self, tick: Callable[[], None], pause: float, monotonic: Callable[[], float]) -> None:
        self._lock, self._count, self._monotonic = threading.Lock(), 0, monotonic
        self.done_at = monotonic()
        self._worker = Worker(tick, pause)

    def start(
        self, own: Opened, what: Sentence, work: Callable[[Opened], None], *, quiet: bool = False
    ) -> None:
        """Whatever the work raises is shown with the key that it was about. quiet: nobody has asked for it."""
        with self._lock:
            self._count += 1
            own.busy = Busy(what, quiet)

        def task() -> None:
            try:
                if not own.closed:
                    work(own)
            except Exception as error:
                own.fail(error)
            finally:
                self.done_at = self._monotonic()
                with self._lock:
                    self._count -= 1
                    own.busy = own.busy if self._count else None

        self._worker.put(task)

    def shut(self, own: Opened | None) -> None:
        """Close the key file when what is under way has ended."""
        if own is not None:
            self._worker.put(own.close)

    def close(self) -> None:
        self._worker.close()


def wait_until_closed(own: Opened | None, seconds: float = 5.0) -> bool:
    """Whether it is closed by then."""
    deadline = time.monotonic() + seconds
    while own is not None and not own.closed:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
