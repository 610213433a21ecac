"""The end of the log in memory: what judges the next entry, and the edge of the tree that it goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from bulletin_board.admission import Admission, Incoming
from bulletin_board.errors import BoardError
from bulletin_board.store import Batch, Head, Store
from bulletin_board.store.batch import Row
from crypto import merkle
from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.errors import ProofError
from crypto.merkle import Node, leaf_hash
from crypto.note import NoteSigner
from crypto.tiles import Tile, TreeEdge, split_hashes, tile_nodes
from crypto.tlog_proof import TlogProof
from election.errors import TreeError
from election.examine import follow
from election.ledger import Phase
from election.record import MAX_INLINE, RecordReader
from election.replay import Replay


@dataclass
class Tip:
    """Where the database's log ends. Only the sequencer's thread uses it."""

    head: Head
    edge: TreeEdge
    admission: Admission

    @classmethod
    def of(cls, store: Store, signer: NoteSigner) -> Tip:
        """Out of the database, every entry read again.

        Raises BoardError, RecordError or Refusal where it does not hold together or is not this key's log.
        """
        head = store.head()
        if head is None:
            raise BoardError("the database holds no log yet")
        reader = RecordReader(store)
        try:
            reader.signed.verify(signer.name, signer.key)
        except ProofError as error:
            raise BoardError(f"the database is not the log of this key: {error}") from None
        replay = follow(reader)
        if replay.state.tree.root() != head.root or replay.state.size != head.size:
            raise TreeError("head", "its root is not the root over the entries in the database")
        return cls(head, reader.edge(), Admission(replay))

    @property
    def replay(self) -> Replay:
        return self.admission.replay


@dataclass
class Growth:
    """A tip with further entries, before they are in the database."""

    batch: Batch
    edge: TreeEdge
    signed: SignedCheckpoint
    _node: Node = field(repr=False)

    @classmethod
    def of(cls, head: Head, edge: TreeEdge, entries: Sequence[Incoming], signer: NoteSigner) -> Growth:
        """From that head with entries that may be logged; the checkpoint over them is signed here."""
        edge, changed = edge.copy(), dict[Tile, bytes]()
        for incoming in entries:
            changed.update(edge.append(leaf_hash(incoming.leaf)))
        partial = dict(edge.partial_tiles())
        signed = sign_checkpoint(Checkpoint(signer.name, edge.size, edge.root()), signer)
        new = Head(edge.size, signed.checkpoint.root, signed.to_bytes())
        rows = [Row(n, one.hash, one.leaf) for n, one in enumerate(entries, head.size)]
        blobs = {one.hash: one.content for one in entries if len(one.content) > MAX_INLINE}
        return cls(
            Batch(head, new, rows, blobs, {**changed, **partial}),
            edge,
            signed,
            _nodes(changed | partial, edge.size),
        )

    def tip(self, admission: Admission, store: Store) -> Tip:
        """What follows from it, once it is in the database."""
        if admission.replay.state.phase is Phase.CLOSED:
            admission.replay.reader = RecordReader(store)  # which the tally is read from
        return Tip(self.batch.new, self.edge, admission)

    def proof(self, number: int) -> TlogProof:
        """Of one of these entries: all its neighbours stand in tiles that have just changed."""
        hashes = merkle.inclusion_proof(number, self.edge.size, self._node)
        return TlogProof(number, tuple(hashes), self.signed)


def _nodes(tiles: dict[Tile, bytes], size: int) -> Node:
    hashes = {tile: split_hashes(data) for tile, data in tiles.items()}
    return cache(tile_nodes(hashes.__getitem__, size))
