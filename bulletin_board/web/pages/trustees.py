"""The trustees: the key ceremony as it happens, the closing, the decryption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response

from bulletin_board.web.pages.ceremony import Attempt, Seating, attempts
from bulletin_board.web.pages.site import Routes, Site
from bulletin_board.web.pages.stage import Stage, Standing, standing, to_decrypt
from bulletin_board.web.pages.turnout import turnout
from election.ledger import Closing, Phase, State
from election.manifest import Trustee
from election.trustee_progress import CEREMONY, Step

_GROUP = 4


@dataclass(frozen=True)
class StepOf:
    """A step of a trustee. state: done, now, next; entries: those with which it was done; of: how many are due."""

    step: Step
    state: str
    entries: tuple[int, ...]
    of: int = 1


@dataclass(frozen=True)
class Row:
    """A trustee. fault: why the log says that it is at fault, "" where it does not."""

    trustee: Trustee
    fault: str
    steps: list[StepOf]


@dataclass(frozen=True)
class Facts:
    """Of the log, as they were when the register was asked. partials: (trustee, contest) -> entry."""

    phase: Phase
    trustees: tuple[str, ...]
    agreement: bool
    closing: Closing | None
    partials: Mapping[tuple[str, str], int]
    contests: tuple[str, ...]

    @classmethod
    def of(cls, state: State, contests: tuple[str, ...]) -> Facts:
        agreement = state.election.agreement == ("ready",)
        return cls(state.phase, state.trustees, agreement, state.closing, dict(state.partials), contests)


def overview(site: Site) -> Response:
    m = site.manifest
    with site.register.current() as seen:
        known = turnout(site.register, seen)
        now = standing(seen, known)
        facts = Facts.of(seen.state, to_decrypt(seen.state, known))
        seating = Seating.of(seen)
    found, ready = attempts(seating, site.board.store)
    rows = [
        Row(trustee, seating.culprits.get(trustee.id, ""), _steps(trustee.id, facts, now, found, ready))
        for trustee in m.trustees
    ]
    return site.render(
        "trustees.html",
        now=now,
        Step=Step,
        rows=rows,
        attempts=found,
        running=found[-1] if found else None,
        least=max(m.ceremony.threshold, m.ceremony.min_trustees),
        honest=len(seating.honest),
        closing=facts.closing,
        root=_grouped(facts.closing.root.hex()) if facts.closing else "",
        agreement=facts.agreement,
        names={trustee.id: trustee.title for trustee in m.trustees},
    )


def _steps(
    id: str, facts: Facts, now: Standing, found: list[Attempt], ready: Mapping[str, int]
) -> list[StepOf]:
    """What this trustee has done in the last attempt and after it; of what nobody needs any more, nothing."""
    last = found[-1] if found else None
    if last and id not in last.trustees:
        return []
    acts = {step: last.acts.get((id, step)) for step in CEREMONY} if last else dict.fromkeys(CEREMONY)
    if facts.agreement:
        acts[Step.AGREED] = ready.get(id)
    steps = [
        StepOf(step, _state(id, step, entry is not None, now), () if entry is None else (entry,))
        for step, entry in acts.items()
    ]
    decrypted = tuple(
        facts.partials[id, contest] for contest in facts.contests if (id, contest) in facts.partials
    )
    due = len(facts.contests)
    done = facts.phase >= Phase.CLOSED and len(decrypted) == due > 0
    steps.append(StepOf(Step.DECRYPTED, _state(id, Step.DECRYPTED, done, now), decrypted, due))
    if now.stage in (Stage.DECRYPTED, Stage.FINAL):
        return [step for step in steps if step.entries]
    return steps


def _state(id: str, step: Step, done: bool, now: Standing) -> str:
    if done:
        return "done"
    is_due = now.awaited is not None and now.awaited.step is step and id in now.awaited.missing
    return "now" if is_due and now.stage is not Stage.COMPLAINTS else "next"


def _grouped(code: str) -> str:
    """Groups of four, which two people can read to each other."""
    return " ".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


ROUTES: Routes = (("/trustees", "trustees", overview, ["GET"]),)
