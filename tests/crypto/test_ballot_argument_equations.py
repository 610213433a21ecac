"""Why the ballot argument shows what it shows and nothing else: equations, simulator, extractor (SPEC 7.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto import batch
from crypto.ballot_argument import BallotClaim, Proof, Statement, bases, basis, claim, prove, verify
from crypto.elgamal import Ciphertexts, encrypt
from crypto.errors import ProofError
from crypto.group import G, Points, Scalars, dot
from tests.crypto.ballot_case import BITS, CONTEXT, RELATION, STATEMENT, K, O, nonces


def simulate(statement: Statement) -> BallotClaim:
    """SPEC 7.5: draw gamma, x, f, z, z_r and B, and solve for A, L1, L2. No bits, no randomness."""
    relation = statement.relation
    m, R, N = len(relation.slots), len(relation.constraints), relation.bits
    gamma, x = Scalars.random(1).powers(m + R, 1), Scalars.random(1)
    f, z, z_r, B = Scalars.random(N), Scalars.random(1), Scalars.random(1), Scalars.random(1) * G
    base = bases(N)
    phi, psi = gamma[:m].dot(relation.W @ f), gamma[m:].dot(relation.C @ f)
    A = z * base.F + dot(f, base.G) + dot(f * (x - f), base.H) - x * B
    L1 = z_r * G - x * dot(gamma[:m], statement.slots.alpha)
    beta = dot(gamma[:m], statement.slots.beta) + gamma[m:].dot(relation.t) * G
    L2 = (phi + psi) * G + z_r * statement.K - x * beta
    return BallotClaim(statement, Proof(Points.concat([B, A, L1, L2]), Scalars.concat([f, z, z_r])), gamma, x)


def test_perfect_zero_knowledge() -> None:
    """The equations hold for a simulated transcript, even of a ballot that is none; only the hash is another."""
    nobody = replace(STATEMENT, slots=Ciphertexts(Scalars.random(3) * G, Scalars.random(3) * G))
    for statement in (STATEMENT, nobody):
        simulated = simulate(statement)
        assert batch.holds([simulated], basis(K, 6))
        with pytest.raises(ProofError):
            verify(statement, simulated.proof)


def test_simulated_equations_hold_each_for_itself() -> None:
    """Written out: the batch equation and the three of SPEC 7.5 are the same."""
    known = simulate(STATEMENT)
    B, A, L1, L2 = known.proof.announcements
    f, z, z_r = known.proof.responses[:6], known.proof.responses[6], known.proof.responses[7]
    x, base, slots = known.x, bases(6), STATEMENT.slots
    gamma = [Scalars.from_ints([value]) for value in known.gamma.to_ints()]
    assert x * B + A == z * base.F + dot(f, base.G) + dot(f * (x - f), base.H)
    alpha = Points.concat(gamma[i] * slots.alpha[i] for i in range(3)).sum()
    assert x * alpha + L1 == z_r * G
    beta = Points.concat(gamma[i] * slots.beta[i] for i in range(3)).sum()
    t = gamma[3] * 2 + gamma[4] * 0
    phi = gamma[0] * f[0] + gamma[1] * f[1] + gamma[2] * (f[2] + 10 * f[3])
    psi = gamma[3] * f.sum() + gamma[4] * (3 * f[0] - 3 * f[3])
    assert x * (beta + t * G) + L2 == (phi + psi) * G + z_r * K


@pytest.mark.parametrize("equation", range(3))
def test_every_equation_counts(equation: int) -> None:
    """Announcements that are off in one equation only."""
    known = simulate(STATEMENT)
    points = list(known.proof.announcements)
    points[1 + equation] += G
    bent = replace(known, proof=replace(known.proof, announcements=Points.concat(points)))
    assert not batch.holds([bent], basis(K, 6))


def test_equations_have_weights_of_their_own() -> None:
    """L1 and L2 off by a point and its negative: equal weights would be fooled (ATTACKS 65)."""
    known = simulate(STATEMENT)
    points = list(known.proof.announcements)
    points[2], points[3] = points[2] + G, points[3] - G
    bent = replace(known, proof=replace(known.proof, announcements=Points.concat(points)))
    assert bent.rows == 3
    assert not batch.holds([bent], basis(K, 6))
    terms = bent.terms(Scalars.from_ints([1, 1, 1]))
    total = dot(terms.own, bent.points)
    for name, points_of in basis(K, 6).items():
        total += dot(terms.shared[name], points_of)
    assert total.is_identity() == [True]


def test_three_answers_give_the_bits() -> None:
    """Special soundness in x: f = x*b + a on two transcripts opens B's bits; the z give its blinding."""
    b, r, mask = Scalars.from_ints(BITS), Scalars.random(3), nonces(6)
    one = Statement(CONTEXT, K, RELATION, "s", O, encrypt(RELATION.W @ b, r, K))
    two = replace(one, one_time_key=O + G)
    first, second = (prove(statement, b, r, mask) for statement in (one, two))
    assert first.announcements[:2] == second.announcements[:2]
    inverse = (claim(one, first).x - claim(two, second).x).invert()
    assert (first.responses[:6] - second.responses[:6]) * inverse == b
    assert (first.responses[6] - second.responses[6]) * inverse == mask.rho_B
