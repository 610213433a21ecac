"""Proofs that a log holds an entry, checked without the log (C2SP tlog-proof): the receipt of a ballot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.checkpoint import Checkpoint, SignedCheckpoint, parse_decimal
from crypto.errors import EncodingError
from crypto.merkle import HASH_SIZE, verify_inclusion
from crypto.note import NoteKey, decode_base64, encode_base64

_HEADER = "c2sp.org/tlog-proof@v1"
_MAX_SIZE = 8 * 1024 * 1024
MAX_HASHES = 63


@dataclass(frozen=True)
class TlogProof:
    """An index, the inclusion proof for it, the checkpoint that it leads to; `extra` is not authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint
    extra: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> TlogProof:
        """Strict: parse and to_bytes are inverse to each other. Raises EncodingError."""
        if len(data) > _MAX_SIZE:
            raise EncodingError(f"proof: longer than {_MAX_SIZE} bytes")
        head, separator, checkpoint = data.partition(b"\n\n")
        if not separator or not head.isascii():
            raise EncodingError("proof: no checkpoint after an empty line")
        header, *lines = head.decode("ascii").split("\n")
        if header != _HEADER:
            raise EncodingError("proof: not a C2SP tlog-proof of version 1")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "), "proof, extra data")
            if not extra:
                raise EncodingError("proof: an extra line without data")
        if not lines or not lines[0].startswith("index "):
            raise EncodingError("proof: no index")
        index = parse_decimal(lines.pop(0).removeprefix("index "), "proof, index")
        return cls(index, parse_hashes(lines, "proof"), SignedCheckpoint.parse(checkpoint), extra)

    def to_bytes(self) -> bytes:
        extra = [f"extra {encode_base64(self.extra)}"] if self.extra else []
        lines = [_HEADER, *extra, f"index {self.index}", *map(encode_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.signed.to_bytes()

    def verify(self, leaf: bytes, origin: str, key: NoteKey) -> Checkpoint:
        """The checkpoint that is known to cover the leaf hash and to be signed by this log.

        Raises ProofError; the caller judges the witnesses (SignedCheckpoint.cosignatures).
        """
        checkpoint = self.signed.verify(origin, key)
        verify_inclusion(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint


def parse_hashes(lines: Sequence[str], what: str) -> tuple[bytes, ...]:
    """The hashes of a Merkle proof, one in base64 a line; EncodingError that begins with `what`."""
    if len(lines) > MAX_HASHES:
        raise EncodingError(f"{what}: more than {MAX_HASHES} hashes")
    hashes = tuple(decode_base64(line, f"{what}, hash") for line in lines)
    if any(len(value) != HASH_SIZE for value in hashes):
        raise EncodingError(f"{what}: a hash that is not {HASH_SIZE} bytes")
    return hashes
