"""Replays of a log, one after the other, until what is false about its ballots is known (PROTOCOL 5; SPEC 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from crypto import batch
from crypto.errors import EncodingError
from election.ballot import claims
from election.entries import Cast, parse
from election.errors import RecordError, TreeError
from election.faults import Fault, Refusal
from election.ledger import Logged
from election.record import LogEntry, RecordReader
from election.replay import Replay, logged

Progress = Callable[[str, int, int], None]

# Of a batch, whichever comes first: claims, and slots, of which 2^17 take some 100 MB.
BATCH = 512
BATCH_SLOTS = 2**17

# A fault of one of these leaves everything else in place, so that all such faults can be named at once.
_INDEPENDENT = frozenset({"cast", "challenge", "clock", "ready", "partial-decryption"})


def passes(reader: RecordReader, size: int, progress: Progress | None) -> Pass:
    """The last of as many replays as it takes until nothing else is false."""
    known, proven = dict[int, str](), 0
    while True:
        found = Pass(reader, size, known, proven, progress)
        found.run()
        if not found.false:
            return found
        # What is false has no effect, so that other entries may stand or fall otherwise: once more from the start.
        known |= found.false
        proven = max(proven, found.judged)


class Pass:
    """One replay from the start.

    known: entry number -> what is false about its proofs, of the first `proven` entries: the passes before have looked
    into all of those, and no state could make the proofs of a cast otherwise.
    """

    def __init__(
        self,
        reader: RecordReader,
        size: int,
        known: Mapping[int, str],
        proven: int,
        progress: Progress | None,
    ) -> None:
        self.reader, self.size, self.progress = reader, size, progress
        self.known, self.proven = known, proven
        self.replay = Replay(reader)
        self.faults: list[Fault] = []
        self.false: dict[int, str] = {}
        self.judged = 0
        self.waiting: list[tuple[int, batch.Claim]] = []
        self.slots = 0

    def run(self) -> None:
        try:
            judging = True
            for raw in self._entries():
                if judging:
                    judging, self.judged = self._take(raw), raw.index + 1
                else:
                    self._read(raw)
        except RecordError as error:
            check = 2 if isinstance(error, TreeError) else 0
            self.faults.append(Fault(check, str(error), self.replay.state.size))
        self._discharge()

    def _entries(self) -> Iterator[LogEntry]:
        for raw in self.reader.entries(0, self.size):
            yield raw
            if self.progress and (raw.index % 64 == 0 or raw.index + 1 == self.size):
                self.progress("entries", raw.index + 1, self.size)

    def _take(self, raw: LogEntry) -> bool:
        """Whether what comes after it can be judged."""
        try:
            entry = logged(raw)
        except EncodingError as error:
            self.faults.append(Fault(0, str(error), raw.index))
            self.replay.pass_over(raw)
            return raw.index > 0
        self._collect(entry)
        try:
            self.replay.take(entry, self.known.get(raw.index, ""))
        except Refusal as refusal:
            self.faults.append(refusal.fault)
            self.replay.pass_over(raw)
            return refusal.fault.void or entry.entry.kind in _INDEPENDENT
        return True

    def _read(self, raw: LogEntry) -> None:
        """Where no state is left to judge by, V0 is still about every entry, and the root about every leaf."""
        try:
            parse(raw.content)
        except EncodingError as error:
            self.faults.append(Fault(0, str(error), raw.index))
        self.replay.pass_over(raw)

    def _collect(self, entry: Logged) -> None:
        parameters = self.replay.state.parameters
        if not isinstance(entry.entry, Cast) or parameters is None or entry.number < self.proven:
            return
        try:
            self.waiting += [(entry.number, claim) for claim in claims(parameters, entry.entry)]
        except EncodingError:
            return  # another length than its style: the ledger refuses it
        self.slots += len(entry.entry.body.slots)
        if len(self.waiting) >= BATCH or self.slots >= BATCH_SLOTS:
            self._discharge()

    def _discharge(self) -> None:
        if not self.waiting or self.replay.state.parameters is None:
            return
        bad = batch.find_bad([claim for _, claim in self.waiting], self.replay.state.parameters.basis)
        for i in bad:
            number, _ = self.waiting[i]
            self.false[number] = "the cast proof or the ballot proof is false"
        self.waiting.clear()
        self.slots = 0
