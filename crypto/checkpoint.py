"""Checkpoints of transparency logs (C2SP tlog-checkpoint) and their cosignatures (C2SP tlog-cosignature)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crypto.errors import EncodingError, ProofError
from crypto.merkle import HASH_SIZE
from crypto.note import (
    COSIGNATURE,
    ED25519,
    Note,
    NoteKey,
    NoteSignature,
    NoteSigner,
    cosignature_time,
    decode_base64,
    encode_base64,
)

MAX_SIZE = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: the log's origin, the number of entries, the Merkle root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise EncodingError("checkpoint: an empty or broken line")
        if not 0 <= self.size <= MAX_SIZE:
            raise EncodingError("checkpoint: no such tree size")
        if len(self.root) != HASH_SIZE:
            raise EncodingError(f"checkpoint: {len(self.root)} bytes of root where {HASH_SIZE} belong")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Out of the text of a note; EncodingError unless it is exactly a checkpoint's."""
        *lines, end = text.split("\n")
        if len(lines) < 3 or end:
            raise EncodingError("checkpoint: not three lines or more")
        origin, size, root, *extensions = lines
        root_bytes = decode_base64(root, "checkpoint root")
        return cls(origin, parse_decimal(size, "checkpoint size"), root_bytes, tuple(extensions))

    @property
    def text(self) -> str:
        """The text of the note that a log signs."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True)
class Cosignature:
    """A witness's statement: at that time (POSIX seconds) this was the newest tree head that it had seen."""

    key: NoteKey
    time: int


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, none of them verified yet."""

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, data: bytes) -> SignedCheckpoint:
        """Strict: parse and to_bytes are inverse to each other. Raises EncodingError."""
        note = Note.parse(data)
        return cls(Checkpoint.parse(note.text), note.signatures)

    def to_bytes(self) -> bytes:
        return self._note.to_bytes()

    def verify(self, origin: str, key: NoteKey) -> Checkpoint:
        """The checkpoint, known to be signed by this log; else ProofError."""
        if self.checkpoint.origin != origin:
            raise ProofError(f"checkpoint: of the log {self.checkpoint.origin!r}, not of {origin!r}")
        if key.kind != ED25519:
            raise ProofError("checkpoint: a log's key is of type 0x01")
        self._note.verify([key])
        return self.checkpoint

    def cosignatures(self, keys: Iterable[NoteKey]) -> list[Cosignature]:
        """What these witnesses have cosigned, in the order of the note; ProofError if one does not hold.

        How many different witnesses are enough is the caller's rule. ValueError for a key of another type.
        """
        keys = list(keys)
        if any(key.kind != COSIGNATURE for key in keys):
            raise ValueError("a witness's key is of type 0x04")
        verified = self._note.verified(keys)
        return [Cosignature(key, cosignature_time(signature.value)) for key, signature in verified]

    def only(self, keys: Iterable[NoteKey]) -> SignedCheckpoint:
        """The same checkpoint with the signatures of these keys alone; ProofError if one does not hold."""
        return replace(self, signatures=tuple(own for _, own in self._note.verified(keys)))

    def with_signatures(self, more: Sequence[NoteSignature]) -> SignedCheckpoint:
        """The same checkpoint with these signature lines added, if they are not there already."""
        return replace(self, signatures=tuple(dict.fromkeys((*self.signatures, *more))))

    def with_first(self, more: Sequence[NoteSignature]) -> SignedCheckpoint:
        """The same checkpoint with the first line of each key that has not signed it yet.

        Who is asked again and again signs with a new time each time, and a note holds only so many lines.
        """
        own = {(line.name, line.key_id) for line in self.signatures}
        first: dict[tuple[str, bytes], NoteSignature] = {}
        for line in more:
            first.setdefault((line.name, line.key_id), line)
        return self.with_signatures([line for key, line in first.items() if key not in own])

    @property
    def _note(self) -> Note:
        return Note(self.checkpoint.text, self.signatures)


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> SignedCheckpoint:
    return SignedCheckpoint(checkpoint, (signer.sign(checkpoint.text),))


def parse_decimal(text: str, what: str) -> int:
    """0 … 2^63 - 1 without leading zeroes; else EncodingError that begins with `what`."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise EncodingError(f"{what}: not a decimal number in its shortest form")
    return int(text)
