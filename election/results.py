"""What a result says, contest by contest and cell by cell (SPEC 10.4). Whether it is true, election.examine says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from election.entries import ContestResult, Result, parse
from election.faults import Refusal
from election.ledger import Phase
from election.manifest import Contest, Manifest, Title
from election.replay import Replay


@dataclass(frozen=True)
class CellSummary:
    """Units that were decrypted together, one in most cases. totals: option id -> number, in manifest order."""

    units: tuple[str, ...]
    titles: tuple[Title, ...]
    ballots: int
    totals: Mapping[str, int]

    @property
    def id(self) -> str:
        """The units' ids joined by "+", which no id contains."""
        return "+".join(self.units)

    def title(self, language: str) -> str:
        return " + ".join(title_in(title, language) for title in self.titles)


@dataclass(frozen=True)
class ContestSummary:
    """One contest's published numbers. A withheld contest, too small to be decrypted, has no cells and no numbers."""

    contest: Contest
    cells: tuple[CellSummary, ...]

    @property
    def withheld(self) -> bool:
        return not self.cells

    @property
    def ballots(self) -> int | None:
        """How many count, in all cells; None where the contest is withheld."""
        return None if self.withheld else sum(cell.ballots for cell in self.cells)

    @property
    def totals(self) -> dict[str, int]:
        """Option id -> sum over the cells, in manifest order; empty where the contest is withheld."""
        if self.withheld:
            return {}
        return {o.id: sum(cell.totals[o.id] for cell in self.cells) for o in self.contest.options}


def final_result(replay: Replay) -> Result:
    """The result that a replayed log ends with. Raises Refusal where there is none."""
    if replay.state.phase is not Phase.FINAL:
        raise Refusal(2, f"there is no result yet, the record is in phase {replay.state.phase.name.lower()}")
    size = replay.state.size
    for raw in replay.reader.entries(size - 1, size):
        entry = parse(raw.content)
        if isinstance(entry, Result):
            return entry
    raise Refusal(2, "something stands after the result")


def summarize(manifest: Manifest, result: Result) -> list[ContestSummary]:
    """The numbers of a result that was examined, in manifest order."""
    return [_summarize(manifest, contest) for contest in result.contests]


def _summarize(manifest: Manifest, announced: ContestResult) -> ContestSummary:
    contest = manifest.contest(announced.contest)
    options = [option.id for option in contest.options]
    cells = tuple(
        CellSummary(
            units,
            tuple(manifest.unit(id).title for id in units),
            ballots,
            dict(zip(options, totals, strict=True)),
        )
        for units, ballots, totals in zip(announced.cells, announced.ballots, announced.totals, strict=True)
    )
    return ContestSummary(contest, cells)


def title_in(title: Title, language: str) -> str:
    """A title in this language, else in English, else in the first that it has."""
    return title.get(language) or title.get("en") or next(iter(title.values()))


def to_json(summaries: Sequence[ContestSummary], language: str) -> list[dict[str, Any]]:
    """For programs: contests with totals by option id, and the same for every cell under "units"."""
    return [
        {
            "id": one.contest.id,
            "title": title_in(one.contest.title, language),
            "ballots": one.ballots,
            "totals": one.totals,
            "options": {option.id: title_in(option.title, language) for option in one.contest.options},
            "units": [
                {"id": c.id, "title": c.title(language), "ballots": c.ballots, "totals": dict(c.totals)}
                for c in one.cells
            ],
            "withheld": one.withheld,
        }
        for one in summaries
    ]
