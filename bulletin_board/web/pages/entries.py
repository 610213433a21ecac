"""Every entry of the log: the list of all of them, and each with its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from bulletin_board.web.pages.ballots import marked
from bulletin_board.web.pages.entry_facts import facts, signer
from bulletin_board.web.pages.glance import Glance, kinds_of, time_before, value_of
from bulletin_board.web.pages.paging import asked_before, parse_number, window
from bulletin_board.web.pages.site import Routes, Site
from bulletin_board.web.problems import Problem
from election.entries import KINDS
from election.texts import printable

_MOST_SHOWN = 20_000
_LONGEST_LAID_OUT = 512 * 1024


@dataclass(frozen=True)
class Shown:
    """text: an entry laid out for people; whole: whether that is all of it."""

    text: str
    whole: bool


def log(site: Site) -> Response:
    """The entries, of all kinds or of one, the newest first."""
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        raise Problem(404, f"there is no kind {kind[:64]!a}")
    before = asked_before()
    with site.register.current() as seen:
        size = seen.state.size
        shown = window(seen.kinds.get(kind, ()) if kind else range(size), before)
        times = {number: time_before(seen, number) for number in shown.numbers}
        counts = {name: len(seen.kinds[name]) for name in KINDS if name in seen.kinds}
        kinds = kinds_of(seen, shown.numbers)
        void = {number for number in shown.numbers if number in seen.void}
    values: dict[str, Any] = {"window": shown, "times": times, "kinds": kinds, "void": void}
    return site.render("log.html", kind=kind, counts=counts, size=size, **values)


def entry(site: Site, number: str) -> Response:
    wanted = parse_number(number)
    with site.register.current() as seen:
        size, reader = seen.state.size, seen.reader
        if wanted >= size:
            raise Problem(404, f"the log has no entry {wanted} yet, only {size} entries")
        time, void = time_before(seen, wanted), seen.void.get(wanted, "")
    raw = reader.entry(wanted)
    with site.turns.of(len(raw.content)):
        value = value_of(raw)
        shown = _shown(raw.content, value)
    ballot = Glance.of(wanted, value) if "body" in value else None
    with site.register.current() as seen:
        voter = seen.state.roll.get(ballot.credential) if ballot else None
        stands, unit = (voter.counted, voter.unit) if voter else (None, "")
    return site.render(
        "entry.html",
        number=wanted,
        size=size,
        kind=value["kind"],
        time=time,
        void=void,
        facts=facts(site.manifest, value),
        signer=signer(site.manifest, value),
        ballot=ballot,
        stands=stands,
        unit=site.manifest.unit(unit) if unit else None,
        marks=marked(site.manifest, ballot) if ballot and not ballot.credential else [],
        raw=raw,
        shown=shown,
    )


def _shown(content: bytes, value: dict[str, Any]) -> Shown:
    """The beginning of an entry, a member a line unless it is too long for that."""
    laid_out = len(content) <= _LONGEST_LAID_OUT
    text = json.dumps(value, ensure_ascii=False, indent=1) if laid_out else content.decode()
    lines = (printable(line) for line in text[:_MOST_SHOWN].split("\n"))
    return Shown("\n".join(lines), len(text) <= _MOST_SHOWN)


ROUTES: Routes = (
    ("/log", "log", log, ["GET"]),
    ("/entry/<number>", "entry", entry, ["GET"]),
)
