"""What the tool saw when it last looked, as pages show it: nothing secret, and nothing that changes under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from election.examine import CheckLine, Examination
from election.ledger import Phase, State
from election.ledger.ceremony import ended
from election.manifest import Contest, Manifest, Title
from election.tally import EncryptedTally
from election.trustee_progress import Progress, progress
from trustees.app.consent import Task
from trustees.public import fingerprint
from trustees.secrets import Secrets
from trustees.sentences import Sentence


@dataclass(frozen=True)
class Person:
    """A trustee, and how far it is; awaited: by everybody, now."""

    id: str
    title: Title
    fingerprint: str
    is_me: bool
    progress: Progress
    takes_part: bool
    awaited: bool


@dataclass(frozen=True)
class Sum:
    """One contest and what of it is decrypted: a cell of units with so many ballots, added up. Withheld without any."""

    contest: Contest
    cells: tuple[tuple[tuple[Title, ...], int], ...]


@dataclass(frozen=True)
class Picture:
    """says: what is owed or waited for; soon: somebody may act at any moment; context and root: hexadecimal.

    failed: why the last attempt at the ceremony is over, "" where it is not; root, checks and sums: once voting has
    closed; agreed: my key holds to this closing, and the log says so.
    """

    task: Task
    says: Sentence
    soon: bool
    phase: Phase
    manifest: Manifest
    context: str
    size: int
    people: tuple[Person, ...]
    attempt: int
    failed: str
    has_key: bool
    holds_share: bool
    quorum: int
    ready: int
    agreed: bool
    restored: bool
    root: str
    checks: tuple[CheckLine, ...]
    void: tuple[str, ...]
    sums: tuple[Sum, ...]

    @property
    def me(self) -> Person:
        return next(person for person in self.people if person.is_me)


def picture_of(
    state: State, examined: Examination | None, secrets: Secrets, task: Task, says: Sentence, soon: bool
) -> Picture:
    """secrets: of the key file; only what is public of them goes into the picture."""
    attempt, me = state.attempt, secrets.trustee
    awaited = says.values.get("names", ())
    settled = state.election.agreement != ("ready",) or me in state.ready
    return Picture(
        task=task,
        says=says,
        soon=soon,
        phase=state.phase,
        manifest=state.election,
        context=state.context.hex(),
        size=state.size,
        people=_people(state, me, awaited if isinstance(awaited, tuple) else ()),
        attempt=attempt.start.attempt if attempt else 0,
        failed=ended(state, attempt) if attempt else "",
        has_key=state.keys is not None,
        holds_share=me in state.trustees,
        quorum=state.quorum if state.keys else 0,
        ready=len(state.ready),
        agreed=settled and secrets.agreed is not None,
        restored=secrets.restored == 1,
        root=state.closing.root.hex() if state.closing else "",
        checks=tuple(line for line in examined.checks if line.number <= examined.stage) if examined else (),
        void=tuple(map(str, examined.void)) if examined else (),
        sums=_sums(examined.tally) if examined and examined.tally else (),
    )


def _people(state: State, me: str, awaited: Sequence[str]) -> tuple[Person, ...]:
    taking_part = state.attempt.trustees if state.attempt else tuple(t.id for t in state.election.trustees)
    return tuple(
        Person(
            trustee.id,
            trustee.title,
            fingerprint(trustee.key),
            trustee.id == me,
            progress(state, trustee.id),
            trustee.id in taking_part,
            trustee.id in awaited,
        )
        for trustee in state.election.trustees
    )


def _sums(tally: EncryptedTally) -> tuple[Sum, ...]:
    unit = tally.parameters.manifest.unit
    return tuple(
        Sum(
            own.contest,
            tuple((tuple(unit(id).title for id in cell.units), cell.ballots) for cell in own.cells),
        )
        for own in tally.contests.values()
    )
