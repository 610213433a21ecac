"""Contests of every kind that the council elections know, as rules of one mechanism (SPEC 6.2)."""

from __future__ import annotations

from collections.abc import Sequence

from election import manifest as m
from election.layout import Layout, compile_layout
from tests.world import World, option, rule


def contest(
    *rules: m.Rule, options: Sequence[m.Option], packing: int = 1, cell: int = 50, id: str = "council"
) -> m.Contest:
    return m.Contest(id, cell, tuple(options), packing, tuple(rules), {"en": id})


def terms(times: int, ids: Sequence[str]) -> dict[str, int]:
    return dict.fromkeys(ids, times)


def one_list_or_names(lists: Sequence[str], names: Sequence[str], k: int, *, packing: int = 1) -> m.Contest:
    """Tehran's ballot: one list, or up to k names, or an explicit blank; never two of these, never nothing."""
    exclusive = rule(0, k, **terms(k, lists), **terms(1, names), blank=k)
    something = rule(1, k, **terms(1, lists), **terms(1, names), blank=1)
    options = [option(id) for id in (*lists, *names, "blank")]
    return contest(exclusive, something, options=options, packing=packing)


def choose_one(ids: Sequence[str], *, packing: int = 1) -> m.Contest:
    return contest(rule(1, 1, **terms(1, ids)), options=[option(id) for id in ids], packing=packing)


def cumulative(ids: Sequence[str], points: int, *, packing: int = 1) -> m.Contest:
    """So many points to give away, on one option or on several."""
    rules = rule(0, points, **terms(1, ids))
    return contest(rules, options=[option(id, points) for id in ids], packing=packing)


def score(ids: Sequence[str], best: int, *, packing: int = 1) -> m.Contest:
    """Every option gets a mark of its own; there is no rule at all."""
    return contest(options=[option(id, best) for id in ids], packing=packing)


def ranking(names: Sequence[str], ranks: int, *, packing: int = 1) -> m.Contest:
    """An option for each name and rank; each rank at most once, each name at most once."""
    ids = {name: [f"{name}{rank}" for rank in range(1, ranks + 1)] for name in names}
    rules = [rule(0, 1, **terms(1, own)) for own in ids.values()]
    rules += [rule(0, 1, **terms(1, [ids[name][rank] for name in names])) for rank in range(ranks)]
    options = [option(id) for own in ids.values() for id in own]
    return contest(*rules, options=options, packing=packing)


def names_of_a_list(k: int, names: Sequence[str], *, packing: int = 1) -> m.Contest:
    """Up to k names, and only with their list: -k <= sum of names - k*list <= 0."""
    together = rule(-k, 0, **terms(1, names), list=-k)
    return contest(together, options=[option(id) for id in ("list", *names)], packing=packing)


def election(*contests: m.Contest, example: Sequence[int] | None = None, voters: int = 9) -> World:
    """All contests on one ballot, one unit. example: choices that keep the rules; nothing at all where absent."""
    nothing = [0] * sum(len(own.options) for own in contests)
    style = m.Style(tuple(own.id for own in contests), tuple(example or nothing), "s")
    return World(contests=contests, voters={"u": voters}, styles=(style,))


def layout_of(*contests: m.Contest) -> Layout:
    world = election(*contests)
    manifest = m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members)
    return compile_layout(manifest, "s")
