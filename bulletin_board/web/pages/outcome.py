"""The result, read once when it is there: nothing changes it any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bulletin_board.web.pages.site import Site
from bulletin_board.web.register import Register
from election.manifest import Contest, Manifest
from election.results import CellSummary, ContestSummary, Ranked, blanks, final_result, ranked, summarize


@dataclass(frozen=True)
class Outcome:
    """voters: unit -> how many are on the roll; entry: the result's number; root: 32 bytes, of the tree of `size`."""

    contests: list[ContestSummary]
    voters: Mapping[str, int]
    entry: int
    size: int
    root: bytes


@dataclass(frozen=True)
class Count:
    """One contest, in all units or in one cell. voters: on the roll there; blank: None where nobody can know it."""

    contest: Contest
    cell: CellSummary | None
    ballots: int
    voters: int
    options: list[Ranked]
    blank: int | None

    @property
    def most(self) -> int:
        return max((one.total for one in self.options), default=0)

    @property
    def tied(self) -> bool:
        return any(one.tied for one in self.options)

    @property
    def in_votes(self) -> bool:
        """Whether a total is a number of ballots, and not of points."""
        return self.contest.largest == 1


def outcome(site: Site) -> Outcome:
    """Raises Refusal where there is no result yet."""
    return _read(site.register)


@lru_cache(maxsize=4)
def _read(register: Register) -> Outcome:
    with register.current() as seen:
        result = final_result(seen.replay)
        voters = Counter(voter.unit for voter in seen.state.roll.values())
        contests = summarize(seen.state.election, result)
        return Outcome(contests, voters, seen.state.size - 1, seen.state.size, seen.state.tree.root())


def count(manifest: Manifest, found: Outcome, one: ContestSummary, cell: CellSummary | None = None) -> Count:
    """The numbers of a contest that is not withheld, of all its units or of a cell."""
    totals, ballots = (cell.totals, cell.ballots) if cell else (one.totals, one.ballots or 0)
    units = cell.units if cell else _units(manifest, one.contest)
    voters = sum(found.voters.get(unit, 0) for unit in units)
    left = blanks(one.contest, ballots, totals)
    return Count(one.contest, cell, ballots, voters, ranked(one.contest, totals), left)


def _units(manifest: Manifest, contest: Contest) -> Iterable[str]:
    return (unit.id for unit in manifest.units if manifest.votes_on(unit.id, contest.id))
