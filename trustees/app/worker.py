"""One thread that does one thing after the other, and something small while there is nothing to do."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Task = Callable[[], None]


class Worker:
    """Tasks must not raise. idle: called every `pause` seconds in which there is no task."""

    def __init__(self, idle: Task, pause: float) -> None:
        self._idle, self._pause = idle, pause
        self._tasks: queue.Queue[Task | None] = queue.Queue()
        # A daemon: whoever ends the page does not wait for an examination that takes an hour.
        self._thread = threading.Thread(target=self._run, name="trustee", daemon=True)
        self._thread.start()

    def put(self, task: Task) -> None:
        self._tasks.put(task)

    def close(self) -> None:
        """No more tasks; what is under way may outlive this by as long as the process does."""
        self._tasks.put(None)
        self._thread.join(1)

    def _run(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=self._pause)
            except queue.Empty:
                task = self._idle
            if task is None:
                return
            task()
