"""Which units are counted together: rows 63 and 75, known answers and a second implementation out of SPEC 10.1.

False cells in a result are in test_results.py, too small a bound at the opening in test_manifests.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election import manifest as m
from election.cells import cells
from election.ledger.setup import least_cell_bound
from election.record import FolderSource
from tests.attacks.museum import Museum, opened
from tests.world import World, approval
from verifier.run import verify

# A tree of units: a number is a leaf with so many ballots, a list an inner unit.
Tree = int | list["Tree"]


def election(tree: list[Tree], least: int) -> tuple[m.Manifest, dict[str, int]]:
    """A manifest with these units, named by their place such as 0.2.1, and the ballots of its leaves."""
    units: list[m.Unit] = []
    ballots: dict[str, int] = {}

    def add(tree: Tree, name: str, parent: str) -> None:
        leaf = isinstance(tree, int)
        units.append(m.Unit(name, parent, "s" if leaf else "", {"en": name}))
        if isinstance(tree, int):
            ballots[name] = tree
        else:
            for i, child in enumerate(tree):
                add(child, f"{name}.{i}", name)

    for i, child in enumerate(tree):
        add(child, f"{i}", "")
    return replace(HONEST, units=tuple(units), min_unit_ballots=least), ballots


def honest() -> m.Manifest:
    world = World()
    world.start()
    return world.state.election


HONEST = honest()

KNOWN: list[tuple[str, list[Tree], int, list[tuple[str, int]]]] = [
    ("nothing to merge", [3, 4, 5], 3, [("0", 3), ("1", 4), ("2", 5)]),
    ("the two smallest", [5, 1, 4, 2], 3, [("0", 5), ("1 3", 3), ("2", 4)]),
    ("the earlier of equals", [2, 2, 5, 2, 5], 3, [("0 1 3", 6), ("2", 5), ("4", 5)]),
    ("one after the other", [1, 1, 1], 2, [("0 1 2", 3)]),
    ("the earlier place", [4, 1], 2, [("0 1", 5)]),
    ("with the smallest other", [1, 9, 4], 2, [("0 2", 5), ("1", 9)]),
    ("merged ones compete by their place", [2, 1, 1, 2], 3, [("0 1 2 3", 6)]),
    ("units without ballots", [0, 5, 5], 3, [("0 1", 5), ("2", 5)]),
    ("without ballots, least 1", [0, 1, 0, 1], 1, [("0 2 1", 1), ("3", 1)]),
    ("too few in all", [1, 0], 3, []),
    ("nobody", [0, 0], 1, []),
    ("one unit", [3], 3, [("0", 3)]),
    ("one unit, too few", [2], 3, []),
    ("within a region first", [[1, 1], [1, 1]], 2, [("0.0 0.1", 2), ("1.0 1.1", 2)]),
    ("no further than needed", [[5, 1], [2, 7]], 3, [("0.0 0.1", 6), ("1.0 1.1", 9)]),
    ("a region too small by itself", [[5, 1], [2]], 3, [("0.0 0.1 1.0", 8)]),
    ("a region with one large unit", [[1], [9], 4], 2, [("0.0 2", 5), ("1.0", 9)]),
    ("three levels", [[[1, 1], 3], 4], 3, [("0.0.0 0.0.1 0.1", 5), ("1", 4)]),
    ("a unit above a list of several", [[3, 3], [1]], 3, [("0.0 1.0", 4), ("0.1", 3)]),
]


@pytest.mark.parametrize(
    ("tree", "least", "expected"), [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN]
)
def test_row_75_known_answers(tree: list[Tree], least: int, expected: list[tuple[str, int]]) -> None:
    manifest, ballots = election(tree, least)
    found = cells(manifest, "council", ballots)
    assert [(" ".join(cell.units), cell.ballots) for cell in found] == expected


def merged(tree: Sequence[Tree], least: int, name: str = "") -> list[tuple[list[str], int]]:
    """SPEC 10.1, word for word: a unit's list is its one cell; a node's its children's lists joined, then merged."""
    own: list[tuple[list[str], int]] = []
    for i, child in enumerate(tree):
        place = f"{name}.{i}" if name else f"{i}"
        own += [([place], child)] if isinstance(child, int) else merged(child, least, place)
    while len(own) > 1 and min(ballots for _, ballots in own) < least:
        smallest = min(range(len(own)), key=lambda i: own[i][1])
        other = min((i for i in range(len(own)) if i != smallest), key=lambda i: own[i][1])
        first, last = sorted((smallest, other))
        own[first] = own[first][0] + own[last][0], own[first][1] + own[last][1]
        del own[last]
    return own


leaves = st.integers(0, 12) | st.sampled_from([0, 0, 1, 1, 2])
trees: st.SearchStrategy[list[Tree]] = st.recursive(
    st.lists(leaves, min_size=1, max_size=6),
    lambda inner: st.lists(leaves | inner, min_size=1, max_size=4),
    max_leaves=12,
)


@given(trees, st.integers(1, 9))
def test_row_75_two_implementations_merge_alike(tree: list[Tree], least: int) -> None:
    manifest, ballots = election(tree, least)
    expected = merged(tree, least)
    if len(expected) == 1 and expected[0][1] < least:
        expected = []
    assert [(list(cell.units), cell.ballots) for cell in cells(manifest, "council", ballots)] == expected


