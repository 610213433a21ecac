"""The one thread that puts entries into order, and the database.

Nothing is answered before the transaction that decides it: a receipt, because it promises that the entry will
stay; a refusal, because it may rest on an entry of the same batch.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from bulletin_board.admission import Acknowledged, Incoming, due_clock
from bulletin_board.errors import BoardError, ClosedError, RetryableError, StoppedError
from bulletin_board.points import Reach, pass_by
from bulletin_board.store import Batch, Head, Store, SupersededError, Writer
from bulletin_board.tip import Growth, Tip
from bulletin_board.waiting import Submission, WaitingRoom
from crypto.note import NoteSigner
from crypto.tlog_proof import TlogProof
from election.entries import Cast, Challenge, Closing
from election.entry import Entry
from election.faults import Refusal
from election.ledger import Logged, Phase, State
from election.record import RecordReader

BATCH = 512
CAPACITY = 1024

_log = logging.getLogger(__name__)
_UNKNOWN = "whether the entry was logged is not known; send the same bytes again"


@dataclass
class _Judged:
    """A batch before its transaction. taken: in log order, with what the board itself puts in."""

    taken: list[Incoming] = field(default_factory=list)
    admitted: list[tuple[Submission, Logged]] = field(default_factory=list)
    refused: list[tuple[Submission, Refusal]] = field(default_factory=list)
    rest: list[Submission] = field(default_factory=list)


class _BrokenError(Exception):
    """Judging this one entry has failed in a way that nobody has foreseen."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(submission.incoming.hash.hex())
        self.submission = submission


