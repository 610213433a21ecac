"""Static keys and who may act in a ceremony: rows 10, 11, 18, 19, 21, 25, 29, 59, 68; all are V3.

What a trustee's own tool refuses (T in rows 25, 29, 30) is shown in tests/trustees/.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crypto import sigma, statements
from crypto.errors import GlassballotError
from crypto.group import G, Points, Scalars
from election.canonical import b64encode
from election.entries import Clock, Register, parse
from tests.attacks.ceremonies import (
    bad_share,
    complaint,
    failed,
    register,
    registered,
    running,
    secrets_of,
    start,
    started,
)
from tests.attacks.museum import Museum
from tests.world import World

NO_POSSESSION = "the proof of possession does not hold"


def two_registered() -> World:
    """t3 comes last and knows the keys of the others; its entry will be 5."""
    world = started()
    world.put(world.register("t1"), world.register("t2"))
    return world


def possession(world: World, d: Scalars, **other: Any) -> sigma.Proof:
    """A true proof of possession of t3's key, over what else it may be over."""
    session, index, context = running(world).session_id, running(world).index("t3"), world.context
    statement = statements.register(
        other.get("context", context),
        other.get("session", session),
        other.get("index", index),
        d * G,
    )
    return sigma.prove(statement, d)


def test_row_18_rogue_key_with_a_copied_proof(museum: Museum) -> None:
    """t3's key cancels those of the others, and its proof is that of t2."""
    world = two_registered()
    keys = running(world).keys
    rogue = Scalars.random(1) * G - keys["t1"] - keys["t2"]
    copied = register(world, "t2", d=world.static["t2"]).proof
    n = world.put(register(world, "t3", key=rogue, proof=copied))
    museum.refused(world, 3, n, NO_POSSESSION)


def test_row_18_rogue_key_without_proof(museum: Museum) -> None:
    world = two_registered()
    entry = register(world, "t3")
    encoded = b64encode(entry.proof.to_bytes()).encode()
    n = world.put(entry.to_bytes().replace(encoded, b""))
    museum.refused(world, 0, n, "register.proof: a proof of 64 bytes was due here, not of 0")


def test_row_18_proof_replayed_from_an_earlier_attempt(museum: Museum) -> None:
    world = failed()
    first = parse_register(world.log.contents[3])
    d = world.static["t1"]
    world.put(start(world))
    n = world.put(register(world, "t1", d=d, proof=first.proof))
    museum.refused(world, 3, n, "trustee t1 repeats an announcement")


def parse_register(content: bytes) -> Register:
    entry = parse(content)
    assert isinstance(entry, Register)
    return entry


@pytest.mark.parametrize("other", ["index", "session", "context", "label"])
def test_row_19_possession_proven_for_something_else(museum: Museum, other: str) -> None:
    world = two_registered()
    d = Scalars.random(1)
    if other == "label":
        statement = statements.ephemeral(world.context, running(world).session_id, 3, bytes(64), d * G)
        proof = sigma.prove(statement, d)
    else:
        proof = possession(
            world, d, **{other: {"index": 2, "session": bytes(64), "context": bytes(32)}[other]}
        )
    n = world.put(register(world, "t3", d=d, proof=proof))
    museum.refused(world, 3, n, NO_POSSESSION)


@pytest.mark.parametrize("index", [0, 4, 2**32 - 1], ids=["zero", "n + 1", "minus one"])
def test_row_21_possession_proven_for_an_index_outside(museum: Museum, index: int) -> None:
    world = two_registered()
    d = Scalars.random(1)
    n = world.put(register(world, "t3", d=d, proof=possession(world, d, index=index)))
    museum.refused(world, 3, n, NO_POSSESSION)


@pytest.mark.parametrize("value", ["0", "-1", '"01"', "true", "1.0", "4294967296", "7" * 5000])
def test_row_21_attempts_that_are_no_numbers(museum: Museum, value: str) -> None:
    world = two_registered()
    content = register(world, "t3").to_bytes().replace(b'"attempt":1', b'"attempt":' + value.encode())
    found = museum.refused(world, 0, world.put(content), "")
    assert "Traceback" not in found.faults[0].reason


def test_row_21_one_trustee_twice(museum: Museum) -> None:
    world = started()
    world.put(world.register("t1"))
    museum.refused(world, 3, world.put(world.register("t1")), "trustee t1 has registered already")


@pytest.mark.parametrize(
    "trustees", [("t1", "t2"), ("t2", "t1", "t3"), ("t1", "t2", "t2"), ("t1", "t2", "t4"), ()]
)
def test_row_21_a_ceremony_of_others_than_the_manifests(museum: Museum, trustees: tuple[str, ...]) -> None:
    world = World()
    world.start()
    museum.refused(world, 3, world.put(start(world, trustees=trustees)), "attempt 1 belongs to t1, t2, t3")


def test_row_10_possession_moved_here_from_another_election(museum: Museum) -> None:
    """The same trustees, the same key, the same attempt and index."""
    world = two_registered()
    other = started(World(like=world))
    entry = other.register("t3")
    n = world.put(register(world, "t3", d=other.static["t3"], proof=entry.proof))
    museum.refused(world, 3, n, NO_POSSESSION)


def test_row_10_whole_entry_moved_here_from_another_election(museum: Museum) -> None:
    world = two_registered()
    other = started(World(like=world))
    museum.refused(world, 3, world.put(other.register("t3")), "not signed by trustee t3")


