"""Exponential ElGamal over ristretto255, as arrays: Ciphertext(alpha, beta) = (r·G, v·G + r·K) (SPEC 7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.errors import EncodingError
from crypto.group import G, Points, Scalars


@dataclass(frozen=True)
class Ciphertexts:
    """n ciphertexts: two vectors of n points."""

    alpha: Points
    beta: Points

    def __post_init__(self) -> None:
        if len(self.alpha) != len(self.beta):
            raise ValueError("a ciphertext is a pair")

    def __len__(self) -> int:
        return len(self.alpha)

    def __add__(self, other: Ciphertexts) -> Ciphertexts:
        """Slot by slot: encrypts the sums of the plaintexts. Raises ValueError for unequal lengths."""
        if len(self) != len(other):
            raise ValueError("only vectors of equally many ciphertexts add up")
        return Ciphertexts(self.alpha + other.alpha, self.beta + other.beta)

    def __getitem__(self, part: slice) -> Ciphertexts:
        return Ciphertexts(self.alpha[part], self.beta[part])

    @classmethod
    def zero(cls, n: int) -> Ciphertexts:
        """n times (0, 0), what nothing adds up to."""
        return cls(Points.identity(n), Points.identity(n))

    @classmethod
    def concat(cls, parts: Iterable[Ciphertexts]) -> Ciphertexts:
        """All the ciphertexts of all the parts, in order."""
        known = list(parts)
        return cls(Points.concat(p.alpha for p in known), Points.concat(p.beta for p in known))

    def to_bytes(self) -> bytes:
        """α_0‖β_0‖α_1‖…: 64 bytes each (SPEC 4.1)."""
        alpha, beta = self.alpha.to_bytes(), self.beta.to_bytes()
        return b"".join(alpha[i : i + 32] + beta[i : i + 32] for i in range(0, len(alpha), 32))

    @classmethod
    def from_bytes(cls, data: bytes, *, aggregate: bool = False) -> Ciphertexts:
        """Strict; the identity is refused as α but in an aggregate. Raises EncodingError."""
        if len(data) % 64:
            raise EncodingError(
                f"ciphertexts are 64 bytes each; {len(data)} bytes are no whole number of them"
            )
        alpha = b"".join(data[i : i + 32] for i in range(0, len(data), 64))
        beta = b"".join(data[i + 32 : i + 64] for i in range(0, len(data), 64))
        return cls(Points.from_bytes(alpha, identity=aggregate), Points.from_bytes(beta, identity=True))


def encrypt(v: Scalars, r: Scalars, K: Points) -> Ciphertexts:
    """(r·G, v·G + r·K), in constant time. v, r: n scalars; K: the election key."""
    return Ciphertexts(r * G, v * G + r * K)
