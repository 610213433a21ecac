"""Who may vote: rows 11, 38, 54, 74; all are V4, but for what is no credential at all (V0)."""

from __future__ import annotations

from typing import Any

import pytest

from crypto import sigma
from crypto.group import G, Points, Scalars
from election.canonical import b64encode
from election.entries import Clock, Opening, Roll
from tests.attacks.cheats import Draft, cast_body, resigned
from tests.attacks.museum import Museum, voted
from tests.world import BEGIN, World

NOBODY = Points.identity(0)


def before_opening(world: World | None = None) -> World:
    """The roll is there: the next entry of the standard world is 18."""
    world = world or World()
    world.start()
    world.ceremony()
    world.roll()
    return world


def add(world: World, credentials: Points, unit: str = "north") -> Roll:
    entry: Roll = world.sign(Roll, add=credentials, remove=NOBODY, unit=unit)
    return entry


def remove(world: World, credentials: Points, unit: str = "north") -> Roll:
    entry: Roll = world.sign(Roll, add=NOBODY, remove=credentials, unit=unit)
    return entry


def test_row_38_unlisted_credential(museum: Museum) -> None:
    world = voted()
    draft = Draft.honest(world, (1, 0, 0))
    n = world.put(cast_body(world, Scalars.random(1), draft.body(), draft.o))
    museum.refused(world, 4, n, "the credential is not on the roll")


def test_row_38_revoked_credential(museum: Museum) -> None:
    world = before_opening()
    c = world.voters["north"][0]
    world.put(remove(world, c * G))
    world.put(world.opening(), Clock(BEGIN))
    draft = Draft.honest(world, (1, 0, 0))
    n = world.put(cast_body(world, c, draft.body(), draft.o))
    museum.refused(world, 4, n, "the credential is not on the roll")


@pytest.mark.parametrize("unit", ["north", "south"])
def test_row_38_credential_listed_twice(museum: Museum, unit: str) -> None:
    world = before_opening()
    n = world.put(add(world, world.voters["north"][1] * G, unit))
    museum.refused(world, 4, n, "credential 0 is on the roll already")


def test_row_38_credential_twice_in_one_entry(museum: Museum) -> None:
    world = before_opening()
    c = Scalars.random(1)
    museum.refused(
        world, 4, world.put(add(world, Points.concat([c * G, c * G]))), "a credential occurs twice"
    )


def test_row_38_credential_added_and_removed_at_once(museum: Museum) -> None:
    world = before_opening()
    c = Scalars.random(1) * G
    n = world.put(world.sign(Roll, add=c, remove=c, unit="north"))
    museum.refused(world, 4, n, "a credential occurs twice")


def test_row_38_credential_removed_from_another_unit(museum: Museum) -> None:
    world = before_opening()
    n = world.put(remove(world, world.voters["north"][0] * G, "south"))
    museum.refused(world, 4, n, "removed credential 0 is not on the roll of this unit")


def test_row_38_credential_of_no_unit(museum: Museum) -> None:
    world = before_opening()
    n = world.put(add(world, Scalars.random(1) * G, "abroad"))
    museum.refused(world, 4, n, "there is no unit of voters abroad")


@pytest.mark.parametrize("change", [-1, 1])
def test_row_38_opened_with_another_number_of_voters(museum: Museum, change: int) -> None:
    world = before_opening()
    n = world.put(resigned(world, world.opening(), voters=6 + change))
    museum.refused(world, 4, n, f"the roll has 6 voters, not {6 + change}")


def test_row_38_list_shortened_after_the_office_signed(museum: Museum) -> None:
    """The log leaves a roll entry out; the office opened with both."""
    world = before_opening()
    opening = world.opening()
    short = World(like=world)
    short.put(*world.log.contents[:17])
    n = short.put(Opening.sign(world.context, world.office, roll=opening.roll, voters=3))
    museum.refused(short, 4, n, "the roll is another one than the office opened")
    del short.log.contents[-1]
    museum.refused(short, 4, short.put(opening), "the roll has 3 voters, not 6")


def test_row_38_list_reordered_after_the_office_signed(museum: Museum) -> None:
    world = before_opening()
    other = World(like=world)
    other.put(*world.log.contents[:16], world.log.contents[17], world.log.contents[16])
    museum.refused(other, 4, other.put(world.opening()), "the roll is another one than the office opened")


def test_row_38_voters_exchanged_after_the_office_signed(museum: Museum) -> None:
    """A stuffer's credential in the place of a voter's, by an office that has signed two rolls."""
    world = before_opening()
    opening = world.opening()
    world.put(remove(world, world.voters["north"][0] * G), add(world, Scalars.random(1) * G))
    museum.refused(world, 4, world.put(opening), "the roll is another one than the office opened")


def test_row_38_roll_of_nobody(museum: Museum) -> None:
    world = World()
    world.start()
    world.ceremony()
    museum.refused(world, 4, world.put(world.opening()), "voting cannot open without voters")
    del world.log.contents[-1]
    museum.refused(world, 4, world.put(add(world, NOBODY)), "a roll entry without credentials")


def test_row_38_roll_by_somebody_else(museum: Museum) -> None:
    """The log, or a trustee, adds voters."""
    world = before_opening()
    members = {"add": Scalars.random(1) * G, "remove": NOBODY, "unit": "north"}
    n = world.put(Roll.sign(world.context, world.trustee_keys["t1"], **members))
    museum.refused(world, 4, n, "not signed by the office")


def test_row_11_roll_signed_under_a_related_key(museum: Museum) -> None:
    """office + δ signs, and z is corrected by c·δ as if c did not depend on the key."""
    world = before_opening()
    delta = Scalars.random(1)
    members: dict[str, Any] = {"add": Scalars.random(1) * G, "remove": NOBODY, "unit": "north"}
    entry = Roll.sign(world.context, world.office + delta, **members)
    c = sigma.claim(Roll._statement(world.context, (world.office + delta) * G, members), entry.sig).c
    forged = Roll(**members, sig=sigma.Proof(entry.sig.R, entry.sig.z - c * delta))
    museum.refused(world, 4, world.put(forged), "not signed by the office")


def test_row_10_roll_of_another_election(museum: Museum) -> None:
    """The same office, another election."""
    world = before_opening()
    other = before_opening(World(like=world))
    n = world.put(add(other, Scalars.random(1) * G))
    museum.refused(world, 4, n, "not signed by the office")


def test_row_74_identity_on_the_roll(museum: Museum) -> None:
    """Its secret is 0, which everybody knows."""
    world = before_opening()
    c = Scalars.random(1) * G
    content = add(world, c).to_bytes()
    n = world.put(content.replace(b64encode(c.to_bytes()).encode(), b64encode(bytes(32)).encode()))
    museum.refused(world, 0, n, "roll.add: point 0")
    assert Points.identity(1).to_bytes() == bytes(32)


def test_row_54_edge_keys_on_the_roll(museum: Museum, bad_encodings: list[bytes]) -> None:
    """ristretto255 has no points of low order, and one encoding a point: whatever else is given is refused."""
    world = before_opening()
    c = Scalars.random(1) * G
    content = add(world, c).to_bytes()
    for bad in bad_encodings[::7]:
        n = world.put(content.replace(b64encode(c.to_bytes()).encode(), b64encode(bad).encode()))
        museum.refused(world, 0, n, "roll.add: point 0 is not a canonical ristretto255 encoding")
        del world.log.contents[-1]