def test_row_11_signature_made_under_a_related_key(museum: Museum) -> None:
    """x + δ signs, and z is corrected by c·δ as if c did not depend on the key."""
    world = two_registered()
    x, delta = world.trustee_keys["t3"], Scalars.random(1)
    world.trustee_keys["t3"] = x + delta
    entry = register(world, "t3")
    members = {name: getattr(entry, name) for name in entry.schema if name != "sig"}
    c = sigma.claim(Register._statement(world.context, (x + delta) * G, members), entry.sig).c
    forged = replace(entry, sig=replace(entry.sig, z=entry.sig.z - c * delta))
    museum.refused(world, 3, world.put(forged), "not signed by trustee t3")


def test_row_25_key_other_than_the_pinned_one(museum: Museum) -> None:
    world = two_registered()
    world.trustee_keys["t3"] = Scalars.random(1)
    museum.refused(world, 3, world.put(register(world, "t3")), "not signed by trustee t3")


def test_row_25_first_come_does_not_take_the_slot(museum: Museum) -> None:
    """Somebody whom the manifest does not name registers before t3 does."""
    world = two_registered()
    world.trustee_keys["t4"] = Scalars.random(1)
    entry = replace(register(world, "t3"), trustee="t4")
    forged = Register.sign(
        world.context,
        world.trustee_keys["t4"],
        **{name: getattr(entry, name) for name in entry.schema if name != "sig"},
    )
    museum.refused(world, 3, world.put(forged), "there is no trustee t4")


def test_row_29_one_nonce_for_two_proofs_under_one_static_key(museum: Museum) -> None:
    """Possession and complaint with one k would show the static key, and with it the share."""
    world = registered()
    entry = parse_register(world.log.contents[3])
    statement = statements.register(world.context, running(world).session_id, 1, entry.key)
    d = world.static["t1"]
    k = entry.proof.z - sigma.claim(statement, entry.proof).c * d
    bad_share(world)
    n = world.put(complaint(world, "t1", "t3", k=k))
    museum.refused(world, 3, n, "trustee t1 repeats an announcement")


def test_row_59_static_key_of_another_trustee(museum: Museum) -> None:
    world = two_registered()
    n = world.put(register(world, "t3", d=world.static["t2"]))
    museum.refused(world, 3, n, "this key was used before")


def test_row_59_static_key_of_an_earlier_attempt(museum: Museum) -> None:
    world = failed()
    old = world.static["t2"]
    world.put(start(world))
    n = world.put(register(world, "t2", d=old))
    museum.refused(world, 3, n, "this key was used before")


@pytest.mark.parametrize("whose", ["its own", "the office's", "another trustee's"])
def test_row_59_identity_key_as_a_static_key(museum: Museum, whose: str) -> None:
    world = two_registered()
    d = {"its own": world.trustee_keys["t3"], "the office's": world.office}.get(
        whose, world.trustee_keys["t1"]
    )
    n = world.put(register(world, "t3", d=d))
    museum.refused(world, 3, n, "this key has another purpose in the manifest")


def test_row_59_old_ephemeral_key_as_a_static_key(museum: Museum) -> None:
    world = registered()
    e = secrets_of(world, "t2").e
    world = failed_after(world)
    world.put(start(world))
    n = world.put(register(world, "t2", d=e))
    museum.refused(world, 3, n, "this key was used before")


def failed_after(world: World) -> World:
    bad_share(world)
    world.put(complaint(world, "t1", "t3"))
    return world


def test_row_68_entry_of_the_first_attempt_in_the_second(museum: Museum) -> None:
    """As it was: signed, and never logged."""
    world = World()
    world.start()
    world.put(start(world, deadline=1_500))
    unsent = world.register("t1")
    world.put(Clock(1_600), start(world, deadline=1_900))
    museum.refused(world, 3, world.put(unsent), "there is no attempt 1 going on")


def test_row_68_first_attempt_goes_on_after_its_deadline(museum: Museum) -> None:
    world = World()
    world.start()
    world.put(start(world, deadline=1_500))
    world.put(world.register("t1"), Clock(1_600))
    museum.refused(world, 3, world.put(world.register("t2")), "attempt 1 is over: its deadline has passed")


def test_row_68_possession_of_the_first_attempt_in_the_second(museum: Museum) -> None:
    """The session is another one, so that the proof is not one, even of a key that was never logged."""
    world = World()
    world.start()
    world.put(start(world, deadline=1_500))
    d = Scalars.random(1)
    unsent = register(world, "t1", d=d)
    world.put(Clock(1_600), start(world, deadline=1_900))
    assert running(world).start.attempt == 2
    n = world.put(register(world, "t1", d=d, proof=unsent.proof))
    museum.refused(world, 3, n, NO_POSSESSION)


def test_row_68_a_second_attempt_while_the_first_goes_on(museum: Museum) -> None:
    world = registered()
    museum.refused(world, 3, world.put(start(world)), "the attempt before this one goes on")


def test_row_74_identity_is_nobodys_static_key(museum: Museum) -> None:
    world = two_registered()
    content = register(world, "t3").to_bytes()
    key = b64encode((world.static["t3"] * G).to_bytes()).encode()
    n = world.put(content.replace(key, b64encode(Points.identity(1).to_bytes()).encode()))
    museum.refused(world, 0, n, "register.key: point 0")
    with pytest.raises(GlassballotError):
        Points.from_bytes(bytes(32))
