"""What a result says, contest by contest and cell by cell (SPEC 10.4). Whether it is true, election.examine says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from election.entries import ContestResult, Result, parse
from election.faults import Refusal
from election.ledger import Phase
from election.manifest import Contest, Manifest, Option, Title
from election.replay import Replay

# With one of these at its beginning a spreadsheet takes a text for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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


@dataclass(frozen=True)
class Ranked:
    """An option with its total. rank: 1 + how many have more; tied: another one has the same total, above 0."""

    rank: int
    option: Option
    total: int
    tied: bool


def ranked(contest: Contest, totals: Mapping[str, int]) -> list[Ranked]:
    """Options by their totals, the largest first; of equals the earlier in the manifest."""
    ordered = sorted(contest.options, key=lambda option: -totals[option.id])
    numbers = [totals[option.id] for option in ordered]
    found: list[Ranked] = []
    for place, (option, total) in enumerate(zip(ordered, numbers, strict=True)):
        above = place > 0 and numbers[place - 1] == total
        below = numbers[place + 1 : place + 2] == [total]
        rank = found[-1].rank if above else place + 1
        found.append(Ranked(rank, option, total, total > 0 and (above or below)))
    return found


def blanks(contest: Contest, ballots: int, totals: Mapping[str, int]) -> int | None:
    """How many ballots marked nothing in a contest, by its rules and sums; None where these do not tell.

    Where something must be marked, none. Where at most one mark is possible, every other ballot has exactly one.
    """
    for rule in contest.rules:
        terms = {term.option: term.times for term in rule.terms}
        if any(times < 0 for times in terms.values()):
            continue
        if rule.min > 0:
            return 0
        if rule.max == 1 and all(terms.get(option.id) for option in contest.options):
            return ballots - sum(totals.values())
    return None if any(totals.values()) else ballots


def title_in(title: Title, language: str) -> str:
    """A title in this language, else in English, else in the first that it has."""
    return title.get(language) or title.get("en") or next(iter(title.values()))


def to_csv(summaries: Sequence[ContestSummary], *languages: str) -> str:
    """A line an option: of each contest as a whole, its unit empty, then of each cell. Withheld numbers are empty.

    In one language the columns of titles are contest_title and so on, in several contest_title_en and so on. A title
    that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    ends = [""] if len(languages) == 1 else [f"_{language}" for language in languages]
    titled = {name: [f"{name}_title{end}" for end in ends] for name in ("contest", "unit", "option")}
    place = ["contest", *titled["contest"], "unit", *titled["unit"], "ballots"]
    writer.writerow([*place, "option", *titled["option"], "total"])
    for one in summaries:
        own = _titles(one.contest.title, languages)
        for cell, titles, ballots, totals in _blocks(one, languages):
            for option in one.contest.options:
                named = (option.id, *_titles(option.title, languages))
                writer.writerow((one.contest.id, *own, cell, *titles, ballots, *named, totals.get(option.id)))
    return text.getvalue()


def _blocks(
    one: ContestSummary, languages: Sequence[str]
) -> Iterator[tuple[str, list[str], int | None, Mapping[str, int]]]:
    yield "", [""] * len(languages), one.ballots, one.totals
    for cell in one.cells:
        yield cell.id, [_harmless(cell.title(language)) for language in languages], cell.ballots, cell.totals


def _titles(title: Title, languages: Sequence[str]) -> list[str]:
    return [_harmless(title_in(title, language)) for language in languages]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


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
