"""Batch verification: many equations between group elements, one multiscalar multiplication (SPEC 2.4).

A claim is a proof reduced to equations Σ sᵢ·Pᵢ = 0. Every equation of every claim gets its own fresh 128-bit
weight from the verifier's generator: weights that a prover could know, or share between two equations, would
let errors cancel.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crypto.group import Points, Scalars, msm_vartime

LEAF = 64


@dataclass(frozen=True)
class Terms:
    """A weighted claim: own·points + Σ_name shared[name]·basis[name]; a vector may be shorter than its basis."""

    own: Scalars
    shared: Mapping[str, Scalars]


class Claim(Protocol):
    """What a proof becomes before it is checked: public points, and equations over them."""

    @property
    def points(self) -> Points:
        """The points that no other claim shares."""

    @property
    def rows(self) -> int:
        """How many equations; at least one."""

    def terms(self, weights: Scalars) -> Terms:
        """The sum of the equations, each times its weight."""


def fresh_weights(n: int) -> Scalars:
    """n independent uniform 128-bit scalars."""
    wide = secrets.token_bytes(16 * n)
    return Scalars.from_bytes(b"".join(wide[i : i + 16] + bytes(16) for i in range(0, 16 * n, 16)))


def holds(claims: Sequence[Claim], basis: Mapping[str, Points]) -> bool:
    """Whether every equation of every claim is true, but with probability 2^-128; vacuous claims raise."""
    if not claims or any(claim.rows < 1 for claim in claims):
        raise ValueError("nothing to check is not a check that passed")
    weights = fresh_weights(sum(claim.rows for claim in claims))
    own, shared, at = [], dict[str, list[Scalars]](), 0
    for claim in claims:
        terms = claim.terms(weights[at : at + claim.rows])
        at += claim.rows
        own.append(terms.own)
        for name, vector in terms.shared.items():
            _accumulate(shared.setdefault(name, []), vector)
    sums = [(vector, basis[name][: len(vector)]) for name, vectors in shared.items() for vector in vectors]
    total = msm_vartime(
        Scalars.concat([*own, *(vector for vector, _ in sums)]),
        Points.concat([*(claim.points for claim in claims), *(points for _, points in sums)]),
    )
    return total.is_identity()[0]


def _accumulate(vectors: list[Scalars], vector: Scalars) -> None:
    """Add a vector to the sum of the vectors of its own length."""
    for i, known in enumerate(vectors):
        if len(known) == len(vector):
            vectors[i] = known + vector
            return
    vectors.append(vector)


def find_bad(claims: Sequence[Claim], basis: Mapping[str, Points]) -> list[int]:
    """Indices of every false claim, [] where all hold.

    A failing batch is halved. Leaves of 64 are checked singly; after a second level where both halves were bad the
    bad ones are many, and everything below is checked singly.
    """
    if not claims:
        return []
    return _search(list(range(len(claims))), claims, basis, both_bad=0)


def _search(
    part: list[int],
    claims: Sequence[Claim],
    basis: Mapping[str, Points],
    both_bad: int,
    known_bad: bool = False,
) -> list[int]:
    if not known_bad and holds([claims[i] for i in part], basis):
        return []
    if len(part) <= LEAF or both_bad >= 2:
        return [i for i in part if not holds([claims[i]], basis)]
    halves = [part[: len(part) // 2], part[len(part) // 2 :]]
    bad = [half for half in halves if not holds([claims[i] for i in half], basis)]
    both_bad += len(bad) == 2
    return [i for half in bad for i in _search(half, claims, basis, both_bad, known_bad=True)]
