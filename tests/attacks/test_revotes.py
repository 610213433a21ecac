"""Ballots that the board delays, forges or gets in the way of: rows 64, 70, 73; V6, or void at V5."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto.group import G, Scalars
from election.ballot import PreparedBallot, Randomness, encrypt_body
from election.entries import Cast
from tests.attacks.cheats import Draft, cast_body
from tests.attacks.museum import Museum, voted
from tests.world import World

FALSE = "the cast proof or the ballot proof is false"


def late(world: World) -> Scalars:
    """The voter of the south who has not voted yet."""
    return world.voters["south"][2]


@pytest.mark.parametrize("sequence", [0, 1, 3, 2**32 - 1], ids=["zero", "repeated", "skipped", "last"])
def test_row_64_sequence_numbers(museum: Museum, sequence: int) -> None:
    world = voted()
    draft = Draft.honest(world, (0, 0, 1))
    forged = cast_body(world, world.voters["north"][0], draft.body(), draft.o, sequence=sequence)
    museum.refused(world, 6, world.put(forged), f"sequence number {sequence} where 2 is due")


@pytest.mark.parametrize("predecessor", ["none", "an older one", "another voter's"])
def test_row_64_wrong_predecessor(museum: Museum, predecessor: str) -> None:
    """A delayed ballot was made after another one than the last."""
    world = voted()
    c, other = world.voters["north"][0], world.voters["north"][1]
    older = world.state.roll[(c * G).to_bytes()].last
    world.put(world.cast(c, (0, 0, 1)))
    wrong = {
        "none": bytes(32),
        "an older one": older,
        "another voter's": world.state.roll[(other * G).to_bytes()].last,
    }
    draft = Draft.honest(world, (0, 1, 0))
    forged = cast_body(world, c, draft.body(), draft.o, predecessor=wrong[predecessor])
    museum.refused(world, 6, world.put(forged), "another predecessor than the voter's last accepted ballot")


def test_row_64_delayed_ballot(museum: Museum) -> None:
    """Held back while the voter voted again, then let in as her last."""
    world = voted()
    delayed = world.cast(late(world), (1, 0, 0))
    world.put(world.cast(late(world), (0, 0, 1)))
    museum.refused(world, 6, world.put(delayed), "sequence number 1 where 2 is due")


def junk(world: World, c: Scalars, sequence: int, predecessor: bytes) -> Cast:
    """What a board can write in a voter's name without her secret."""
    draft = Draft.honest(world, (1, 0, 0))
    forged = cast_body(
        world, Scalars.random(1), draft.body(), draft.o, sequence=sequence, predecessor=predecessor
    )
    return replace(forged, credential=c * G)


def test_row_70_junk_in_a_voters_name_does_not_block_her(museum: Museum) -> None:
    """Neither her first ballot nor her second, and those who fold as if all proofs held end up where all others do."""
    world = voted()
    c = late(world)
    first = world.put(junk(world, c, 1, bytes(32)))
    world.put(world.cast(c, (1, 0, 0)))
    second = world.put(junk(world, c, 2, world.state.roll[(c * G).to_bytes()].last))
    world.put(world.cast(c, (0, 0, 1)))
    found = museum.all_void(world, [(5, first), (5, second)], FALSE)
    assert found.state.roll[(c * G).to_bytes()] == world.state.roll[(c * G).to_bytes()]
    assert found.state.roll[(c * G).to_bytes()].sequence == 2
    assert found.state.tree.root() == world.state.tree.root()


def test_row_70_junk_that_a_fold_on_trust_would_stumble_over(museum: Museum) -> None:
    """Her own entry looks out of order until the batch has named the junk before it."""
    world = voted()
    c = late(world)
    numbers = [world.put(junk(world, c, 1, bytes(32))) for _ in range(3)]
    world.put(world.cast(c, (1, 0, 0)))
    museum.all_void(world, [(5, n) for n in numbers], FALSE)


def test_row_73_body_made_around_somebodys_one_time_key(museum: Museum) -> None:
    """Challenged with a true opening before she casts: it neither occupies nor tests her O."""
    world = voted()
    hers = Draft.honest(world, (0, 0, 1))
    parameters = world.state.parameters
    assert parameters is not None
    layout = parameters.layouts["s"]
    randomness = Randomness.from_seed(
        bytes(32), parameters, "s", hers.statement.one_time_key, layout.bits((1, 0, 0))
    )
    body = encrypt_body(
        parameters, "s", layout.bits((1, 0, 0)), [1, 0, 0], hers.statement.one_time_key, randomness.root
    )
    poisoned = PreparedBallot(parameters, body, (1, 0, 0), randomness, hers.o)
    world.put(poisoned.challenge())
    world.put(hers.cast(world, late(world)))
    world.finish()
    found = museum.examined(world)
    assert found.faults == []
    assert (found.state.casts, found.state.challenges) == (6, 1)


def test_row_73_her_ballot_challenged_before_it_is_cast(museum: Museum) -> None:
    """With a false opening, for nobody else has the true one: void, so that her body is still free."""
    world = voted()
    ballot = world.prepare((0, 0, 1))
    n = world.put(replace(ballot.challenge(), root=bytes(64)))
    world.put(world.cast(late(world), ballot))
    found = museum.void(world, 5, n, "the opening does not reproduce the body")
    assert found.state.casts == 6
