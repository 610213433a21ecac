"""A small ballot for tests of the ballot argument: its relation, its statement and an honest proof."""

from __future__ import annotations

from crypto.ballot_argument import Nonces, Proof, Relation, Statement, prove
from crypto.elgamal import encrypt
from crypto.group import G, Scalars

CONTEXT = bytes(range(32))
K = Scalars.from_ints([99]) * G
O = Scalars.from_ints([98]) * G

# Two slots of one option each, a third that packs two options in base 10; at most two of the four.
RELATION = Relation(
    bits=6,
    slots=(((0, 1),), ((1, 1),), ((2, 1), (3, 10))),
    constraints=(((0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1)), ((0, 3), (3, -3))),
    targets=(2, 0),
)
BITS = (1, 0, 0, 1, 0, 0)


def nonces(n: int) -> Nonces:
    return Nonces(Scalars.random(n), Scalars.random(1), Scalars.random(1), Scalars.random(1))


def made(relation: Relation = RELATION, bits: tuple[int, ...] = BITS) -> tuple[Statement, Proof]:
    """What the honest prover makes of these bits, be they bits or not."""
    b, r = Scalars.from_ints(bits), Scalars.random(len(relation.slots))
    slots = encrypt(relation.W @ b, r, K)
    statement = Statement(CONTEXT, K, relation, "s", O, slots)
    return statement, prove(statement, b, r, nonces(relation.bits))


STATEMENT, PROOF = made()
