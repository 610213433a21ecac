"""Appending to a record: blobs, bundles and tiles first, the checkpoint last.

Whatever a crash leaves behind lies beyond the checkpoint, where no reader looks and the next writer writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.errors import ProofError
from crypto.merkle import EMPTY_ROOT, leaf_hash
from crypto.note import NoteKey, NoteSignature, NoteSigner
from crypto.signing import SigningKey
from crypto.tiles import TILE_WIDTH, TreeEdge, bundle_path
from election.errors import RecordError
from election.record.blobs import MAX_INLINE, stub_of
from election.record.bundles import encode_bundle
from election.record.files import DurableFolder
from election.record.reader import RecordReader


class RecordWriter:
    """Appends to the record in a folder as the log of that origin; several processes may do so in turn."""

    def __init__(self, folder: Path, origin: str, key: SigningKey) -> None:
        """Raises EncodingError if the origin cannot name a key (C2SP signed-note)."""
        self._files = DurableFolder(folder)
        self._signer = NoteSigner(origin, key)
        self.key: NoteKey = self._signer.key

    def create(self) -> Checkpoint:
        """Begin an empty log, or go on with one of this key's that nothing was appended to yet.

        Raises RecordError if anything else is in the folder.
        """
        self._files.create()
        with self._files.locked():
            if not self._files.is_empty():
                return self._begun()
            checkpoint = Checkpoint(self._signer.name, 0, EMPTY_ROOT)
            self._files.write({"checkpoint": sign_checkpoint(checkpoint, self._signer).to_bytes()})
            return checkpoint

    def _begun(self) -> Checkpoint:
        """What a crash between the first two writes leaves behind."""
        with suppress(RecordError, ProofError):
            signed = RecordReader.of_folder(self._files.path).signed
            if signed.verify(self._signer.name, self.key).size == 0:
                return signed.checkpoint
        raise RecordError(str(self._files.path), "a new log needs an empty folder")

    def append(self, contents: Sequence[bytes]) -> Checkpoint:
        """Wait for the lock and append entries as one batch (Head.append); the checkpoint over them."""
        with self.locked() as head:
            return head.append(contents)

    @contextmanager
    def locked(self) -> Iterator[Head]:
        """The log's head, read again under the lock: nobody else appends before the block is left.

        Raises ProofError if the checkpoint is not this key's, RecordError if the tiles have another root.
        """
        with self._files.locked():
            head = Head(self._files, self._signer)
            try:
                yield head
            finally:
                head.close()


class Head:
    """Where the log ends, as long as its writer holds the lock."""

    def __init__(self, files: DurableFolder, signer: NoteSigner) -> None:
        self._files = files
        self._signer = signer
        reader = RecordReader.of_folder(files.path)
        reader.signed.verify(signer.name, signer.key)
        self._signed = reader.signed
        self._edge = reader.edge()
        self._bundle = list(reader.leaves(self.size - self.size % TILE_WIDTH))
        self._open = True

    @property
    def checkpoint(self) -> Checkpoint:
        return self._signed.checkpoint

    @property
    def size(self) -> int:
        return self.checkpoint.size

    def append(self, contents: Sequence[bytes]) -> Checkpoint:
        """Append entries as one batch and sign; the checkpoint that covers them, once all is on the disk.

        RecordError, and nothing appended, if one is above 4 MiB or has a member `blob` at top level.
        """
        self._check_open()
        leaves, blobs = [], {}
        for number, content in enumerate(contents, self.size):
            stub = stub_of(content, f"entry {number}")
            leaves.append(stub.to_bytes() if stub else content)
            if stub:
                blobs[stub.path] = content
        self._files.write(blobs)
        return self.append_leaves(leaves)

    def append_leaves(self, leaves: Sequence[bytes]) -> Checkpoint:
        """Append bytes as they are; RecordError and nothing appended if one is above 65,535 bytes."""
        self._check_open()
        if not leaves:
            return self.checkpoint
        for number, leaf in enumerate(leaves, self.size):
            if len(leaf) > MAX_INLINE:
                raise RecordError(f"entry {number}", f"{len(leaf)} bytes where at most {MAX_INLINE} fit")
        edge, bundle = self._edge.copy(), self._bundle.copy()
        filled, partial = _grow(edge, bundle, leaves)
        self._files.write({**filled, **partial})
        self._commit(sign_checkpoint(Checkpoint(self._signer.name, edge.size, edge.root()), self._signer))
        self._edge, self._bundle = edge, bundle
        for path in filled:
            self._files.remove_folder(f"{path}.p")
        return self.checkpoint

    def add_signatures(self, signatures: Sequence[NoteSignature]) -> SignedCheckpoint:
        """Publish the present checkpoint with cosignatures, one for each key, which are not checked here."""
        self._check_open()
        self._commit(self._signed.with_first(signatures))
        return self._signed

    def close(self) -> None:
        """The lock is given back: nothing more can be appended here."""
        self._open = False

    def _check_open(self) -> None:
        if not self._open:
            raise ValueError("this head may be old: lock the log again")

    def _commit(self, signed: SignedCheckpoint) -> None:
        # It may fail after the new checkpoint was seen: to sign another one then would be equivocation.
        self._open = False
        self._files.write({"checkpoint": signed.to_bytes()})
        self._signed = signed
        self._open = True


def _grow(
    edge: TreeEdge, bundle: list[bytes], leaves: Sequence[bytes]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Append to the edge and to the last bundle, in place; the files now full, and the partial ones."""
    filled: dict[str, bytes] = {}
    for leaf in leaves:
        bundle.append(leaf)
        filled.update((tile.path, data) for tile, data in edge.append(leaf_hash(leaf)))
        if len(bundle) == TILE_WIDTH:
            filled[bundle_path(edge.size // TILE_WIDTH - 1)] = encode_bundle(bundle)
            bundle.clear()
    partial = {tile.path: data for tile, data in edge.partial_tiles()}
    if bundle:
        partial[bundle_path(edge.size // TILE_WIDTH, len(bundle))] = encode_bundle(bundle)
    return filled, partial
