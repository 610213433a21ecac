"""A board over a record folder: whoever holds the log's key appends, and processes take turns.

What it admits and what the verifier accepts is decided by the same functions of election/. An append is all or
nothing: entries that the ledger refuses are not written, nor is anything that came with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crypto import batch
from crypto.errors import EncodingError
from crypto.merkle import leaf_hash
from crypto.signing import SigningKey
from crypto.tlog_proof import TlogProof
from election.ballot import claims
from election.entries import Cast, Clock, entry_hash
from election.entry import Entry
from election.errors import RecordError
from election.examine import catch_up
from election.faults import Refusal
from election.ledger import Logged, Phase, State, apply
from election.manifest import Manifest
from election.record import RecordReader, RecordWriter, leaf_of
from election.replay import Replay

_TIMED = (Phase.SETUP, Phase.VOTING, Phase.CLOSED)


@dataclass(frozen=True)
class Acknowledged:
    """An entry is in the log: its number and content hash, and the proof under a signed checkpoint."""

    number: int
    hash: bytes
    proof: TlogProof


class FolderBoard:
    """The record in a folder and the right to append to it. now: UTC seconds."""

    def __init__(self, folder: Path, origin: str, key: SigningKey, now: Callable[[], int]) -> None:
        self._folder, self._now = folder, now
        self._writer = RecordWriter(folder, origin, key)
        self._replay: Replay | None = None

    @classmethod
    def create(cls, folder: Path, manifest: Manifest, key: SigningKey, now: Callable[[], int]) -> FolderBoard:
        """Begin a record with its manifest. Raises Refusal for a bad manifest, RecordError where a record is."""
        board = cls(folder, manifest.log.origin, key, now)
        if str(board._writer.key) != manifest.log.key:
            raise RecordError("log.key", "the manifest names another key than the log's")
        content = manifest.to_bytes()
        apply(State(), _logged(0, manifest, content))
        board._writer.create()
        board._writer.append([content])
        return board

    @property
    def reader(self) -> RecordReader:
        """The record as it is now."""
        return RecordReader.of_folder(self._folder)

    @property
    def replay(self) -> Replay:
        """The log replayed up to now. Raises RecordError, EncodingError or Refusal for a record that is none."""
        reader = self.reader
        if self._replay is None:
            self._replay = Replay(reader)
        catch_up(self._replay, reader)
        return self._replay

    def append(self, entries: Sequence[Entry]) -> list[Acknowledged]:
        """Take entries in, in this order, as one batch. Raises Refusal, naming the entry's number in the log."""
        with self._writer.locked() as head:
            replay = self.replay
            entries = [*self._clock(replay), *entries]
            contents = [entry.to_bytes() for entry in entries]
            taken = [
                _logged(head.size + i, e, c) for i, (e, c) in enumerate(zip(entries, contents, strict=True))
            ]
            try:
                _check_casts(replay, taken)
                for logged in taken:
                    replay.take(logged)
            except Refusal:
                self._replay = None
                raise
            head.append(contents)
        reader = self.reader
        return [
            Acknowledged(
                e.number, e.hash, TlogProof(e.number, tuple(reader.inclusion_proof(e.number)), reader.signed)
            )
            for e in taken
            if not isinstance(e.entry, Clock)
        ]

    def _clock(self, replay: Replay) -> list[Entry]:
        """A clock entry before the others, where the clock has moved."""
        state, now = replay.state, self._now()
        moved = state.clock is None or now > state.clock
        return [Clock(now)] if moved and state.phase in _TIMED and now <= state.election.deadline else []


def _logged(number: int, entry: Entry, content: bytes) -> Logged:
    return Logged(number, entry, entry_hash(content), leaf_hash(leaf_of(content)))


def _check_casts(replay: Replay, entries: Sequence[Logged]) -> None:
    """Raises Refusal for the first cast whose proofs are false: an honest board logs no void entry."""
    parameters = replay.state.parameters
    if parameters is None:
        return
    found: list[tuple[int, batch.Claim]] = []
    for logged in entries:
        if isinstance(logged.entry, Cast):
            try:
                found += [(logged.number, claim) for claim in claims(parameters, logged.entry)]
            except EncodingError as error:
                raise Refusal(5, str(error), logged.number) from None
    for i in batch.find_bad([claim for _, claim in found], parameters.basis):
        raise Refusal(5, "the cast proof or the ballot proof is false", found[i][0], void=True)
