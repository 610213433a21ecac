"""What convicts a log: two checkpoints that it has signed and that cannot both be true (RFC 6962; ATTACKS 49).

glassballot/equivocation/v1
root <base64>             what the second tree has as root at the first one's size
<base64>                  a consistency proof from there to the second one; none for equal sizes

<the first checkpoint>

<the second checkpoint>
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto.checkpoint import SignedCheckpoint
from crypto.errors import EncodingError, ProofError
from crypto.merkle import verify_consistency
from crypto.note import MAX_NOTE_SIZE, NoteKey, encode_base64
from crypto.tlog_proof import MAX_HASHES, parse_hashes

_HEADER = "glassballot/equivocation/v1"
_ROOT = "root "
_MAX_SIZE = 2 * MAX_NOTE_SIZE + 64 * (MAX_HASHES + 2)


@dataclass(frozen=True)
class Equivocation:
    """first.size <= second.size; root: of the second tree at the first one's size; proof: from there to the second."""

    first: SignedCheckpoint
    second: SignedCheckpoint
    root: bytes
    proof: tuple[bytes, ...] = ()

    @classmethod
    def of_one_size(cls, first: SignedCheckpoint, second: SignedCheckpoint) -> Equivocation:
        """Of two checkpoints with one size and two roots."""
        return cls(first, second, second.checkpoint.root)

    @classmethod
    def parse(cls, data: bytes) -> Equivocation:
        """Strict: parse and to_bytes are inverse to each other. Raises EncodingError."""
        if len(data) > _MAX_SIZE:
            raise EncodingError(f"equivocation: longer than {_MAX_SIZE} bytes")
        parts = data.split(b"\n\n")
        if len(parts) != 5 or not parts[0].isascii():
            raise EncodingError("equivocation: not a head and two checkpoints")
        header, *lines = parts[0].decode("ascii").split("\n")
        if header != _HEADER or not lines or not lines[0].startswith(_ROOT):
            raise EncodingError("equivocation: not of version 1")
        root, *proof = parse_hashes([lines[0].removeprefix(_ROOT), *lines[1:]], "equivocation")
        first = SignedCheckpoint.parse(b"\n\n".join(parts[1:3]) + b"\n")
        return cls(first, SignedCheckpoint.parse(b"\n\n".join(parts[3:])), root, tuple(proof))

    def to_bytes(self) -> bytes:
        lines = [_HEADER, _ROOT + encode_base64(self.root), *map(encode_base64, self.proof), ""]
        head = "".join(f"{line}\n" for line in lines).encode()
        return head + self.first.to_bytes() + b"\n" + self.second.to_bytes()

    def verify(self, key: NoteKey) -> None:
        """Raises ProofError unless it convicts the log of this key."""
        first = self.first.verify(key.name, key)
        second = self.second.verify(key.name, key)
        verify_consistency(first.size, second.size, self.root, second.root, self.proof)
        if first.root == self.root:
            raise ProofError("equivocation: both checkpoints can be true")
