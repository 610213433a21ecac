"""A key ceremony step by step, as an attacker among the trustees bends it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, cast

from crypto import sigma, statements
from crypto.dkg.dealing import Dealing, possession_message
from crypto.dkg.envelope import SharedSecrets, shared_secrets
from crypto.dkg.rounds import DealerSecrets, deal
from crypto.dkg.schnorr import sign
from crypto.dkg.session import Session
from crypto.group import G, Scalars
from election.entries import CeremonyStart, Complaint, Deal, Register
from election.ledger.state import Attempt
from tests.world import BEGIN, World


def started(world: World | None = None) -> World:
    """The office has opened the first attempt: the next entry is 3."""
    world = world or World()
    world.start()
    world.put(start(world))
    return world


def start(world: World, **changes: Any) -> CeremonyStart:
    """The next attempt of everybody who is not a culprit."""
    old = world.state.attempt
    trustees = tuple(t for t in world.trustee_keys if t not in world.state.culprits)
    members: dict[str, Any] = {
        "attempt": old.start.attempt + 1 if old else 1,
        "deadline": BEGIN,
        "trustees": trustees,
    }
    return cast(CeremonyStart, world.sign(CeremonyStart, **members | changes))


def registered(world: World | None = None) -> World:
    """The next entry of a first attempt is 6."""
    world = started(world)
    world.put(*(world.register(trustee) for trustee in running(world).trustees))
    return world


def dealt(world: World | None = None) -> World:
    """The next entry of a first attempt is 12."""
    world = registered(world)
    world.deals()
    return world


def certified(world: World | None = None) -> World:
    """Only the key entry is missing, which would be entry 15."""
    world = dealt(world)
    world.put(*(world.certify(trustee) for trustee in running(world).trustees))
    return world


def running(world: World) -> Attempt:
    assert world.state.attempt is not None
    return world.state.attempt


def session(world: World) -> Session:
    found = running(world).session
    assert found is not None
    return found


def secrets_of(world: World, trustee: str) -> DealerSecrets:
    """Those that World deals with."""
    index = running(world).index(trustee)
    return DealerSecrets.derive(session(world), index, bytes([index]) * 32)


def register(
    world: World,
    trustee: str,
    *,
    d: Scalars | None = None,
    proof: sigma.Proof | None = None,
    **changes: Any,
) -> Register:
    """A register entry with another proof, or with another static secret."""
    current = running(world)
    d = Scalars.random(1) if d is None else d
    world.static[trustee] = d
    statement = statements.register(world.context, current.session_id, current.index(trustee), d * G)
    members = {"attempt": current.start.attempt, "key": d * G, "proof": proof or sigma.prove(statement, d)}
    return cast(Register, world.sign(Register, trustee, **members | changes))


def dealing_of(world: World, trustee: str, a: Scalars | None = None, e: Scalars | None = None) -> Dealing:
    """With another polynomial or another ephemeral secret."""
    known = secrets_of(world, trustee)
    drawn = DealerSecrets(known.a if a is None else a, known.e if e is None else e)
    return deal(session(world), running(world).index(trustee), world.static[trustee], drawn)


def with_possession(world: World, dealing: Dealing, secret: Scalars) -> Dealing:
    """The proof of possession made anew, over whatever the dealing now holds."""
    return replace(dealing, possession=sign(secret, possession_message(session(world), dealing.C, dealing.E)))


def deal_entry(
    world: World, trustee: str, msg1: bytes, e: Scalars | None = None, proof: sigma.Proof | None = None
) -> Deal:
    """Signed by the trustee, with a true proof of e unless there is another."""
    current = running(world)
    e = secrets_of(world, trustee).e if e is None else e
    digest = hashlib.sha512(msg1).digest()
    statement = statements.ephemeral(world.context, current.session_id, current.index(trustee), digest, e * G)
    members = {"attempt": current.start.attempt, "msg1": msg1, "proof": proof or sigma.prove(statement, e)}
    return cast(Deal, world.sign(Deal, trustee, **members))


def commit_all(world: World, **msg1: bytes) -> dict[str, Deal]:
    """Everybody commits, to their honest dealing where no other msg1 is given; the honest deals."""
    honest = {trustee: world.deal(trustee) for trustee in running(world).trustees}
    world.put(*(world.commit(trustee, msg1.get(trustee, own.msg1)) for trustee, own in honest.items()))
    return honest


def deal_last(world: World, msg1: bytes, e: Scalars | None = None, proof: sigma.Proof | None = None) -> int:
    """All commit, t1 and t2 deal honestly, t3 this; its entry's number, which is 11 in a first attempt."""
    honest = commit_all(world, t3=msg1)
    world.put(honest["t1"], honest["t2"])
    return world.put(deal_entry(world, "t3", msg1, e, proof))


def opened_envelope(world: World, trustee: str, accused: str) -> SharedSecrets:
    current = running(world)
    j, i = current.index(accused), current.index(trustee)
    return shared_secrets(current.opened[accused].envelope(session(world), j, i), world.static[trustee])


def complaint(
    world: World,
    trustee: str,
    accused: str,
    shared: SharedSecrets | None = None,
    k: Scalars | None = None,
    **changes: Any,
) -> Complaint:
    """What is in one envelope, opened to everybody; the proof is as true as what is opened. k: its nonce."""
    current = running(world)
    shared = shared or opened_envelope(world, trustee, accused)
    i, j = current.index(trustee), current.index(accused)
    keys = current.keys[trustee], current.opened[accused].E, current.keys[accused]
    statement = statements.complaint(world.context, current.session_id, i, j, *keys, shared.Se, shared.Sd)
    d = world.static[trustee]
    proof = sigma.respond(statement, d, Scalars.random(1) if k is None else k)
    members: dict[str, Any] = {"accused": accused, "attempt": current.start.attempt, "proof": proof}
    return cast(
        Complaint, world.sign(Complaint, trustee, **members | {"sd": shared.Sd, "se": shared.Se} | changes)
    )


def bad_share(world: World) -> None:
    """t3 deals an envelope to t1 that does not decrypt, and nothing else is wrong."""
    bad = world.deal("t3", {1: bytes(48)})
    honest = commit_all(world, t3=bad.msg1)
    world.put(honest["t1"], honest["t2"], bad)


def failed(world: World | None = None) -> World:
    """An attempt that has ended with t3 proven to be at fault: the next entry is 13."""
    world = registered(world)
    bad_share(world)
    world.put(complaint(world, "t1", "t3"))
    assert set(world.state.culprits) == {"t3"}
    return world


def complete(world: World) -> None:
    """The attempt that goes on, from its deals to its key."""
    world.deals()
    world.put(*(world.certify(trustee) for trustee in running(world).trustees))
    world.put(world.key())
