"""How far the election is: between the ledger's phases, and with what everybody waits for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bulletin_board.web.pages.glance import time_before
from bulletin_board.web.pages.turnout import Turnout
from bulletin_board.web.register import Seen
from election.cells import cells
from election.ledger import Phase, State
from election.ledger.ceremony import ended, next_trustees
from election.trustee_progress import Awaited, Step, awaited
from pages.languages import gettext as _

SILENCE = 15 * 60
"""Seconds without an entry while people vote, after which it is said."""

utc: Callable[[], float] = time.time


class Stage(StrEnum):
    """In this order, but that a ceremony may fail and be held again."""

    BEGUN = "begun"
    CEREMONY = "ceremony"
    FAILED = "failed"
    KEYED = "keyed"
    OPENED = "opened"
    VOTING = "voting"
    OVER = "over"
    AGREEING = "agreeing"
    COMPLAINTS = "complaints"
    DECRYPTING = "decrypting"
    DECRYPTED = "decrypted"
    FINAL = "final"


@dataclass(frozen=True)
class Standing:
    """Times are UTC seconds. why: the last attempt has ended; clock: of the log, None before its first one.

    silent: the log has had no entry for long, though people may vote; complaints_until: nothing is decrypted before.
    """

    stage: Stage
    phase: Phase
    size: int
    clock: int | None
    silent: bool
    attempt: int
    why: str
    awaited: Awaited | None
    trustees: int
    threshold: int
    agreed: int
    quorum: int
    complaints_until: int

    @property
    def still(self) -> int:
        """How many trustees are needed still for what is awaited."""
        return self.awaited.needed if self.awaited else 0


def standing(seen: Seen, turnout: Turnout) -> Standing:
    """As the log has it, and by the clock on the wall where the log's own may stand still."""
    state = seen.state
    now = max(int(utc()), state.clock or 0)
    owed = awaited(state, to_decrypt(state, turnout))
    until = _complaints_until(seen)
    stage = _stage(state, owed, now, until)
    since = max(state.clock or 0, state.election.voting.begin)
    return Standing(
        stage=stage,
        phase=state.phase,
        size=state.size,
        clock=state.clock,
        silent=stage is Stage.VOTING and now - since > SILENCE,
        attempt=state.attempt.start.attempt if state.attempt else 0,
        why=ended(state, state.attempt) if state.attempt and not state.keys else "",
        awaited=owed,
        trustees=len(state.trustees or next_trustees(state)),
        threshold=state.election.ceremony.threshold,
        agreed=len(state.ready),
        quorum=state.quorum,
        complaints_until=until,
    )


def to_decrypt(state: State, turnout: Turnout) -> tuple[str, ...]:
    """Contests that are not withheld for having too few ballots; () before anybody can know."""
    if state.phase < Phase.CLOSED:
        return ()
    voted = {id: share.voted for id, share in turnout.units.items()}
    m = state.election
    return tuple(contest.id for contest in m.contests if cells(m, contest.id, voted))


def _complaints_until(seen: Seen) -> int:
    closing, m = seen.state.closing, seen.state.election
    closed = time_before(seen, closing.size - 1) if closing else None
    return max(closed or 0, m.voting.end) + m.complaint_seconds


def _stage(state: State, owed: Awaited | None, now: int, complaints_until: int) -> Stage:
    voting = state.election.voting
    if state.phase is Phase.FINAL:
        return Stage.FINAL
    if state.phase is Phase.CLOSED:
        if owed is None:
            return Stage.DECRYPTED
        if owed.step is Step.AGREED:
            return Stage.AGREEING
        return Stage.COMPLAINTS if now < complaints_until and not state.partials else Stage.DECRYPTING
    if state.phase is Phase.VOTING:
        return Stage.OPENED if now < voting.begin else Stage.VOTING if now < voting.end else Stage.OVER
    if state.keys is not None:
        return Stage.KEYED
    if state.attempt is None:
        return Stage.BEGUN
    return Stage.FAILED if ended(state, state.attempt) else Stage.CEREMONY


# Of the six steps of the picture: how many are done at a stage, and whether the next one is under way.
_REACHED = {
    Stage.BEGUN: (0, "now"),
    Stage.CEREMONY: (1, "now"),
    Stage.FAILED: (1, "failed"),
    Stage.KEYED: (2, "next"),
    Stage.OPENED: (2, "next"),
    Stage.VOTING: (2, "now"),
    Stage.OVER: (2, "now"),
    Stage.AGREEING: (3, "now"),
    Stage.COMPLAINTS: (4, "next"),
    Stage.DECRYPTING: (4, "now"),
    Stage.DECRYPTED: (5, "now"),
    Stage.FINAL: (6, ""),
}


def picture(stage: Stage) -> list[tuple[str, str, str]]:
    """For the macro `steps`."""
    headings = (
        _("Set-up"),
        _("Key ceremony"),
        _("Voting"),
        _("Closed"),
        _("Decryption"),
        _("Result"),
    )
    done, then = _REACHED[stage]
    states = ["done"] * done + [then] + ["next"] * (len(headings) - done - 1)
    return [(state, heading, "") for state, heading in zip(states, headings, strict=False)]
