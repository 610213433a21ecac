"""A board over a record folder: whoever holds the log's key appends, and processes take turns.

What it admits and what the verifier accepts is decided by the same functions of election/. An append is all or
nothing: entries that the ledger refuses are not written, nor is anything that came with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bulletin_board.admission import Acknowledged, Admission, Incoming, admit_first, due_clock
from crypto.errors import EncodingError
from crypto.signing import SigningKey
from crypto.tlog_proof import TlogProof
from election.entries import Closing
from election.entry import Entry
from election.errors import RecordError
from election.examine import catch_up, replay_checked
from election.faults import Fault, Refusal
from election.ledger import Logged
from election.manifest import Manifest
from election.record import DurableFolder, RecordReader, RecordWriter
from election.replay import Replay

# Size and root of the log that the last `append` has left behind.
_ADMITTED = ".writer/admitted"


class FolderBoard:
    """The record in a folder and the right to append to it. now: UTC seconds."""

    def __init__(self, folder: Path, origin: str, key: SigningKey, now: Callable[[], int]) -> None:
        self._folder, self._now = folder, now
        self._writer = RecordWriter(folder, origin, key)
        self._files = DurableFolder(folder)
        self._replay: Replay | None = None
        self._void: list[Fault] = []

    @classmethod
    def create(cls, folder: Path, manifest: Manifest, key: SigningKey, now: Callable[[], int]) -> FolderBoard:
        """Begin a record with its manifest. Raises Refusal for a bad manifest, RecordError where a record is."""
        board = cls(folder, manifest.log.origin, key, now)
        if str(board._writer.key) != manifest.log.key:
            raise RecordError("log.key", "the manifest names another key than the log's")
        first = Incoming.of(manifest)
        admit_first(first)
        board._writer.create()
        with board._writer.locked() as head:
            if head.size:
                raise RecordError(str(folder), "somebody else has begun this log")
            head.append([first.content])
        return board

    @property
    def reader(self) -> RecordReader:
        """The record as it is now."""
        return RecordReader.of_folder(self._folder)

    @property
    def replay(self) -> Replay:
        """The log replayed up to now. Raises RecordError, EncodingError or Refusal for a record that is none."""
        reader = self.reader
        if self._admitted(reader):
            self._replay = self._replay or Replay(reader)
            catch_up(self._replay, reader)
        else:
            self._replay, self._void = replay_checked(reader)
        return self._replay

    def _admitted(self, reader: RecordReader) -> bool:
        """Whether all of it came in by `append`, proofs checked and nothing void: nobody else has written since."""
        try:
            return (self._folder / _ADMITTED).read_bytes() == _head(reader)
        except FileNotFoundError:
            return False

    def append(self, entries: Sequence[Entry]) -> list[Acknowledged]:
        """Take entries in, in this order, as one batch. Raises Refusal, naming the entry's number in the log."""
        with self._writer.locked() as head:
            replay = self.replay
            clock = due_clock(replay.state, self._now())
            incoming = [
                _read_back(entry, number) for number, entry in enumerate((*clock, *entries), head.size)
            ]
            _check_order(incoming, head.size)
            try:
                taken = _admit(replay, incoming)
                head.append([one.content for one in incoming])
            except BaseException:
                # What it has taken in already is not in the log.
                self._replay = None
                raise
            reader = self.reader
            if not self._void:
                self._files.write({_ADMITTED: _head(reader)})
        return [_acknowledge(reader, entry) for entry in taken[len(clock) :]]


def _head(reader: RecordReader) -> bytes:
    return f"{reader.size} {reader.root.hex()}\n".encode()


def _acknowledge(reader: RecordReader, entry: Logged) -> Acknowledged:
    proof = TlogProof(entry.number, tuple(reader.inclusion_proof(entry.number)), reader.signed)
    return Acknowledged(entry.number, entry.hash, proof)


def _read_back(entry: Entry, number: int) -> Incoming:
    """The entry as everybody will read it. Raises Refusal where nobody could."""
    try:
        return Incoming.parse(entry.to_bytes())
    except EncodingError as error:
        raise Refusal(0, str(error), number) from None


def _check_order(incoming: Sequence[Incoming], first: int) -> None:
    """What follows the closing is judged by the log up to there, so that has to be written before."""
    for number, one in enumerate(incoming[:-1], first + 1):
        if isinstance(one.entry, Closing):
            raise Refusal(2, "nothing may come in one batch with the closing, after it", number)


def _admit(replay: Replay, incoming: Sequence[Incoming]) -> list[Logged]:
    admission = Admission(replay)
    admission.check_casts(incoming)
    return [admission.take(one) for one in incoming]
