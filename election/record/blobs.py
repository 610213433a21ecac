"""Content and leaf: the log carries entries up to 65,535 bytes, and stubs of larger ones (SPEC 3.4)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from crypto.errors import EncodingError
from election import canonical
from election.errors import RecordError
from election.record.source import Source

MAX_INLINE = 65_535
MAX_ENTRY = 4 * 1024 * 1024

_STUB = re.compile(rb'\{"blob":"([0-9a-f]{64})","size":([1-9][0-9]{0,15})\}')


@dataclass(frozen=True)
class Stub:
    """What stands in the log for an entry of `size` bytes; digest: SHA-256 of its content, 32 bytes."""

    digest: bytes
    size: int

    @property
    def path(self) -> str:
        name = self.digest.hex()
        return f"blob/{name[:2]}/{name}"

    def to_bytes(self) -> bytes:
        return canonical.encode({"blob": self.digest.hex(), "size": self.size})


def stub_of(content: bytes, place: str) -> Stub | None:
    """The stub of an entry that needs one. RecordError at `place` if the entry may not be logged at all."""
    if len(content) > MAX_ENTRY:
        raise RecordError(place, f"{len(content)} bytes where at most {MAX_ENTRY} are allowed")
    _check_no_blob_member(content, place)
    if len(content) <= MAX_INLINE:
        return None
    return Stub(hashlib.sha256(content).digest(), len(content))


def leaf_of(content: bytes) -> bytes:
    """The bytes in the log for an entry. RecordError if it may not be logged at all."""
    stub = stub_of(content, "entry")
    return stub.to_bytes() if stub else content


def content_of(leaf: bytes, source: Source, place: str) -> bytes:
    """The entry behind a leaf: itself, or the blob that it names.

    RecordError for a blob that is missing, wrong, or too small or large to be one, and for any other leaf or
    blob with a member `blob` at top level.
    """
    match = _STUB.fullmatch(leaf)
    if not match:
        _check_no_blob_member(leaf, place)
        return leaf
    stub = Stub(bytes.fromhex(match[1].decode()), int(match[2]))
    if not MAX_INLINE < stub.size <= MAX_ENTRY:
        raise RecordError(
            place, f"a blob of {stub.size} bytes where {MAX_INLINE + 1} to {MAX_ENTRY} are allowed"
        )
    content = source.read(stub.path, stub.size)
    if len(content) != stub.size or hashlib.sha256(content).digest() != stub.digest:
        raise RecordError(stub.path, f"not the bytes that {place} names")
    _check_no_blob_member(content, place)
    return content


def _check_no_blob_member(content: bytes, place: str) -> None:
    # Spelled with an escape the member is not canonical JSON, which no parser of entries accepts.
    if b'"blob"' not in content:
        return
    try:
        value = canonical.decode(content)
    except EncodingError as error:
        raise RecordError(place, str(error)) from None
    if isinstance(value, dict) and "blob" in value:
        raise RecordError(place, "a member blob in an entry that is no stub")