class Sequencer:
    """Appends to one database, as the only one. now: UTC seconds; committed: told after every commit."""

    def __init__(
        self,
        store: Store,
        signer: NoteSigner,
        now: Callable[[], int],
        *,
        capacity: int = CAPACITY,
        reach: Reach = pass_by,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        """Raises StoppedError where another sequencer lives, and what Tip.of raises."""
        self._store, self._signer, self._now = store, signer, now
        self._reach, self._committed = reach, committed
        self._room = WaitingRoom(capacity)
        self._writer: Writer | None = Writer(store.engine, reach)
        try:
            self._tip: Tip | None = Tip.of(store, signer)
        except BaseException:
            self._writer.close()
            raise
        self._stopped: BoardError | None = None
        self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)
        self._thread.start()

    def submit(self, incoming: Incoming) -> Future[Acknowledged]:
        """Stand in line. Raises QueueFullError, StoppedError; the future raises Refusal, RetryableError too."""
        return self._room.enter(incoming)

    @property
    def waiting(self) -> int:
        """How many entries are without an answer."""
        return len(self._room)

    @property
    def stopped(self) -> BoardError | None:
        """Why nothing is appended any more, if so."""
        return self._stopped

    @property
    def state(self) -> State | None:
        """The ledger's state, which this thread goes on changing; None while it is read again after a failure."""
        tip = self._tip
        return tip.replay.state if tip else None

    def close(self) -> None:
        """Answer who is in line already, then give the lock back."""
        self._room.close(StoppedError("the board is closing down"))
        self._thread.join()

    def _run(self) -> None:
        while batch := self._room.take(BATCH):
            while batch:
                batch = self._sequence(batch)
        if self._writer:
            self._writer.close()

    def _sequence(self, batch: Sequence[Submission]) -> list[Submission]:
        """Answer these submissions, but for a rest that needs a transaction of its own."""
        try:
            return self._attempt(batch)
        except SupersededError as error:
            self._stop(StoppedError(f"another sequencer has written to this database: {error}"))
        except StoppedError as error:
            self._stop(error)
        except _BrokenError as error:
            _log.exception("an entry cannot be judged; the others go on without it")
            self._tip = None
            self._room.answer(error.submission, RetryableError(_UNKNOWN))
            return [submission for submission in batch if not submission.answer.done()]
        except Exception:
            _log.exception("a batch of %d entries has failed", len(batch))
            self._tip = None
        verdict = self._stopped or RetryableError(_UNKNOWN)
        for submission in batch:
            if not submission.answer.done():
                self._room.answer(submission, verdict)
        return []

    def _attempt(self, batch: Sequence[Submission]) -> list[Submission]:
        if self._stopped:
            raise self._stopped
        tip = self._tip = self._tip or self._recover()
        known = self._store.numbers([s.incoming.hash for s in batch])
        fresh = [s for s in batch if s.incoming.hash not in known]
        judged = self._judge(tip, fresh)
        if judged.taken:
            growth = self._commit(tip, judged.taken)
            self._reach("answer")
            for submission, entry in judged.admitted:
                proof = growth.proof(entry.number)
                self._room.answer(submission, Acknowledged(entry.number, entry.hash, proof))
        for submission, refusal in judged.refused:
            self._room.answer(submission, refusal)
        self._repeat([(s, known[s.incoming.hash]) for s in batch if s.incoming.hash in known])
        return judged.rest

    def _judge(self, tip: Tip, batch: Sequence[Submission]) -> _Judged:
        """Let the tip's replay take in what may be logged, after a clock entry where one is due."""
        judged, admission = _Judged(), tip.admission
        if not batch:
            return judged
        for clock in map(Incoming.of, due_clock(tip.replay.state, self._now())):
            admission.take(clock)
            judged.taken.append(clock)
        try:
            admission.check_casts([submission.incoming for submission in batch])
        except Exception:
            _log.exception("the proofs of a batch cannot be checked together; each is checked alone")
        for i, submission in enumerate(batch):
            try:
                entry = admission.take(submission.incoming)
            except Refusal as refusal:
                if _is_over(tip.replay.state, submission.incoming.entry):
                    refusal = ClosedError.like(refusal)
                judged.refused.append((submission, refusal))
                continue
            except Exception as error:
                raise _BrokenError(submission) from error
            judged.taken.append(submission.incoming)
            judged.admitted.append((submission, entry))
            if isinstance(entry.entry, Closing):
                judged.rest = list(batch[i + 1 :])  # what follows may need the tally, out of the database
                break
        return judged

    def _commit(self, tip: Tip, entries: Sequence[Incoming]) -> Growth:
        """One transaction. Raises SupersededError, or anything else where the batch is not in the database."""
        self._reach("sign")
        growth = Growth.of(tip.head, tip.edge, entries, self._signer)
        self._persist(growth.batch)
        self._tip = growth.tip(tip.admission, self._store)
        self._committed()
        return growth

    def _persist(self, batch: Batch) -> None:
        """Commit; where that fails and the database has nothing of it, once more, the same checkpoint and all."""
        for last in (False, True):
            assert self._writer is not None
            try:
                self._writer.commit(batch)
                return
            except SupersededError:
                raise
            except Exception:
                _log.exception("a commit has failed; the database is asked whether it has persisted")
                head = self._reconnect()
                if batch.new.is_tree_of(head):
                    return
                if last or not batch.old.is_tree_of(head):
                    raise

    def _repeat(self, logged: Sequence[tuple[Submission, int]]) -> None:
        """Receipts for entries that were logged before."""
        if not logged:
            return
        reader = RecordReader(self._store)
        for submission, number in logged:
            proof = TlogProof(number, tuple(reader.inclusion_proof(number)), reader.signed)
            self._room.answer(submission, Acknowledged(number, submission.incoming.hash, proof))

    def _recover(self) -> Tip:
        """After a failure: what counts is what the database says."""
        self._reconnect()
        return Tip.of(self._store, self._signer)

    def _reconnect(self) -> Head:
        """The head, under a lock taken anew: no transaction of the old connection can come in any more."""
        if self._writer:
            self._writer.close()
            self._writer = None
        self._writer = Writer(self._store.engine, self._reach)
        head = self._writer.head()
        if head is None:
            raise BoardError("the log has gone from the database")
        return head

    def _stop(self, reason: BoardError) -> None:
        """For good: somebody else writes."""
        _log.error("the sequencer stops: %s", reason)
        self._stopped = reason
        self._room.close(reason)


def _is_over(state: State, entry: Entry) -> bool:
    """Whether the entry was refused because its time has passed, whatever else is wrong with it."""
    if state.phase is Phase.FINAL:
        return True
    if not isinstance(entry, Cast | Challenge):
        return False
    ended = (
        state.clock is not None and state.manifest is not None and state.clock >= state.manifest.voting.end
    )
    return state.phase is Phase.CLOSED or ended
