"""What lists say of a ballot without taking its proofs and points apart, which costs a hundred times as much."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bulletin_board.web.register import Seen
from crypto.tiles import TILE_WIDTH
from election import canonical
from election.canonical import b64decode
from election.record import LogEntry, RecordReader, Source
from election.record.blobs import content_of
from election.tracker import pseudonym, tracker


@dataclass(frozen=True)
class Glance:
    """A cast or a challenge of the log. credential: 32 bytes, b"" of a challenge, whose sequence is 0."""

    number: int
    tracker: str
    style: str
    credential: bytes = b""
    sequence: int = 0
    choices: tuple[int, ...] = ()

    @classmethod
    def of(cls, number: int, value: dict[str, Any]) -> Glance:
        """Out of a logged entry's JSON, which the ledger has parsed before."""
        body = value["body"]
        own = number, tracker(canonical.encode(body)), body["style"]
        if "choices" in value:
            return cls(*own, choices=tuple(value["choices"]))
        return cls(*own, b64decode(value["credential"]), value["sequence"])

    @property
    def pseudonym(self) -> str:
        return pseudonym(self.credential) if self.credential else ""


def value_of(entry: LogEntry) -> dict[str, Any]:
    """The JSON of a logged entry. Raises EncodingError."""
    value = canonical.decode(entry.content)
    assert isinstance(value, dict)
    return value


def chosen(reader: RecordReader, source: Source, numbers: Sequence[int]) -> Iterator[LogEntry]:
    """These entries, in rising order, each bundle read once and no blob that is not asked for."""
    for _, group in groupby(sorted(numbers), lambda number: number // TILE_WIDTH):
        wanted = list(group)
        leaves = reader.leaves(wanted[0], wanted[-1] + 1)
        for index, leaf in enumerate(leaves, wanted[0]):
            if index in wanted:
                yield LogEntry(index, leaf, content_of(leaf, source, f"entry {index}"))


def glances(reader: RecordReader, source: Source, numbers: Sequence[int]) -> dict[int, Glance]:
    """By number, of casts and challenges."""
    entries = chosen(reader, source, numbers)
    return {entry.index: Glance.of(entry.index, value_of(entry)) for entry in entries}


def time_before(seen: Seen, number: int) -> int | None:
    """What the last clock entry up to an entry says, in UTC seconds; None before the first."""
    place = bisect_right(seen.state.clocks, number, key=lambda clock: clock[0])
    return seen.state.clocks[place - 1][1] if place else None


def kinds_of(seen: Seen, numbers: Iterable[int]) -> dict[int, str]:
    """Of these entries, by number."""
    wanted = list(numbers)
    return {number: kind for kind, own in seen.kinds.items() for number in wanted if _holds(own, number)}


def _holds(rising: Sequence[int], number: int) -> bool:
    place = bisect_left(rising, number)
    return place < len(rising) and rising[place] == number
