"""Errors of the trustee's tool.

GlassballotError
├── KeyFileError         a key file that is missing, damaged, in use, destroyed or in the way
└── DutyError            what this trustee refuses to do, and why: a Sentence
    ├── LostShareError   its key file lacks the share, which the log and the static key give back
    └── UnconfirmedError its key file may be a copy: the owner has to confirm the closing root first
"""

from __future__ import annotations

from crypto.errors import GlassballotError
from election.ledger import Closing


class KeyFileError(GlassballotError):
    """A key file that cannot be used."""


class DutyError(GlassballotError):
    """A trustee refuses to act; the reason is for its owner."""


class LostShareError(DutyError):
    """The share is not there or not right, and can be recovered."""


class UnconfirmedError(DutyError):
    """The key file may have agreed on another closing before. closing: the one to confirm."""

    def __init__(self, closing: Closing) -> None:
        # The argument goes to Exception, so that the error survives the way between two processes.
        super().__init__(closing)
        self.closing = closing

    def __str__(self) -> str:
        return (
            "this key file looks like a copy, so you may have agreed on another closing before; ask another "
            "trustee, by telephone or in person, for the closing root, and confirm it; in this record it is "
            f"{self.closing.root.hex()}"
        )
