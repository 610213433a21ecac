"""Scalars, Points and Matrix as arrays, on both back ends: arithmetic, lengths, errors, secrets."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from crypto import group as chosen
from crypto.group import ORDER


def test_integers_of_any_size_and_sign(group: ModuleType) -> None:
    values = [0, 1, -1, 2**53, -(2**63), 2**63, 2**64 - 1, ORDER, ORDER + 5, 2**300, -(2**300), True]
    assert group.Scalars.from_ints(values).to_ints() == [value % ORDER for value in values]
    for wrong in (1.0, "1", None, b"1"):
        with pytest.raises(TypeError):
            group.Scalars.from_ints([wrong])


def test_arithmetic_is_arithmetic_modulo_the_order(group: ModuleType) -> None:
    a, b = [3, ORDER - 1, 0, 2**200], [5, 7, ORDER - 2, 2**250]
    x, y = group.Scalars.from_ints(a), group.Scalars.from_ints(b)
    pairs = list(zip(a, b, strict=True))
    assert (x + y).to_ints() == [(p + q) % ORDER for p, q in pairs]
    assert (x - y).to_ints() == [(p - q) % ORDER for p, q in pairs]
    assert (x * y).to_ints() == [p * q % ORDER for p, q in pairs]
    assert (-x).to_ints() == [-p % ORDER for p in a]
    assert (1 - 2 * x + 3).to_ints() == [(4 - 2 * p) % ORDER for p in a]
    assert x.sum().to_ints() == [sum(a) % ORDER]
    assert x.dot(y).to_ints() == [sum(p * q for p, q in pairs) % ORDER]
    assert y.invert().to_ints() == [pow(q, -1, ORDER) for q in b]


def test_powers(group: ModuleType) -> None:
    x = group.Scalars.from_ints([ORDER - 3])
    assert x.powers(4).to_ints() == [pow(-3, k, ORDER) for k in range(4)]
    assert x.powers(3, start=5).to_ints() == [pow(-3, k, ORDER) for k in (5, 6, 7)]
    assert x.powers(2, 2**23 + 7).to_ints() == [pow(-3, 2**23 + k, ORDER) for k in (7, 8)]
    assert (x * 0).powers(3).to_ints() == [1, 0, 0]
    assert len(x.powers(0)) == 0
    for n, start in ((-1, 0), (2, -1), (2**24, 0)):
        with pytest.raises(ValueError, match="length must be"):
            x.powers(n, start)
    with pytest.raises(ValueError, match="length 1, got length 2"):
        x.powers(2).powers(1)


def test_no_inverse_of_zero(group: ModuleType) -> None:
    with pytest.raises(ZeroDivisionError, match="scalar 2 is zero"):
        group.Scalars.from_ints([1, 2, ORDER, 0]).invert()
    assert len(group.Scalars.from_ints([]).invert()) == 0


def test_points_follow_their_logarithms(group: ModuleType) -> None:
    base = group.Points.base()
    s, t = group.Scalars.from_ints([0, 1, ORDER - 1, 77]), group.Scalars.from_ints([5, ORDER - 1, 1, 0])
    assert s * base + t * base == (s + t) * base
    assert s * base - t * base == base * (s - t)
    assert -(s * base) == -s * base
    assert (s * base) * t == (s * t) * base == t * (s * base) == (t * base).mul_vartime(s)
    assert 3 * (s * base) == (s * base) * 3 == (s * base).mul_vartime(3) == (3 * s) * base
    assert (s * base).sum() == s.sum() * base
    assert (s * base).dot(t) == (s * base).msm_vartime(t) == s.dot(t) * base
    assert (s * base).encode_doubles() == (2 * s * base).to_bytes()
    assert (s * base).is_identity() == [True, False, False, False]


def test_precomputed_points_are_the_same_points(group: ModuleType) -> None:
    points = group.Scalars.from_ints([4, 0, 9]) * group.Points.base()
    scalars = group.Scalars.from_ints([0, ORDER - 1, 2**251])
    for plain in (points, points[2], points[1], group.Points.base()):
        prepared = plain.precompute()
        assert prepared == plain and prepared.to_bytes() == plain.to_bytes()
        assert prepared * scalars == plain * scalars
        assert prepared.mul_vartime(scalars) == plain * scalars
        assert prepared.precompute() + plain == 2 * plain
    assert len(group.Points.identity(0).precompute()) == 0


def test_a_point_that_meets_many_scalars(group: ModuleType) -> None:
    """From some length on the native back end makes a table of its own accord."""
    point = group.Points.from_uniform(bytes(range(64)))
    scalars = group.Scalars.from_ints([*range(-99, 99), 2**252])
    assert point * scalars == group.Points.concat(point * scalar for scalar in scalars)


def test_only_length_1_is_repeated(group: ModuleType) -> None:
    scalars, points = group.Scalars.from_ints(range(3)), group.Points.identity(3)
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: scalars + scalars[:2], lambda: scalars[:2] - scalars, lambda: scalars * scalars[:0],
        lambda: points + points[:2], lambda: points[:2] - points, lambda: points * scalars[:2],
        lambda: scalars * points[:2], lambda: points.mul_vartime(scalars[:0]),
        lambda: scalars.dot(scalars[:1]), lambda: points.dot(scalars[:1]),
        lambda: points[:1].msm_vartime(scalars),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises(ValueError, match=r"arrays of lengths \d and \d do not fit together"):
            attempt()
    assert len(scalars + scalars[:1]) == len(scalars[0] * points) == 3
    assert len(scalars[:1] + scalars[:0]) == len(scalars[:1] * points[:0]) == 0


def test_nothing_is_an_array_too(group: ModuleType) -> None:
    scalars, points = group.Scalars.from_bytes(b""), group.Points.from_bytes(b"")
    assert scalars.sum().to_ints() == scalars.dot(scalars).to_ints() == [0]
    results = (points.sum(), points.dot(scalars), points.msm_vartime(scalars))
    assert [result.to_bytes() for result in results] == [bytes(32)] * 3
    assert points.encode_doubles() == points.to_bytes() == scalars.to_bytes() == b""
    assert group.Points.concat([]) == points and group.Scalars.concat([]) == scalars
    assert points.is_identity() == scalars.to_ints() == list(scalars) == []


def test_indices_and_slices(group: ModuleType) -> None:
    values = list(range(10, 17))
    scalars = group.Scalars.from_ints(values)
    points = group.Points.from_bytes((scalars * group.Points.base()).to_bytes())
    for index in (0, 3, 6, -1, -7):
        assert scalars[index].to_ints() == [values[index]]
        assert points[index] == scalars[index] * group.Points.base()
    for cut in (
        slice(2, 5),
        slice(None),
        slice(-3, None),
        slice(None, None, -2),
        slice(5, 2),
        slice(1, 99, 3),
    ):
        assert scalars[cut].to_ints() == values[cut]
        assert points[cut].to_bytes() == (scalars[cut] * group.Points.base()).to_bytes()
    for index in (7, -8, 2**100):
        for array in (scalars, points):
            with pytest.raises(IndexError, match=f"index {index} in an array of length 7"):
                array[index]
    with pytest.raises(TypeError):
        scalars["1"]
    assert [scalar.to_ints() for scalar in scalars] == [[value] for value in values]
    assert group.Points.concat(points) == points and group.Scalars.concat(scalars) == scalars


def test_equality(group: ModuleType) -> None:
    scalars, points = group.Scalars.from_ints([1, 2]), group.Points.identity(2)
    assert scalars == scalars[:] and scalars != scalars[:1] and scalars != scalars + 1 and scalars != 1
    assert points == points[:] and points != points[:1] and points != points + group.Points.base()
    assert scalars != points and points != 0
    for array in (scalars, points):
        with pytest.raises(TypeError, match="unhashable"):
            hash(array)


def test_no_value_in_a_repr(group: ModuleType) -> None:
    assert repr(group.Scalars.random(5)) == str(group.Scalars.random(5)) == "<Scalars x 5>"
    assert repr(group.Points.identity(2)) == "<Points x 2>"
    assert repr(group.Matrix(3, [[], [(0, 1)]])) == "<Matrix 2 x 3>"


def test_random_scalars_differ(group: ModuleType) -> None:
    values = group.Scalars.random(64).to_ints()
    assert len(set(values)) == 64 and max(values).bit_length() > 240
    with pytest.raises(ValueError, match="length must be"):
        group.Scalars.random(-1)


def test_wrong_types_are_refused(group: ModuleType) -> None:
    scalars, points = group.Scalars.from_ints([1]), group.Points.base()
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: scalars + points, lambda: points + scalars, lambda: points + 1, lambda: points * points,
        lambda: scalars * 1.0, lambda: scalars + "1", lambda: points * None, lambda: scalars.dot(points),
        lambda: points.dot(points), lambda: points.msm_vartime([1]), lambda: points.mul_vartime("1"),
        lambda: group.Points.from_bytes(bytearray(32), identity=True), lambda: group.Scalars.from_bytes("x"),
        lambda: group.Points.concat([scalars]), lambda: group.Scalars.concat([points]),
        lambda: group.Points.progression(scalars, points, 1), lambda: group.Points.identity(1.5),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()


def test_matrix(group: ModuleType) -> None:
    matrix = group.Matrix(3, [[(0, 1), (2, -4)], [], [(1, 2**53 - 1)], [(0, -1), (1, 1), (2, 1)]])
    column, row = group.Scalars.from_ints([5, ORDER - 1, 7]), group.Scalars.from_ints([1, 2, 3, 4])
    assert (matrix.rows, matrix.columns) == (4, 3)
    assert (matrix @ column).to_ints() == [(5 - 28) % ORDER, 0, 1 - 2**53 + ORDER, 1]
    assert matrix.transposed(row).to_ints() == [ORDER - 3, 3 * (2**53 - 1) + 4, 0]
    assert len(group.Matrix(0, []) @ column[:0]) == len(group.Matrix(0, []).transposed(column[:0])) == 0
    for scalars in (row, row[0], row[:0]):
        with pytest.raises(ValueError, match="expected 3 scalars, got"):
            matrix @ scalars
    with pytest.raises(ValueError, match="expected 4 scalars, got 3"):
        matrix.transposed(column)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([(0, 0)], "non-zero"),
        ([(0, 2**53)], "below 2\\^53"),
        ([(0, -(2**53))], "below 2\\^53"),
        ([(0, 2**70)], "below 2\\^53"),
        ([(3, 1)], "out of range"),
        ([(-1, 1)], "out of range"),
        ([(2**70, 1)], "out of range"),
        ([(1, 1), (1, 1)], "must rise"),
        ([(1, 1), (0, 1)], "must rise"),
    ],
)
def test_bad_matrix_rows(group: ModuleType, row: list[tuple[int, int]], reason: str) -> None:
    with pytest.raises(ValueError, match=f"row 1: .*{reason}"):
        group.Matrix(3, [[(0, 1)], row])


def test_progression(group: ModuleType) -> None:
    start, step = 5 * group.Points.base(), -2 * group.Points.base()
    expected = group.Scalars.from_ints([5, 3, 1, -1]) * group.Points.base()
    assert group.Points.progression(start, step, 4) == expected
    assert len(group.Points.progression(start, step, 0)) == 0
    for a, b in ((expected, step), (start, expected)):
        with pytest.raises(ValueError, match="length 1, got length 4"):
            group.Points.progression(a, b, 1)


def test_functions_of_the_group_module() -> None:
    scalars = chosen.Scalars.from_ints([2, 3])
    points = scalars * chosen.G
    assert chosen.dot(scalars, scalars).to_ints() == [13]
    assert chosen.dot(scalars, points) == chosen.msm_vartime(scalars, points) == 13 * chosen.G
    assert chosen.hash_to_group(bytes(64)) == chosen.Points.from_uniform(bytes(64))
    assert (chosen.ORDER * chosen.G).is_identity() == [True]
