"""From ballots to totals: packing and digits, aggregates, partial decryptions, Lagrange sets, what is withheld."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crypto.elgamal import Ciphertexts
from crypto.errors import ProofError
from crypto.group import G, Points, Scalars
from crypto.polynomial import InterpolationError, evaluate
from election import canonical
from election import manifest as m
from election.announcement import announce, check_result
from election.cells import Cell
from election.faults import Refusal
from election.layout import packing_base, slot_capacities, slot_groups
from election.manifest_check import MAX_TOTAL
from election.tally import (
    ContestTally,
    EncryptedTally,
    aggregate,
    check_range,
    combine,
    pack,
    solve,
    unpack,
    verify_partial,
)
from tests.attacks.museum import VOTES, closed, decrypted
from tests.election.contests import contest
from tests.world import World, approval, option


def packed(maxima: list[int], packing: int, cell: int) -> m.Contest:
    options = [option(f"o{i}", most) for i, most in enumerate(maxima)]
    return contest(options=options, packing=packing, cell=cell)


@st.composite
def counted(draw: st.DrawFn) -> tuple[m.Contest, list[int], int]:
    """A contest that V1 takes, totals that its ballots can give, and how many ballots."""
    maxima = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    own = packed(maxima, draw(st.integers(1, len(maxima))), draw(st.integers(1, 40)))
    assume(max(slot_capacities(own)) * own.max_cell_ballots <= MAX_TOTAL)
    ballots = draw(st.integers(0, own.max_cell_ballots))
    return own, [draw(st.integers(0, most * ballots)) for most in maxima], ballots


@given(counted())
def test_digits_of_packed_sums(known: tuple[m.Contest, list[int], int]) -> None:
    own, totals, ballots = known
    sums = pack(own, totals)
    assert len(sums) == len(slot_groups(own))
    assert all(
        total <= ballots * capacity for total, capacity in zip(sums, slot_capacities(own), strict=True)
    )
    assert unpack(own, Cell(("u",), ballots), sums) == tuple(totals)


def test_digits_least_significant_first() -> None:
    own = packed([1, 1, 1], 2, 9)
    assert packing_base(own) == 10
    assert pack(own, [3, 4, 5]) == [43, 5]
    assert unpack(own, Cell(("u",), 5), [43, 5]) == (3, 4, 5)


@pytest.mark.parametrize(
    ("sums", "reason"),
    [
        ([600, 0], "more digits than its slot has options"),
        ([0, 10], "more digits than its slot has options"),
        ([6, 0], "council.o0: 6 of 5 ballots is impossible"),
        ([60, 0], "council.o1: 6 of 5 ballots is impossible"),
        ([0, 6], "council.o2: 6 of 5 ballots is impossible"),
    ],
)
def test_digits_that_five_ballots_cannot_give(sums: list[int], reason: str) -> None:
    with pytest.raises(ProofError, match=reason):
        unpack(packed([1, 1, 1], 2, 9), Cell(("u",), 5), sums)


@pytest.mark.parametrize("totals", [[1, 1], [1, 1, 1, 1], [], [-1, 1, 1], [6, 0, 0]])
def test_range_of_totals(totals: list[int]) -> None:
    with pytest.raises(ProofError):
        check_range(packed([1, 1, 1], 2, 9), Cell(("u",), 5), totals)


def tally_of(world: World) -> EncryptedTally:
    assert world.replay.tally is not None
    return world.replay.tally


def council(world: World) -> ContestTally:
    return tally_of(world).contests["council"]


def test_aggregates_are_the_sums_of_the_counted_ballots() -> None:
    """By cell, then slot; superseded and challenged ballots are not among them."""
    world = World()
    world.open()
    world.vote({"north": [(1, 1, 0)]})
    world.put(world.prepare((1, 1, 0)).challenge())
    world.vote(VOTES)
    world.close()
    own = council(world)
    assert [(cell.units, cell.ballots) for cell in own.cells] == [(("north",), 3), (("south",), 2)]
    k = combine_secrets(world)
    sums = own.aggregates.beta - k * own.aggregates.alpha
    assert sums == Scalars.from_ints([2, 1, 0, 0, 1, 1]) * G


def combine_secrets(world: World) -> Scalars:
    """The secret of K, which nobody ever holds."""
    shares = [world.shares[t] for t in world.state.trustees[:2]]
    return 2 * shares[0] - shares[1]


def test_aggregate_of_nothing() -> None:
    """A contest without ballots is withheld, and has no aggregates."""
    world = World()
    world.open()
    world.close()
    assert council(world).cells == () and len(council(world).aggregates) == 0


def test_digest_of_the_cells() -> None:
    own = council(closed())
    assert own.cells_digest == hashlib.sha256(b'[["north"],["south"]]').digest()
    moved = replace(own, cells=(Cell(("north", "south"), 5),))
    assert moved.cells_digest == hashlib.sha256(canonical.encode([["north", "south"]])).digest()


def test_every_pair_of_trustees_comes_to_the_same_totals() -> None:
    world = closed(World(trustees=4, threshold=2))
    own = council(world)
    partials = {i: world.shares[f"t{i}"] * own.aggregates.alpha for i in range(1, 5)}
    for pair in itertools.permutations(range(1, 5), 2):
        combined = combine(own.aggregates, {i: partials[i] for i in pair})
        assert solve(own, combined).totals == ((2, 1, 0), (0, 1, 1))


def test_more_than_k_trustees_come_to_the_same_totals_too() -> None:
    world = closed(World(trustees=3, threshold=2))
    own = council(world)
    partials = {i: world.shares[f"t{i}"] * own.aggregates.alpha for i in (1, 2, 3)}
    assert solve(own, combine(own.aggregates, partials)).totals == ((2, 1, 0), (0, 1, 1))


def test_wrong_lagrange_sets() -> None:
    """ATTACKS 16, 21: too few, somebody else's number, number zero, one number for two."""
    world = closed(World(trustees=3, threshold=2))
    own = council(world)
    M = {i: world.shares[f"t{i}"] * own.aggregates.alpha for i in (1, 2, 3)}
    for wrong in ({1: M[1]}, {1: M[2], 2: M[1]}, {1: M[1], 2: M[3]}, {1: M[1], 3: M[2]}):
        with pytest.raises(ProofError, match="is not t\\*G"):
            solve(own, combine(own.aggregates, wrong))
    with pytest.raises(InterpolationError, match="is zero"):
        combine(own.aggregates, {0: M[1], 2: M[2]})


