"""The log as its readers ask for it: ballots by tracker, entries by kind. It follows what is durable, and only that."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import groupby

from bulletin_board.errors import RetryableError
from crypto.tiles import TILE_WIDTH
from election.entries import Cast, Challenge, parse
from election.ledger import Phase
from election.record import LogEntry, RecordReader
from election.replay import Replay, logged
from election.standing import Finding, Sighting, find
from election.tracker import tracker

_PATIENCE = 5.0


class Register:
    """read: the record as it is now."""

    def __init__(self, read: Callable[[], RecordReader]) -> None:
        self._read = read
        self._replay = Replay(read())
        self._trackers: dict[str, int] = {}
        self._kinds: dict[str, array[int]] = {}
        self._lock = threading.Lock()

    @property
    def phase(self) -> Phase:
        """As far as the log was read here."""
        return self._replay.state.phase

    def look_up(self, wanted: str, asked: str | None) -> tuple[Finding, int]:
        """What became of the ballot with a tracker, and of how many entries that is said.

        Both arguments as election.tracker writes them. Raises RetryableError while the log is still being read.
        """
        with self._current() as reader:
            number = self._trackers.get(wanted)
            seen = [] if number is None else [self._sighting(reader, number)]
            return find(self._replay.state, seen, asked, lambda n: _sequence(reader, n)), reader.size

    def entries(self, kinds: Collection[str], start: int, limit: int) -> Iterator[LogEntry]:
        """At most `limit` entries of these kinds, of all for none, from entry `start` on."""
        with self._current() as reader:
            lists = [self._kinds[kind] for kind in kinds or self._kinds if kind in self._kinds]
            numbers = sorted(n for own in lists for n in own[bisect_left(own, start) :][:limit])[:limit]
        for _, group in groupby(numbers, lambda number: number // TILE_WIDTH):
            wanted = list(group)
            found = reader.entries(wanted[0], wanted[-1] + 1)
            yield from (entry for entry in found if entry.index in set(wanted))

    def catch_up(self) -> None:
        """Read what the log has beyond what was read before, however long that takes."""
        with self._lock:
            self._follow(self._read())

    @contextmanager
    def _current(self) -> Iterator[RecordReader]:
        if not self._lock.acquire(timeout=_PATIENCE):
            raise RetryableError("the board is still reading its log", _PATIENCE)
        try:
            reader = self._read()
            self._follow(reader)
            yield reader
        finally:
            self._lock.release()

    def _follow(self, reader: RecordReader) -> None:
        """The board has checked every entry before it logged it."""
        for raw in reader.entries(self._replay.state.size):
            entry = logged(raw)
            self._replay.take(entry, trusting=True)
            self._kinds.setdefault(entry.entry.kind, array("Q")).append(entry.number)
            if isinstance(entry.entry, Cast | Challenge):
                self._trackers[tracker(entry.entry.body.encoded)] = entry.number

    def _sighting(self, reader: RecordReader, number: int) -> Sighting:
        entry = parse(reader.entry(number).content)
        assert isinstance(entry, Cast | Challenge)
        return Sighting(number, entry)


def _sequence(reader: RecordReader, number: int) -> int:
    entry = parse(reader.entry(number).content)
    assert isinstance(entry, Cast)
    return entry.sequence
