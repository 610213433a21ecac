"""The ballots as they arrive, by unit; and those that were opened as a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response

from bulletin_board.web.pages.glance import Glance, glances, time_before
from bulletin_board.web.pages.paging import asked_before, window
from bulletin_board.web.pages.site import Routes, Site
from bulletin_board.web.problems import Problem
from election.manifest import Contest, Manifest, Option, Unit

_MOST_UNITS = 100


@dataclass(frozen=True)
class UnitRow:
    """depth: below the unit whose page it is; ballots: cast in it and below it."""

    unit: Unit
    depth: int
    ballots: int


@dataclass(frozen=True)
class BallotRow:
    """time: of the clock entry before it; stands: the entry of the ballot that its voter's pseudonym now stands for."""

    ballot: Glance
    time: int | None
    void: str
    stands: int | None


def all_units(site: Site) -> Response:
    with site.register.current() as seen:
        casts = {unit: len(own) for unit, own in seen.casts.items()}
        challenges, voted = len(seen.kinds.get("challenge", ())), len(seen.firsts)
    rows = _rows(site.manifest, "", casts)
    total = sum(casts.values())
    return site.render("ballots.html", rows=rows, total=total, challenges=challenges, voted=voted)


def of_unit(site: Site, unit: str) -> Response:
    """Of an inner unit those below it, of a leaf its ballots."""
    found = site.manifest.by_id["units"].get(unit)
    if found is None:
        raise Problem(404, "there is no such unit")
    above = _above(site.manifest, found)
    if not found.style:
        with site.register.current() as seen:
            casts = {id: len(own) for id, own in seen.casts.items()}
        rows = _rows(site.manifest, unit, casts)
        return site.render("units.html", unit=found, above=above, rows=rows)
    with site.register.current() as seen:
        shown = window(seen.casts.get(unit, ()), asked_before())
        times = {number: time_before(seen, number) for number in shown.numbers}
        reader = seen.reader
    found_ballots = glances(reader, site.board.store, shown.numbers)
    with site.register.current() as seen:
        voters = {n: seen.state.roll.get(one.credential) for n, one in found_ballots.items()}
        stands = {n: voter.counted for n, voter in voters.items() if voter}
    ballots = [BallotRow(found_ballots[n], times[n], "", stands.get(n)) for n in shown.numbers]
    return site.render("unit.html", unit=found, above=above, ballots=ballots, window=shown)


def challenged(site: Site) -> Response:
    with site.register.current() as seen:
        shown = window(seen.kinds.get("challenge", ()), asked_before())
        times = {number: time_before(seen, number) for number in shown.numbers}
        void, reader = {n: seen.void.get(n, "") for n in shown.numbers}, seen.reader
    found = glances(reader, site.board.store, shown.numbers)
    rows = [BallotRow(found[n], times[n], void[n], None) for n in shown.numbers]
    marks = {n: marked(site.manifest, one) for n, one in found.items()}
    return site.render("challenged.html", ballots=rows, marks=marks, window=shown)


def marked(manifest: Manifest, ballot: Glance) -> list[tuple[Contest, list[tuple[Option, int]]]]:
    """What a ballot that was opened had in it: by contest the options above 0; [] if it is not of its style's form."""
    contests = [manifest.contest(id) for id in manifest.style(ballot.style).contests]
    if sum(len(contest.options) for contest in contests) != len(ballot.choices):
        return []
    choices = iter(ballot.choices)
    return [
        (contest, [(o, n) for o, n in zip(contest.options, choices, strict=False) if n])
        for contest in contests
    ]


def _rows(manifest: Manifest, top: str, casts: Mapping[str, int]) -> list[UnitRow]:
    """All units below this one where they are few, else the next ones only."""
    totals = dict(casts)
    # Parents stand before their children in a manifest.
    for unit in reversed(manifest.units):
        totals[unit.parent] = totals.get(unit.parent, 0) + totals.get(unit.id, 0)
    rows = [UnitRow(unit, depth, totals.get(unit.id, 0)) for unit, depth in _below(manifest, top)]
    return rows if len(rows) <= _MOST_UNITS else [row for row in rows if row.depth == 0]


def _below(manifest: Manifest, top: str) -> Iterator[tuple[Unit, int]]:
    """With its depth, each before those below it."""
    waiting = [(unit, 0) for unit in reversed(manifest.children[top])]
    while waiting:
        unit, depth = waiting.pop()
        yield unit, depth
        waiting += [(child, depth + 1) for child in reversed(manifest.children[unit.id])]


def _above(manifest: Manifest, unit: Unit) -> list[Unit]:
    """Those that a unit is part of, the largest first."""
    found: list[Unit] = []
    while unit.parent:
        unit = manifest.unit(unit.parent)
        found.insert(0, unit)
    return found


ROUTES: Routes = (
    ("/ballots", "ballots", all_units, ["GET"]),
    ("/ballots/<unit>", "unit", of_unit, ["GET"]),
    ("/challenged", "challenged", challenged, ["GET"]),
)
