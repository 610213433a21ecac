"""What no rule forbids and somebody should look at nevertheless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from election.examine import Examination
from election.ledger import Phase
from election.manifest import Contest
from election.manifest_check import look_alikes
from election.results import CellSummary, final_result, summarize


@dataclass(frozen=True)
class Concern:
    """check: the check that looked at the place."""

    check: int
    reason: str


def concerns(found: Examination) -> Iterator[Concern]:
    """Of a record without faults: titles that read alike, and cells whose totals show votes (ATTACKS 46, 78)."""
    manifest = found.state.manifest
    if manifest is None:
        return
    yield from (Concern(1, reason) for reason in look_alikes(manifest))
    if found.state.phase is Phase.FINAL:
        for contest in summarize(manifest, final_result(found.replay)):
            for cell in contest.cells:
                if why := _shows_votes(contest.contest, cell):
                    yield Concern(9, f"contests.{contest.contest.id}, {cell.id}: {why}")


def _shows_votes(contest: Contest, cell: CellSummary) -> str:
    """What a cell's totals tell about its voters, "" where they tell nothing about all of them."""
    most = {option.id: option.max * cell.ballots for option in contest.options}
    if not cell.ballots:
        return ""
    if cell.ballots == 1:
        return "its totals are one voter's ballot"
    if all(total in (0, most[id]) for id, total in cell.totals.items()):
        return f"all {cell.ballots} ballots are alike, so its totals show how each of them voted"
    full = [id for id, total in cell.totals.items() if total == most[id]]
    return f"every one of the {cell.ballots} ballots gave its most to {', '.join(full)}" if full else ""
