"""What a browser needs to check for itself that a ballot stands in the log: bytes, hashes and signed checkpoints."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from election.receipt import Receipt, log_leaf
from election.record import RecordReader


@dataclass(frozen=True)
class Proof:
    """entry: the canonical bytes; leaf: those in the log; path: inclusion under `checkpoint`, a signed note.

    later: the board's present checkpoint and the hashes that lead there, from the earlier root ("consistency") or
    from the leaf ("inclusion"); None where that is the same one, or where nothing leads there. size: of the tree that
    `checkpoint` names. tracker, pseudonym: that the entry should have, pseudonym "" for nobody's.
    """

    index: int
    size: int
    entry: bytes
    leaf: bytes
    path: Sequence[bytes]
    checkpoint: bytes
    tracker: str
    pseudonym: str
    key: str
    later: tuple[str, bytes, Sequence[bytes]] | None = None

    def to_json(self) -> str:
        """For static/receipt_checks.js: bytes in base64, notes as they are."""
        members: dict[str, Any] = {
            "index": self.index,
            "entry": _encoded(self.entry),
            "leaf": _encoded(self.leaf),
            "path": [_encoded(value) for value in self.path],
            "checkpoint": self.checkpoint.decode(),
            "tracker": self.tracker,
            "pseudonym": self.pseudonym,
            "key": self.key,
            "later": None,
        }
        if self.later is not None:
            way, checkpoint, hashes = self.later
            found = {"way": way, "checkpoint": checkpoint.decode(), "hashes": [_encoded(v) for v in hashes]}
            members["later"] = found
        return json.dumps(members, ensure_ascii=False)


def proof_now(reader: RecordReader, number: int, key: str, tracker: str, pseudonym: str) -> Proof:
    """That an entry stands in the log as it now is. tracker, pseudonym: that were asked for."""
    raw, path, signed = reader.entry(number), reader.inclusion_proof(number), reader.signed.to_bytes()
    return Proof(number, reader.size, raw.content, raw.leaf, path, signed, tracker, pseudonym, key)


def proof_of_receipt(receipt: Receipt, reader: RecordReader, key: str, *, ours: bool) -> Proof:
    """What a receipt proves, and how it goes together with the log as it now is. ours: signed by this log."""
    own = receipt.proof.signed
    return Proof(
        receipt.index,
        own.checkpoint.size,
        receipt.entry.to_bytes(),
        log_leaf(receipt.entry),
        receipt.proof.hashes,
        own.to_bytes(),
        receipt.tracker,
        receipt.pseudonym,
        key,
        _later(receipt, reader) if ours else None,
    )


def _later(receipt: Receipt, reader: RecordReader) -> tuple[str, bytes, Sequence[bytes]] | None:
    size, now = receipt.proof.signed.checkpoint.size, reader.signed.to_bytes()
    if reader.size >= size:
        return "consistency", now, reader.consistency_proof(size)
    if reader.size > receipt.index:
        return "inclusion", now, reader.inclusion_proof(receipt.index)
    return None


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
