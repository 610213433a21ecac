"""What lets a voter cast: a secret c whose public half C is on the roll (SPEC 7.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from booth.errors import CredentialError
from booth.files import read
from crypto.errors import EncodingError
from crypto.group import G, Points, Scalars
from crypto.sealing import MODERATE, Cost, seal, unseal
from election import canonical, durable
from election.canonical import hex32decode, hex32encode
from election.schema import BYTES, IDENTIFIER, POINT, Codec, Record, integer, word
from election.tracker import pseudonym

_FORMAT = "glassballot/credential/v1"
_MAX_FILE = 4096
_HEX32 = Codec(hex32decode, hex32encode)


@dataclass(frozen=True, repr=False)
class _File(Record):
    """secret: the scalar's 32 bytes, sealed under a passphrase where `sealed` is 1."""

    schema: ClassVar[Mapping[str, Codec]] = {
        "context": _HEX32,
        "credential": POINT,
        "format": word(_FORMAT),
        "pseudonym": Codec(lambda value, place: value, str),
        "sealed": integer(0, 1),
        "secret": BYTES,
        "unit": IDENTIFIER,
    }
    context: bytes
    credential: Points
    format: str
    pseudonym: str
    sealed: int
    secret: bytes
    unit: str


@dataclass(frozen=True, repr=False)
class Credential:
    """One voter's right to vote in one unit of one election. context: 32 bytes; c: one scalar."""

    context: bytes
    unit: str
    c: Scalars = field(compare=False)

    def __repr__(self) -> str:
        return f"<Credential {self.pseudonym}>"

    @cached_property
    def C(self) -> Points:
        """What the roll lists."""
        return self.c * G

    @property
    def pseudonym(self) -> str:
        """What is printed on the voter's card."""
        return pseudonym(self.C.to_bytes())

    def to_bytes(self, passphrase: str | None = None, *, cost: Cost = MODERATE) -> bytes:
        """A credential file, its secret sealed if a passphrase is given."""
        secret = self.c.to_bytes()
        if passphrase is not None:
            secret = seal(secret, passphrase, purpose=_purpose(self.context, self.unit, self.C), cost=cost)
        sealed = int(passphrase is not None)
        content = _File(self.context, self.C, _FORMAT, self.pseudonym, sealed, secret, self.unit)
        return canonical.encode(content.to_json()) + b"\n"

    @classmethod
    def parse(cls, data: bytes, passphrase: Callable[[], str] | None = None) -> Credential:
        """Out of a credential file; `passphrase` is asked only where the secret is sealed.

        Raises CredentialError for a damaged file, and where the stored C is not c·G: a proof under a foreign
        public half would reveal the secret (ATTACKS 33). Raises SealError where the secret does not open.
        """
        try:
            content = _File.from_json(canonical.decode(data.removesuffix(b"\n")), "credential")
        except EncodingError as error:
            raise CredentialError(f"not a credential file: {error}") from None
        secret = content.secret
        if content.sealed:
            if passphrase is None:
                raise CredentialError("the credential is sealed: its passphrase is needed")
            purpose = _purpose(content.context, content.unit, content.credential)
            secret = unseal(secret, passphrase(), purpose=purpose)
        return _checked(content, secret)

    @classmethod
    def load(cls, path: Path, passphrase: Callable[[], str] | None = None) -> Credential:
        """`parse` of a file. Raises OSError too."""
        return cls.parse(read(path, _MAX_FILE), passphrase)

    def save(self, path: Path, passphrase: str | None = None) -> None:
        """Write a new file that only its owner reads; FileExistsError rather than overwrite one."""
        durable.create(path, self.to_bytes(passphrase))


def make_credentials(context: bytes, unit: str, n: int) -> list[Credential]:
    """n fresh credentials for voters of a unit; their C go onto the roll, the rest to the voters alone."""
    return [Credential(context, unit, c) for c in Scalars.random(n)]


def _checked(content: _File, secret: bytes) -> Credential:
    try:
        c = Scalars.from_bytes(secret)
    except EncodingError:
        raise CredentialError("the credential's secret is damaged") from None
    if len(c) != 1:
        raise CredentialError("the credential's secret is damaged")
    credential = Credential(content.context, content.unit, c)
    if content.credential != credential.C:
        raise CredentialError("the credential's secret does not belong to its public key")
    if credential.pseudonym != content.pseudonym:
        raise CredentialError("the credential's pseudonym is not that of its public key")
    return credential


def _purpose(context: bytes, unit: str, C: Points) -> str:
    return f"{_FORMAT} {context.hex()} {unit} {pseudonym(C.to_bytes())}"
