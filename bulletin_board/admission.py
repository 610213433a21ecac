"""What a board lets into its log: judged by the same functions of election/ that judge the published record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crypto import batch
from crypto.errors import EncodingError
from crypto.merkle import leaf_hash
from crypto.tlog_proof import TlogProof
from election.ballot import claims
from election.entries import Cast, Clock, entry_hash, parse
from election.entry import Entry
from election.ledger import Logged, Phase, State, apply
from election.parameters import Parameters
from election.record import leaf_of
from election.replay import Replay

_TIMED = (Phase.SETUP, Phase.VOTING, Phase.CLOSED)


@dataclass(frozen=True)
class Acknowledged:
    """An entry is in the log: its number and content hash, and the proof under a signed checkpoint."""

    number: int
    hash: bytes
    proof: TlogProof


@dataclass(frozen=True)
class Incoming:
    """An entry that may come into the log, with its canonical bytes."""

    entry: Entry
    content: bytes

    @classmethod
    def of(cls, entry: Entry) -> Incoming:
        return cls(entry, entry.to_bytes())

    @classmethod
    def parse(cls, content: bytes) -> Incoming:
        """Raises EncodingError."""
        return cls(parse(content), content)

    @cached_property
    def hash(self) -> bytes:
        """The entry hash, SHA-256 of the content."""
        return entry_hash(self.content)

    @cached_property
    def leaf(self) -> bytes:
        """The bytes in the log: the content, or the stub that names it."""
        return leaf_of(self.content)


class Admission:
    """The door to a log. Its replay takes in what passes; the caller writes it to the log or drops the replay."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self._judged: dict[bytes, str] = {}

    def check_casts(self, entries: Sequence[Incoming]) -> None:
        """Discharge the proofs of these casts in one multiplication, ahead of `take`.

        Not of strangers' casts: whoever is not on the roll is refused without such work.
        """
        state, parameters = self.replay.state, self.replay.state.parameters
        self._judged.clear()
        if parameters is None or state.phase is not Phase.VOTING:
            return
        known = [i for i in entries if isinstance(i.entry, Cast) and _on_roll(state, i.entry)]
        self._judged = _falsehoods(parameters, known)

    def take(self, incoming: Incoming) -> Logged:
        """Let the replay take in the next entry. Raises Refusal, and the replay is as before."""
        entry = Logged(self.replay.state.size, incoming.entry, incoming.hash, leaf_hash(incoming.leaf))
        self.replay.take(entry, self._falsehood(incoming))
        return entry

    def _falsehood(self, incoming: Incoming) -> str:
        """What is false about a cast, looked into now if it was not in the batch."""
        state, entry = self.replay.state, incoming.entry
        if not isinstance(entry, Cast) or state.parameters is None or not _on_roll(state, entry):
            return ""  # no cast, or the ledger refuses it before it asks
        if incoming.hash not in self._judged:
            self._judged |= _falsehoods(state.parameters, [incoming])
        return self._judged[incoming.hash]


def admit_first(manifest: Incoming) -> None:
    """Raises Refusal unless a log may begin with this manifest."""
    apply(State(), Logged(0, manifest.entry, manifest.hash, leaf_hash(manifest.leaf)))


def due_clock(state: State, now: int) -> list[Entry]:
    """The clock entry that belongs before a batch, where the clock has moved. now: UTC seconds."""
    if state.phase not in _TIMED:
        return []
    # Beyond the last deadline the log's clock stands there: not before it, where ballots were still taken.
    time = min(now, state.election.deadline)
    return [Clock(time)] if state.clock is None or time > state.clock else []


def _on_roll(state: State, cast: Cast) -> bool:
    return cast.credential.to_bytes() in state.roll


def _falsehoods(parameters: Parameters, casts: Sequence[Incoming]) -> dict[bytes, str]:
    """Entry hash -> what is false about a cast's proofs, "" where they hold."""
    found: dict[bytes, str] = {}
    waiting: list[tuple[bytes, batch.Claim]] = []
    for incoming in casts:
        assert isinstance(incoming.entry, Cast)
        found[incoming.hash] = ""
        try:
            waiting += [(incoming.hash, claim) for claim in claims(parameters, incoming.entry)]
        except EncodingError as error:
            found[incoming.hash] = str(error)
    for i in batch.find_bad([claim for _, claim in waiting], parameters.basis):
        found[waiting[i][0]] = "the cast proof or the ballot proof is false"
    return found
