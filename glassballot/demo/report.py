"""The announced result beside the plain count of the same files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from election.entries import ContestResult, Result, parse
from election.record import RecordReader
from glassballot.demo.plan import PlannedContest
from glassballot.plain_count import plain_count

Counted = tuple[int, dict[str, int]]


def announced(record: Path, contests: Sequence[PlannedContest]) -> list[dict[str, Any]]:
    """What the result on the record says, by the keys of the files."""
    reader = RecordReader.of_folder(record)
    result = parse(reader.entry(reader.size - 1).content)
    assert isinstance(result, Result)
    by_id = {contest.contest: contest for contest in result.contests}
    return [_contest(contest, by_id[contest.id]) for contest in contests]


def _contest(planned: PlannedContest, result: ContestResult) -> dict[str, Any]:
    units: list[dict[str, Any]] = []
    for cell, ballots, totals in zip(result.cells, result.ballots, result.totals, strict=True):
        by_option = dict(zip((id for id, _, _ in planned.options), totals, strict=True))
        title = " + ".join(planned.files[unit].title for unit in cell)
        votes = planned.by_key(by_option)
        units.append({"id": "+".join(cell), "title": title, "ballots": ballots, "totals": votes})
    overall = {key: sum(unit["totals"][key] for unit in units) for key, _ in planned.first.options}
    return {"id": planned.id, "ballots": sum(result.ballots), "totals": overall, "units": units}


def plain(contests: Sequence[PlannedContest], limit: int | None) -> dict[str, Counted]:
    """Unit -> ballots and totals, counted from its file by code that shares nothing with the election."""
    return {unit: plain_count(file.path, limit) for c in contests for unit, file in c.files.items()}


def differences(result: Sequence[Mapping[str, Any]], counted: Mapping[str, Counted]) -> list[str]:
    """Where announcement and plain count differ: a line each, none where all agrees."""
    lines = []
    seen = set()
    for contest in result:
        for unit in contest["units"]:
            parts = [counted[id] for id in unit["id"].split("+")]
            seen.update(unit["id"].split("+"))
            ballots = sum(n for n, _ in parts)
            if ballots != unit["ballots"]:
                lines.append(f"{unit['id']}: {unit['ballots']} ballots announced, {ballots} counted")
            for key, total in unit["totals"].items():
                votes = sum(totals[key] for _, totals in parts)
                if votes != total:
                    lines.append(f"{unit['id']}, {key}: {total} announced, {votes} counted")
    return [*lines, *(f"{unit}: nothing announced" for unit in counted if unit not in seen)]


def table(planned: PlannedContest, contest: Mapping[str, Any], counted: Mapping[str, Counted]) -> Table:
    """A contest: its options by votes, a bar each, beside the plain count."""
    table = Table(title=f"{planned.first.title} ({contest['ballots']} ballots)", title_justify="left")
    table.add_column("option")
    table.add_column("decrypted", justify="right")
    table.add_column("plain count", justify="right")
    table.add_column("")
    titles, totals = dict(planned.first.options), contest["totals"]
    most = max(totals.values(), default=0) or 1
    for key, total in sorted(totals.items(), key=lambda item: -item[1]):
        name = titles[key] if titles[key] == key else f"{key} {titles[key]}"
        votes = sum(counted[unit][1][key] for unit in planned.files)
        table.add_row(name[:48], f"{total:,}", f"{votes:,}", "█" * round(30 * total / most))
    return table
