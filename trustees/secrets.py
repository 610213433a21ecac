"""What a trustee must keep: strictly encoded data that never prints its secrets (SPEC 8.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from crypto.dkg import SEED_BYTES
from crypto.errors import EncodingError
from crypto.group import G, Points, Scalars
from election import canonical
from election.entries import HASH, U32
from election.manifest import TIME
from election.schema import IDENTIFIER, POINT, Codec, Record, array, binary, integer, nested, raw


def _one_scalar(data: bytes) -> Scalars:
    if len(data) != 32:
        raise EncodingError(f"a secret is 32 bytes, not {len(data)}")
    return Scalars.from_bytes(data)


SECRET = binary(_one_scalar, Scalars.to_bytes)


def optional(item: Codec) -> Codec:
    """An array of one, or of none for None."""
    several = array(item)

    def decode(value: Any, place: str) -> Any:
        found = several.decode(value, place)
        if len(found) > 1:
            raise EncodingError(f"{place}: at most one was due here")
        return found[0] if found else None

    return Codec(decode, lambda value: [] if value is None else [item.encode(value)])


@dataclass(frozen=True, repr=False)
class KeyPair(Record):
    """public = secret·G, checked whenever one is made or read: nobody signs under a foreign public key."""

    schema: ClassVar[Mapping[str, Codec]] = {"public": POINT, "secret": SECRET}
    public: Points
    secret: Scalars

    def __post_init__(self) -> None:
        if self.secret * G != self.public:
            raise EncodingError("the stored public key is not that of its secret")

    @classmethod
    def of(cls, secret: Scalars) -> Self:
        return cls(secret * G, secret)

    @classmethod
    def generate(cls) -> Self:
        return cls.of(Scalars.random(1))


@dataclass(frozen=True, repr=False)
class AttemptSecrets(Record):
    """For one attempt at the ceremony: static key, seed of the dealing, and the share once it was checked.

    session: the 64-byte session id, which the hash of the ceremony-start entry goes into.
    """

    schema: ClassVar[Mapping[str, Codec]] = {
        "seed": raw(SEED_BYTES),
        "session": raw(64),
        "share": optional(nested(KeyPair)),
        "static": nested(KeyPair),
    }
    seed: bytes
    session: bytes
    share: KeyPair | None
    static: KeyPair


@dataclass(frozen=True)
class Agreement(Record):
    """The one closing that this trustee acts on; since: UTC seconds by its own clock."""

    schema: ClassVar[Mapping[str, Codec]] = {"root": HASH, "since": TIME, "size": U32}
    root: bytes
    since: int
    size: int


@dataclass(frozen=True, repr=False)
class Secrets(Record):
    """All of a key file. context: 32 bytes, once the election is known; restored: 1 if it may be a copy."""

    schema: ClassVar[Mapping[str, Codec]] = {
        "agreed": optional(nested(Agreement)),
        "attempts": array(nested(AttemptSecrets)),
        "context": optional(HASH),
        "identity": nested(KeyPair),
        "restored": integer(0, 1),
        "trustee": IDENTIFIER,
    }
    agreed: Agreement | None
    attempts: tuple[AttemptSecrets, ...]
    context: bytes | None
    identity: KeyPair
    restored: int
    trustee: str

    @classmethod
    def generate(cls, trustee: str) -> Self:
        """For a trustee of no election yet."""
        return cls(None, (), None, KeyPair.generate(), 0, trustee)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Strict; EncodingError also where a public key is not that of its secret."""
        return cls.from_json(canonical.decode(data), "key file")

    def to_bytes(self) -> bytes:
        return canonical.encode(self.to_json())

    def attempt(self, session: bytes) -> AttemptSecrets | None:
        """The secrets of one attempt, if this key file has taken part in it."""
        return next((own for own in self.attempts if own.session == session), None)

    def with_attempt(self, own: AttemptSecrets) -> Self:
        """With these secrets in the place of those of the same session, or added."""
        others = tuple(other for other in self.attempts if other.session != own.session)
        return replace(self, attempts=(*others, own))
