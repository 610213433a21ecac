"""What all log entries have in common: a kind, members, one encoding, and often a signature (SPEC 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from crypto import sigma, statements
from crypto.group import G, Points, Scalars
from election import canonical
from election.schema import SIGNATURE, Codec, Record, members


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
    def sign(cls, context: bytes, secret: Scalars, **values: Any) -> Self:
        """The entry with these values, signed with this secret key. context: 32 bytes."""
        statement = cls._statement(context, secret * G, values)
        signature: dict[str, Any] = {"sig": sigma.prove(statement, secret)}
        return cls(**values, **signature)

    def check_signature(self, context: bytes, key: Points) -> None:
        """Raises ProofError unless `sig` holds under this key."""
        unsigned = {name: getattr(self, name) for name in self.schema if name != "sig"}
        sigma.verify(self._statement(context, key, unsigned), self.sig)

    @classmethod
    def _statement(cls, context: bytes, key: Points, values: Mapping[str, Any]) -> sigma.Linear:
        encoded = {name: cls.schema[name].encode(value) for name, value in values.items()}
        message = canonical.encode({"kind": cls.kind, **encoded})
        return statements.signature(context, cls.kind, key, message)


def signed_members(**codecs: Codec) -> Mapping[str, Codec]:
    """The schema of a signed entry."""
    return members(**codecs, sig=SIGNATURE)
