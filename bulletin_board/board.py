"""The board as a service: one process, one sequencer, any number of threads that ask (docs/operations.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import TimeoutError as Late
from pathlib import Path

from bulletin_board.admission import Acknowledged, Incoming, admit_first
from bulletin_board.errors import BoardError, RetryableError
from bulletin_board.points import Reach, pass_by
from bulletin_board.publish import INTERVAL, Publisher
from bulletin_board.recovery import check_seen
from bulletin_board.sequencer import CAPACITY, Sequencer
from bulletin_board.store import Head, Store, Writer
from bulletin_board.store.migrate import check_schema, migrate
from bulletin_board.tip import Growth
from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.merkle import EMPTY_ROOT
from crypto.note import MAX_NOTE_SIZE, NoteSignature, NoteSigner
from crypto.signing import SigningKey
from crypto.tiles import TreeEdge
from crypto.tlog_proof import TlogProof
from election.entries import Clock, parse
from election.faults import Refusal
from election.ledger import State
from election.manifest import Manifest
from election.record import CHECKPOINT, RecordReader
from election.witnessing import witnessed

TIMEOUT = 30.0


def create_board(database: str, manifest: Manifest, key: SigningKey) -> None:
    """Begin a log with its manifest in a new database. Raises Refusal for a bad manifest, BoardError."""
    signer, first = _signer(manifest, key), Incoming.of(manifest)
    admit_first(first)
    store = Store.open(database)
    try:
        migrate(store.engine)
        writer = Writer(store.engine)
        try:
            head = writer.head() or _begin(writer, signer)
            if head.size:
                raise BoardError("the database has a log already")
            writer.commit(Growth.of(head, TreeEdge(), [first], signer).batch)
        finally:
            writer.close()
    finally:
        store.close()


class Board:
    """A log that is open for entries. All methods may be called from any thread."""

    def __init__(
        self,
        database: str,
        key: SigningKey,
        now: Callable[[], int],
        *,
        folder: Path | None = None,
        seen: Mapping[str, Checkpoint] | None = None,
        capacity: int = CAPACITY,
        publish_interval: float = INTERVAL,
        reach: Reach = pass_by,
    ) -> None:
        """Open the log in a database (create_board), as its only sequencer.

        Args: now: UTC seconds; folder: kept up to date with the record as static files; seen: who -> the newest
        checkpoint that they have, such as a witness's; capacity: how many entries may wait;
        publish_interval: the least seconds between two publications.
        Raises StaleError, StoppedError or another BoardError where it must not go on; RecordError or Refusal
        where the database does not hold together.
        """
        self.store = Store.open(database)
        self._publisher: Publisher | None = None
        self._sequencer: Sequencer | None = None
        try:
            check_schema(self.store.engine)
            self.manifest = _manifest(self.reader)
            self.signer = _signer(self.manifest, key)
            self._sequencer = Sequencer(
                self.store, self.signer, now, capacity=capacity, reach=reach, committed=self._notify
            )
            for where, checkpoint in (seen or {}).items():
                check_seen(self.reader, checkpoint, where)
            if folder is not None:
                self._publisher = Publisher(
                    self.store, folder, self.signer, reach=reach, interval=publish_interval
                )
        except BaseException:
            self.close()
            raise

    def submit(self, content: bytes, *, timeout: float = TIMEOUT) -> Acknowledged:
        """Log an entry, given by its canonical bytes, and wait until it is durable under a signed checkpoint.

        The same bytes again get a receipt for the same entry. timeout: seconds. Raises EncodingError, Refusal
        (ClosedError after the end), QueueFullError, RetryableError, StoppedError.
        """
        return self.take(Incoming.parse(content), timeout=timeout)

    def take(self, incoming: Incoming, *, timeout: float = TIMEOUT) -> Acknowledged:
        """`submit`, of an entry that is parsed already."""
        if isinstance(incoming.entry, Clock):
            raise Refusal(2, "the board itself says what time it is")
        try:
            return self.sequencer.submit(incoming).result(timeout)
        except Late:
            raise RetryableError("no answer yet; send the same bytes again") from None

    @property
    def reader(self) -> RecordReader:
        """The record at its present head, out of the database."""
        return RecordReader(self.store)

    @property
    def sequencer(self) -> Sequencer:
        assert self._sequencer is not None
        return self._sequencer

    @property
    def publisher(self) -> Publisher | None:
        return self._publisher

    @property
    def state(self) -> State | None:
        """The ledger's state; it goes on changing, so look at single members. None after a failure."""
        return self.sequencer.state

    def receipt(self, number: int) -> TlogProof:
        """Under the present checkpoint, with the cosignatures that it has. IndexError for no such entry."""
        reader = self.reader
        if not 0 <= number < reader.size:
            raise IndexError(f"no entry {number} in a log of size {reader.size}")
        return TlogProof(number, tuple(reader.inclusion_proof(number)), reader.signed)

    def add_signatures(self, signatures: Sequence[NoteSignature], to: SignedCheckpoint) -> bool:
        """Add witnesses' cosignatures to a checkpoint that this log has signed, one for each key.

        With those of the quorum it is kept as the witnessed one, however far the log has grown meanwhile. False where
        nothing is kept: it is not the newest any more, and too few have cosigned it, or a newer one is witnessed.
        Raises ProofError for a false cosignature.
        """
        while True:
            old = self.store.read(CHECKPOINT, MAX_NOTE_SIZE)
            newest = SignedCheckpoint.parse(old)
            is_newest = newest.checkpoint == to.checkpoint
            grown = (newest if is_newest else to).with_first(signatures)
            kept = self._keep_witnessed(grown)
            if not is_newest or self.store.replace_checkpoint(old, grown.to_bytes()):
                self._notify()
                return kept or is_newest

    def _keep_witnessed(self, signed: SignedCheckpoint) -> bool:
        """Keep a checkpoint as the witnessed one, if the quorum has cosigned it and none that is newer."""
        reached = witnessed(signed, self.manifest).reached
        if not (self.manifest.witnesses.keys and reached):
            return False
        while True:
            old = self.store.witnessed()
            if old and SignedCheckpoint.parse(old).checkpoint.size > signed.checkpoint.size:
                return False
            if self.store.replace_witnessed(old, signed.to_bytes()):
                return True

    def close(self) -> None:
        """Answer who waits, publish, give everything back."""
        if self._sequencer:
            self._sequencer.close()
        if self._publisher:
            self._publisher.close()
        self.store.close()

    def _notify(self) -> None:
        if self._publisher:
            self._publisher.notify()


def _begin(writer: Writer, signer: NoteSigner) -> Head:
    checkpoint = Checkpoint(signer.name, 0, EMPTY_ROOT)
    head = Head(0, EMPTY_ROOT, sign_checkpoint(checkpoint, signer).to_bytes())
    writer.begin_log(head)
    return head


def _manifest(reader: RecordReader) -> Manifest:
    manifest = parse(reader.entry(0).content) if reader.size else None
    if not isinstance(manifest, Manifest):
        raise BoardError("the database's log does not begin with a manifest")
    return manifest


def _signer(manifest: Manifest, key: SigningKey) -> NoteSigner:
    """The log's. Raises BoardError where the manifest names another key."""
    signer = NoteSigner(manifest.log.origin, key)
    if str(signer.key) != manifest.log.key:
        raise BoardError("the manifest names another key than the log's")
    return signer
