"""Casts and challenges before the ledger: who, what, when, how often."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crypto.ballot_argument import Proof
from crypto.elgamal import Ciphertexts
from crypto.errors import EncodingError
from crypto.group import G, Points
from election import entries as e
from election.entry import Entry
from election.faults import Fault, Refusal
from election.ledger import apply
from election.record import LogEntry
from election.replay import logged
from tests.attacks.cheats import Draft
from tests.attacks.museum import opened
from tests.election.freezing import frozen_state
from tests.world import BEGIN, END, World


def first_of(world: World) -> e.Cast:
    return world.cast(world.voters["north"][0], (1, 0, 0))


def bodiless(world: World, **changes: Any) -> e.Cast:
    """The first cast with another body, which its proof is not over."""
    cast = first_of(world)
    return replace(cast, body=replace(cast.body, **changes))


def refusal(world: World, entry: Entry) -> Fault:
    """Why the ledger does not take it, were its proofs as true as can be."""
    content = entry.to_bytes()
    try:
        apply(world.state, logged(LogEntry(world.state.size, content, content)))
    except Refusal as refused:
        return refused.fault
    raise AssertionError("the ledger has accepted it")


REFUSED: dict[str, tuple[int, Callable[[World], Entry]]] = {
    "unlisted": (4, lambda w: replace(first_of(w), credential=7 * G)),
    "sequence 0": (6, lambda w: replace(first_of(w), sequence=0)),
    "sequence 2": (6, lambda w: replace(first_of(w), sequence=2)),
    "predecessor": (6, lambda w: replace(first_of(w), predecessor=b"p" * 32)),
    "no such style": (5, lambda w: bodiless(w, style="t")),
    "too few slots": (5, lambda w: bodiless(w, slots=first_of(w).body.slots[:2])),
    "too few responses": (
        5,
        lambda w: bodiless(w, proof=Proof.from_bytes(first_of(w).body.proof.to_bytes()[:-32])),
    ),
    "one randomness twice": (
        6,
        lambda w: bodiless(w, slots=Ciphertexts.concat([first_of(w).body.slots[:1]] * 3)),
    ),
    "randomness 1": (
        6,
        lambda w: bodiless(w, slots=Ciphertexts(Points.concat([G, 2 * G, 3 * G]), Points.identity(3))),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_casts_leave_the_way_free(name: str) -> None:
    check, make = REFUSED[name]
    world = opened()
    before = frozen_state(world.state)
    fault = refusal(world, make(world))
    assert (fault.check, fault.void) == (check, False)
    assert frozen_state(world.state) == before
    world.put(first_of(world))
    assert world.state.casts == 1


@pytest.mark.parametrize(("policy", "counted"), [("last", 3), ("first", 0), ("none", 0)])
def test_revoting(policy: str, counted: int) -> None:
    world = opened(World(revoting=policy))
    c, size = world.voters["north"][0], world.state.size
    for number, choices in enumerate([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)]):
        cast = world.cast(c, choices)
        if policy == "none" and number:
            refusal = world.refusal(cast)
            assert (refusal.fault.check, refusal.fault.void) == (6, False)
            assert "no second ballot" in refusal.fault.reason
        else:
            world.put(cast)
    assert world.state.counted() == {size + counted: "north"}
    assert world.state.casts == (1 if policy == "none" else 4)


def test_predecessors_follow_the_last_accepted_ballot_whatever_counts() -> None:
    world = opened(World(revoting="first"))
    c = world.voters["north"][0]
    first = world.cast(c, (1, 0, 0))
    world.put(first)
    voter = world.state.roll[(c * G).to_bytes()]
    assert voter.last == hashlib.sha256(first.to_bytes()).digest()
    second = world.cast(c, (0, 1, 0))
    assert (second.sequence, second.predecessor) == (2, voter.last)
    world.put(second)
    assert voter.sequence == 2 and voter.last == hashlib.sha256(second.to_bytes()).digest()


@pytest.mark.parametrize("second", ["cast", "challenge"])
@pytest.mark.parametrize("first", ["cast", "challenge"])
def test_the_later_of_two_equal_bodies_is_refused(first: str, second: str) -> None:
    """Whatever their kinds."""
    world = opened()
    ballot = world.prepare((1, 0, 0))
    voters = world.voters["north"]
    made: dict[str, Callable[[int], Entry]] = {
        "cast": lambda i: world.cast(voters[i], ballot),
        "challenge": lambda _: ballot.challenge(),
    }
    world.put(made[first](0))
    refusal = world.refusal(made[second](1))
    assert (refusal.fault.check, refusal.fault.void) == (6, False)
    assert "same body" in refusal.fault.reason


def test_one_time_keys_are_taken_by_casts_alone() -> None:
    """A challenge neither occupies nor tests one; two casts under one are refused."""
    world = opened()
    first, second = (Draft.honest(world, choices) for choices in ((1, 0, 0), (0, 1, 0)))
    same = replace(second, o=first.o, statement=replace(second.statement, one_time_key=first.o * G))
    voters = world.voters["north"]
    world.put(first.cast(world, voters[0]))
    refusal = world.refusal(same.cast(world, voters[1]))
    assert (refusal.fault.check, refusal.fault.void) == (6, False)
    assert "one-time key was used before" in refusal.fault.reason
    opening = e.Challenge(same.body(), (0, 1, 0), bytes(64))
    assert world.refusal(opening).fault.void  # only its opening is false


def test_numbers_count_refused_entries_too() -> None:
    """A ballot is found again by its number in the log, with junk of all sorts before it."""
    world = opened()
    world.put(b"no entry", e.Clock(BEGIN), b"{}")
    n = world.put(first_of(world))
    assert world.state.counted() == {n: "north"}
    world.close()
    assert world.replay.tally is not None
    assert [cell.ballots for cell in world.replay.tally.contests["council"].cells] == [1]
    with pytest.raises(EncodingError):
        e.parse(world.log.contents[n - 1])


@pytest.mark.parametrize(("time", "reason"), [(None, "begins"), (END, "ended"), (END + 1, "ended")])
def test_voting_hours(time: int | None, reason: str) -> None:
    """From begin until before end, by the log's clock; a challenge is held to them too."""
    world = World()
    world.start()
    world.ceremony()
    world.roll()
    world.put(world.opening())
    if time:
        world.put(e.Clock(time))
    for entry in (first_of(world), world.prepare((1, 0, 0)).challenge()):
        fault = refusal(world, entry)
        assert (fault.check, fault.void) == (2, False) and reason in fault.reason


def test_the_first_and_the_last_second() -> None:
    world = opened()
    world.put(first_of(world), e.Clock(END - 1))
    world.put(world.cast(world.voters["north"][1], (1, 0, 0)))
    assert (world.state.clock, world.state.casts) == (END - 1, 2)


def test_closing_not_before_the_end() -> None:
    world = opened()
    world.put(e.Clock(END - 1))
    closing = world.sign(e.Closing)
    fault = refusal(world, closing)
    assert fault.check == 2 and f"closed before voting ends at {END}" in fault.reason
    world.put(e.Clock(END), closing)
    assert world.state.closing is not None and world.state.closing.size == world.state.size
