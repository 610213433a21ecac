"""The results: what is missing before the end, then contest by contest and unit by unit."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from bulletin_board.web.pages.glance import kinds_of
from bulletin_board.web.pages.outcome import count, outcome
from bulletin_board.web.pages.report_shelf import Heading, Shelf
from bulletin_board.web.pages.reports import compare
from bulletin_board.web.pages.site import Routes, Site
from bulletin_board.web.problems import Problem
from bulletin_board.web.register import Seen
from election.ledger import Phase
from election.results import CellSummary, ContestSummary

_FIRST = 50
_CELLS = 200
_NEWEST_REPORTS = 5


def overview(site: Site) -> Response:
    with site.register.current() as seen:
        state = seen.state
        facts = _facts(seen)
        ready, quorum = len(state.ready), state.quorum if state.keys else 0
        decrypted = len({trustee for trustee, _ in state.partials})
        threshold, reader = state.election.ceremony.threshold, seen.reader
        final = state.phase is Phase.FINAL
    waiting = {"ready": ready, "quorum": quorum, "decrypted": decrypted, "threshold": threshold}
    counts = []
    if final:
        found = outcome(site)
        counts = [(one, None if one.withheld else count(site.manifest, found, one)) for one in found.contests]
    reports = [(one, compare(site, reader, one)) for one in _reports(site)[:_NEWEST_REPORTS]]
    template = "results.html" if final else "results_before.html"
    return site.render(template, counts=counts, reports=reports, waiting=waiting, **facts)


def contest(site: Site, contest: str) -> Response:
    if contest not in site.manifest.by_id["contests"]:
        raise Problem(404, "there is no such contest")
    with site.register.current() as seen:
        final = seen.state.phase is Phase.FINAL
    if not final:
        return site.render("result_before.html", contest=site.manifest.contest(contest))
    found = outcome(site)
    one = next(one for one in found.contests if one.contest.id == contest)
    if one.withheld:
        return site.render("result_withheld.html", contest=one.contest)
    cell = _cell(one, request.args.get("unit"))
    shown = count(site.manifest, found, one, cell)
    options = shown.options if "all" in request.args else shown.options[:_FIRST]
    cells = [] if cell or len(one.cells) == 1 else list(one.cells)
    if "units" not in request.args:
        cells = cells[:_CELLS]
    return site.render(
        "result.html",
        count=shown,
        unit=cell.units[0] if cell else "",
        options=options,
        cells=[(own, sum(found.voters.get(unit, 0) for unit in own.units)) for own in cells],
        all_cells=len(one.cells),
    )


def _facts(seen: Seen) -> dict[str, Any]:
    """What is known of the ballots at any time."""
    state = seen.state
    void = sorted(seen.void)[:_FIRST]
    kinds = kinds_of(seen, void)
    return {
        "voters": len(state.roll),
        "voted": len(seen.firsts),
        "casts": state.casts,
        "superseded": state.casts - len(seen.firsts),
        "challenges": state.challenges,
        "void": [(number, kinds[number], seen.void[number]) for number in void],
        "void_count": len(seen.void),
        "size": state.size,
        "phase": state.phase,
    }


def _cell(one: ContestSummary, unit: str | None) -> CellSummary | None:
    """The cell in which a unit was decrypted. Raises Problem."""
    if unit is None:
        return None
    for cell in one.cells:
        if unit in cell.units:
            return cell
    raise Problem(404, "no number of this contest is about such a unit alone")


def _reports(site: Site) -> list[Heading]:
    return Shelf(site.settings.reports).headings() if site.settings.reports else []


ROUTES: Routes = (
    ("/results", "results", overview, ["GET"]),
    ("/results/<contest>", "result", contest, ["GET"]),
)
