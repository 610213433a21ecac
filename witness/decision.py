"""May this checkpoint be cosigned after that one? The rules of C2SP tlog-witness, in the order of its text."""

from __future__ import annotations

from crypto.checkpoint import Checkpoint
from crypto.errors import GlassballotError, ProofError
from crypto.merkle import EMPTY_ROOT, verify_consistency
from crypto.note import NoteKey
from crypto.tlog_witness import AddCheckpoint


class Refused(GlassballotError):
    """No cosignature. status: of the HTTP answer; size: with 409, the one that was cosigned last."""

    def __init__(self, status: int, reason: str, size: int | None = None) -> None:
        # All arguments go to Exception, so that the error survives the way between two processes.
        super().__init__(status, reason, size)
        self.status, self.reason, self.size = status, reason, size

    def __str__(self) -> str:
        return self.reason


def check_signed(request: AddCheckpoint, log: NoteKey) -> None:
    """Raises Refused unless the new checkpoint is signed by the log of its origin, whose key is known."""
    try:
        request.signed.verify(log.name, log)
    except ProofError as error:
        raise Refused(403, f"invalid signature: {error}") from None


def check_extends(request: AddCheckpoint, latest: Checkpoint | None) -> None:
    """Raises Refused unless the new checkpoint's tree holds the old one's. latest: the one cosigned last."""
    new = request.signed.checkpoint
    if request.old > new.size:
        raise Refused(400, f"old size {request.old} above the checkpoint's size {new.size}")
    size = latest.size if latest else 0
    if request.old != size:
        raise Refused(409, f"the size cosigned last is {size}", size)
    if new.size == 0 and new.root != EMPTY_ROOT:
        raise Refused(422, "an empty tree with another root than that of the empty tree")
    if latest is None or size == 0:
        if request.proof:
            raise Refused(422, "a consistency proof from the empty tree")
        return
    try:
        verify_consistency(size, new.size, latest.root, new.root, request.proof)
    except ProofError as error:
        raise Refused(422, str(error)) from None
