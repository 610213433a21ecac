"""A board over a record folder: whoever holds the log's key appends, and processes take turns.

What it admits and what the verifier accepts is decided by the same functions of election/. An append is all or
nothing: entries that the ledger refuses are not written, nor is anything that came with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bulletin_board.admission import Acknowledged, Admission, Incoming, admit_first, due_clock
from crypto.signing import SigningKey
from crypto.tlog_proof import TlogProof
from election.entries import Clock
from election.entry import Entry
from election.errors import RecordError
from election.examine import catch_up
from election.faults import Refusal
from election.manifest import Manifest
from election.record import RecordReader, RecordWriter
from election.replay import Replay


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
        first = Incoming.of(manifest)
        admit_first(first)
        board._writer.create()
        board._writer.append([first.content])
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
            incoming = [Incoming.of(entry) for entry in (*due_clock(replay.state, self._now()), *entries)]
            admission = Admission(replay)
            try:
                admission.check_casts(incoming)
                taken = [admission.take(one) for one in incoming]
            except Refusal:
                self._replay = None
                raise
            head.append([one.content for one in incoming])
        reader = self.reader
        return [
            Acknowledged(
                e.number, e.hash, TlogProof(e.number, tuple(reader.inclusion_proof(e.number)), reader.signed)
            )
            for e in taken
            if not isinstance(e.entry, Clock)
        ]
