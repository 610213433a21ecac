"""Asking a witness to cosign (C2SP tlog-witness, add-checkpoint): the bytes of request and answer."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.checkpoint import SignedCheckpoint, parse_decimal
from crypto.errors import EncodingError
from crypto.note import MAX_NOTE_SIZE, MAX_SIGNATURES, NoteSignature, encode_base64
from crypto.tlog_proof import MAX_HASHES, parse_hashes

MAX_REQUEST = MAX_NOTE_SIZE + 64 * (MAX_HASHES + 1)
SIZE_TYPE = "text/x.tlog.size"
"""Content type of an answer 409, which says what size the witness has cosigned last."""


@dataclass(frozen=True)
class AddCheckpoint:
    """old: the size that the witness has cosigned last, as the client believes; proof: from there to `signed`."""

    old: int
    proof: tuple[bytes, ...]
    signed: SignedCheckpoint

    @classmethod
    def parse(cls, data: bytes) -> AddCheckpoint:
        """Strict: parse and to_bytes are inverse to each other. Raises EncodingError."""
        if len(data) > MAX_REQUEST:
            raise EncodingError(f"request: longer than {MAX_REQUEST} bytes")
        head, separator, checkpoint = data.partition(b"\n\n")
        if not separator or not head.isascii():
            raise EncodingError("request: no checkpoint after an empty line")
        first, *lines = head.decode("ascii").split("\n")
        if not first.startswith("old "):
            raise EncodingError("request: it does not begin with an old size")
        old = parse_decimal(first.removeprefix("old "), "request, old size")
        return cls(old, parse_hashes(lines, "consistency proof"), SignedCheckpoint.parse(checkpoint))

    def to_bytes(self) -> bytes:
        lines = [f"old {self.old}", *map(encode_base64, self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.signed.to_bytes()


def encode_signatures(*signatures: NoteSignature) -> bytes:
    """The body of an answer 200."""
    return "".join(f"{signature}\n" for signature in signatures).encode()


def parse_signatures(data: bytes) -> tuple[NoteSignature, ...]:
    """One or more signature lines, none of them verified; EncodingError unless it is exactly that."""
    if len(data) > MAX_NOTE_SIZE:
        raise EncodingError(f"signatures: longer than {MAX_NOTE_SIZE} bytes")
    try:
        *lines, end = data.decode().split("\n")
    except UnicodeDecodeError:
        raise EncodingError("signatures: not UTF-8") from None
    if not lines or end or len(lines) > MAX_SIGNATURES:
        raise EncodingError(f"signatures: not 1 to {MAX_SIGNATURES} whole lines")
    return tuple(map(NoteSignature.parse, lines))
