"""What became of a ballot, in one word and in plain words (SPEC 3.5, 7.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from booth.choices import describe
from booth.following import Followed, check_log, follow, manifest_of
from booth.words import say
from election.entries import Cast, Challenge
from election.evidence import Contradiction
from election.examine import Progress
from election.faults import Refusal
from election.judging import judge_receipt
from election.receipt import Receipt
from election.record import RecordReader
from election.standing import Ballot, Finding, Word, find, is_of, judge


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
    followed: list[Followed] = []

    def by_ledger() -> Finding:
        followed.append(follow(reader, _concerns(receipt.entry), progress=progress))
        return _judge(followed[0], receipt.index)

    finding = judge_receipt(receipt, reader, manifest, context, by_ledger)
    if followed and finding.word is not Word.UNWITNESSED:
        return _tell(followed[0], finding, reader.size)
    values = {"number": finding.number, **finding.facts}
    return Answer(
        finding.word,
        (say(_OF_RECEIPTS[finding.word], **values),),
        finding.number,
        finding.facts.get("evidence"),
    )


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
        found = is_of(wanted, ballot)
        if found and isinstance(ballot, Cast):
            voters.add(ballot.credential.to_bytes())
        return found or (isinstance(ballot, Cast) and ballot.credential.to_bytes() in voters)

    followed = follow(reader, concerns, anchor=anchor, progress=progress)
    if any(isinstance(s.ballot, Cast) and s.ballot.sequence > 1 for s in followed.sightings):
        # Her earlier ballots went by before it was known that they were hers.
        followed = follow(reader, concerns, anchor=anchor, progress=progress)
    found = [s for s in followed.sightings if is_of(wanted, s.ballot)]
    return _tell(followed, find(followed.state, found, asked, _sequences(followed)), reader.size)


def _concerns(entry: Ballot) -> Callable[[Ballot], bool]:
    """Ballots with the same body, and of the same voter."""
    voter = entry.credential.to_bytes() if isinstance(entry, Cast) else b""

    def concerns(ballot: Ballot) -> bool:
        own = isinstance(ballot, Cast) and ballot.credential.to_bytes() == voter
        return own or ballot.body.hash == entry.body.hash

    return concerns


def _judge(followed: Followed, number: int) -> Finding:
    """What became of the ballot of this entry."""
    sighting = next((s for s in followed.sightings if s.number == number), None)
    if sighting is None:
        raise Refusal(2, "a ballot after the closing", number)
    return judge(followed.state, sighting, _sequences(followed))


def _sequences(followed: Followed) -> Callable[[int], int]:
    """Entry number -> sequence number, of the casts that were seen."""
    casts = {s.number: s.ballot.sequence for s in followed.sightings if isinstance(s.ballot, Cast)}
    return casts.__getitem__


def _tell(followed: Followed, finding: Finding, size: int) -> Answer:
    """A finding in sentences. size: of the record."""
    keys = _SENTENCES.get(finding.word, ())
    if finding.word is Word.COUNTED and not finding.facts["final"]:
        keys = (*keys, "counted.so_far")
    if finding.word is Word.SUPERSEDED:
        keys = (f"superseded.{followed.state.election.revoting}", *keys)
    sentences = [say(key, number=finding.number, size=size, **_only_words(finding)) for key in keys]
    if finding.word is Word.CHALLENGED:
        sentences += _opened(followed, finding)
    return Answer(finding.word, tuple(sentences), finding.number)


_SENTENCES: dict[Word, tuple[str, ...]] = {
    Word.COUNTED: ("counted",),
    Word.SUPERSEDED: ("superseded.alarm",),
    Word.CHALLENGED: ("challenged",),
    Word.VOID: ("void",),
    Word.NOT_THERE: ("not_there",),
    Word.CAST_BY: ("cast_by",),
    Word.ANOTHER: ("another",),
}
_OF_RECEIPTS = {
    Word.NOT_OURS: "not_ours",
    Word.CONTRADICTED: "contradicted",
    Word.NOT_THERE: "not_there.older",
    Word.UNWITNESSED: "unwitnessed",
}


def _only_words(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in finding.facts.items() if name not in ("choices", "final")}


def _opened(followed: Followed, finding: Finding) -> list[str]:
    """What a challenged ballot held."""
    assert followed.state.parameters is not None
    ballot = next(s.ballot for s in followed.sightings if s.number == finding.number)
    assert isinstance(ballot, Challenge)
    layout = followed.state.parameters.layouts[ballot.body.style]
    return list(describe(layout, ballot.choices))
