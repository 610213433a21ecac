"""Trustees without files: each a function of the log, its secrets sent through their bytes between any two steps."""

from __future__ import annotations

from typing import Any

from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.note import Cosigner, NoteSigner
from crypto.sealing import Cost
from election import manifest as m
from election.entries import CeremonyStart, Clock
from election.entry import Entry
from election.record import LogEntry, leaf_of
from election.replay import logged
from tests.world import BEGIN, COMPLAINTS, END, ORIGIN, World
from trustees import duties
from trustees.owed import Owed
from trustees.secrets import KeyPair, Secrets

CHEAP = Cost(passes=1, memory=8)
DECRYPTING = END + COMPLAINTS


def post(world: World, *entries: Entry) -> None:
    """Append entries; Refusal where the ledger does not take one."""
    for entry in entries:
        content = entry.to_bytes()
        raw = LogEntry(len(world.log.contents), leaf_of(content), content)
        world.replay.take(logged(raw))
        world.log.contents.append(content)


def start_attempt(world: World, number: int = 1, deadline: int = BEGIN) -> None:
    trustees = tuple(t for t in world.trustee_keys if t not in world.state.culprits)
    post(world, world.sign(CeremonyStart, attempt=number, deadline=deadline, trustees=trustees))


def replayed(world: World, until: str = "") -> World:
    """Another reader of the same log, or of what comes before the first entry of a kind."""
    other = World(like=world, trustees=5)
    for raw in world.log.entries():
        known = logged(raw)
        if known.entry.kind == until:
            break
        other.replay.take(known)
        other.log.contents.append(raw.content)
    return other


class Trustees:
    """All trustees of a world; kept: what each has on its disk."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.witnesses: list[Cosigner] = []
        self.kept = {
            id: Secrets(None, (), None, KeyPair.of(x), 0, id) for id, x in world.trustee_keys.items()
        }

    def look(self, id: str, now: int = END, confirmed: bytes | None = None) -> Owed:
        tally = self.world.replay.tally
        return duties.owed(
            self.world.state, self.kept[id], now, tally=tally, confirmed=confirmed, signed=self.signed()
        )

    def signed(self) -> SignedCheckpoint:
        """The log's checkpoint, with what the witnesses at hand have cosigned."""
        tree = self.world.state.tree
        checkpoint = Checkpoint(ORIGIN, tree.size, tree.root())
        signed = sign_checkpoint(checkpoint, NoteSigner(ORIGIN, self.world.log_key))
        return signed.with_signatures([own.sign(checkpoint.text, END) for own in self.witnesses])

    def keep(self, id: str, owed: Owed) -> None:
        self.kept[id] = Secrets.from_bytes(owed.secrets.to_bytes())

    def act(self, id: str, now: int = END, confirmed: bytes | None = None) -> Owed:
        """What a trustee owes, done."""
        owed = self.look(id, now, confirmed)
        self.keep(id, owed)
        post(self.world, *owed.entries)
        return owed

    def run(self, *ids: str, now: int = END) -> dict[str, Owed]:
        """Each in turn until none of them owes anything; what they then wait for."""
        while True:
            last = {id: self.act(id, now) for id in ids or tuple(self.kept)}
            if not any(owed.entries for owed in last.values()):
                return last

    def run_until(self, kind: str) -> None:
        """Everything up to where the first trustee owes an entry of this kind."""
        while not any(owed.entries and owed.entries[0].kind == kind for owed in map(self.look, self.kept)):
            for id in self.kept:
                owed = self.look(id)
                if owed.entries and owed.entries[0].kind != kind:
                    self.act(id)


def five(deadline: int = BEGIN, **members: Any) -> Trustees:
    """3 of 5, the manifest on the log, the ceremony started."""
    world = World(trustees=5, threshold=3, **{"ceremony": m.Ceremony(3, 0, m.CEREMONY, 3), **members})
    world.start()
    start_attempt(world, 1, deadline)
    return Trustees(world)


def closed(votes: dict[str, list[list[int]]], **members: Any) -> Trustees:
    """An election up to its closing."""
    trustees = five(**members)
    trustees.run()
    vote_and_close(trustees.world, votes)
    return trustees


def vote_and_close(world: World, votes: dict[str, list[list[int]]]) -> None:
    """Roll, opening, one ballot a vector of choices, closing."""
    world.roll()
    post(world, world.opening(), Clock(BEGIN))
    for unit, ballots in votes.items():
        style = world.state.election.unit(unit).style
        for c, choices in zip(world.voters[unit], ballots, strict=False):
            post(world, world.cast(c, choices, style))
    world.close()
