"""The Schnorr signatures of COCKTAIL-DKG, for proofs of possession and for the transcript.

C2SP cocktail-dkg v0.2.1, "Schnorr Signature Scheme". Names are the specification's, its base point B being G.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto.dkg.ciphersuite import POINT_BYTES, SIGNATURE_BYTES, hash_to_scalar
from crypto.errors import EncodingError, ProofError
from crypto.group import G, Points, Scalars

FRESH_BYTES = 32

_PREFIX_H7 = b"COCKTAIL-DKG-Ristretto255-SHA512-H7"
_PREFIX_NONCE = b"COCKTAIL-DKG-Ristretto255-SHA512-NONCE"


@dataclass(frozen=True)
class Signature:
    """A pair (R, z); 64 bytes, R then z."""

    R: Points
    z: Scalars

    @classmethod
    def from_bytes(cls, data: bytes) -> Signature:
        """Raises EncodingError unless `data` is a point other than the identity and a canonical scalar."""
        if len(data) != SIGNATURE_BYTES:
            raise EncodingError(f"a signature has {SIGNATURE_BYTES} bytes, not {len(data)}")
        return cls(Points.from_bytes(data[:POINT_BYTES]), Scalars.from_bytes(data[POINT_BYTES:]))

    def to_bytes(self) -> bytes:
        return self.R.to_bytes() + self.z.to_bytes()


def sign(sk: Scalars, message: bytes, fresh: bytes = b"") -> Signature:
    """`Sign`; `fresh`, if any, is 32 random bytes for the nonce, as the fault-injection caveat advises.

    Without them the nonce is a function of secret and message alone. Raises ProofError if it is zero: the
    same inputs must not be tried again.
    """
    if len(fresh) not in (0, FRESH_BYTES):
        raise ValueError(f"fresh randomness is {FRESH_BYTES} bytes or none")
    k = hash_to_scalar(_PREFIX_NONCE, sk.to_bytes(), fresh, message)
    if k == Scalars.from_ints([0]):
        raise ProofError("the nonce of a signature came out as zero")
    R = k * G
    return Signature(R, k + _challenge(R, sk * G, message) * sk)


def verify(pk: Points, signature: Signature, message: bytes) -> None:
    """`Verify`: `z * G = R + c * pk`, R not the identity, or else ProofError. All public, variable time."""
    R, c = signature.R, _challenge(signature.R, pk, message)
    if any(R.is_identity()) or G.mul_vartime(signature.z) != R + pk.mul_vartime(c):
        raise ProofError("the signature does not hold")


def _challenge(R: Points, pk: Points, message: bytes) -> Scalars:
    return hash_to_scalar(_PREFIX_H7, R.to_bytes(), pk.to_bytes(), message)
