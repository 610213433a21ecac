"""What became of a ballot, in one word and in plain words (PROTOCOL 4.2, "Whose ballot?")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from booth.choices import describe
from booth.errors import NotOurReceipt
from booth.evidence import Contradiction, contradiction
from booth.following import Ballot, Followed, Sighting, check_log, follow, manifest_of
from booth.receipt import Receipt, check_signed, witnesses_of
from booth.words import say
from election.entries import Cast, Challenge
from election.examine import Progress
from election.faults import Refusal
from election.ledger import Phase
from election.record import RecordReader
from election.tracker import pseudonym, tracker


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
class Answer:
    """sentences: for the voter; number: of the entry; evidence: where the log contradicts itself."""

    word: Word
    sentences: tuple[str, ...]
    number: int | None = None
    evidence: Contradiction | None = None


def standing(receipt: Receipt, reader: RecordReader, progress: Progress | None = None) -> Answer:
    """What this record says about a receipt.

    Raises RecordError, ProofError or Refusal where the record itself is not to be believed.
    """
    check_log(reader)
    manifest, context = manifest_of(reader)
    try:
        own = check_signed(receipt, manifest)
    except NotOurReceipt as error:
        return _not_ours(str(error))
    if conflict := contradiction(receipt, own, reader):
        sentence = say("contradicted", reason=conflict.reason)
        return Answer(Word.CONTRADICTED, (sentence,), receipt.index, conflict)
    if receipt.context != context:
        return _not_ours(f"it names another election, {receipt.context.hex()}")
    if reader.size <= receipt.index:
        sentence = say("not_there.older", number=receipt.index, size=reader.size)
        return Answer(Word.NOT_THERE, (sentence,), receipt.index)
    followed = follow(reader, _concerns(receipt.entry), progress=progress)
    answer = _answer(followed, receipt.index)
    seen = max(witnesses_of(signed, manifest) for signed in (receipt.proof.signed, reader.signed))
    if answer.word is Word.COUNTED and seen < manifest.witnesses.quorum:
        sentence = say("unwitnessed", number=receipt.index, count=seen, quorum=manifest.witnesses.quorum)
        return Answer(Word.UNWITNESSED, (sentence,), receipt.index)
    return answer


def look_up(
    reader: RecordReader,
    wanted: str,
    asked: str | None = None,
    *,
    anchor: bytes | None = None,
    progress: Progress | None = None,
) -> Answer:
    """What became of the ballot with a tracker. asked: the voter's pseudonym; only with it "counted".

    Both as election.tracker writes them. Raises what `standing` raises.
    """
    voters: set[bytes] = set()

    def concerns(ballot: Ballot) -> bool:
        found = tracker(ballot.body.encoded) == wanted
        if found and isinstance(ballot, Cast):
            voters.add(ballot.credential.to_bytes())
        return found or (isinstance(ballot, Cast) and ballot.credential.to_bytes() in voters)

    followed = follow(reader, concerns, anchor=anchor, progress=progress)
    if any(isinstance(s.ballot, Cast) and s.ballot.sequence > 1 for s in followed.sightings):
        # Her earlier ballots went by before it was known that they were hers.
        followed = follow(reader, concerns, anchor=anchor, progress=progress)
    found = [s for s in followed.sightings if tracker(s.ballot.body.encoded) == wanted]
    if not found:
        return Answer(Word.NOT_THERE, (say("not_there", size=reader.size),))
    # The ledger accepts a body once; what is void beside it has no effect.
    sighting = min(found, key=lambda s: (bool(s.void), s.number))
    if isinstance(sighting.ballot, Cast) and not sighting.void:
        voter = pseudonym(sighting.ballot.credential.to_bytes())
        if asked != voter:
            return _not_bound(sighting, voter, sighting.ballot.sequence, asked)
    return _answer(followed, sighting.number)


def _concerns(entry: Ballot) -> Callable[[Ballot], bool]:
    """Ballots with the same body, and of the same voter."""
    voter = entry.credential.to_bytes() if isinstance(entry, Cast) else b""

    def concerns(ballot: Ballot) -> bool:
        own = isinstance(ballot, Cast) and ballot.credential.to_bytes() == voter
        return own or ballot.body.hash == entry.body.hash

    return concerns


def _not_ours(reason: str) -> Answer:
    return Answer(Word.NOT_OURS, (say("not_ours", reason=reason),))


def _not_bound(sighting: Sighting, voter: str, sequence: int, asked: str | None) -> Answer:
    """A tracker alone, or with a pseudonym that is not its voter's, is nobody's ballot."""
    if asked is None:
        sentence = say("cast_by", pseudonym=voter, sequence=sequence, number=sighting.number)
        return Answer(Word.CAST_BY, (sentence,), sighting.number)
    return Answer(Word.ANOTHER, (say("another", pseudonym=voter, asked=asked),), sighting.number)


def _answer(followed: Followed, number: int) -> Answer:
    """What became of the ballot of this entry."""
    sighting = next((s for s in followed.sightings if s.number == number), None)
    if sighting is None:
        raise Refusal(2, "a ballot after the closing", number)
    if sighting.void:
        return Answer(Word.VOID, (say("void", number=number, reason=sighting.void),), number)
    if isinstance(sighting.ballot, Challenge):
        return _challenged(followed, sighting.ballot, number)
    return _cast(followed, sighting.ballot, number)


def _challenged(followed: Followed, ballot: Challenge, number: int) -> Answer:
    assert followed.state.parameters is not None
    layout = followed.state.parameters.layouts[ballot.body.style]
    sentences = (say("challenged", number=number), *describe(layout, ballot.choices))
    return Answer(Word.CHALLENGED, sentences, number)


def _cast(followed: Followed, ballot: Cast, number: int) -> Answer:
    state = followed.state
    voter = state.roll[ballot.credential.to_bytes()]
    own: dict[str, Any] = {"sequence": ballot.sequence, "pseudonym": pseudonym(ballot.credential.to_bytes())}
    if voter.counted == number:
        sentences = [say("counted", number=number, **own)]
        if state.phase < Phase.CLOSED:
            sentences.append(say("counted.so_far"))
        return Answer(Word.COUNTED, tuple(sentences), number)
    by_number = {s.number: s.ballot for s in followed.sightings}
    counted = by_number[voter.counted] if voter.counted is not None else ballot
    assert isinstance(counted, Cast)
    key = "superseded.last" if state.election.revoting == "last" else "superseded.first"
    sentences = [say(key, other=counted.sequence, **own), say("superseded.alarm", other=counted.sequence)]
    return Answer(Word.SUPERSEDED, tuple(sentences), number)
