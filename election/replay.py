"""A log replayed: the ledger's state, the encrypted tally, and the proofs that the ledger leaves to its caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crypto.errors import GlassballotError
from crypto.group import Points
from election.announcement import check_result
from election.ballot import verify_opening
from election.entries import Body, Cast, Challenge, PartialDecryption, Result, parse
from election.entry import Entry
from election.ledger import Logged, State, apply
from election.record import LogEntry, RecordReader
from election.tally import EncryptedTally, aggregate, verify_partial


def logged(raw: LogEntry) -> Logged:
    """Parse an entry. Raises EncodingError."""
    return Logged(raw.index, parse(raw.content), raw.hash, raw.leaf_hash)


@dataclass
class Replay:
    """How far a log was replayed. partials: contest -> trustee -> accepted partial decryptions."""

    reader: RecordReader
    state: State = field(default_factory=State)
    partials: dict[str, dict[str, Points]] = field(default_factory=dict)
    _tally: EncryptedTally | None = None

    def take(self, entry: Logged, false_because: str = "", *, trusting: bool = False) -> None:
        """Apply an entry, or raise Refusal and stay as before.

        false_because: what is false about a cast's proofs, which are checked in batches. trusting: openings, partial
        decryptions and results are believed too, for a board that has checked them before.
        """
        apply(self.state, entry, lambda: false_because or ("" if trusting else self._falsehood(entry.entry)))
        if isinstance(entry.entry, PartialDecryption):
            self.partials.setdefault(entry.entry.contest, {})[entry.entry.trustee] = entry.entry.partials

    def pass_over(self, entry: LogEntry) -> None:
        """A refused entry has no effect, but stands in the log."""
        self.state.tree.append(entry.leaf_hash)

    def _falsehood(self, entry: Entry) -> str:
        """Of an entry that the ledger takes, but casts. Raises Refusal for a false result."""
        try:
            if isinstance(entry, Challenge) and self.state.parameters:
                verify_opening(self.state.parameters, entry)
            elif isinstance(entry, PartialDecryption) and self.tally:
                verify_partial(self.tally, entry, self.share_key(entry.trustee))
        except GlassballotError as error:
            return str(error)
        if isinstance(entry, Result) and self.tally:
            check_result(self.tally, self.numbered_partials, entry)
        return ""

    def share_key(self, trustee: str) -> Points:
        """S_j of a trustee of the completed ceremony."""
        assert self.state.keys is not None
        return self.state.keys.S[self.state.trustees.index(trustee)]

    @property
    def numbered_partials(self) -> Mapping[str, Mapping[int, Points]]:
        """Contest -> trustee's number 1 … n -> partial decryptions, of the first k that decrypted."""
        k, number = self.state.election.ceremony.threshold, self.state.trustees.index
        return {
            contest: {number(trustee) + 1: M for trustee, M in list(by_trustee.items())[:k]}
            for contest, by_trustee in self.partials.items()
        }

    @property
    def tally(self) -> EncryptedTally | None:
        """The encrypted tally, read again from the log once it is closed; None before."""
        if self._tally is None and self.state.closing is not None and self.state.parameters is not None:
            self._tally = aggregate(self.state.parameters, self.state.closing, self._counted())
        return self._tally

    def _counted(self) -> Iterator[tuple[str, Body]]:
        counted = self.state.counted()
        assert self.state.closing is not None
        for raw in self.reader.entries(0, self.state.closing.size):
            if raw.index in counted:
                entry = parse(raw.content)
                assert isinstance(entry, Cast)
                yield counted[raw.index], entry.body
