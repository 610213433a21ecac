"""The ballot argument: one proof that a whole ballot keeps its rules (SPEC 7.5, 2.4).

Public: a relation (W, C, t) over N bits, m slots (αᵢ, βᵢ). Proven: bits b ∈ {0,1}^N and randomness r are known with
αᵢ = rᵢ·G, βᵢ = (W·b)ᵢ·G + rᵢ·K and C·b = t. Size: 64·m + 32·N + 192 bytes with the ciphertexts, whatever the rules.
Building blocks: the bit argument of Bootle, Cerulli, Chaidos, Ghadafi, Groth and Petit (ESORICS 2015) and linking by
random powers after Bellare, Garay and Rabin (1998).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from crypto import batch
from crypto.elgamal import Ciphertexts
from crypto.errors import EncodingError, ProofError
from crypto.framing import frame, i64, u32
from crypto.group import G, Matrix, Points, Scalars, dot, hash_to_group
from crypto.transcript import Domain, Transcript

Row = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Bases:
    """F, G_n, H_n: points that nobody knows a relation between."""

    F: Points
    G: Points
    H: Points


@lru_cache(maxsize=8)
def bases(n: int) -> Bases:
    """F and n each of G_n, H_n, hashed from their names (SPEC 1.3)."""

    def derive(*names: str) -> Points:
        return hash_to_group(
            b"".join(hashlib.sha512(f"{Domain.BASE}/{name}".encode()).digest() for name in names)
        )

    return Bases(derive("F"), derive(*(f"G/{i}" for i in range(n))), derive(*(f"H/{i}" for i in range(n))))


@dataclass(frozen=True)
class Relation:
    """What a ballot's bits must satisfy: v = W·b, one row a slot; C·b = t, one row a constraint."""

    bits: int
    slots: tuple[Row, ...]
    constraints: tuple[Row, ...]
    targets: tuple[int, ...]

    @cached_property
    def W(self) -> Matrix:
        return Matrix(self.bits, self.slots)

    @cached_property
    def C(self) -> Matrix:
        return Matrix(self.bits, self.constraints)

    @cached_property
    def t(self) -> Scalars:
        return Scalars.from_ints(self.targets)

    @cached_property
    def digest(self) -> bytes:
        """SHA-512 over N, m, W, R, C, t (SPEC 6.4): two compilers cannot disagree silently."""
        parts = [frame(Domain.LAYOUT.encode()), u32(self.bits), u32(len(self.slots))]
        parts += [_encode_row(row) for row in self.slots]
        parts += [u32(len(self.constraints))]
        parts += [_encode_row(row) + i64(t) for row, t in zip(self.constraints, self.targets, strict=True)]
        return hashlib.sha512(b"".join(parts)).digest()

    @property
    def proof_size(self) -> int:
        """Bytes: B, A, L₁, L₂, then N + 2 scalars."""
        return 32 * (4 + self.bits + 2)


def _encode_row(row: Row) -> bytes:
    return u32(len(row)) + b"".join(u32(n) + i64(coefficient) for n, coefficient in row)


@dataclass(frozen=True)
class Statement:
    """The public side of one ballot. style: an identifier; one_time_key: O."""

    context: bytes
    K: Points
    relation: Relation
    style: str
    one_time_key: Points
    slots: Ciphertexts

    def transcript(self) -> Transcript:
        """A transcript that has absorbed the whole statement."""
        if len(self.slots) != len(self.relation.slots):
            raise EncodingError(f"this style has {len(self.relation.slots)} slots, not {len(self.slots)}")
        t = Transcript("ballot", self.context)
        t.absorb("K", self.K)
        t.absorb("layout", self.relation.digest)
        t.absorb("style", self.style)
        t.absorb("one_time_key", self.one_time_key)
        t.absorb("slots", self.slots.to_bytes())
        return t


@dataclass(frozen=True)
class Proof:
    """Announcements B, A, L₁, L₂; responses f_0 … f_{N−1}, z, z_r."""

    announcements: Points
    responses: Scalars

    def to_bytes(self) -> bytes:
        return self.announcements.to_bytes() + self.responses.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Proof:
        """Strict, for any N ≥ 1. Raises EncodingError for a length, point or scalar that no proof has."""
        if len(data) < 32 * 7 or len(data) % 32:
            raise EncodingError(f"no ballot proof has {len(data)} bytes")
        return cls(Points.from_bytes(data[:128], identity=True), Scalars.from_bytes(data[128:]))


