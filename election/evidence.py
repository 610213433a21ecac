"""When the log has signed two things that cannot both be true: found, and kept for everybody (SPEC 3.5)."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.checkpoint import Checkpoint
from crypto.merkle import leaf_hash
from crypto.note import encode_base64
from election import canonical
from election.receipt import Receipt
from election.record import RecordReader

_FORMAT = "glassballot/evidence/v1"


@dataclass(frozen=True)
class Contradiction:
    """reason: what cannot be; root, leaf: what the record has in place of the receipt's, 32 bytes or b"".

    proof: RFC 9162 hashes from there to the record's checkpoint: consistency of a root, inclusion of a leaf.
    """

    reason: str
    receipt: Receipt
    checkpoint: bytes
    proof: tuple[bytes, ...]
    root: bytes = b""
    leaf: bytes = b""

    def to_bytes(self) -> bytes:
        """A file by which anybody can see it: two checkpoints that the log signed, and why they conflict."""
        content = {
            "checkpoint": self.checkpoint.decode(),
            "format": _FORMAT,
            "leaf": encode_base64(self.leaf),
            "proof": [encode_base64(value) for value in self.proof],
            "reason": self.reason,
            "receipt": self.receipt.to_bytes().decode(),
            "root": encode_base64(self.root),
        }
        return canonical.encode(content) + b"\n"


def contradiction(receipt: Receipt, own: Checkpoint, reader: RecordReader) -> Contradiction | None:
    """How a signed record contradicts a signed receipt, None where it does not. own: receipt's checkpoint.

    A record that ends before the entry contradicts nothing: it may be an older copy.
    """
    signed = reader.signed.to_bytes()
    if reader.size >= own.size:
        root = reader.root_at(own.size)
        if root == own.root:
            return None
        reason = f"at {own.size} entries the receipt has the root {own.root.hex()}, the record {root.hex()}"
        return Contradiction(reason, receipt, signed, tuple(reader.consistency_proof(own.size)), root=root)
    if reader.size <= receipt.index:
        return None
    leaf = leaf_hash(next(reader.leaves(receipt.index, receipt.index + 1)))
    if leaf == receipt.leaf_hash:
        return None
    reason = f"entry {receipt.index} is another one"
    return Contradiction(reason, receipt, signed, tuple(reader.inclusion_proof(receipt.index)), leaf=leaf)
