"""The ledger's side of the key ceremony: sessions, commitments, fresh keys, nonces, attempts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from crypto import sigma, statements
from crypto.dkg import schnorr
from crypto.dkg.dealing import possession_message
from crypto.dkg.rounds import DealerSecrets, deal
from crypto.group import G, Scalars
from election import entries as e
from election import manifest as m
from election.entry import Signed
from election.ledger.ceremony import commitment, extension, session_id
from election.ledger.state import Attempt
from election.manifest_check import pinned_keys
from tests.election.freezing import frozen_state
from tests.world import BEGIN, World


def frame(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "little") + part for part in parts)


def started(**members: Any) -> World:
    world = World(**members)
    world.start()
    return world


def attempt_of(world: World) -> Attempt:
    assert world.state.attempt is not None
    return world.state.attempt


def start(world: World, attempt: int, deadline: int = BEGIN, trustees: str = "t1 t2 t3") -> e.CeremonyStart:
    names = tuple(trustees.split())
    made: e.CeremonyStart = world.sign(e.CeremonyStart, attempt=attempt, deadline=deadline, trustees=names)
    return made


def refused(world: World, entry: Signed | e.Key, reason: str) -> None:
    before = frozen_state(world.state)
    refusal = world.refusal(entry)
    assert (refusal.fault.check, refusal.fault.void) == (3, False)
    assert reason in refusal.fault.reason, refusal
    assert frozen_state(world.state) == before


def test_session_ids() -> None:
    """SHA-512 of frames of: label, context, attempt, entry hash of the ceremony-start."""
    world = started()
    entry = start(world, 1)
    world.put(entry)
    hash = hashlib.sha256(entry.to_bytes()).digest()
    parts = [b"glassballot/v1/ceremony", world.context, b"\x01\x00\x00\x00", hash]
    assert attempt_of(world).session_id == hashlib.sha512(frame(*parts)).digest()
    known = session_id(world.context, 1, hash)
    assert known == attempt_of(world).session_id
    assert len({known, session_id(bytes(32), 1, hash), session_id(world.context, 2, hash)}) == 3
    assert session_id(world.context, 1, bytes(32)) != known


def test_commitments() -> None:
    parts = [b"glassballot/v1/dkg-commit", bytes(64), b"\x02\x00\x00\x00", b"msg1"]
    assert commitment(bytes(64), 2, b"msg1") == hashlib.sha512(frame(*parts)).digest()
    assert commitment(bytes(64), 1, b"msg1") != commitment(bytes(64), 2, b"msg1")


def test_extension_binds_the_deal_entries_in_the_order_of_numbers() -> None:
    """And so the envelopes, which COCKTAIL's own transcript leaves out."""
    world = started()
    world.registers()
    made = {trustee: world.deal(trustee) for trustee in world.trustee_keys}
    for trustee, entry in made.items():
        world.put(world.commit(trustee, entry.msg1))
    for trustee in ("t3", "t1", "t2"):
        world.put(made[trustee])
    deals = [made[trustee].to_bytes() for trustee in ("t1", "t2", "t3")]
    due = hashlib.sha512(frame(b"glassballot/v1/dkg-deals", *deals)).digest()
    current = attempt_of(world)
    assert extension(current) == due
    assert current.dealings is not None
    transcript = current.dealings.transcript(due).to_bytes()
    assert current.transcript == hashlib.sha512(transcript).digest()
    assert made["t1"].to_bytes() not in transcript and due in transcript


def register(world: World, trustee: str, d: Scalars) -> e.Register:
    current = attempt_of(world)
    statement = statements.register(world.context, current.session_id, current.index(trustee), d * G)
    proof = sigma.prove(statement, d)
    made: e.Register = world.sign(e.Register, trustee, attempt=current.start.attempt, key=d * G, proof=proof)
    return made


def test_static_keys_are_made_for_one_attempt() -> None:
    """Not even in a retry (PROTOCOL 3): seen before on this log, in whatever attempt."""
    world = started()
    world.put(start(world, 1, deadline=1_500))
    d = Scalars.random(1)
    world.put(register(world, "t1", d))
    refused(world, register(world, "t2", d), "this key was used before")
    world.put(e.Clock(1_500), start(world, 2))
    for trustee in ("t1", "t2"):
        refused(world, register(world, trustee, d), "this key was used before")
    world.put(register(world, "t1", d + 1))
    assert list(attempt_of(world).keys) == ["t1"]


def test_static_keys_have_no_other_purpose() -> None:
    """Office, trustees and stations; the log's key is an Ed25519 key, whose bytes are compared all the same."""
    hall = Scalars.random(1)
    world = started(stations=(m.Station("hall", hall * G, "north"),))
    world.put(start(world, 1))
    for d in (world.office, world.trustee_keys["t1"], world.trustee_keys["t2"], hall):
        refused(world, register(world, "t1", d), "another purpose in the manifest")
    assert world.log_key.public.to_bytes() in pinned_keys(world.state.election)


def announced(world: World, kind: type[Signed], trustee: str, k: Scalars, **members: Any) -> Any:
    """An entry whose signature uses this nonce."""
    x = world.trustee_keys[trustee]
    values = {**members, "trustee": trustee}
    statement = kind._statement(world.context, x * G, values)
    return kind(**values, sig=sigma.respond(statement, x, k))  # type: ignore[call-arg]


def test_one_nonce_twice_within_an_entry() -> None:
    """ATTACKS 29: signature and proof of possession announce the same point."""
    world = started()
    world.put(start(world, 1))
    d, k = Scalars.random(1), Scalars.random(1)
    statement = statements.register(world.context, attempt_of(world).session_id, 1, d * G)
    members = {"attempt": 1, "key": d * G, "proof": sigma.respond(statement, d, k)}
    refused(world, announced(world, e.Register, "t1", k, **members), "trustee t1 repeats an announcement")
    world.put(announced(world, e.Register, "t1", Scalars.random(1), **members))
    assert "t1" in attempt_of(world).keys


