"""Commits, dealings, certificates and the key: rows 18, 20, 22, 24, 26, 27, 59; all are V3."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto.dkg.dealing import Dealing
from crypto.dkg.errors import MessageError
from crypto.dkg.schnorr import sign
from crypto.group import ORDER, G, Points, Scalars
from crypto.polynomial import commit
from election.entries import Key
from tests.attacks.ceremonies import (
    bad_share,
    certified,
    commit_all,
    complaint,
    deal_entry,
    deal_last,
    dealing_of,
    dealt,
    registered,
    running,
    secrets_of,
    session,
    with_possession,
)
from tests.attacks.cheats import resigned
from tests.attacks.museum import Museum
from tests.world import World

NO_POSSESSION = "the dealing of participant 3: the proof of possession does not hold"
NO_EPHEMERAL = "the proof of the ephemeral key does not hold"


@pytest.mark.parametrize("length", [0, 1, 3], ids=["none", "k - 1", "k + 1"])
def test_row_20_other_numbers_of_coefficients(museum: Museum, length: int) -> None:
    world = registered()
    a = Scalars.random(length)
    dealing = replace(dealing_of(world, "t3"), C=commit(a))
    if length:
        dealing = with_possession(world, dealing, a[0])
    n = deal_last(world, dealing.to_bytes())
    museum.refused(world, 3, n, "the dealing of participant 3")


def test_row_20_trailing_identity(museum: Museum) -> None:
    """A degree too low in the form of the right one: the key would need one trustee less."""
    world = registered()
    honest = dealing_of(world, "t3")
    low = replace(honest, C=Points.concat([honest.C[0], Points.identity(1)]))
    n = deal_last(world, with_possession(world, low, secrets_of(world, "t3").a[0]).to_bytes())
    museum.refused(world, 3, n, "the dealing of participant 3, commitments")


@pytest.mark.parametrize("change", ["possession", "of another", "made for another E"])
def test_row_18_constant_term_that_its_dealer_does_not_know(museum: Museum, change: str) -> None:
    world = registered()
    honest, other = dealing_of(world, "t3"), dealing_of(world, "t2")
    rogue = replace(honest, C=Points.concat([Scalars.random(1) * G - other.C[0], honest.C[1]]))
    if change == "of another":
        rogue = replace(rogue, possession=other.possession)
    if change == "made for another E":
        e = Scalars.random(1)
        rogue = replace(honest, E=e * G)
        museum.refused(world, 3, deal_last(world, rogue.to_bytes(), e), NO_POSSESSION)
        return
    reason = "trustee t3 repeats an announcement" if change == "of another" else NO_POSSESSION
    museum.refused(world, 3, deal_last(world, rogue.to_bytes()), reason)


def test_row_22_reveal_that_differs_from_its_commit(museum: Museum) -> None:
    """The last mover has seen the others' commitments and chooses another polynomial."""
    world = registered()
    honest = commit_all(world)
    world.put(honest["t1"], honest["t2"])
    steering = dealing_of(world, "t3", a=Scalars.random(2)).to_bytes()
    n = world.put(deal_entry(world, "t3", steering))
    museum.refused(world, 3, n, "another msg1 than was committed to")


def test_row_22_commit_logged_after_a_reveal(museum: Museum) -> None:
    world = registered()
    first = world.deal("t1")
    world.put(world.commit("t1", first.msg1), world.commit("t2", world.deal("t2").msg1))
    museum.refused(world, 3, world.put(first), "not every trustee has committed")


def test_row_22_second_commit(museum: Museum) -> None:
    world = registered()
    commit_all(world)
    n = world.put(world.commit("t3", dealing_of(world, "t3", a=Scalars.random(2)).to_bytes()))
    museum.refused(world, 3, n, "trustee t3 has committed already")


def test_row_22_commit_for_another_number(museum: Museum) -> None:
    """t3 repeats the commit of t2 and hopes to reveal the same."""
    world = registered()
    honest = {trustee: world.deal(trustee) for trustee in running(world).trustees}
    commits = {trustee: world.commit(trustee, own.msg1) for trustee, own in honest.items()}
    world.put(commits["t1"], commits["t2"], resigned(world, commits["t2"], trustee="t3"))
    world.put(honest["t1"], honest["t2"])
    n = world.put(deal_entry(world, "t3", honest["t2"].msg1))
    museum.refused(world, 3, n, "trustee t3 repeats an announcement")


def test_row_24_key_without_everybodys_signature(museum: Museum) -> None:
    world = dealt()
    world.put(world.certify("t1"), world.certify("t2"))
    museum.refused(world, 3, world.put(world.key()), "not certified by t3")


def test_row_24_two_transcripts(museum: Museum) -> None:
    """t3 has seen other dealings than the log has, and signs those."""
    world = dealt()
    honest = world.certify("t3")
    n = world.put(resigned(world, honest, transcript=bytes(64)))
    museum.refused(world, 3, n, "another transcript than the log's")


def test_row_24_signature_over_another_transcript(museum: Museum) -> None:
    world = dealt()
    elsewhere = sign(world.static["t3"], b"another transcript").to_bytes()
    n = world.put(resigned(world, world.certify("t3"), signature=elsewhere))
    museum.refused(world, 3, n, "participant 3 has not signed this transcript")


