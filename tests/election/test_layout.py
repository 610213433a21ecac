"""Layouts: numbers as bits, rules as constraints, in exactly one order."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ballot_argument import Row
from crypto.group import Scalars
from election.errors import ChoiceError
from election.layout import (
    Layout,
    decompose,
    packing_base,
    slot_capacities,
    slot_groups,
    split,
)
from tests.election.contests import (
    choose_one,
    contest,
    cumulative,
    layout_of,
    names_of_a_list,
    one_list_or_names,
    ranking,
    score,
    terms,
)
from tests.world import approval, option, rule


def times(row: Row, bits: Sequence[int]) -> int:
    return sum(c * bits[n] for n, c in row)


@pytest.mark.parametrize(
    ("largest", "weights"),
    [(0, []), (1, [1]), (2, [1, 1]), (3, [2, 1]), (5, [3, 1, 1]), (21, [11, 5, 3, 1, 1]), (2**40, None)],
)
def test_split(largest: int, weights: list[int] | None) -> None:
    assert weights is None or split(largest) == weights
    assert sum(split(largest)) == largest
    assert len(split(largest)) == largest.bit_length()


@given(st.integers(0, 200))
def test_subset_sums_are_every_value_and_no_other(largest: int) -> None:
    sums = {0}
    for weight in split(largest):
        sums |= {weight + known for known in sums}
    assert sums == set(range(largest + 1))


@given(st.integers(0, 2**53), st.data())
def test_decompose(largest: int, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, largest))
    bits, weights = decompose(value, largest), split(largest)
    assert sum(bit * weight for bit, weight in zip(bits, weights, strict=True)) == value
    for i, (bit, weight) in enumerate(zip(bits, weights, strict=True)):
        left = value - sum(b * w for b, w in zip(bits[:i], weights[:i], strict=True))
        assert bit == (left >= weight)  # greedy, in the order of split


def test_order_of_bits_slots_and_constraints() -> None:
    """Two contests: all options first, then all slack, however the rules mix them; packed least first."""
    first = contest(
        rule(0, 3, b=-1, a=2), options=[option("a", 3), option("b"), option("c")], packing=2, cell=10, id="x"
    )
    second = contest(rule(1, 1, d=1), rule(-2, 0, d=-1), options=[option("d", 2)], id="y", cell=7)
    layout = layout_of(first, second)
    assert layout.relation.bits == 2 + 1 + 1 + 2 + 2 + 0 + 2
    base = 1 + 3 * 10
    assert layout.relation.slots == (((0, 2), (1, 1), (2, base)), ((3, 1),), ((4, 1), (5, 1)))
    assert layout.relation.constraints == (
        ((0, 4), (1, 2), (2, -1), (6, 2), (7, 1)),
        ((4, 1), (5, 1)),
        ((4, -1), (5, -1), (8, 1), (9, 1)),
    )
    assert layout.relation.targets == (3, 1, 0)
    assert layout.slots == {"x": range(0, 2), "y": range(2, 3)}
    assert [(c.id, o.id) for c, o in layout.options] == [("x", "a"), ("x", "b"), ("x", "c"), ("y", "d")]
    assert layout.bits([1, 1, 0, 1]) == [0, 1, 1, 0, 1, 0, 1, 0, 1, 0]
    assert layout.plaintexts([3, 1, 1, 2]) == [3 + base, 1, 2]


def test_packing() -> None:
    own = contest(options=[option("a", 2), option("b"), option("c", 5), option("d"), option("e")], packing=3)
    assert packing_base(own) == 1 + 5 * 50
    assert [[o.id for o in group] for group in slot_groups(own)] == [["a", "b", "c"], ["d", "e"]]
    base = packing_base(own)
    assert slot_capacities(own) == [2 + base + 5 * base**2, 1 + base]


SMALL = {
    "choose one": choose_one("abc"),
    "approval": approval(names="abcd", at_most=2),
    "approval, packed": approval(names="abcd", at_most=3, packing=3),
    "at least one": contest(rule(1, 3, a=1, b=1, c=1), options=[option(id) for id in "abc"]),
    "list, names or blank": one_list_or_names(["l1", "l2"], ["n1", "n2", "n3"], 2),
    "cumulative": cumulative("abc", 3),
    "score": score("ab", 5, packing=2),
    "ranking": ranking("xyz", 2),
    "names of a list": names_of_a_list(2, ["n1", "n2", "n3"], packing=4),
    "negative bounds": contest(rule(-3, -1, a=-1, b=1), options=[option("a", 3), option("b")]),
}


@pytest.mark.parametrize("name", SMALL)
def test_bits_of_valid_choices_satisfy_the_relation(name: str) -> None:
    """Every choice vector there is: kept by the rules, as they read, if and only if it has bits."""
    own = SMALL[name]
    layout = layout_of(own)
    valid = 0
    for choices in itertools.product(*(range(o.max + 1) for o in own.options)):
        value = {o.id: v for o, v in zip(own.options, choices, strict=True)}
        sums = [sum(t.times * value[t.option] for t in r.terms) for r in own.rules]
        if not all(r.min <= s <= r.max for r, s in zip(own.rules, sums, strict=True)):
            with pytest.raises(ChoiceError, match="rule"):
                layout.bits(choices)
            continue
        valid += 1
        bits = layout.bits(choices)
        relation = layout.relation
        assert len(bits) == relation.bits and set(bits) <= {0, 1}
        assert [times(row, bits) for row in relation.slots] == layout.plaintexts(choices)
        assert tuple(times(row, bits) for row in relation.constraints) == relation.targets
    assert valid > 1


@pytest.mark.parametrize("name", [name for name in SMALL if name != "ranking"])
def test_bits_that_satisfy_the_relation_are_valid_choices(name: str) -> None:
    """The other way round, over all 2^N bit vectors: a proof can be made of nothing that breaks a rule."""
    own = SMALL[name]
    layout = layout_of(own)
    weights = [(o.id, w) for o in own.options for w in split(o.max)]
    found = set()
    for bits in itertools.product((0, 1), repeat=layout.relation.bits):
        if any(
            times(row, bits) != t
            for row, t in zip(layout.relation.constraints, layout.relation.targets, strict=True)
        ):
            continue
        value = dict.fromkeys((o.id for o in own.options), 0)
        for (id, weight), bit in zip(weights, bits, strict=False):
            value[id] += weight * bit
        choices = [value[o.id] for o in own.options]
        layout.check_choices(choices)
        assert [times(row, bits) for row in layout.relation.slots] == layout.plaintexts(choices)
        found.add(tuple(choices))
    assert len(found) == sum(
        1 for choices in itertools.product(*(range(o.max + 1) for o in own.options)) if _kept(layout, choices)
    )


def _kept(layout: Layout, choices: Sequence[int]) -> bool:
    try:
        layout.check_choices(choices)
    except ChoiceError:
        return False
    return True


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ((0, 0), "has 3 options, not 2"),
        ((0, 0, 0, 0), "has 3 options, not 4"),
        ((2, 0, 0), "council.a: a whole number from 0 to 1"),
        ((0, -1, 0), "council.b: a whole number from 0 to 1"),
        ((0, 0, True), "council.c: a whole number from 0 to 1"),
        ((0, 0, 1.0), "council.c: a whole number from 0 to 1"),
        ((1, 1, 1), "council: rule 1 wants 0 … 2"),
    ],
)
def test_choices_that_are_none(choices: Sequence[int], reason: str) -> None:
    layout = layout_of(approval())
    for function in (layout.bits, layout.check_choices):
        with pytest.raises(ChoiceError, match=reason):
            function(choices)


def test_bits_become_scalars_of_their_own_value() -> None:
    """And terms of a rule may stand in any order."""
    one = layout_of(contest(rule(0, 2, a=1, b=1, c=1), options=[option(id) for id in "abc"]))
    other = layout_of(contest(rule(0, 2, **terms(1, "cab")), options=[option(id) for id in "abc"]))
    assert one.relation.digest == other.relation.digest
    assert Scalars.from_ints(one.bits([1, 0, 1])).to_ints() == [1, 0, 1, 0, 0]
