"""What a ceremony is for: the group key, everybody's verification share, and one's own secret share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

from crypto.dkg.errors import CeremonyError
from crypto.dkg.session import Session
from crypto.group import Points, Scalars
from crypto.polynomial import evaluate_in_exponent_vartime


@dataclass(frozen=True)
class PublicKeys:
    """The group key K (one point) and the verification shares S (n points): `S_i = x_i * G`."""

    K: Points
    S: Points

    @classmethod
    def of(cls, session: Session, commitments: Iterable[Points]) -> PublicKeys:
        """`K = sum_j C_{j,0}` and `S_i = sum_j sum_k i^k * C_{j,k}` from the commitments of all n dealers.

        Raises CeremonyError if one of them is the identity, which no other key may be (SPEC 1.1).
        """
        C = reduce(add, commitments)
        keys = cls(C[0], evaluate_in_exponent_vartime(C, Scalars.from_ints(session.indices)))
        if any(keys.K.is_identity()) or any(keys.S.is_identity()):
            raise CeremonyError("the commitments add up to a key that is the identity")
        return keys


@dataclass(frozen=True, eq=False)
class KeyShare:
    """The share x that participant `index` has of the secret of K, and the public keys. Prints without x."""

    index: int
    x: Scalars
    keys: PublicKeys