def test_row_24_signature_of_another_trustee(museum: Museum) -> None:
    world = dealt()
    n = world.put(resigned(world, world.certify("t3"), signature=world.certify("t2").signature))
    museum.refused(world, 3, n, "participant 3 has not signed this transcript")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("key", "another key than the commitments add up to"),
        ("shares", "other verification shares than the commitments give"),
        ("swapped", "other verification shares than the commitments give"),
        ("fewer", "other verification shares than the commitments give"),
        ("more", "other verification shares than the commitments give"),
        ("none", "other verification shares than the commitments give"),
    ],
)
def test_row_22_key_that_is_not_the_commitments(museum: Museum, change: str, reason: str) -> None:
    world = certified()
    true = world.key()
    S = true.shares
    forged: Key = {
        "key": replace(true, key=Scalars.random(1) * G),
        "shares": replace(true, shares=S + Points.concat([G, Points.identity(2)])),
        "swapped": replace(true, shares=Points.concat([S[1], S[0], S[2]])),
        "fewer": replace(true, shares=S[:2]),
        "more": replace(true, shares=Points.concat([S, G])),
        "none": replace(true, shares=S[:0]),
    }[change]
    museum.refused(world, 3, world.put(forged), reason)


def fields(world: World, encoding: bytes) -> list[tuple[str, bytes]]:
    """t3's msg1 with this encoding in the place of each point."""
    msg1 = dealing_of(world, "t3").to_bytes()
    places = {"commitments": (0, 32), "proof of possession": (64,), "ephemeral key": (128,)}
    return [
        (field, msg1[:at] + encoding + msg1[at + 32 :]) for field, offsets in places.items() for at in offsets
    ]


def test_row_26_bad_points_in_a_dealing(museum: Museum, bad_encodings: list[bytes]) -> None:
    """Each of the 29 and the identity, in every point of msg1; one of each field as a whole record."""
    for number, encoding in enumerate([bytes(32), *bad_encodings]):
        world = registered()
        for field, msg1 in fields(world, encoding):
            if number != len(field):
                continue
            n = deal_last(world, msg1)
            museum.refused(world, 3, n, f"the dealing of participant 3, {field}")
            world = registered()
        for field, msg1 in fields(world, encoding):
            with pytest.raises(MessageError, match=f"the dealing of participant 3, {field}"):
                Dealing.from_bytes(msg1, session(world), 3)


@pytest.mark.parametrize("value", [ORDER, 2**256 - 1], ids=["l", "all ones"])
def test_row_27_scalars_of_a_dealing_that_are_not_canonical(museum: Museum, value: int) -> None:
    world = registered()
    msg1 = dealing_of(world, "t3").to_bytes()
    n = deal_last(world, msg1[:96] + value.to_bytes(32, "little") + msg1[128:])
    museum.refused(world, 3, n, "the dealing of participant 3, proof of possession: scalar 0")


@pytest.mark.parametrize("size", [0, 47, 49, 2**63])
def test_row_59_envelopes_of_another_length(museum: Museum, size: int) -> None:
    """No room for payloads: exactly 48 bytes."""
    world = registered()
    msg1 = dealing_of(world, "t3").to_bytes()
    n = deal_last(world, msg1[:160] + size.to_bytes(8, "big") + msg1[168:])
    museum.refused(world, 3, n, f"envelope 1: its length is given as {size}, must be 48")


@pytest.mark.parametrize(
    "change", [b"\x00", b"", bytes(56)], ids=["a byte more", "a byte less", "an envelope more"]
)
def test_row_20_dealing_of_another_length(museum: Museum, change: bytes) -> None:
    world = registered()
    msg1 = dealing_of(world, "t3").to_bytes()
    n = deal_last(world, msg1 + change if change else msg1[:-1])
    museum.refused(world, 3, n, "the dealing of participant 3")


def test_row_59_ephemeral_key_without_proof(museum: Museum) -> None:
    """E_3 is the ephemeral key of t2 seen in flight: nobody may be made to open envelopes under it."""
    world = registered()
    stolen = replace(dealing_of(world, "t3"), E=secrets_of(world, "t2").e * G)
    msg1 = with_possession(world, stolen, secrets_of(world, "t3").a[0]).to_bytes()
    honest = commit_all(world, t3=msg1)
    world.put(honest["t1"])
    n = world.put(deal_entry(world, "t3", msg1))
    found = museum.refused(world, 3, n, NO_EPHEMERAL)
    assert "t3" not in found.state.attempt.opened if found.state.attempt else False


@pytest.mark.parametrize("whose", ["t2's ephemeral key", "t2's static key", "its own static key"])
def test_row_59_ephemeral_key_seen_before(museum: Museum, whose: str) -> None:
    world = registered()
    e = {
        "t2's ephemeral key": secrets_of(world, "t2").e,
        "t2's static key": world.static["t2"],
        "its own static key": world.static["t3"],
    }[whose]
    n = deal_last(world, dealing_of(world, "t3", e=e).to_bytes(), e)
    museum.refused(world, 3, n, "this key was used before")


def test_row_59_ephemeral_key_of_an_earlier_attempt(museum: Museum) -> None:
    """The oracle itself: t2 deals again under the old E, and a complaint would open the old envelopes."""
    world = registered()
    old = secrets_of(world, "t2").e
    bad_share(world)
    world.put(complaint(world, "t1", "t3"))
    world.registers(2)
    msg1 = dealing_of(world, "t2", e=old).to_bytes()
    honest = commit_all(world, t2=msg1)
    world.put(honest["t1"])
    n = world.put(deal_entry(world, "t2", msg1, old))
    museum.refused(world, 3, n, "this key was used before")


def test_row_59_ephemeral_proof_of_another_message(museum: Museum) -> None:
    world = registered()
    honest = dealing_of(world, "t3").to_bytes()
    proof = deal_entry(world, "t3", honest[:-1] + b"x").proof
    museum.refused(world, 3, deal_last(world, honest, proof=proof), NO_EPHEMERAL)
