"""Which units are decrypted together: known answers, the written algorithm taken literally, and the bound (V1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election import manifest as m
from election.cells import Cell, cells
from election.ledger.setup import least_cell_bound
from tests.world import World, approval

Tree = Sequence[tuple[str, str, str]]


def manifest_of(tree: Tree, least: int, contests: Sequence[str] = ("council",)) -> m.Manifest:
    """tree: (unit, parent, style) in manifest order; style s has the contest council, style t none of these."""
    styles = (m.Style(tuple(contests), (), "s"), m.Style(("other",), (), "t"))
    units = tuple(m.Unit(id, parent, style, {"en": id}) for id, parent, style in tree)
    world = World(contests=[approval(id) for id in (*contests, "other")])
    return m.Manifest.sign(
        m.MANIFEST_CONTEXT,
        world.office,
        **world.members | {"units": units, "styles": styles, "min_unit_ballots": least},
    )


def flat(*units: str) -> Tree:
    return [(unit, "", "s") for unit in units]


def joined(manifest: m.Manifest, **ballots: int) -> list[tuple[str, int]]:
    return [("+".join(cell.units), cell.ballots) for cell in cells(manifest, "council", ballots)]


def test_units_that_are_large_enough_stay_alone() -> None:
    assert joined(manifest_of(flat("a", "b"), 3), a=3, b=4) == [("a", 3), ("b", 4)]


def test_the_smallest_joins_the_smallest_of_the_others_in_the_earlier_place() -> None:
    manifest = manifest_of(flat("a", "b", "c", "d"), 5)
    assert joined(manifest, a=9, b=2, c=7, d=6) == [("a", 9), ("b+d", 8), ("c", 7)]
    assert joined(manifest, a=6, b=7, c=9, d=2) == [("a+d", 8), ("b", 7), ("c", 9)]


def test_of_equals_the_earlier_goes_first() -> None:
    manifest = manifest_of(flat("a", "b", "c", "d"), 2)
    assert joined(manifest, a=5, b=1, c=1, d=1) == [("a", 5), ("b+c+d", 3)]
    assert joined(manifest, a=1, b=5, c=5, d=5) == [("a+b", 6), ("c", 5), ("d", 5)]
    # b+c stands where b stood, so it is earlier than d, which has as many.
    assert joined(manifest_of(flat("a", "b", "c", "d"), 3), a=9, b=1, c=1, d=2) == [("a", 9), ("b+c+d", 4)]


def test_units_without_ballots_are_joined_too() -> None:
    assert joined(manifest_of(flat("a", "b"), 1), b=4) == [("a+b", 4)]


def test_a_contest_that_is_too_small_is_withheld() -> None:
    manifest = manifest_of(flat("a", "b"), 5)
    assert joined(manifest, a=2, b=2) == []
    assert joined(manifest, a=2, b=3) == [("a+b", 5)]
    assert joined(manifest_of(flat("a"), 1)) == []


def test_units_join_their_siblings_before_anybody_else() -> None:
    tree = [("n", "", ""), ("a", "n", "s"), ("s", "", ""), ("b", "n", "s"), ("c", "s", "s"), ("d", "s", "s")]
    manifest = manifest_of(tree, 4)
    assert joined(manifest, a=1, b=5, c=1, d=9) == [("a+b", 6), ("c+d", 10)]
    assert joined(manifest, a=1, b=1, c=2, d=9) == [("a+b+c+d", 13)]


def test_only_units_that_vote_on_the_contest_count() -> None:
    manifest = manifest_of([("a", "", "s"), ("b", "", "t"), ("c", "", "s")], 2)
    assert joined(manifest, a=1, b=9, c=5) == [("a+c", 6)]


def test_nesting_of_any_depth() -> None:
    tree = [("u0", "", ""), *((f"u{i}", f"u{i - 1}", "") for i in range(1, 3000)), ("leaf", "u2999", "s")]
    assert joined(manifest_of(tree, 2), leaf=2) == [("leaf", 2)]


def literally(manifest: m.Manifest, unit: str, ballots: Mapping[str, int]) -> list[Cell]:
    """SPEC 10.1, sentence by sentence."""
    children = [child for child in manifest.units if child.parent == unit]
    if unit and not children:
        votes = manifest.unit(unit).style == "s"
        return [Cell((unit,), ballots.get(unit, 0))] if votes else []
    found = [cell for child in children for cell in literally(manifest, child.id, ballots)]
    while len(found) > 1 and min(cell.ballots for cell in found) < manifest.min_unit_ballots:
        smallest = min(found, key=lambda cell: cell.ballots)
        others = [cell for cell in found if cell is not smallest]
        partner = min(others, key=lambda cell: cell.ballots)
        earlier, later = sorted((smallest, partner), key=found.index)
        found[found.index(earlier)] = Cell(earlier.units + later.units, earlier.ballots + later.ballots)
        found.remove(later)
    return found


@st.composite
def elections(draw: st.DrawFn) -> tuple[m.Manifest, dict[str, int], dict[str, int]]:
    """A tree of units, a roll and ballots that it can have cast."""
    parents = draw(st.lists(st.integers(-1, 12), min_size=1, max_size=14))
    above = [min(parent, i - 1) for i, parent in enumerate(parents)]
    inner = set(above)
    units = tuple(
        m.Unit(
            f"u{i}",
            f"u{parent}" if parent >= 0 else "",
            "" if i in inner else draw(st.sampled_from("sst")),
            {},
        )
        for i, parent in enumerate(above)
    )
    units = (*units, m.Unit("last", "", "s", {}))
    leaves = [unit.id for unit in units if unit.style]
    roll = {leaf: draw(st.integers(0, 12)) for leaf in leaves}
    ballots = {leaf: draw(st.integers(0, voters)) for leaf, voters in roll.items()}
    return bare_manifest(units, draw(st.integers(1, 10))), roll, ballots


def bare_manifest(units: tuple[m.Unit, ...], least: int) -> m.Manifest:
    """A manifest with nothing but what cells are made from."""
    known = SimpleNamespace(units=units, min_unit_ballots=least)
    by_id = {unit.id: unit for unit in units}
    known.unit = by_id.__getitem__
    known.votes_on = lambda unit, contest: by_id[unit].style == "s"
    known.children = {
        parent: tuple(unit for unit in units if unit.parent == parent) for parent in ("", *by_id)
    }
    return cast(m.Manifest, known)


@given(elections())
def test_as_it_is_written(election: tuple[m.Manifest, dict[str, int], dict[str, int]]) -> None:
    manifest, _, ballots = election
    due = literally(manifest, "", ballots)
    if len(due) == 1 and due[0].ballots < manifest.min_unit_ballots:
        due = []
    assert cells(manifest, "council", ballots) == tuple(due)


@given(elections())
def test_cells_partition_and_keep_their_bounds(
    election: tuple[m.Manifest, dict[str, int], dict[str, int]],
) -> None:
    manifest, roll, ballots = election
    found = cells(manifest, "council", ballots)
    voting = [unit.id for unit in manifest.units if unit.style == "s"]
    if not found:
        assert sum(ballots[unit] for unit in voting) < manifest.min_unit_ballots
        return
    assert sorted(unit for cell in found for unit in cell.units) == sorted(voting)
    for cell in found:
        assert cell.ballots == sum(ballots[unit] for unit in cell.units)
        assert cell.ballots >= manifest.min_unit_ballots
        assert cell.ballots <= least_cell_bound(manifest, approval(), roll)


@pytest.mark.parametrize(
    ("least", "depth", "roll", "bound"),
    [
        (1, 1, (3, 4), 4),  # nothing is joined
        (3, 1, (9, 9), 9 + 2),
        (3, 1, (1, 1, 1, 1, 1, 1, 1), 2 * 2 + 2),  # two small ones, and a third
        (3, 3, (9, 90), 90 + 3 * 2),
        (100, 5, (9, 9), 18),  # never more than all there are
    ],
)
def test_least_cell_bound(least: int, depth: int, roll: Sequence[int], bound: int) -> None:
    """min(R, max(L, 2(min - 1)) + depth * (min - 1)); the election itself is one of the inner levels."""
    inner = [(f"i{i}", f"i{i - 1}" if i else "", "") for i in range(depth - 1)]
    top = inner[-1][0] if inner else ""
    leaves = [(f"u{i}", top if i == 0 else "", "s") for i in range(len(roll))]
    manifest = manifest_of([*inner, *leaves], least)
    voters = {f"u{i}": voters for i, voters in enumerate(roll)}
    assert least_cell_bound(manifest, approval(), voters) == bound
