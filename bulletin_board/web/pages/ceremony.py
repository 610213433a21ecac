"""The attempts at the key ceremony as the log tells them: who did what in which entry, and how each one ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bulletin_board.web.pages.glance import chosen, time_before, value_of
from bulletin_board.web.register import Seen
from crypto.dkg.errors import Fault
from election.entries import CeremonyStart, Certify, Commit, Complaint, Deal, Key, Ready, Register
from election.ledger.ceremony import ended, next_trustees
from election.record import RecordReader, Source
from election.trustee_progress import CEREMONY, Step

_STEPS = {
    Register.kind: Step.REGISTERED,
    Commit.kind: Step.COMMITTED,
    Deal.kind: Step.DEALT,
    Certify.kind: Step.CONFIRMED,
}
_KINDS = (CeremonyStart.kind, *_STEPS, Complaint.kind, Key.kind, Ready.kind)


class Outcome(StrEnum):
    """Of an attempt."""

    RUNNING = "running"
    KEY = "key"
    COMPLAINT = "complaint"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class Evidence:
    """entry: of the complaint; deal: of what the accused had sent; fault: None where the complaint was false."""

    entry: int
    deal: int
    accuser: str
    accused: str
    culprit: str
    fault: Fault | None


@dataclass
class Attempt:
    """entry: of its start; began: UTC seconds by the log, None before its first clock; acts: to entry numbers."""

    number: int
    entry: int
    began: int | None
    deadline: int
    trustees: tuple[str, ...]
    acts: dict[tuple[str, Step], int] = field(default_factory=dict)
    evidence: Evidence | None = None
    key: int | None = None
    outcome: Outcome = Outcome.RUNNING

    @property
    def missing(self) -> tuple[Step, tuple[str, ...]] | None:
        """The first step that somebody has not done, and who has not."""
        for step in CEREMONY:
            if missing := tuple(trustee for trustee in self.trustees if (trustee, step) not in self.acts):
                return step, missing
        return None


@dataclass(frozen=True)
class Seating:
    """What is taken from the register, to read the entries without holding it up.

    numbers: of entries of the ceremony; times: entry number -> the log's clock; honest: who may go on.
    """

    reader: RecordReader
    numbers: tuple[int, ...]
    times: Mapping[int, int | None]
    culprits: Mapping[str, str]
    honest: tuple[str, ...]
    why_ended: str
    complete: bool

    @classmethod
    def of(cls, seen: Seen) -> Seating:
        state = seen.state
        numbers = [n for kind in _KINDS for n in seen.kinds.get(kind, ()) if n not in seen.void]
        why = ended(state, state.attempt) if state.attempt and not state.keys else ""
        starts = seen.kinds.get(CeremonyStart.kind, ())
        return cls(
            seen.reader,
            tuple(sorted(numbers)),
            {number: time_before(seen, number) for number in starts},
            dict(state.culprits),
            next_trustees(state),
            why,
            state.keys is not None,
        )


def attempts(seating: Seating, source: Source) -> tuple[list[Attempt], dict[str, int]]:
    """All attempts in their order, and trustee -> entry in which it agreed to the closing."""
    found: list[Attempt] = []
    ready: dict[str, int] = {}
    complaints: list[tuple[Attempt, int, str, str]] = []
    for raw in chosen(seating.reader, source, seating.numbers):
        value = value_of(raw)
        kind, number, trustee = value["kind"], raw.index, value.get("trustee", "")
        if kind == CeremonyStart.kind:
            began = seating.times[number]
            found.append(
                Attempt(value["attempt"], number, began, value["deadline"], tuple(value["trustees"]))
            )
        elif kind == Ready.kind:
            ready[trustee] = number
        elif kind == Complaint.kind:
            complaints.append((found[-1], number, trustee, value["accused"]))
        elif kind == Key.kind:
            found[-1].key = number
        else:
            found[-1].acts[trustee, _STEPS[kind]] = number
    _judge(seating, found, complaints)
    return found, ready


def _judge(
    seating: Seating, found: list[Attempt], complaints: Iterable[tuple[Attempt, int, str, str]]
) -> None:
    """Who was at fault is who may not take part in the attempt after it."""
    after = [*(attempt.trustees for attempt in found), seating.honest][1:]
    excluded = {
        attempt.number: set(attempt.trustees) - set(later)
        for attempt, later in zip(found, after, strict=True)
    }
    for attempt, entry, accuser, accused in complaints:
        culprit = next(iter({accuser, accused} & excluded[attempt.number]))
        why = seating.culprits[culprit]
        fault = next((fault for fault in Fault if why.endswith(fault.value)), None)
        deal = attempt.acts[accused, Step.DEALT]
        attempt.evidence = Evidence(entry, deal, accuser, accused, culprit, fault)
    for attempt in found:
        is_last = attempt is found[-1]
        if attempt.evidence:
            attempt.outcome = Outcome.COMPLAINT
        elif is_last and seating.complete:
            attempt.outcome = Outcome.KEY
        elif not is_last or seating.why_ended:
            attempt.outcome = Outcome.DEADLINE
