"""The log as its readers ask for it: ballots by tracker, entries by kind. It follows what is durable, and only that."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from bulletin_board.errors import RetryableError
from crypto.tiles import TILE_WIDTH
from election.entries import Cast, Challenge, parse
from election.faults import Refusal
from election.ledger import Phase, State
from election.record import LogEntry, RecordReader
from election.replay import Replay, logged
from election.standing import Finding, Sighting, find
from election.tracker import tracker

_PATIENCE = 5.0


@dataclass
class Seen:
    """What the register knows of the log. Whoever was given it may read it until they give the register back.

    kinds: kind -> entry numbers; casts: unit -> numbers of its cast ballots; firsts: numbers of the first ballot of
    each voter; trackers: tracker -> number; void: number -> why that entry is without effect; false: what an
    examination has found about proofs that are not looked at here.
    """

    reader: RecordReader
    replay: Replay
    kinds: dict[str, array[int]] = field(default_factory=dict)
    casts: dict[str, array[int]] = field(default_factory=dict)
    firsts: array[int] = field(default_factory=lambda: array("Q"))
    trackers: dict[str, int] = field(default_factory=dict)
    void: dict[int, str] = field(default_factory=dict)
    false: Mapping[int, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        return self.replay.state

    def take(self, raw: LogEntry) -> None:
        """Whoever gives the log has checked every entry; one that is void is remembered so."""
        entry = logged(raw)
        try:
            self.replay.take(entry, self.false.get(entry.number, ""), trusting=True)
        except Refusal as refusal:
            if not refusal.fault.void:
                raise
            self.replay.pass_over(raw)
            self.void[entry.number] = refusal.fault.reason
        self.kinds.setdefault(entry.entry.kind, array("Q")).append(entry.number)
        if isinstance(entry.entry, Cast | Challenge):
            own = tracker(entry.entry.body.encoded)
            if own not in self.trackers or entry.number not in self.void:
                self.trackers[own] = entry.number
        if isinstance(entry.entry, Cast) and entry.number not in self.void:
            unit = self.state.roll[entry.entry.credential.to_bytes()].unit
            self.casts.setdefault(unit, array("Q")).append(entry.number)
            if entry.entry.sequence == 1:
                self.firsts.append(entry.number)

    def find(self, wanted: str, asked: str | None) -> Finding:
        """What became of the ballot with a tracker; both arguments as election.tracker writes them."""
        number = self.trackers.get(wanted)
        sightings = [] if number is None else [self.ballot(number)]
        return find(self.state, sightings, asked, self.sequence)

    def ballot(self, number: int) -> Sighting:
        """A cast or a challenge of the log."""
        entry = parse(self.reader.entry(number).content)
        assert isinstance(entry, Cast | Challenge)
        return Sighting(number, entry, self.void.get(number, ""))

    def sequence(self, number: int) -> int:
        """Sequence number of a cast ballot."""
        ballot = self.ballot(number).ballot
        assert isinstance(ballot, Cast)
        return ballot.sequence


class Register:
    """read: the record as it is now; false: entry number -> what is false about its proofs."""

    def __init__(self, read: Callable[[], RecordReader], false: Mapping[int, str] | None = None) -> None:
        self._read = read
        reader = read()
        self._seen = Seen(reader, Replay(reader), false=false or {})
        self._lock = threading.Lock()

    @property
    def phase(self) -> Phase:
        """As far as the log was read here."""
        return self._seen.state.phase

    def look_up(self, wanted: str, asked: str | None) -> tuple[Finding, int]:
        """What `Seen.find` says, and of how many entries that is said.

        Raises RetryableError while the log is still being read.
        """
        with self.current() as seen:
            return seen.find(wanted, asked), seen.reader.size

    def entries(self, kinds: Collection[str], start: int, limit: int) -> Iterator[LogEntry]:
        """At most `limit` entries of these kinds, of all for none, from entry `start` on."""
        with self.current() as seen:
            reader = seen.reader
            lists = [seen.kinds[kind] for kind in kinds or seen.kinds if kind in seen.kinds]
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
    def current(self) -> Iterator[Seen]:
        """The log as it is now, for as short a time as possible: whoever else asks waits.

        Raises RetryableError while the log is still being read.
        """
        if not self._lock.acquire(timeout=_PATIENCE):
            raise RetryableError("the board is still reading its log", _PATIENCE)
        try:
            self._follow(self._read())
            yield self._seen
        finally:
            self._lock.release()

    def _follow(self, reader: RecordReader) -> None:
        self._seen.reader = self._seen.replay.reader = reader
        for raw in reader.entries(self._seen.state.size):
            self._seen.take(raw)
