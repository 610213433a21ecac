"""Polynomials: evaluation, commitments, Lagrange's coefficients."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.group import ORDER, G, Scalars
from crypto.polynomial import (
    InterpolationError,
    commit,
    evaluate,
    evaluate_in_exponent_vartime,
    lagrange_at_zero,
)

scalars = st.lists(st.integers(0, ORDER - 1), min_size=1, max_size=6)
places = st.lists(st.integers(0, ORDER - 1), min_size=1, max_size=5)


@given(scalars, places)
@settings(max_examples=50)
def test_evaluate_is_the_sum_of_the_terms(a: list[int], x: list[int]) -> None:
    expected = [sum(a_k * pow(x_i, k, ORDER) for k, a_k in enumerate(a)) % ORDER for x_i in x]
    assert evaluate(Scalars.from_ints(a), Scalars.from_ints(x)).to_ints() == expected


@given(scalars, places)
@settings(max_examples=15)
def test_evaluation_in_the_exponent_agrees_with_evaluation(a: list[int], x: list[int]) -> None:
    f, at = Scalars.from_ints(a), Scalars.from_ints(x)
    assert evaluate_in_exponent_vartime(commit(f), at) == evaluate(f, at) * G


@given(scalars, st.sets(st.integers(1, ORDER - 1), min_size=6, max_size=9))
@settings(max_examples=30)
def test_any_t_places_give_the_constant_term(a: list[int], x: set[int]) -> None:
    chosen = list(x)
    values = evaluate(Scalars.from_ints(a), Scalars.from_ints(chosen))
    assert lagrange_at_zero(chosen).dot(values).to_ints() == [a[0]]


def test_fewer_places_than_coefficients_give_another_value() -> None:
    f = Scalars.from_ints([5, 7, 11])
    values = evaluate(f, Scalars.from_ints([1, 2]))
    assert lagrange_at_zero([1, 2]).dot(values) != f[0]


def test_lagrange_coefficients_known_by_hand() -> None:
    assert lagrange_at_zero([1, 2, 3]) == Scalars.from_ints([3, -3, 1])
    assert lagrange_at_zero([3, 1]) * 2 == Scalars.from_ints([-1, 3])
    assert lagrange_at_zero([9]) == Scalars.from_ints([1])


@pytest.mark.parametrize(
    ("indices", "place"),
    [
        ([0], 0),
        ([1, 0], 1),
        ([1, ORDER], 1),
        ([2, -ORDER, 3], 1),
        ([1, 2, 1], 2),
        ([1, ORDER + 1], 1),
        ([-1, ORDER - 1], 1),
        ([1, "01"], 1),
        ([1, True], 1),
        ([1.0], 0),
        ([None], 0),
    ],
)
def test_lagrange_refuses_an_index_that_is_zero_doubled_or_no_integer(
    indices: Sequence[int], place: int
) -> None:
    """ATTACKS 21: tss-lib's zero share."""
    with pytest.raises(InterpolationError, match=f"index number {place} "):
        lagrange_at_zero(indices)
