"""What all log entries have in common: a kind, members, one encoding, and often a signature (SPEC 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from crypto import sigma, statements
from crypto.group import G, Points, Scalars
from election import canonical
from election.schema import SIGNATURE, Codec, Record


class Entry(Record):
    """A log entry: its canonical JSON is `kind` and the members of its schema."""

    kind: ClassVar[str]

    def to_bytes(self) -> bytes:
        """The canonical bytes."""
        return canonical.encode({"kind": self.kind, **self.to_json()})


class Signed(Entry):
    """An entry with a Schnorr signature `sig` over the canonical bytes of its other members."""

    sig: sigma.Proof

    @classmethod
    def sign(cls, context: bytes, secret: Scalars, **members: Any) -> Self:
        """The entry of these members, signed with this secret key. context: 32 bytes."""
        statement = cls._statement(context, secret * G, members)
        return cls(sig=sigma.prove(statement, secret), **members)

    def check_signature(self, context: bytes, key: Points) -> None:
        """Raises ProofError unless `sig` holds under this key."""
        members = {name: getattr(self, name) for name in self.schema if name != "sig"}
        sigma.verify(self._statement(context, key, members), self.sig)

    @classmethod
    def _statement(cls, context: bytes, key: Points, members: Mapping[str, Any]) -> sigma.Linear:
        encoded = {name: cls.schema[name].encode(value) for name, value in members.items()}
        message = canonical.encode({"kind": cls.kind, **encoded})
        return statements.signature(context, cls.kind, key, message)


def signed_schema(**members: Codec) -> dict[str, Codec]:
    """The schema of a signed entry."""
    return {**members, "sig": SIGNATURE}
