"""Every kind of log entry but the manifest, one class each, and the only parser (SPEC 4).

What an entry looks like is decided here; whether it may stand where it stands, by the ledger.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from crypto import ballot_argument, sigma
from crypto.elgamal import Ciphertexts
from crypto.errors import EncodingError
from crypto.group import Points
from election import canonical
from election.entry import Entry, Signed, signed_members
from election.manifest import TIME, Manifest
from election.schema import (
    AGGREGATES,
    BALLOT_PROOF,
    BYTES,
    IDENTIFIER,
    PARTIALS,
    POINT,
    POINTS,
    SLOTS,
    Record,
    array,
    integer,
    members,
    nested,
    raw,
    sigma_proof,
)

U32 = integer(0, 2**32 - 1)
ATTEMPT = integer(1, 2**32 - 1)
HASH = raw(32)
NO_PREDECESSOR = bytes(32)


@dataclass(frozen=True)
class CeremonyStart(Signed):
    """The office opens an attempt at the key ceremony. deadline: UTC seconds."""

    kind = "ceremony-start"
    schema = signed_members(attempt=ATTEMPT, deadline=TIME, trustees=array(IDENTIFIER))
    attempt: int
    deadline: int
    trustees: tuple[str, ...]
    sig: sigma.Proof


@dataclass(frozen=True)
class Register(Signed):
    """A trustee's static key for one attempt, with its proof of possession."""

    kind = "register"
    schema = signed_members(attempt=ATTEMPT, key=POINT, proof=sigma_proof(1, 1), trustee=IDENTIFIER)
    attempt: int
    key: Points
    proof: sigma.Proof
    trustee: str
    sig: sigma.Proof


@dataclass(frozen=True)
class Commit(Signed):
    """The hash of a trustee's msg1, before anybody reveals theirs."""

    kind = "commit"
    schema = signed_members(attempt=ATTEMPT, commit=raw(64), trustee=IDENTIFIER)
    attempt: int
    commit: bytes
    trustee: str
    sig: sigma.Proof


@dataclass(frozen=True)
class Deal(Signed):
    """msg1, with a proof that its ephemeral key is the dealer's."""

    kind = "deal"
    schema = signed_members(attempt=ATTEMPT, msg1=BYTES, proof=sigma_proof(1, 1), trustee=IDENTIFIER)
    attempt: int
    msg1: bytes
    proof: sigma.Proof
    trustee: str
    sig: sigma.Proof


@dataclass(frozen=True)
class Certify(Signed):
    """COCKTAIL's signature over the transcript: everything checked, share received."""

    kind = "certify"
    schema = signed_members(attempt=ATTEMPT, signature=raw(64), transcript=raw(64), trustee=IDENTIFIER)
    attempt: int
    signature: bytes
    transcript: bytes
    trustee: str
    sig: sigma.Proof


@dataclass(frozen=True)
class Complaint(Signed):
    """The accuser opens one envelope of the accused to everybody: Se = d·E_j, Sd = d·P_j and why they are."""

    kind = "complaint"
    schema = signed_members(
        accused=IDENTIFIER, attempt=ATTEMPT, proof=sigma_proof(3, 1), sd=POINT, se=POINT, trustee=IDENTIFIER
    )
    accused: str
    attempt: int
    proof: sigma.Proof
    sd: Points
    se: Points
    trustee: str
    sig: sigma.Proof


@dataclass(frozen=True)
class Key(Entry):
    """The election key and every trustee's verification share, which everybody can compute."""

    kind = "key"
    schema = members(attempt=ATTEMPT, key=POINT, shares=POINTS)
    attempt: int
    key: Points
    shares: Points


@dataclass(frozen=True)
class Roll(Signed):
    """A chunk of the roll: credentials added to and removed from one unit."""

    kind = "roll"
    schema = signed_members(add=POINTS, remove=POINTS, unit=IDENTIFIER)
    add: Points
    remove: Points
    unit: str
    sig: sigma.Proof


@dataclass(frozen=True)
class Opening(Signed):
    """Voting may begin: roll is the SHA-256 of the roll entries' hashes in log order, voters their number."""

    kind = "opening"
    schema = signed_members(roll=HASH, voters=integer())
    roll: bytes
    voters: int
    sig: sigma.Proof


