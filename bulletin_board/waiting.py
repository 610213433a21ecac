"""Entries that wait for the sequencer: a bounded queue in which no entry stands twice."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field

from bulletin_board.admission import Acknowledged, Incoming
from bulletin_board.errors import BoardError, QueueFullError

RETRY_AFTER = 2.0
MAX_BYTES = 64 * 1024 * 1024
"""All entries in the queue together, whatever its capacity."""


@dataclass(frozen=True)
class Submission:
    """One entry and the answer to everybody who has sent it."""

    incoming: Incoming
    answer: Future[Acknowledged] = field(default_factory=Future)


class WaitingRoom:
    """Entries from many threads to one. capacity: how many may be without an answer."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._line: deque[Submission] = deque()
        self._present: dict[bytes, Submission] = {}
        self._bytes = 0
        self._closed: BoardError | None = None
        self._changed = threading.Condition()

    def __len__(self) -> int:
        """How many are without an answer."""
        return len(self._present)

    def enter(self, incoming: Incoming) -> Future[Acknowledged]:
        """The answer to come; the same one for the same bytes. Raises QueueFullError, or why it is closed."""
        with self._changed:
            if self._closed:
                raise self._closed
            known = self._present.get(incoming.hash)
            if known:
                return known.answer
            if len(self._present) >= self._capacity or self._bytes > MAX_BYTES:
                raise QueueFullError(f"{len(self._present)} entries are waiting already", RETRY_AFTER)
            self._bytes += len(incoming.content)
            submission = self._present[incoming.hash] = Submission(incoming)
            self._line.append(submission)
            self._changed.notify()
            return submission.answer

    def take(self, limit: int) -> list[Submission]:
        """Whoever waits, at most so many; waits for the first. [] once it is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._line or self._closed)
            return [self._line.popleft() for _ in range(min(limit, len(self._line)))]

    def answer(self, submission: Submission, result: Acknowledged | BaseException) -> None:
        """Forget this entry, and tell everybody who has sent it."""
        with self._changed:  # first, so that whoever tries again gets another answer
            del self._present[submission.incoming.hash]
            self._bytes -= len(submission.incoming.content)
        if isinstance(result, Acknowledged):
            submission.answer.set_result(result)
        else:
            submission.answer.set_exception(result)

    def close(self, reason: BoardError) -> None:
        """Let nobody in any more; whoever is inside still gets an answer."""
        with self._changed:
            self._closed = self._closed or reason
            self._changed.notify_all()
