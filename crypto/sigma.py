"""Sigma protocols for linear relations (Maurer 2009): a statement is declared once, the rest follows from it.

A statement says: I know secrets w with Σⱼ wⱼ·base[r][j] = image[r] for every row r. Schnorr, Chaum–Pedersen and
their conjunctions are all of this form. Encoding of a proof: announcements R (one a row), then responses z (one
a secret), 32 bytes each (SPEC 2.2).
"""

from __future__ import annotations

import hashlib
import secrets as os_random
from dataclasses import dataclass

from crypto import batch
from crypto.errors import EncodingError, ProofError
from crypto.framing import frame, u32
from crypto.group import G, Points, Scalars
from crypto.transcript import Absorbable, Domain, Transcript

BASIS = {"G": G}


@dataclass(frozen=True)
class Linear:
    """images[r] = Σⱼ wⱼ·bases[r][j], None for an absent term.

    The transcript has absorbed the whole statement. images: R points; bases: R rows of one entry a secret.
    Raises ValueError for another shape, and for a row or a secret that says nothing.
    """

    transcript: Transcript
    images: Points
    bases: tuple[tuple[Points | None, ...], ...]

    def __post_init__(self) -> None:
        lines = [*self.bases, *zip(*self.bases, strict=True)]
        if not lines or len(self.images) != self.rows or not all(map(any, lines)):
            raise ValueError("a statement has an image a row, and a base in each row and for each secret")

    @property
    def rows(self) -> int:
        return len(self.bases)

    @property
    def secrets(self) -> int:
        return len(self.bases[0])

    def map(self, w: Scalars) -> Points:
        """The linear map at w, in constant time: one point a row."""
        return Points.concat([_row(w, row) for row in self.bases])


def _row(w: Scalars, row: tuple[Points | None, ...]) -> Points:
    terms = [w[j] * base for j, base in enumerate(row) if base is not None]
    return Points.concat(terms).sum()


@dataclass(frozen=True)
class Proof:
    """Announcements R, one point a row; responses z, one scalar a secret."""

    R: Points
    z: Scalars

    def to_bytes(self) -> bytes:
        return self.R.to_bytes() + self.z.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes, rows: int, secrets: int) -> Proof:
        """Strict. Raises EncodingError for a wrong length, point or scalar."""
        if len(data) != 32 * (rows + secrets):
            raise EncodingError(f"a proof of {32 * (rows + secrets)} bytes was due here, not of {len(data)}")
        split = 32 * rows
        return cls(Points.from_bytes(data[:split], identity=True), Scalars.from_bytes(data[split:]))


def statement(
    name: str,
    context: bytes,
    items: dict[str, Absorbable],
    images: Points,
    bases: tuple[tuple[Points | None, ...], ...],
) -> Linear:
    """A Linear statement whose transcript absorbs the items in their order."""
    t = Transcript(name, context)
    for label, data in items.items():
        t.absorb(label, data)
    return Linear(t, images, bases)


def prove(statement: Linear, w: Scalars) -> Proof:
    """A proof that w satisfies the statement. Raises ValueError where it does not."""
    if statement.map(w) != statement.images:
        raise ValueError("these secrets do not belong to these public values")
    return respond(statement, w, hedged_nonces(statement, w))


def hedged_nonces(statement: Linear, w: Scalars) -> Scalars:
    """Nonces from the secrets, fresh randomness and the statement: a broken generator alone repeats none."""
    fresh = os_random.token_bytes(32)
    transcript = bytes(statement.transcript)
    return Scalars.from_wide(
        b"".join(
            hashlib.sha512(frame(Domain.NONCE.encode(), w.to_bytes(), fresh, transcript, u32(index))).digest()
            for index in range(statement.secrets)
        )
    )


def respond(statement: Linear, w: Scalars, k: Scalars) -> Proof:
    """The proof with given nonces k, never to be used twice (known-answer tests call it directly)."""
    R = statement.map(k)
    c = _challenge(statement, R)
    z = k + c * w
    return Proof(R, z)


def _challenge(statement: Linear, R: Points) -> Scalars:
    t = statement.transcript.copy()
    t.absorb("announcement", R)
    return t.challenge("c")


@dataclass(frozen=True)
class LinearClaim:
    """A proof with its challenge: row r says Σⱼ zⱼ·base[r][j] − R[r] − c·image[r] = 0."""

    statement: Linear
    proof: Proof
    c: Scalars

    @property
    def rows(self) -> int:
        return self.statement.rows

    @property
    def points(self) -> Points:
        own = [base for _, _, base in self._entries() if base is not G]
        return Points.concat([self.proof.R, self.statement.images, *own])

    def terms(self, weights: Scalars) -> batch.Terms:
        products = [(weights[r] * self.proof.z[j], base) for r, j, base in self._entries()]
        own = [product for product, base in products if base is not G]
        on_G = [product for product, base in products if base is G]
        shared = {"G": Scalars.concat(on_G).sum()} if on_G else {}
        return batch.Terms(Scalars.concat([-weights, -self.c * weights, *own]), shared)

    def _entries(self) -> list[tuple[int, int, Points]]:
        return [
            (r, j, base)
            for r, row in enumerate(self.statement.bases)
            for j, base in enumerate(row)
            if base is not None
        ]


def claim(statement: Linear, proof: Proof) -> LinearClaim:
    """The equations of a proof. Raises EncodingError where it has another shape than the statement."""
    if (len(proof.R), len(proof.z)) != (statement.rows, statement.secrets):
        raise EncodingError("this proof has another shape than its statement")
    return LinearClaim(statement, proof, _challenge(statement, proof.R))


def verify(statement: Linear, proof: Proof) -> None:
    """Raise EncodingError or ProofError unless the proof holds."""
    if not batch.holds([claim(statement, proof)], BASIS):
        raise ProofError("the proof does not hold")
