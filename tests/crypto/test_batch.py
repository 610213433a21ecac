"""Batch verification: every false claim is named, with as little work as the bisection promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import batch
from crypto.batch import LEAF, Terms, find_bad, fresh_weights, holds
from crypto.group import G, Points, Scalars

H = Points.from_uniform(b"\x05" * 64)
BASIS = {"G": G, "many": Points.concat([G, H, G + H, 3 * H])}


@dataclass(frozen=True)
class Sum:
    """Equations v_r*G + v_r*(-G) + e_r*H = 0, true where the error e_r is 0."""

    errors: tuple[int, ...]

    @property
    def points(self) -> Points:
        return Points.concat([-G, H])

    @property
    def rows(self) -> int:
        return len(self.errors)

    def terms(self, weights: Scalars) -> Terms:
        v = Scalars.from_ints(range(1, self.rows + 1))
        own = [weights.dot(v), weights.dot(Scalars.from_ints(self.errors))]
        return Terms(Scalars.concat(own), {"G": weights.dot(v)})


TRUE, FALSE = Sum((0,)), Sum((1,))


def claims(n: int, bad: Sequence[int]) -> list[Sum]:
    return [FALSE if i in set(bad) else TRUE for i in range(n)]


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many claims each multiplication was about."""
    sizes: list[int] = []
    real = batch.holds

    def count(some: Sequence[batch.Claim], basis: Mapping[str, Points]) -> bool:
        sizes.append(len(some))
        return real(some, basis)

    with patch.object(batch, "holds", count):
        yield sizes


@given(st.lists(st.lists(st.integers(-1, 1), min_size=1, max_size=3), min_size=1, max_size=6))
def test_holds_if_every_equation_does(errors: list[list[int]]) -> None:
    made = [Sum(tuple(own)) for own in errors]
    assert holds(made, BASIS) == all(e == 0 for own in errors for e in own)


def test_errors_do_not_cancel() -> None:
    for made in ([Sum((1,)), Sum((-1,))], [Sum((1, -1))], [Sum((2, -1, -1)), TRUE]):
        assert not holds(made, BASIS)
        with patch.object(batch, "fresh_weights", lambda n: Scalars.from_ints([1] * n)):
            assert holds(made, BASIS)


@pytest.mark.parametrize("made", [[], [Sum(())], [TRUE, Sum(())]])
def test_nothing_is_no_check(made: list[Sum]) -> None:
    """ATTACKS 6, 8: all([]) is true, and must not pass for a verification."""
    with pytest.raises(ValueError, match="nothing to check"):
        holds(made, BASIS)


def test_weights() -> None:
    """n independent numbers of 128 bits, never the same again."""
    weights = fresh_weights(1000).to_ints() + fresh_weights(1000).to_ints()
    assert len(set(weights)) == 2000
    assert all(weight < 2**128 for weight in weights)
    for bit in range(128):
        assert 800 < sum(weight >> bit & 1 for weight in weights) < 1200
    assert len(fresh_weights(0)) == 0


@dataclass(frozen=True)
class Shorter:
    """A claim over the first n points of a shared basis: sum of them, minus itself."""

    n: int

    @property
    def points(self) -> Points:
        return BASIS["many"][: self.n].sum()

    rows = 1

    def terms(self, weights: Scalars) -> Terms:
        return Terms(-weights, {"many": Scalars.concat([weights] * self.n)})


def test_vectors_shorter_than_their_basis() -> None:
    """Ballots of styles with fewer bits than the largest."""
    made: list[batch.Claim] = [Shorter(1), Shorter(4), Shorter(2), TRUE, Shorter(4), Shorter(1)]
    assert holds(made, BASIS)
    assert not holds([*made, FALSE], BASIS)
    with pytest.raises(ValueError):
        holds([Shorter(5)], BASIS)


def test_claims_whose_parts_do_not_fit() -> None:
    """A point without its coefficient, or none of a shared name: an error, never a pass."""

    @dataclass(frozen=True)
    class Broken(Sum):
        @property
        def points(self) -> Points:
            return Points.identity(3)

    with pytest.raises(ValueError):
        holds([Broken((0,))], BASIS)
    with pytest.raises(KeyError):
        holds([TRUE], {})


def test_no_claims_no_bad_ones() -> None:
    assert find_bad([], BASIS) == []


@pytest.mark.parametrize("n", [1, 2, LEAF - 1, LEAF, LEAF + 1, 200])
def test_all_and_none(n: int) -> None:
    with counted() as sizes:
        assert find_bad(claims(n, []), BASIS) == []
    assert sizes == [n]
    assert find_bad(claims(n, range(n)), BASIS) == list(range(n))


@given(n=st.integers(1, 400), data=st.data())
def test_every_bad_one_is_named_in_order(n: int, data: st.DataObject) -> None:
    bad = data.draw(st.sets(st.integers(0, n - 1), max_size=12))
    assert find_bad(claims(n, sorted(bad)), BASIS) == sorted(bad)


def test_a_single_bad_one_is_found_by_halving() -> None:
    with counted() as sizes:
        assert find_bad(claims(512, [300]), BASIS) == [300]
    assert sizes == [512, 256, 256, 128, 128, 64, 64, *[1] * 64]


def test_leaves_are_checked_singly() -> None:
    with counted() as sizes:
        assert find_bad(claims(LEAF, [3, 60]), BASIS) == [3, 60]
    assert sizes == [LEAF, *[1] * LEAF]


def test_after_a_second_level_where_both_halves_are_bad_all_are_checked_singly() -> None:
    with counted() as sizes:
        assert find_bad(claims(1024, [0, 300, 600, 900]), BASIS) == [0, 300, 600, 900]
    assert sizes[:3] == [1024, 512, 512]
    assert sorted(set(sizes[3:])) == [1, 256]
    assert sizes.count(256) == 4 and sizes.count(1) == 1024


def test_levels_need_not_follow_each_other() -> None:
    """Both halves bad, then one, then both again: an attacker cannot reset the count."""
    with counted() as sizes:
        assert find_bad(claims(1024, [0, 130, 1000]), BASIS) == [0, 130, 1000]
    # 0 and 130: 512 (both of 1024), 256 (one), 128 (both of 256) -> singly; 1000: down to a leaf.
    assert sizes.count(64) == 2 and sizes.count(1) == 256 + 64
