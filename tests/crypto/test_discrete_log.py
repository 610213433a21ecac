"""Small discrete logarithms: exact at the edges of the bound, and nothing found beyond it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import discrete_log
from crypto.discrete_log import MAX_BOUND, discrete_log_vartime
from crypto.errors import ProofError
from crypto.group import BACKEND, ORDER, G, Points, Scalars, hash_to_group


def times_base(values: list[int]) -> Points:
    return Scalars.from_ints(values) * G


@pytest.mark.parametrize("bound", [0, 1, 2, 3, 15, 16, 17, 99])
def test_every_value_up_to_the_bound(bound: int) -> None:
    values = list(range(bound + 1))
    assert discrete_log_vartime(times_base(values), bound) == values
    for value in {0, 1, bound // 2, bound} & set(values):
        assert discrete_log_vartime(times_base([value]), bound) == [value]


@pytest.mark.parametrize("bound", [0, 1, 2, 3, 15, 16, 17, 99])
def test_nothing_beyond_the_bound(bound: int) -> None:
    for value in (bound + 1, bound + 2, 2 * bound + 1, -1, ORDER // 2):
        with pytest.raises(ProofError, match=f"target 0 is not t\\*G for any t from 0 to {bound}"):
            discrete_log_vartime(times_base([value]), bound)


def test_the_first_target_without_a_logarithm_is_named() -> None:
    targets = times_base([5, 0, 501, 500, 502])
    with pytest.raises(ProofError, match="target 2 "):
        discrete_log_vartime(targets, 500)
    with pytest.raises(ProofError, match="target 1 "):
        discrete_log_vartime(Points.concat([G, hash_to_group(bytes(range(64))), G]), 500)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 3_000).flatmap(lambda b: st.tuples(st.just(b), st.lists(st.integers(0, b), max_size=20)))
)
def test_any_targets_below_any_bound(case: tuple[int, list[int]]) -> None:
    bound, values = case
    assert discrete_log_vartime(times_base(values), bound) == values


def test_bounds_that_are_refused() -> None:
    for bound in (-1, MAX_BOUND + 1):
        with pytest.raises(ValueError, match="must be 0 … 2\\^40"):
            discrete_log_vartime(G, bound)
    assert discrete_log_vartime(Points.identity(0), MAX_BOUND) == []


def test_many_rounds_of_giant_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a small table and small blocks, as if the bound were enormous."""
    monkeypatch.setattr(discrete_log, "_MAX_BABY_STEPS", 8)
    monkeypatch.setattr(discrete_log, "_BLOCK", 4)
    values, calls = [0, 7, 8, 63, 64, 65, 399, 400], list[tuple[int, int]]()
    found = discrete_log_vartime(
        times_base(values), 400, progress=lambda done, most: calls.append((done, most))
    )
    assert found == values
    assert calls[-1] == (51, 51) and calls == sorted(set(calls))
    with pytest.raises(ProofError, match="target 1 "):
        discrete_log_vartime(times_base([400, 401]), 400)


def test_a_key_that_misleads_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were two keys equal, the whole encodings would still decide."""
    monkeypatch.setattr(discrete_log, "_keys", lambda encodings: [0] * (len(encodings) // 32))
    monkeypatch.setattr(discrete_log, "_MAX_BABY_STEPS", 1)
    assert discrete_log_vartime(times_base([0, 3, 9]), 9) == [0, 3, 9]


def test_no_two_keys_of_the_table_are_equal() -> None:
    size = discrete_log._MAX_BABY_STEPS if BACKEND == "native" else 2**10
    keys = discrete_log._keys(Points.progression(Points.identity(1), G, size).encode_doubles())
    assert len(set(keys)) == len(keys) == size
