"""Errors of the board as a service.

GlassballotError
├── BoardError            the board, not the entry, is the reason; the message may be shown as it is
│   ├── RetryableError    whether the entry is in the log is not known: send the same bytes again
│   │   └── QueueFullError   it is not, no work was done
│   ├── StoppedError      this process appends no more: closed, or another sequencer is alive
│   └── StaleError        refuses to start: something else has seen a newer log than this database
└── Refusal (election)
    └── ClosedError       voting is over, or the log is final
"""

from __future__ import annotations

from crypto.errors import GlassballotError
from election.faults import Refusal


class BoardError(GlassballotError):
    """A board that cannot start or cannot go on."""


class RetryableError(BoardError):
    """Nobody knows yet whether the entry was logged; to send the same bytes again is safe."""

    def __init__(self, reason: str, retry_after: float = 1.0) -> None:
        super().__init__(reason, retry_after)
        self.reason = reason
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.reason


class QueueFullError(RetryableError):
    """Too many are waiting; the entry was not looked at."""


class StoppedError(BoardError):
    """This process appends no more."""


class StaleError(BoardError):
    """Something has seen more of this log, or another log, than the database holds."""


class ClosedError(Refusal):
    """A ballot after the end of voting, or anything after the result."""

    @classmethod
    def like(cls, refusal: Refusal) -> ClosedError:
        """The same fault, whose reason is that the time for it has passed."""
        fault = refusal.fault
        return cls(fault.check, fault.reason, fault.entry, void=fault.void)
