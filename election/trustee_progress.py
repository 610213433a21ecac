"""How far every trustee is and whom everybody waits for, as the log shows it to all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from election.ledger import Phase, State
from election.ledger.ceremony import ended


class Step(StrEnum):
    """What a trustee does, in this order, and what the command line calls it."""

    REGISTERED = "registered"
    COMMITTED = "committed"
    DEALT = "dealt"
    CONFIRMED = "confirmed"
    AGREED = "agreed to the closing"
    DECRYPTED = "decrypted"


CEREMONY = (Step.REGISTERED, Step.COMMITTED, Step.DEALT, Step.CONFIRMED)


@dataclass(frozen=True)
class Progress:
    """What a trustee has done. decrypted: contests; fault: what the log has proven, "" where there is nothing."""

    steps: tuple[Step, ...]
    decrypted: tuple[str, ...]
    fault: str

    def words(self) -> list[str]:
        """For the command line: [] for nothing yet, and nothing else of somebody who is at fault."""
        if self.fault:
            return [f"been found at fault: {self.fault}"]
        steps = [step.value for step in self.steps if step is not Step.DECRYPTED]
        return steps + [f"{Step.DECRYPTED} {contest}" for contest in self.decrypted]


@dataclass(frozen=True)
class Awaited:
    """The step that is due, who has not done it, and how many of those have to."""

    step: Step
    missing: tuple[str, ...]
    needed: int


def progress(state: State, trustee: str) -> Progress:
    """Of a trustee of the manifest, in the attempt that goes on or was the last."""
    steps = [step for step in CEREMONY if trustee in who_did(state, step)]
    if trustee in state.ready:
        steps.append(Step.AGREED)
    decrypted = tuple(contest for who, contest in state.partials if who == trustee)
    if decrypted:
        steps.append(Step.DECRYPTED)
    return Progress(tuple(steps), decrypted, state.culprits.get(trustee, ""))


def who_did(state: State, step: Step) -> Collection[str]:
    """Trustees who have done a step of the ceremony in this attempt."""
    attempt = state.attempt
    if attempt is None:
        return ()
    steps: dict[Step, Collection[str]] = {
        Step.REGISTERED: attempt.keys,
        Step.COMMITTED: attempt.commits,
        Step.DEALT: attempt.deals,
        Step.CONFIRMED: attempt.certificates,
    }
    return steps[step]


def awaited(state: State, contests: Sequence[str]) -> Awaited | None:
    """What trustees owe now; None where it is not their turn. contests: those that are to be decrypted."""
    if state.phase is Phase.SETUP and state.attempt and not state.keys and not ended(state, state.attempt):
        for step in CEREMONY:
            if missing := _without(state.attempt.trustees, who_did(state, step)):
                return Awaited(step, missing, len(missing))
    if state.phase is not Phase.CLOSED:
        return None
    if state.election.agreement == ("ready",) and len(state.ready) < state.quorum:
        return Awaited(Step.AGREED, _without(state.trustees, state.ready), state.quorum - len(state.ready))
    done = [
        trustee for trustee in state.trustees if all((trustee, own) in state.partials for own in contests)
    ]
    least = min(
        (_decrypted(state, contest) for contest in contests), default=state.election.ceremony.threshold
    )
    needed = state.election.ceremony.threshold - least
    return Awaited(Step.DECRYPTED, _without(state.trustees, done), needed) if needed > 0 else None


def _decrypted(state: State, contest: str) -> int:
    return sum(1 for _, of in state.partials if of == contest)


def _without(trustees: Sequence[str], done: Collection[str]) -> tuple[str, ...]:
    return tuple(trustee for trustee in trustees if trustee not in done)
