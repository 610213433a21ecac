"""The election: what is voted on, by whom and when; how far it is; how many have voted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, request

from bulletin_board.web.pages.site import Routes, Site
from bulletin_board.web.pages.stage import picture, standing
from bulletin_board.web.pages.turnout import Share, turnout
from bulletin_board.web.problems import Problem
from election.manifest import Contest, Manifest, Option, Unit
from election.texts import look_alike_key
from pages import languages
from pages.rules import explain

FEW_OPTIONS, FEW_UNITS, PAGE = 12, 20, 500
_LONGEST_QUESTION = 200


@dataclass(frozen=True)
class Row:
    """A unit in a table. parts: how many units are directly below it."""

    unit: Unit
    share: Share
    parts: int


def overview(site: Site) -> Response:
    """The first page or, for a script that asks again and again, only what of it changes."""
    if "live" in request.args:
        return site.render("election_live.html", **_live(site))
    return site.render(
        "election.html", **_live(site), contests=site.manifest.contests, rules=rules, few=FEW_OPTIONS
    )


def _live(site: Site) -> dict[str, Any]:
    m = site.manifest
    with site.register.current() as seen:
        known = turnout(site.register, seen)
        now = standing(seen, known)
    top = _top(m)
    children = m.children[top]
    rows = [_row(m, known.units, unit) for unit in children[:FEW_UNITS]]
    return {"now": now, "picture": picture(now.stage), "turnout": known, "rows": rows, "units": len(children)}


def _top(m: Manifest) -> str:
    """The first unit from the top that is divided, "" for the election itself."""
    unit = ""
    while len(m.children[unit]) == 1 and m.children[m.children[unit][0].id]:
        unit = m.children[unit][0].id
    return unit


def _row(m: Manifest, shares: Any, unit: Unit) -> Row:
    return Row(unit, shares[unit.id], len(m.children[unit.id]))


def rules(contest: Contest) -> list[str]:
    """One sentence a rule, with every title kept apart from the direction of the sentence."""
    language = languages.current()
    return [explain(contest, rule, language, lambda title: f"\u2068{title}\u2069") for rule in contest.rules]


def contest(site: Site, id: str) -> Response:
    """A contest with its options, or those that are asked for; long lists page by page."""
    own = site.manifest.by_id["contests"].get(id)
    if own is None:
        raise Problem(404, "this election has no such contest")
    asked = request.args.get("q", "")[:_LONGEST_QUESTION].strip()
    found = matching(own, asked) if asked else list(enumerate(own.options, 1))
    start = _start(len(found))
    voting = [unit for unit in site.manifest.units if unit.style and site.manifest.votes_on(unit.id, id)]
    return site.render(
        "election_contest.html",
        contest=own,
        rules=rules(own),
        asked=asked,
        found=len(found),
        start=start,
        page=PAGE,
        options=found[start : start + PAGE],
        voting=voting[:FEW_UNITS],
        votings=len(voting),
        leaves=sum(bool(unit.style) for unit in site.manifest.units),
    )


def matching(contest: Contest, asked: str) -> list[tuple[int, Option]]:
    """Options, with their numbers, whose id or title has all words that are asked for, or what looks like them."""
    words = look_alike_key(asked).split()
    return [
        (number, option)
        for number, option in enumerate(contest.options, 1)
        if any(
            all(word in look_alike_key(text) for word in words)
            for text in (*option.title.values(), option.id)
        )
    ]


def units(site: Site, id: str = "") -> Response:
    """A unit, or the whole election, and what is directly below it."""
    m = site.manifest
    own = m.by_id["units"].get(id)
    if id and own is None:
        raise Problem(404, "this election has no such unit")
    with site.register.current() as seen:
        known = turnout(site.register, seen)
    children = m.children[id]
    start = _start(len(children))
    return site.render(
        "election_units.html",
        unit=own,
        above=_above(m, own),
        share=known.units[id] if id else known.all,
        rows=[_row(m, known.units, unit) for unit in children[start : start + PAGE]],
        parts=len(children),
        start=start,
        page=PAGE,
        contests=[m.contest(contest) for contest in m.style(own.style).contests] if own and own.style else [],
    )


def _above(m: Manifest, unit: Unit | None) -> list[Unit]:
    """From the top down, without the unit itself."""
    found: list[Unit] = []
    while unit and unit.parent:
        unit = m.unit(unit.parent)
        found.insert(0, unit)
    return found


def _start(length: int) -> int:
    """The place with which a page of a long list begins, out of the address."""
    text = request.args.get("from", "")
    place = int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
    return place if place < length else 0


ROUTES: Routes = (
    ("/", "election", overview, ["GET"]),
    ("/contests/<id>", "contest", contest, ["GET"]),
    ("/units", "units", units, ["GET"]),
    ("/units/<id>", "units_below", units, ["GET"]),
)
