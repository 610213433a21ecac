"""Batch verification: errors that cancel, and where the weights come from (rows 15 and 65)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from unittest.mock import patch

import pytest

from crypto import ballot_argument, batch
from crypto.errors import ProofError
from crypto.group import G, Points, Scalars
from election.ballot import claims
from election.entries import Cast
from tests.attacks.cheats import Draft
from tests.attacks.museum import Museum, voted
from tests.world import World

FALSE = "the cast proof or the ballot proof is false"
NOTHING = Points.identity(1)


def cancelling_ballots(world: World) -> list[Cast]:
    """L1 too large by a point in one, too small by the same point in the other."""
    E = Scalars.random(1) * G
    voters = world.voters["south"][2], world.voters["north"][0]
    drafts = Draft.honest(world, (1, 0, 0)), Draft.honest(world, (0, 1, 0))
    return [
        draft.cast(world, c, draft.prove_shifted(L1=shift, L2=NOTHING))
        for c, draft, shift in zip(voters, drafts, (E, -E), strict=True)
    ]


def cancelling_equations(world: World) -> list[Cast]:
    """One ballot whose second equation is off by a point and whose third by its negative."""
    E, draft = Scalars.random(1) * G, Draft.honest(world, (1, 0, 0))
    return [draft.cast(world, world.voters["south"][2], draft.prove_shifted(L1=E, L2=-E))]


def hold(world: World, casts: Sequence[Cast]) -> bool:
    parameters = world.state.parameters
    assert parameters is not None
    return batch.holds([claim for cast in casts for claim in claims(parameters, cast)], parameters.basis)


def ones(n: int) -> Scalars:
    return Scalars.from_ints([1] * n)


@pytest.mark.parametrize("forge", [cancelling_ballots, cancelling_equations])
def test_rows_15_and_65_equal_weights_would_let_errors_cancel(forge: Callable[[World], list[Cast]]) -> None:
    """The attack is a real one: under the weight 1 for all, the verifier would be fooled."""
    world = voted()
    forged = forge(world)
    with patch.object(batch, "fresh_weights", ones):
        assert hold(world, forged)
    assert not hold(world, forged)


def test_row_15_errors_that_cancel_between_two_ballots(museum: Museum) -> None:
    world = voted()
    numbers = [world.put(forged) for forged in cancelling_ballots(world)]
    museum.all_void(world, [(5, n) for n in numbers], FALSE)


def test_row_65_errors_that_cancel_within_one_ballot(museum: Museum) -> None:
    world = voted()
    (forged,) = cancelling_equations(world)
    museum.void(world, 5, world.put(forged), FALSE)


def test_rows_15_and_65_each_alone_and_among_many_honest_ones() -> None:
    world = voted()
    parameters = world.state.parameters
    assert parameters is not None
    forged = cancelling_ballots(world) + cancelling_equations(world)
    for cast in forged:
        assert not hold(world, [cast])
        relation = parameters.layouts["s"].relation
        statement = ballot_argument.Statement(
            world.context, parameters.K, relation, "s", cast.body.one_time_key, cast.body.slots
        )
        with pytest.raises(ProofError):
            ballot_argument.verify(statement, cast.body.proof)
    honest = [world.cast(world.voters["north"][1], (1, 0, 0)) for _ in range(150)]
    everybody = [forged[0], *honest[:70], forged[1], *honest[70:], forged[2]]
    own = [claim for cast in everybody for claim in claims(parameters, cast)]
    assert batch.find_bad(own, parameters.basis) == [0, 2 * 71, 2 * 152]


def test_row_15_weights_come_from_the_verifiers_own_generator() -> None:
    """128 fresh bits for every equation, from the operating system and not from the proofs."""
    drawn: list[int] = []

    def count(n: int) -> bytes:
        drawn.append(n)
        return os.urandom(n)

    with patch.object(secrets, "token_bytes", count):
        first, second = batch.fresh_weights(100), batch.fresh_weights(100)
    assert drawn == [1600, 1600]
    values = first.to_ints() + second.to_ints()
    assert len(set(values)) == 200
    assert max(values) < 2**128 < 2**9 * max(values)


def test_row_65_every_equation_has_its_own_weight() -> None:
    """Three for a ballot argument and two for its cast proof: nothing is shared."""
    world = voted()
    parameters = world.state.parameters
    assert parameters is not None
    asked: list[int] = []

    def count(n: int) -> Scalars:
        asked.append(n)
        return fresh(n)

    fresh = batch.fresh_weights
    with patch.object(batch, "fresh_weights", count):
        assert hold(world, [world.cast(world.voters["north"][i], (1, 0, 0)) for i in range(2)])
    assert asked == [2 * (3 + 2)]