@given(st.integers(2, 5), st.data())
def test_combination_over_made_up_shares(k: int, data: st.DataObject) -> None:
    """T*G = sum of beta - sum of lambda_j*M_j, for any k of seven points of a polynomial."""
    coefficients = Scalars.random(k)
    numbers = data.draw(st.permutations(range(1, 8)))[:k]
    K, r, T = coefficients[0] * G, Scalars.random(2), Scalars.from_ints([0, 12])
    known = Ciphertexts(r * G, T * G + r * K)
    share = {j: evaluate(coefficients, Scalars.from_ints([j])) for j in numbers}
    assert combine(known, {j: share[j] * known.alpha for j in numbers}) == T * G


def test_a_total_beyond_all_ballots_has_no_logarithm() -> None:
    own = council(closed())
    impossible = Points.concat([*([0 * G] * 5), 4 * G])
    with pytest.raises(ProofError, match="target 5"):
        solve(own, impossible)
    within_the_bound = Points.concat([*([0 * G] * 5), 3 * G])
    with pytest.raises(ProofError, match="council.c: 3 of 2 ballots is impossible"):
        solve(own, within_the_bound)


def two_contests() -> World:
    """The second contest is voted on by the south alone, with too few ballots for a cell."""
    contests = (approval(), approval("board", "xy", at_most=1))
    styles = (m.Style(("council",), (0,) * 3, "s"), m.Style(("council", "board"), (0,) * 5, "both"))
    units = (m.Unit("north", "", "s", {"en": "n"}), m.Unit("south", "", "both", {"en": "s"}))
    world = World(contests=contests, styles=styles, units=units, min_unit_ballots=3)
    world.open()
    world.vote({"north": [(1, 0, 0)] * 3})
    for c in world.voters["south"][:2]:
        world.put(world.cast(c, (0, 0, 1, 1, 0), "both"))
    world.close()
    return world


def test_a_contest_that_is_too_small_is_withheld() -> None:
    """Nothing of it is decrypted, and its result is empty; the other one has one cell of all."""
    world = two_contests()
    tally = tally_of(world)
    assert [cell.units for cell in tally.contests["council"].cells] == [("north", "south")]
    board = tally.contests["board"]
    assert board.cells == () and len(board.aggregates) == 0
    with pytest.raises(ValueError, match="at least one"):
        world.partial("t1", "board")
    world.decrypt()
    entry = world.announcement()
    assert [own.totals for own in entry.contests] == [((3, 0, 2),), ()]
    withheld = entry.contests[1]
    assert (withheld.cells, withheld.ballots, len(withheld.aggregates)) == ((), (), 0)
    check_result(tally, world.replay.numbered_partials, entry)
    with pytest.raises(ProofError, match="there is nothing to decrypt of board"):
        verify_partial(tally, replace(world.partial("t1"), contest="board"), world.replay.share_key("t1"))


def test_a_withheld_contest_with_numbers_is_refused() -> None:
    world = two_contests()
    world.decrypt()
    entry = world.announcement()
    first, second = entry.contests
    told = replace(second, cells=(("south",),), ballots=(2,), totals=((2, 0),))
    with pytest.raises(Refusal, match="V9.*board: other cells than the rule gives"):
        check_result(tally_of(world), world.replay.numbered_partials, replace(entry, contests=(first, told)))


def test_announcement_takes_the_first_k_that_decrypted() -> None:
    """In log order, whatever their numbers; a fourth that has decrypted as well is left out."""
    world = closed(World(trustees=4, threshold=2))
    for trustee in world.state.trustees:
        world.put(world.ready(trustee))
    for trustee in ("t4", "t2", "t1"):
        world.put(world.partial(trustee))
    assert list(world.replay.numbered_partials["council"]) == [4, 2]
    entry = announce(tally_of(world), world.replay.numbered_partials, world.office)
    assert entry.contests[0].totals == ((2, 1, 0), (0, 1, 1))
    check_result(tally_of(world), world.replay.numbered_partials, entry)


def test_without_partial_decryptions_there_is_no_result() -> None:
    world = decrypted()
    entry = world.announcement()
    with pytest.raises(Refusal, match="V8.*partial decryptions are missing"):
        check_result(tally_of(world), {}, entry)


def test_order_of_the_ballots_does_not_matter() -> None:
    world = closed()
    tally = tally_of(world)
    ballots = list(world.replay._counted())
    for order in (ballots[::-1], ballots[2:] + ballots[:2]):
        assert aggregate(tally.parameters, tally.closing, order).contests == tally.contests
    missing = aggregate(tally.parameters, tally.closing, ballots[1:])
    assert missing.contests["council"].aggregates != council(world).aggregates
