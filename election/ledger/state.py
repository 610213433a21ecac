"""What a log has established so far (SPEC 8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

from crypto.dkg.dealing import Dealing, Dealings
from crypto.dkg.keys import PublicKeys
from crypto.dkg.session import Session
from crypto.group import Points
from crypto.merkle import Frontier
from election.entries import NO_PREDECESSOR, CeremonyStart
from election.manifest import Manifest
from election.parameters import Parameters


class Phase(IntEnum):
    """In this order only."""

    EMPTY = 0
    SETUP = 1
    VOTING = 2
    CLOSED = 3
    FINAL = 4


@dataclass
class Attempt:
    """One attempt at the key ceremony; trustees are numbered 1 … n in the order of `start.trustees`.

    deals: canonical bytes of each accepted deal entry, opened: what it says; why_ended: "" while it goes on.
    """

    start: CeremonyStart
    session_id: bytes
    keys: dict[str, Points] = field(default_factory=dict)
    commits: dict[str, bytes] = field(default_factory=dict)
    deals: dict[str, bytes] = field(default_factory=dict)
    opened: dict[str, Dealing] = field(default_factory=dict)
    certificates: dict[str, bytes] = field(default_factory=dict)
    session: Session | None = None
    dealings: Dealings | None = None
    transcript: bytes = b""
    why_ended: str = ""

    @property
    def trustees(self) -> tuple[str, ...]:
        return self.start.trustees

    def index(self, trustee: str) -> int:
        """1 … n."""
        return self.trustees.index(trustee) + 1


@dataclass
class Voter:
    """last: entry hash of the last accepted cast; counted: entry number of the ballot that the policy names."""

    unit: str
    sequence: int = 0
    last: bytes = NO_PREDECESSOR
    counted: int | None = None


@dataclass(frozen=True)
class Closing:
    """The closing tree: everything up to and with the closing entry. root: 32 bytes."""

    root: bytes
    size: int


@dataclass
class State:
    """Everything that decides whether the next entry is valid. Only `apply` changes it.

    clock: UTC seconds; clocks: of every accepted clock entry its number and time, which rise together.
    """

    tree: Frontier = field(default_factory=Frontier)
    phase: Phase = Phase.EMPTY
    clock: int | None = None
    clocks: list[tuple[int, int]] = field(default_factory=list)
    manifest: Manifest | None = None
    context: bytes = b""

    attempt: Attempt | None = None
    culprits: dict[str, str] = field(default_factory=dict)
    ceremony_keys: set[bytes] = field(default_factory=set)
    announcements: set[bytes] = field(default_factory=set)
    keys: PublicKeys | None = None
    parameters: Parameters | None = None

    roll: dict[bytes, Voter] = field(default_factory=dict)
    roll_hashes: bytearray = field(default_factory=bytearray)

    bodies: set[bytes] = field(default_factory=set)
    one_time_keys: set[bytes] = field(default_factory=set)
    casts: int = 0
    challenges: int = 0

    closing: Closing | None = None
    ready: set[str] = field(default_factory=set)
    partials: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries the log has so far."""
        return self.tree.size

    @property
    def election(self) -> Manifest:
        """The manifest, which every state but the empty one has."""
        assert self.manifest is not None
        return self.manifest

    @property
    def trustees(self) -> tuple[str, ...]:
        """The trustees of the completed ceremony, in the order of their numbers; () before."""
        return self.attempt.trustees if self.attempt and self.keys else ()

    @property
    def quorum(self) -> int:
        """How many `ready` of the completed ceremony's n trustees agree on a closing: ⌈(n + k) / 2⌉."""
        return (len(self.trustees) + self.election.ceremony.threshold + 1) // 2

    @property
    def roll_hash(self) -> bytes:
        """SHA-256 of the roll entries' hashes in log order (SPEC 4.11)."""
        return hashlib.sha256(self.roll_hashes).digest()

    def counted(self) -> dict[int, str]:
        """Entry number -> unit, of every ballot that counts."""
        return {voter.counted: voter.unit for voter in self.roll.values() if voter.counted is not None}
