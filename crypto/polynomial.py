"""Polynomials over the scalars: Shamir's sharing, Feldman's commitments, Lagrange's interpolation.

Shamir, "How to share a secret" (1979); Feldman, "A practical scheme for non-interactive verifiable secret
sharing" (1987). A polynomial of degree t - 1 is the Scalars of its t coefficients, the constant term first.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from crypto.errors import GlassballotError
from crypto.group import ORDER, G, Points, Scalars


class InterpolationError(GlassballotError):
    """Indices through which no polynomial can be laid: zero, doubled or not integers."""


def evaluate(coefficients: Scalars, x: Scalars) -> Scalars:
    """`f(x_i)` for every `x_i`, by Horner's rule; t coefficients, m places -> m values."""
    value = Scalars.from_ints([0] * len(x))
    for a in reversed(list(coefficients)):
        value = value * x + a
    return value


def commit(coefficients: Scalars) -> Points:
    """Feldman's commitments `C_k = a_k * G`, constant time."""
    return coefficients * G


def evaluate_in_exponent_vartime(commitments: Points, x: Scalars) -> Points:
    """`f(x_i) * G = sum_k x_i^k * C_k` for every public `x_i`; t commitments, m places -> m points."""
    return Points.concat(commitments.msm_vartime(x_i.powers(len(commitments))) for x_i in x)


def lagrange_at_zero(indices: Sequence[int]) -> Scalars:
    """The m scalars `lambda_i` with `f(0) = sum_i lambda_i * f(i)` for every f of degree below m.

    `lambda_i` is the product of `j / (j - i)` over all other indices j. The indices are public. Raises
    InterpolationError, naming the place, for what is no integer (a bool is none), is 0 or repeats another,
    modulo the group order.
    """
    _check_indices(indices)
    others = {i: [j for j in indices if j != i] for i in indices}
    return Scalars.from_ints(
        prod(others[i]) * pow(prod(j - i for j in others[i]), -1, ORDER) for i in indices
    )


def _check_indices(indices: Sequence[int]) -> None:
    seen: dict[int, int] = {}
    for place, index in enumerate(indices):
        if type(index) is not int:
            raise InterpolationError(f"index number {place} is not an integer")
        if index % ORDER == 0:
            raise InterpolationError(f"index number {place} is zero: its share would be the secret itself")
        if (first := seen.setdefault(index % ORDER, place)) != place:
            raise InterpolationError(f"index number {place} repeats index number {first}")
