"""Results that do not follow from the ballots: rows 8, 9, 16, 17, 39, 43, 46, 62, 63; V7, V8 and V9.

Row 17's winners are no part of this version's result; a member with them is refused (V0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from crypto.elgamal import Ciphertexts
from crypto.group import G, Points
from crypto.polynomial import lagrange_at_zero
from election import canonical
from election.entries import Body, Result, parse
from election.tally import aggregate
from tests.attacks.cheats import result_of, tally_of
from tests.attacks.museum import Museum, agreed, decrypted, voted
from tests.world import World, approval

TOTALS = (2, 1, 0), (0, 1, 1)


def announced(world: World, *totals: tuple[int, ...], **changes: Any) -> int:
    """A result entry with these totals, or the true ones; its number, 32 in the standard world."""
    return world.put(result_of(world, *(totals or TOTALS), **changes))


def test_the_true_result_passes(museum: Museum) -> None:
    world = decrypted()
    announced(world)
    assert museum.examined(world).faults == []


def test_row_09_aggregate_not_recomputed(museum: Museum) -> None:
    """(0, G) on top: one vote more, and an honest-looking total."""
    world = decrypted()
    true = tally_of(world).aggregates
    more = replace(true, beta=true.beta + Points.concat([G, Points.identity(len(true) - 1)]))
    n = announced(world, (3, 1, 0), TOTALS[1], aggregates=more)
    museum.refused(world, 7, n, "council: not the sum of the counted ballots")


def without(world: World, *left_out: int) -> Ciphertexts:
    """The aggregates that come out when some counted ballots are forgotten."""
    return counting(world, [number for number in world.state.counted() if number not in left_out])


def counting(world: World, numbers: Sequence[int]) -> Ciphertexts:
    """The aggregates over these ballots, counted in the north up to number 22 and in the south from there."""
    parameters, closing = world.state.parameters, world.state.closing
    assert parameters is not None and closing is not None
    ballots = [("north" if number <= 22 else "south", body_of(world, number)) for number in numbers]
    return aggregate(parameters, closing, ballots).contests["council"].aggregates


def body_of(world: World, number: int) -> Body:
    entry = parse(world.log.contents[number])
    assert hasattr(entry, "body")
    body: Body = entry.body
    return body


def test_row_09_aggregate_that_lacks_a_ballot(museum: Museum) -> None:
    """With the totals that are true of the others."""
    world = decrypted()
    n = announced(world, (1, 0, 0), TOTALS[1], aggregates=without(world, 21))
    museum.refused(world, 7, n, "council: not the sum of the counted ballots")


def test_row_09_valid_shares_over_an_aggregate_that_lacks_a_ballot(museum: Museum) -> None:
    """k trustees collude: their shares are true of another tally and void in this one, so that none is left."""
    world = agreed()
    true = tally_of(world)
    bent = replace(true, aggregates=without(world, 21))
    assert world.replay.tally is not None
    contests = world.replay.tally.contests
    assert isinstance(contests, dict)
    contests["council"] = bent
    forged = [world.partial("t1"), world.partial("t2"), result_of(world, (1, 0, 0), TOTALS[1])]
    contests["council"] = true
    first = world.put(forged[0])
    world.put(*forged[1:])
    found = museum.examined(world)
    named = [(fault.check, fault.entry, fault.void) for fault in found.faults]
    assert named == [(8, first, True), (8, first + 1, True), (8, first + 2, False)]
    assert found.faults[2].reason == "council: 2 partial decryptions are missing"


def test_row_39_ballot_that_the_policy_does_not_name(museum: Museum) -> None:
    """A silent revote after the check; the result counts the first ballot, the policy the last."""
    world = voted()
    world.vote({"north": [(0, 0, 1)]})
    world.close()
    world.decrypt()
    n = announced(world, aggregates=counting(world, range(20, 25)))
    museum.refused(world, 7, n, "council: not the sum of the counted ballots")


def test_row_39_last_ballot_counted_where_the_first_should(museum: Museum) -> None:
    world = voted(World(revoting="first"))
    world.vote({"north": [(0, 0, 1)]})
    world.close()
    world.decrypt()
    latest = counting(world, [21, 22, 23, 24])
    late = Ciphertexts.concat([body_of(world, 25).slots, Ciphertexts.zero(3)])
    n = announced(world, (1, 1, 1), TOTALS[1], aggregates=latest + late)
    museum.refused(world, 7, n, "council: not the sum of the counted ballots")


def test_row_43_challenged_ballot_in_the_aggregate(museum: Museum) -> None:
    world = voted()
    challenge = world.prepare((0, 0, 1)).challenge()
    world.put(challenge)
    world.close()
    world.decrypt()
    more = tally_of(world).aggregates + Ciphertexts.concat([challenge.body.slots, Ciphertexts.zero(3)])
    n = announced(world, (2, 1, 1), TOTALS[1], aggregates=more)
    museum.refused(world, 7, n, "council: not the sum of the counted ballots")


@pytest.mark.parametrize("size", [0, 5, 7])
def test_row_06_too_many_or_too_few_aggregates(museum: Museum, size: int) -> None:
    world = decrypted()
    true = tally_of(world).aggregates
    n = announced(world, aggregates=Ciphertexts.concat([true, true])[:size])
    museum.refused(world, 7, n, "council: not the sum of the counted ballots")


@pytest.mark.parametrize(
    ("totals", "reason"),
    [
        ((3, 1, 0), "council, cell 1: a has another total"),
        ((1, 1, 0), "council, cell 1: a has another total"),
        ((2, 1, 1), "council, cell 1: c has another total"),
        ((1, 2, 0), "council, cell 1: a has another total"),
        ((4, 1, 0), "council.a: 4 of 3 ballots is impossible"),
        ((2, 1), "council: 2 totals for 3 options"),
        ((2, 1, 0, 0), "council: 4 totals for 3 options"),
        ((), "council: 0 totals for 3 options"),
    ],
    ids=["one more", "one less", "one for c", "swapped", "more than ballots", "short", "long", "empty"],
)
def test_row_16_other_totals(museum: Museum, totals: tuple[int, ...], reason: str) -> None:
    world = decrypted()
    museum.refused(world, 9, announced(world, totals, TOTALS[1]), reason)


@pytest.mark.parametrize("value", ["-2", "true", "2.0", '"2"', "2e0", "02"])
def test_row_16_totals_that_are_no_numbers(museum: Museum, value: str) -> None:
    world = decrypted()
    content = result_of(world, *TOTALS).to_bytes()
    assert b"[[2,1,0]" in content
    n = world.put(content.replace(b"[[2,1,0]", f"[[{value},1,0]".encode()))
    museum.refused(world, 0, n, "")


def test_row_16_wrong_lagrange_set(museum: Museum) -> None:
    """t1 and t2 have decrypted; the weights of t1 and t3 give no sum of votes, whatever one claims it is."""
    world = decrypted()
    tally = tally_of(world)
    M1, M2 = (own for own in world.replay.partials["council"].values())
    weights = lagrange_at_zero([1, 3])
    wrong = tally.aggregates.beta - M1 * weights[0] - M2 * weights[1]
    small = [int(wrong[0] == 3 * G) + 0, 3]
    assert all(wrong[0] != total * G for total in range(10)) and small
    museum.refused(world, 9, announced(world, (3, 0, 0), TOTALS[1]), "a has another total")


def test_row_08_totals_of_fewer_cells(museum: Museum) -> None:
    world = decrypted()
    museum.refused(world, 9, announced(world, TOTALS[0]), "council: totals of 1 cells")


def test_row_08_result_without_a_contest(museum: Museum) -> None:
    world = decrypted()
    n = world.put(world.sign(Result, contests=()))
    museum.refused(world, 9, n, "not every contest once, in manifest order")


def test_row_08_contest_said_to_be_withheld(museum: Museum) -> None:
    """Whose result is unwelcome, and has too few ballots for nothing."""
    world = decrypted()
    forged = replace(result_of(world, *TOTALS).contests[0], cells=(), ballots=(), totals=())
    n = world.put(world.sign(Result, contests=(replace(forged, aggregates=forged.aggregates[:0]),)))
    museum.refused(world, 9, n, "council: other cells than the rule gives")


def test_row_08_contests_doubled_or_reordered(museum: Museum) -> None:
    world = voted_on_two()
    council, board = world.announcement().contests
    for contests in ((board, council), (council, council), (council, board, board), (council,)):
        n = world.put(world.sign(Result, contests=contests))
        museum.refused(world, 9, n, "not every contest once, in manifest order")
        del world.log.contents[-1]


def voted_on_two() -> World:
    world = World(contests=(approval(), approval("board", "xyz")))
    world.open()
    world.vote({"north": [(1, 0, 0, 0, 1, 0)], "south": [(0, 1, 0, 1, 0, 0)]})
    world.close()
    world.decrypt()
    return world


def test_row_16_results_of_two_contests_exchanged(museum: Museum) -> None:
    world = voted_on_two()
    council, board = world.announcement().contests
    swapped = replace(council, totals=board.totals), replace(board, totals=council.totals)
    n = world.put(world.sign(Result, contests=swapped))
    museum.refused(world, 9, n, "council, cell 1: a has another total")


def test_row_38_more_counted_than_listed(museum: Museum) -> None:
    world = decrypted()
    museum.refused(world, 9, announced(world, ballots=(4, 2)), "council: other numbers of ballots")


def test_row_08_result_signed_by_somebody_else(museum: Museum) -> None:
    world = decrypted()
    forged = Result.sign(world.context, world.trustee_keys["t1"], contests=world.announcement().contests)
    museum.refused(world, 9, world.put(forged), "not signed by the office")


def test_row_08_second_result(museum: Museum) -> None:
    world = decrypted()
    announced(world)
    museum.refused(world, 2, announced(world), "a result has no place in phase final")


def small_units() -> World:
    """Three ballots in the north and two in the south, where a cell needs three: one cell of both."""
    return decrypted(World(min_unit_ballots=3))


def test_row_46_small_unit_published_unmerged(museum: Museum) -> None:
    world = small_units()
    (cell,) = tally_of(world).cells
    assert cell.units == ("north", "south")
    forged = {"cells": (("north",), ("south",)), "ballots": (3, 2)}
    museum.refused(world, 9, announced(world, **forged), "council: other cells than the rule gives")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ((("north",),), "other cells than the rule gives"),
        ((("north",), ("north", "south")), "a unit is in two cells"),
        ((("south", "north"),), "other cells than the rule gives"),
        ((("north", "south", "east"),), "other cells than the rule gives"),
        ((("north", "south"), ()), "other cells than the rule gives"),
    ],
    ids=["unit missing", "parent beside its child", "reordered", "unit added", "empty cell"],
)
def test_row_63_cells_that_do_not_partition(
    museum: Museum, cells: tuple[tuple[str, ...], ...], reason: str
) -> None:
    """A parent's total minus that of its other children would show a tiny unit."""
    world = small_units()
    museum.refused(world, 9, announced(world, (2, 2, 1), cells=cells), f"council: {reason}")


def packed() -> World:
    """Two options a ciphertext, base 1 + 1·100."""
    return decrypted(World(contests=(approval(packing=2),)))


@pytest.mark.parametrize(
    ("totals", "reason"),
    [
        ((2 + 101, 0, 0), "council.a: 103 of 3 ballots is impossible"),
        ((1, 2, 0), "council, cell 1: a, b has another total"),
        ((2, 1, 1), "council, cell 1: c has another total"),
    ],
    ids=["carried", "digits swapped", "another slot"],
)
def test_row_62_digits_of_a_packed_slot(museum: Museum, totals: tuple[int, ...], reason: str) -> None:
    """a + 101·b is the same sum with 101 more for a and one less for b."""
    world = packed()
    museum.refused(world, 9, announced(world, totals, TOTALS[1]), reason)


def test_row_17_winners_are_no_part_of_a_result(museum: Museum) -> None:
    world = decrypted()
    members = result_of(world, *TOTALS).to_json()
    members["contests"][0]["winners"] = ["a"]
    n = world.put(canonical.encode({"kind": "result", **members}))
    museum.refused(world, 0, n, "result.contests[0]: unknown member 'winners'")