@dataclass(frozen=True, repr=False)
class Nonces:
    """The prover's masks, fresh for every ballot: a of N scalars, the others one each."""

    a: Scalars
    rho_B: Scalars
    rho_A: Scalars
    s: Scalars


def prove(statement: Statement, b: Scalars, r: Scalars, nonces: Nonces) -> Proof:
    """The proof for bits b (N scalars) and encryption randomness r (m scalars), in constant time."""
    relation, K = statement.relation, statement.K
    F, Gs, Hs = (base := bases(relation.bits)).F, base.G, base.H
    a, rho_B, rho_A, s = nonces.a, nonces.rho_B, nonces.rho_A, nonces.s
    m, R = len(relation.slots), len(relation.constraints)

    B = rho_B * F + dot(b, Gs) + dot(a * (1 - 2 * b), Hs)
    A = rho_A * F + dot(a, Gs) - dot(a * a, Hs)
    t = statement.transcript()
    gamma = _absorb_first_move(t, B, A).powers(m + R, 1)
    L1 = s * G
    L2 = (gamma[:m].dot(relation.W @ a) + gamma[m:].dot(relation.C @ a)) * G + s * K
    x = _absorb_second_move(t, L1, L2)

    f = x * b + a
    z = x * rho_B + rho_A
    z_r = x * gamma[:m].dot(r) + s
    return Proof(Points.concat([B, A, L1, L2]), Scalars.concat([f, z, z_r]))


def _absorb_first_move(t: Transcript, B: Points, A: Points) -> Scalars:
    t.absorb("B", B)
    t.absorb("A", A)
    return t.challenge("gamma")


def _absorb_second_move(t: Transcript, L1: Points, L2: Points) -> Scalars:
    t.absorb("L1", L1)
    t.absorb("L2", L2)
    return t.challenge("x")


@dataclass(frozen=True)
class BallotClaim:
    """A proof with its challenges: the three equations of SPEC 7.5."""

    statement: Statement
    proof: Proof
    gamma: Scalars
    x: Scalars

    @property
    def rows(self) -> int:
        return 3

    @property
    def points(self) -> Points:
        slots = self.statement.slots
        return Points.concat([self.proof.announcements, slots.alpha, slots.beta])

    def terms(self, weights: Scalars) -> batch.Terms:
        w1, w2, w3 = weights
        relation, x = self.statement.relation, self.x
        m, N = len(relation.slots), relation.bits
        f, z, z_r = self.proof.responses[:N], self.proof.responses[N], self.proof.responses[N + 1]
        slot_powers, rule_powers = self.gamma[:m], self.gamma[m:]
        phi, psi = slot_powers.dot(relation.W @ f), rule_powers.dot(relation.C @ f)
        x_gamma, t = x * slot_powers, rule_powers.dot(relation.t)
        own = [w1 * x, w1, w2, w3, w2 * x_gamma, w3 * x_gamma]
        shared = {
            "F": -w1 * z,
            "G_n": -w1 * f,
            "H_n": -w1 * (f * (x - f)),
            "G": -w2 * z_r + w3 * (x * t - phi - psi),
            "K": -w3 * z_r,
        }
        return batch.Terms(Scalars.concat(own), shared)


def claim(statement: Statement, proof: Proof) -> BallotClaim:
    """The equations of a proof. Raises EncodingError where it has another length than its relation."""
    relation = statement.relation
    if len(proof.responses) != relation.bits + 2:
        raise EncodingError(f"this style has {relation.bits} bits, the proof {len(proof.responses) - 2}")
    B, A, L1, L2 = proof.announcements
    t = statement.transcript()
    gamma = _absorb_first_move(t, B, A).powers(len(relation.slots) + len(relation.constraints), 1)
    x = _absorb_second_move(t, L1, L2)
    return BallotClaim(statement, proof, gamma, x)


def basis(K: Points, bits: int) -> Mapping[str, Points]:
    """What batch verification shares among all ballots under key K of at most so many bits."""
    known = bases(bits)
    return {"G": G, "K": K, "F": known.F, "G_n": known.G, "H_n": known.H}


def verify(statement: Statement, proof: Proof) -> None:
    """Raise EncodingError or ProofError unless the proof holds."""
    if not batch.holds([claim(statement, proof)], basis(statement.K, statement.relation.bits)):
        raise ProofError("the ballot proof does not hold")