def test_one_nonce_in_two_entries() -> None:
    """Of one trustee, or of two: whoever was second is refused."""
    world = started()
    world.put(start(world, 1))
    k = Scalars.random(1)
    for trustee in ("t1", "t2", "t3"):
        d = world.static[trustee] = Scalars.random(1)
        index = attempt_of(world).index(trustee)
        statement = statements.register(world.context, attempt_of(world).session_id, index, d * G)
        nonce = k if trustee == "t1" else Scalars.random(1)
        members = {"attempt": 1, "key": d * G, "proof": sigma.respond(statement, d, nonce)}
        world.put(announced(world, e.Register, trustee, Scalars.random(1), **members))
    made = {trustee: world.deal(trustee) for trustee in world.trustee_keys}
    for trustee in ("t1", "t2"):
        commit = world.commit(trustee, made[trustee].msg1)
        repeated = announced(world, e.Commit, trustee, k, attempt=1, commit=commit.commit)
        refused(world, repeated, f"trustee {trustee} repeats an announcement")
        world.put(commit)
    assert list(attempt_of(world).commits) == ["t1", "t2"]


def test_one_nonce_in_the_possession_of_msg1_and_elsewhere() -> None:
    """COCKTAIL's proof of possession counts: its announcement stands behind the k commitments of msg1."""
    world = started()
    world.registers()
    session = attempt_of(world).session
    assert session is not None
    k, secrets = Scalars.random(1), DealerSecrets.derive(session, 1, bytes([1]) * 32)
    honest = deal(session, 1, world.static["t1"], secrets)
    message = possession_message(session, honest.C, honest.E)
    c = schnorr._challenge(k * G, honest.C[0], message)
    dealing = replace(honest, possession=schnorr.Signature(k * G, k + c * secrets.a[0]))
    msg1 = dealing.to_bytes()
    others = {trustee: world.deal(trustee) for trustee in ("t2", "t3")}
    world.put(world.commit("t1", msg1))
    world.put(*(world.commit(trustee, entry.msg1) for trustee, entry in others.items()))
    digest = hashlib.sha512(msg1).digest()
    statement = statements.ephemeral(world.context, attempt_of(world).session_id, 1, digest, dealing.E)
    members = {"attempt": 1, "msg1": msg1, "proof": sigma.prove(statement, secrets.e)}
    refused(world, announced(world, e.Deal, "t1", k, **members), "trustee t1 repeats an announcement")
    world.put(world.sign(e.Deal, "t1", **members))
    assert list(attempt_of(world).deals) == ["t1"]
    second = {name: getattr(others["t2"], name) for name in ("attempt", "msg1", "proof")}
    refused(world, announced(world, e.Deal, "t2", k, **second), "trustee t2 repeats an announcement")
    world.put(others["t2"])
    assert list(attempt_of(world).deals) == ["t1", "t2"]


@pytest.mark.parametrize(
    ("attempt", "deadline", "trustees", "reason"),
    [
        (2, BEGIN, "t1 t2 t3", "attempt 2 where 1 is due"),
        (1, BEGIN, "t1 t2", "attempt 1 belongs to t1, t2, t3"),
        (1, BEGIN, "t2 t1 t3", "attempt 1 belongs to t1, t2, t3"),
        (1, BEGIN, "t1 t2 t3 t4", "attempt 1 belongs to t1, t2, t3"),
        (1, BEGIN + 1, "t1 t2 t3", "a deadline after voting begins"),
        (1, 1_000, "t1 t2 t3", "a deadline in the past"),
    ],
)
def test_starts(attempt: int, deadline: int, trustees: str, reason: str) -> None:
    world = started()
    refused(world, start(world, attempt, deadline, trustees), reason)


def test_a_missed_deadline_ends_an_attempt_and_blames_nobody() -> None:
    world = started()
    world.put(start(world, 1, deadline=1_500))
    refused(world, start(world, 2), "the attempt before this one goes on")
    world.put(e.Clock(1_500))
    refused(world, world.register("t1"), "attempt 1 is over: its deadline has passed")
    refused(world, start(world, 1), "attempt 1 where 2 is due")
    world.put(start(world, 2))
    assert attempt_of(world).start.attempt == 2 and world.state.culprits == {}


def test_a_key_that_is_there_stays() -> None:
    """Neither the deadline nor a new attempt unmakes it."""
    world = started()
    world.ceremony()
    keys = world.state.keys
    world.put(e.Clock(BEGIN))
    refused(world, start(world, 2), "the key ceremony is complete")
    refused(world, world.key(), "the key ceremony is complete")
    assert world.state.keys is keys
    assert world.state.trustees == ("t1", "t2", "t3")


def test_the_key_is_what_the_commitments_add_up_to() -> None:
    world = started()
    world.registers()
    world.deals()
    first, *others = world.state.election.trustees
    world.put(world.certify(first.id))
    refused(world, world.key(), "not certified by t2, t3")
    world.put(*(world.certify(other.id) for other in others))
    honest = world.key()
    refused(world, replace(honest, key=honest.key + G), "another key than")
    refused(world, replace(honest, shares=honest.shares[:2]), "other verification shares")
    refused(world, replace(honest, shares=honest.shares + G), "other verification shares")
    refused(world, replace(honest, attempt=2), "there is no attempt 2 going on")
    world.put(honest)
    assert world.state.parameters is not None and honest.key == world.state.parameters.K
    for number, trustee in enumerate(world.state.trustees):
        assert honest.shares[number] == world.shares[trustee] * G
