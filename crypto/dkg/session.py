"""Who takes part in a ceremony, and under which context (C2SP cocktail-dkg v0.2.1, "Setup")."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.dkg.ciphersuite import session_context
from crypto.dkg.errors import SessionError
from crypto.group import G, Points, Scalars


@dataclass(frozen=True)
class Session:
    """One run: its context, the threshold t and the static keys P_1 … P_n in the order of the numbers.

    Raises SessionError unless 1 <= t <= n < 2^32 and the keys are distinct and other than the identity.
    """

    context: bytes
    threshold: int
    static_keys: Points

    def __post_init__(self) -> None:
        if type(self.threshold) is not int or not 1 <= self.threshold <= self.n < 1 << 32:
            raise SessionError(f"a threshold of {self.threshold!r} does not fit {self.n} participants")
        first: dict[bytes, int] = {}
        for i, P in zip(self.indices, self.static_keys, strict=True):
            if any(P.is_identity()):
                raise SessionError(f"the static key of participant {i} is the identity", [i])
            if (j := first.setdefault(P.to_bytes(), i)) != i:
                raise SessionError(f"participants {j} and {i} have the same static key", [j, i])

    @classmethod
    def create(cls, session_id: bytes, threshold: int, static_keys: Points) -> Session:
        """The session with the recommended context over `session_id`, which no other session may share."""
        return cls(session_context(session_id, static_keys), threshold, static_keys)

    @property
    def n(self) -> int:
        """The number of participants."""
        return len(self.static_keys)

    @property
    def indices(self) -> range:
        """1 … n."""
        return range(1, self.n + 1)

    def static_key(self, index: int) -> Points:
        """P_index; SessionError for what is not the number of a participant (a bool is none)."""
        if type(index) is not int or index not in self.indices:
            raise SessionError(f"there is no participant {index!r} among 1 … {self.n}")
        return self.static_keys[index - 1]

    def check_secret(self, index: int, d: Scalars) -> None:
        """SessionError unless `P_index = d * G`: nobody acts with a key that is not on the list."""
        if d * G != self.static_key(index):
            raise SessionError(f"the static secret does not belong to the static key of participant {index}")
