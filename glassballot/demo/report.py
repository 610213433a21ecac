"""The announced result beside the plain count of the same files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from election.entries import ContestResult, Result, parse
from election.record import RecordReader
from election.texts import printable
from glassballot.console import console, many
from glassballot.demo.plan import PlannedContest
from glassballot.plain_count import plain_count

Counted = tuple[int, dict[str, int]]

_UNITS_A_TABLE = 4
# Characters; _FRAME is what a table draws around a column.
_BAR_WIDTH, _NAME_WIDTH, _NUMBER_WIDTH, _FRAME = 20, 12, 13, 3


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


def tables(
    planned: PlannedContest, contest: Mapping[str, Any], counted: Mapping[str, Counted]
) -> Iterator[Table]:
    """A contest: its options by votes, a bar each, beside the plain count; then, where there are several, its units."""
    totals: dict[str, int] = contest["totals"]
    most = max(totals.values()) or 1
    what = many(contest["ballots"], "ballot", "ballots")
    if planned.first.kind == "ordinal":
        what += "; a total is points"
    table = _table(f"{planned.title} ({what})", "decrypted", "plain count", room=_BAR_WIDTH)
    table.add_column("", width=_BAR_WIDTH)
    order = sorted(totals, key=lambda key: -totals[key])
    for key in order:
        votes = sum(counted[unit][1][key] for unit in planned.files)
        bar = Bar(most, 0, totals[key], width=_BAR_WIDTH, color="cyan")
        table.add_row(_name(planned, key), f"{totals[key]:,}", f"{votes:,}", bar)
    yield table
    units = contest["units"]
    for first in range(0, len(units) if len(units) > 1 else 0, _UNITS_A_TABLE):
        yield _by_unit(planned, units[first : first + _UNITS_A_TABLE], counted, order)


def _by_unit(
    planned: PlannedContest,
    units: Sequence[Mapping[str, Any]],
    counted: Mapping[str, Counted],
    order: Sequence[str],
) -> Table:
    parts = [[counted[id] for id in unit["id"].split("+")] for unit in units]
    table = _table("By unit: decrypted = plain count", *(printable(unit["title"]) for unit in units))
    for key in order:
        plain = (sum(totals[key] for _, totals in part) for part in parts)
        pairs = (_pair(unit["totals"][key], votes) for unit, votes in zip(units, plain, strict=True))
        table.add_row(_name(planned, key), *pairs)
    table.add_section()
    plain = (sum(ballots for ballots, _ in part) for part in parts)
    table.add_row("ballots", *(_pair(unit["ballots"], n) for unit, n in zip(units, plain, strict=True)))
    return table


def _pair(decrypted: int, counted: int) -> str:
    # With spaces that do not break a line.
    return f"{decrypted:,}\u00a0=\u00a0{counted:,}"


def _table(title: str, *numbers: str, room: int = 0) -> Table:
    """With a column of options, as wide as the terminal allows, and columns of numbers; room: for one more."""
    table = Table(title=Text(printable(title)), title_justify="left")
    widths = [min(len(heading), _NUMBER_WIDTH) for heading in numbers]
    rest = console.width - sum(width + _FRAME for width in [*widths, room]) - _FRAME - 1
    table.add_column("option", no_wrap=True, overflow="ellipsis", max_width=max(rest, _NAME_WIDTH))
    for heading, width in zip(numbers, widths, strict=True):
        table.add_column(Text(heading), justify="right", min_width=width)
    return table


def _name(planned: PlannedContest, key: str) -> Text:
    """Never read as rich's markup."""
    title = dict(planned.first.options)[key]
    return Text(printable(title if title == key else f"{key} {title}"))
