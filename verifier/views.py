"""What others have seen of a log: checkpoints that they kept, receipts that they were given (SPEC 9.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.checkpoint import SignedCheckpoint
from crypto.errors import EncodingError, GlassballotError, ProofError
from crypto.tlog_proof import TlogProof
from election.entries import parse
from election.errors import RecordError
from election.manifest import Manifest
from election.record import RecordReader
from election.witnessing import witnessed


class ForeignViewError(GlassballotError):
    """A checkpoint or receipt that is not of the record's log: it says nothing for or against the record."""


@dataclass(frozen=True)
class Shown:
    """What a receipt shows. context: 32 bytes; leaf: hash of the entry's bytes in the log; proof: its place there."""

    context: bytes
    leaf: bytes
    proof: TlogProof


@dataclass(frozen=True)
class View:
    """A checkpoint that somebody has kept, or that of a receipt. name: to speak of it, such as that of its file."""

    name: str
    signed: SignedCheckpoint
    receipt: Shown | None = None

    @classmethod
    def of_receipt(cls, name: str, receipt: Shown) -> View:
        return cls(name, receipt.proof.signed, receipt)

    def check(self, manifest: Manifest) -> None:
        """Raises ForeignViewError unless the log of this manifest has signed it."""
        log = manifest.log
        try:
            key = log.note_key
            self.signed.verify(log.origin, key)
            if self.receipt:
                self.receipt.proof.verify(self.receipt.leaf, log.origin, key)
            witnessed(self.signed, manifest)
        except (EncodingError, ProofError) as error:
            raise ForeignViewError(f"{self.name}: not of this record's log: {error}") from None


def check_views(reader: RecordReader, views: Sequence[View]) -> None:
    """Raises ForeignViewError for the first view of another log than the one that the record itself names.

    A record whose manifest cannot be read is refused for that soon enough.
    """
    if not views:
        return
    try:
        manifest = parse(reader.entry(0).content)
    except (EncodingError, RecordError):
        return
    if isinstance(manifest, Manifest):
        for view in views:
            view.check(manifest)