@dataclass(frozen=True)
class Clock(Entry):
    """UTC seconds."""

    kind = "clock"
    schema = members(time=TIME)
    time: int


@dataclass(frozen=True)
class Body(Record):
    """An encrypted ballot before anybody decided to cast or to challenge it."""

    schema = members(one_time_key=POINT, proof=BALLOT_PROOF, slots=SLOTS, style=IDENTIFIER)
    one_time_key: Points
    proof: ballot_argument.Proof
    slots: Ciphertexts
    style: str

    @cached_property
    def encoded(self) -> bytes:
        """The canonical bytes, which the tracker and the cast proof are over."""
        return canonical.encode(self.to_json())

    @cached_property
    def hash(self) -> bytes:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.encoded).digest()


@dataclass(frozen=True)
class Cast(Entry):
    """A body under a voter's credential. predecessor: entry hash of the cast that it supersedes, or 32 zero bytes."""

    kind = "cast"
    schema = members(
        body=nested(Body),
        credential=POINT,
        predecessor=HASH,
        proof=sigma_proof(2, 2),
        sequence=U32,
    )
    body: Body
    credential: Points
    predecessor: bytes
    proof: sigma.Proof
    sequence: int


@dataclass(frozen=True)
class Challenge(Entry):
    """A body opened instead of cast: choices, one integer an option, and the root of its randomness."""

    kind = "challenge"
    schema = members(body=nested(Body), choices=array(integer()), root=raw(64))
    body: Body
    choices: tuple[int, ...]
    root: bytes


@dataclass(frozen=True)
class Closing(Signed):
    """No further ballots. The closing root is that of the tree whose last entry this is."""

    kind = "closing"
    schema = signed_members()
    sig: sigma.Proof


@dataclass(frozen=True)
class Ready(Signed):
    """A trustee has seen this closing root and will decrypt for no other. size: entries up to the closing."""

    kind = "ready"
    schema = signed_members(root=HASH, size=U32, trustee=IDENTIFIER)
    root: bytes
    size: int
    trustee: str
    sig: sigma.Proof


@dataclass(frozen=True)
class PartialDecryption(Signed):
    """M_t = s·A_t for every cell and slot of one contest."""

    kind = "partial-decryption"
    schema = signed_members(
        contest=IDENTIFIER,
        partials=PARTIALS,
        proof=sigma_proof(2, 1),
        root=HASH,
        size=U32,
        trustee=IDENTIFIER,
    )
    contest: str
    partials: Points
    proof: sigma.Proof
    root: bytes
    size: int
    trustee: str
    sig: sigma.Proof


@dataclass(frozen=True)
class ContestResult(Record):
    """cells: units of each decrypted cell; ballots, totals: a number, one number an option, for each cell.

    aggregates: the encrypted tally, by cell, then slot. A withheld contest has no cells.
    """

    schema = members(
        aggregates=AGGREGATES,
        ballots=array(integer()),
        cells=array(array(IDENTIFIER)),
        contest=IDENTIFIER,
        totals=array(array(integer())),
    )
    aggregates: Ciphertexts
    ballots: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    contest: str
    totals: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Result(Signed):
    """The office's announcement, contests in manifest order; everybody recomputes it."""

    kind = "result"
    schema = signed_members(contests=array(nested(ContestResult)))
    contests: tuple[ContestResult, ...]
    sig: sigma.Proof


KINDS: dict[str, type[Entry]] = {
    cls.kind: cls
    for cls in (
        Manifest,
        CeremonyStart,
        Register,
        Commit,
        Deal,
        Certify,
        Complaint,
        Key,
        Roll,
        Opening,
        Clock,
        Cast,
        Challenge,
        Closing,
        Ready,
        PartialDecryption,
        Result,
    )
}


def parse(content: bytes) -> Entry:
    """The entry whose canonical bytes these are. Raises EncodingError, naming the place."""
    value = canonical.decode(content)
    if not isinstance(value, dict):
        raise EncodingError("an entry is an object")
    kind = value.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise EncodingError("an entry names its kind, and this one names none that exists")
    return KINDS[kind].from_json(value, kind)


def entry_hash(content: bytes) -> bytes:
    """SHA-256 of the canonical bytes; of a blob, of its content (SPEC 1.4)."""
    return hashlib.sha256(content).digest()
