"""What became of a ballot, by the ledger's state and the ballots beside it (SPEC 3.5, 7.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from election.entries import Cast, Challenge
from election.faults import Refusal
from election.ledger import Phase, State
from election.tracker import pseudonym, tracker

Ballot = Cast | Challenge


class Word(StrEnum):
    """The answers."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    CHALLENGED = "challenged"
    VOID = "void"
    NOT_THERE = "not there"
    CONTRADICTED = "contradicted"
    NOT_OURS = "not our receipt"
    UNWITNESSED = "unwitnessed"
    CAST_BY = "cast by"
    ANOTHER = "another voter's"


@dataclass(frozen=True)
class Sighting:
    """A ballot in the log. number: of its entry; void: why it is without effect, "" where it is not."""

    number: int
    ballot: Ballot
    void: str = ""


@dataclass(frozen=True)
class Finding:
    """A word, the number of the entry that it is about, and what there is to say about it."""

    word: Word
    number: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def find(
    state: State, trackers: Sequence[Sighting], asked: str | None, sequence_of: Callable[[int], int]
) -> Finding:
    """What became of the ballot with a tracker, by all sightings of that tracker.

    A tracker alone is nobody's ballot: only with the voter's own pseudonym is it said to count. asked: that
    pseudonym, as election.tracker writes it; sequence_of: a cast entry's number -> its sequence number.
    """
    if not trackers:
        return Finding(Word.NOT_THERE)
    # The ledger accepts a body once; what is void beside it has no effect.
    seen = min(trackers, key=lambda s: (bool(s.void), s.number))
    if isinstance(seen.ballot, Cast) and not seen.void:
        own = _own(seen.ballot)
        if asked is None:
            return Finding(Word.CAST_BY, seen.number, own)
        if asked != own["pseudonym"]:
            return Finding(Word.ANOTHER, seen.number, {"pseudonym": own["pseudonym"], "asked": asked})
    return judge(state, seen, sequence_of)


def judge(state: State, seen: Sighting, sequence_of: Callable[[int], int]) -> Finding:
    """What became of this ballot, for whoever has shown that it is theirs. Raises Refusal for what is no ballot."""
    if seen.void:
        return Finding(Word.VOID, seen.number, {"reason": seen.void})
    if isinstance(seen.ballot, Challenge):
        return Finding(Word.CHALLENGED, seen.number, {"choices": list(seen.ballot.choices)})
    own, voter = _own(seen.ballot), state.roll.get(seen.ballot.credential.to_bytes())
    if voter is None or voter.counted is None:
        raise Refusal(6, "a ballot that the ledger has not taken", seen.number)
    if voter.counted == seen.number:
        return Finding(Word.COUNTED, seen.number, {**own, "final": state.phase >= Phase.CLOSED})
    return Finding(Word.SUPERSEDED, seen.number, {**own, "other": sequence_of(voter.counted)})


def is_of(wanted: str, ballot: Ballot) -> bool:
    """Whether a ballot has this tracker."""
    return tracker(ballot.body.encoded) == wanted


def _own(ballot: Cast) -> dict[str, Any]:
    return {"sequence": ballot.sequence, "pseudonym": pseudonym(ballot.credential.to_bytes())}
