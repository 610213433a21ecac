"""A key file at work on a record: look, keep what must be kept, post, look again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from crypto.errors import GlassballotError
from election.entry import Entry
from election.examine import Examination, Progress, Stage, catch_up, examine
from election.faults import Refusal
from election.ledger import Phase, State
from election.record import RecordReader
from election.replay import Replay
from trustees import duties, share
from trustees.errors import DutyError
from trustees.keyfile import KeyFile
from trustees.owed import Owed
from trustees.sentences import Sentence

Submit = Callable[[Sequence[Entry]], object]


class Session:
    """read: the record as it is now; now: UTC seconds by the trustee's own clock.

    anchor: the context as the office published it; confirmed: the closing root as others told it; 32 bytes.
    state: of the log when it was last looked at, and its phase; examined: the record, as the trustee itself has checked
    it, once voting has closed; progress: opened around every examination, gives what to report to.
    """

    def __init__(
        self,
        key_file: KeyFile,
        read: Callable[[], RecordReader],
        now: Callable[[], int],
        *,
        anchor: bytes | None = None,
        confirmed: bytes | None = None,
        progress: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
    ) -> None:
        self.key_file = key_file
        self._read, self._now, self._anchor = read, now, anchor
        self.confirmed, self._progress = confirmed, progress
        self._replay: Replay | None = None
        self._seen = 0
        self.examined: Examination | None = None
        self.state = State()

    @property
    def phase(self) -> Phase:
        return self.state.phase

    def look(self) -> Owed:
        """What is owed now. Raises DutyError; Refusal or RecordError for a record not to be acted upon."""
        reader = self._read()
        self._seen = reader.size
        state, tally = self._follow(reader), None
        if state is None or state.phase is Phase.CLOSED:
            found = self._examine_closed(reader)
            state, tally = found.state, found.tally
        self.state = state
        return duties.owed(
            state,
            self.key_file.secrets,
            self._now(),
            tally=tally,
            confirmed=self.confirmed,
            signed=reader.signed,
        )

    def prepare(self) -> Owed:
        """What is owed now, its secrets on the disk: the entries may be posted."""
        owed = self.look()
        self.key_file.keep(owed.secrets)
        return owed

    def step(self, submit: Submit, may: Callable[[Owed], bool] = lambda owed: True) -> Iterator[Owed]:
        """Do all that is owed now; yields each duty when it is done and, last, what to wait for.

        submit: appends entries to the log, all or none; raises Refusal where the log does not take them.
        may: whether the owner allows this; what is not allowed is yielded, last, with nothing kept or posted.
        """
        while True:
            owed = self.look()
            if not may(owed):
                yield owed
                return
            self.key_file.keep(owed.secrets)
            if not owed.entries:
                yield owed
                return
            if self._post(owed, submit):
                yield owed

    def recover(self) -> bool:
        """Bring the share back from the log and the static key; False if it is there and right already."""
        found = self._examine(self._read(), Stage.CEREMONY)
        secrets = duties.bind(found.state, self.key_file.secrets)
        recovered = share.recover(found.state, secrets)
        self.key_file.keep(recovered)
        return recovered != secrets

    def verify(self) -> Examination:
        """The whole record with its result, checked. Raises Refusal unless the result is there and all passes."""
        return self._examine(self._read(), Stage.FINAL)

    def destroy(self) -> None:
        """Destroy the key file. Raises Refusal unless the result is there and the whole record passes."""
        duties.bind(self.verify().state, self.key_file.secrets)
        self.key_file.destroy()

    def _follow(self, reader: RecordReader) -> State | None:
        """The ledger's state, proofs of ballots unexamined: before the closing nothing owed depends on them.

        None where an entry is refused that way: an examination sees what is void, and names what is not.
        """
        replay = self._replay = self._replay or Replay(reader)
        seen = replay.state.size
        if seen and (reader.size < seen or reader.root_at(seen) != replay.state.tree.root()):
            raise DutyError(
                Sentence("the log takes back entries that it has shown: keep the record as evidence")
            )
        try:
            catch_up(replay, reader)
        except GlassballotError:
            return None
        if self._anchor not in (None, replay.state.context):
            raise DutyError(Sentence("this record is of another election than the anchor names"))
        log = replay.state.election.log
        reader.signed.verify(log.origin, log.note_key)
        return replay.state

    def _examine_closed(self, reader: RecordReader) -> Examination:
        """V0 … V7, run by the trustee itself; once while the log stays as it is."""
        if self.examined is None or self.examined.state.tree.root() != reader.root:
            self.examined = self._examine(reader, Stage.CLOSED)
        return self.examined

    def _examine(self, reader: RecordReader, stage: Stage) -> Examination:
        anchor = self._anchor or self.key_file.secrets.context
        with self._progress() as report:
            found = examine(reader, stage, anchor=anchor, progress=report)
        found.require()
        return found

    def _post(self, owed: Owed, submit: Submit) -> bool:
        """False if the log has grown meanwhile and takes this no more: somebody else may have been quicker."""
        try:
            submit(owed.entries)
        except Refusal:
            if self._read().size == self._seen:
                raise
            return False
        return True