@given(trees, st.integers(1, 9))
def test_row_63_cells_partition_the_units(tree: list[Tree], least: int) -> None:
    """Every unit in one cell, none below the minimum, nothing invented; or the whole contest withheld."""
    manifest, ballots = election(tree, least)
    found = cells(manifest, "council", ballots)
    assert all(cell.ballots >= least for cell in found)
    if found:
        assert sorted(unit for cell in found for unit in cell.units) == sorted(ballots)
        assert all(cell.ballots == sum(ballots[unit] for unit in cell.units) for cell in found)
    else:
        assert sum(ballots.values()) < least


@given(trees, st.integers(1, 9), st.data())
def test_row_75_no_cell_outgrows_its_bound(tree: list[Tree], least: int, data: st.DataObject) -> None:
    """Whoever stays at home: the bound at the opening holds for every turnout (SPEC 10.1)."""
    manifest, rolls = election(tree, least)
    bound = least_cell_bound(manifest, manifest.contests[0], rolls)
    assert bound == bound_of_protocol(rolls, least)
    for _ in range(5):
        turnout = {unit: data.draw(st.integers(0, voters)) for unit, voters in rolls.items()}
        assert all(cell.ballots <= bound for cell in cells(manifest, "council", turnout))
    assert all(cell.ballots <= bound for cell in cells(manifest, "council", rolls))


def bound_of_protocol(rolls: Mapping[str, int], least: int) -> int:
    """min(R, max(L, 2(min−1)) + depth·(min−1)); a unit 1.0.2 has two inner units above it, and the election."""
    depth = max(name.count(".") + 1 for name in rolls)
    R, L = sum(rolls.values()), max(rolls.values())
    return min(R, max(L, 2 * (least - 1)) + depth * (least - 1))


def test_row_75_the_bound_is_reached() -> None:
    """It is no larger than it must be where smallest units meet a large one on every level."""
    manifest, rolls = election([[[9, 2], 2], 2], 3)
    (cell,) = cells(manifest, "council", rolls)
    assert cell.ballots == least_cell_bound(manifest, manifest.contests[0], rolls) == 15


def test_row_75_units_that_do_not_vote_on_a_contest() -> None:
    """They are in no cell of it, and their voters count for no bound."""
    manifest, _ = election([1, 2, 7], 2)
    board, style = replace(approval("board", "xyz")), m.Style(("board",), (0, 0, 0), "t")
    units = (manifest.units[0], manifest.units[1], replace(manifest.units[2], style="t"))
    manifest = replace(
        manifest, contests=(*manifest.contests, board), styles=(*manifest.styles, style), units=units
    )
    everybody = {"0": 1, "1": 2, "2": 7}
    assert [cell.units for cell in cells(manifest, "council", everybody)] == [("0", "1")]
    assert [cell.units for cell in cells(manifest, "board", everybody)] == [("2",)]
    council, other = manifest.contests
    assert least_cell_bound(manifest, council, everybody) == 3
    assert least_cell_bound(manifest, other, everybody) == 7


def test_row_63_merged_cells_in_a_whole_record(museum: Museum) -> None:
    """Two regions of two units each; one unit of the first has too few ballots, none is counted twice."""
    units = [m.Unit("east", "", "", {"en": "East"})]
    units += [m.Unit(f"e{i}", "east", "s", {"en": f"E{i}"}) for i in (1, 2)]
    units += [m.Unit("west", "", "s", {"en": "West"})]
    world = opened(World(voters={"e1": 3, "e2": 2, "west": 3}, units=tuple(units), min_unit_ballots=2))
    yes, no = (1, 0, 0), (0, 1, 0)
    world.vote({"e1": [yes, no, yes], "e2": [no], "west": [yes, yes]})
    world.finish()
    found = museum.examined(world)
    assert found.faults == []
    assert found.tally is not None
    assert [cell.units for cell in found.tally.contests["council"].cells] == [("e1", "e2"), ("west",)]


def test_row_63_withheld_contest_in_a_whole_record(museum: Museum) -> None:
    """Two ballots in all where three are needed: the record passes, and nothing was decrypted."""
    world = opened(World(min_unit_ballots=3))
    world.vote({"north": [(1, 0, 0)], "south": [(0, 1, 0)]})
    world.finish()
    found = museum.examined(world)
    assert found.faults == []
    assert found.state.partials == {}
    forged = world.replay.tally
    assert forged is not None and forged.contests["council"].cells == ()


def test_row_46_unanimous_cells_are_warned_about(museum: Museum) -> None:
    """Everybody can see how all of them voted; the record passes, for nothing is false about it."""
    world = opened()
    world.vote({"north": [(1, 0, 0)] * 3, "south": [(1, 0, 0), (0, 1, 0)]})
    world.finish()
    record = world.write(museum.new_folder())
    report = verify(FolderSource(record), anchor=world.context)
    assert report.exit == 0
    (warning,) = report.warnings
    assert (warning.check, warning.reason.partition(":")[0]) == (9, "contests.council, north")
    assert "all 3 ballots are alike" in warning.reason
