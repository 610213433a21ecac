"""Randomness of a ballot, its body, and what a challenge opens (PROTOCOL 4.2)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from crypto import batch
from crypto.elgamal import encrypt
from crypto.errors import EncodingError, ProofError
from crypto.group import ORDER, G, Points, Scalars
from election.ballot import PreparedBallot, Randomness, claims, prepare, prepare_with, verify_opening
from election.errors import ChoiceError
from election.parameters import Parameters
from tests.attacks.museum import opened
from tests.world import World, approval

SEED = bytes(range(32))


@pytest.fixture(scope="module")
def world() -> World:
    return opened(World(contests=(approval(), approval("board", "xy", packing=2))))


@pytest.fixture(scope="module")
def parameters(world: World) -> Parameters:
    assert world.state.parameters is not None
    return world.state.parameters


def made(
    parameters: Parameters, choices: Sequence[int] = (1, 0, 1, 0, 1), seed: bytes = SEED, o: int = 7
) -> PreparedBallot:
    return prepare_with(parameters, "s", choices, seed, Scalars.from_ints([o]))


def frame(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "little") + part for part in parts)


def test_randomness_byte_for_byte(parameters: Parameters) -> None:
    relation = parameters.layouts["s"].relation
    bits = parameters.layouts["s"].bits((1, 0, 1, 0, 1))
    about = frame(
        b"glassballot/v1/ballot-randomness",
        parameters.context,
        parameters.K.to_bytes(),
        relation.digest,
        b"s",
        (7 * G).to_bytes(),
        bytes(bits),
    )
    root = hmac.digest(SEED, about, "sha512")
    assert made(parameters).randomness.root == root
    r = made(parameters).randomness.scalars("r", 4)
    for index in range(4):
        wide = hmac.digest(root, frame(b"r", index.to_bytes(4, "little")), "sha512")
        assert r[index].to_ints() == [int.from_bytes(wide, "little") % ORDER]
    plaintexts = [1, 0, 1, 1 * (1 + 100)]
    assert made(parameters).body.slots == encrypt(Scalars.from_ints(plaintexts), r, parameters.K)


def scalars_of(ballot: PreparedBallot) -> set[bytes]:
    """Every scalar that a root gives away."""
    names = {"r": 4, "a": 9, "rho_B": 1, "rho_A": 1, "s": 1}
    return {
        scalar.to_bytes()
        for label, count in names.items()
        for scalar in ballot.randomness.scalars(label, count)
    }


def test_two_ballots_of_one_seed_do_not_open_each_other(parameters: Parameters) -> None:
    """ATTACKS 61: another one-time key, choice, style, context or key, and no scalar is shared."""
    elsewhere = [
        Parameters(parameters.manifest, bytes(32), parameters.K),
        Parameters(parameters.manifest, parameters.context, parameters.K + G),
    ]
    ballots = [
        made(parameters),
        made(parameters, o=8),
        made(parameters, (0, 0, 1, 0, 1)),
        *(made(other) for other in elsewhere),
    ]
    all_of_them = [scalars_of(ballot) for ballot in ballots]
    assert all(len(own) == 16 for own in all_of_them)
    assert len(set.union(*all_of_them)) == 16 * len(ballots)
    assert len({ballot.randomness.root for ballot in ballots}) == len(ballots)


def test_no_two_labels_give_one_scalar(parameters: Parameters) -> None:
    randomness = Randomness(bytes(64))
    assert randomness.scalars("a", 3)[:2] == randomness.scalars("a", 2)
    assert len({randomness.scalars(label, 1).to_bytes() for label in ("r", "a", "rho_B", "rho_A", "s")}) == 5


def test_every_ballot_has_a_fresh_seed_and_one_time_key(parameters: Parameters) -> None:
    first, second = (prepare(parameters, "s", (1, 0, 0, 0, 0)) for _ in range(2))
    assert first.body.one_time_key != second.body.one_time_key
    assert scalars_of(first).isdisjoint(scalars_of(second))
    asked: list[int] = []

    def count(n: int) -> bytes:
        asked.append(n)
        return bytes(n)

    with patch.object(secrets, "token_bytes", count):
        third, fourth = (prepare(parameters, "s", (1, 0, 0, 0, 0)) for _ in range(2))
    # Even with one seed, o is drawn apart from it, and keeps the two ballots apart.
    assert asked == [32, 32]
    assert scalars_of(third).isdisjoint(scalars_of(fourth))


def test_the_same_inputs_give_the_same_body(parameters: Parameters) -> None:
    assert made(parameters).body.encoded == made(parameters).body.encoded


def test_all_bodies_of_a_style_have_one_length(parameters: Parameters) -> None:
    """ATTACKS 48."""
    votes = [(0, 0, 0, 0, 0), (1, 1, 0, 1, 1), (0, 0, 1, 0, 1)]
    assert len({len(prepare(parameters, "s", choices).body.encoded) for choices in votes}) == 1


def test_choices_that_break_the_rules(parameters: Parameters) -> None:
    for choices in [(1, 1, 1, 0, 0), (0, 0, 0, 0), (2, 0, 0, 0, 0)]:
        with pytest.raises(ChoiceError):
            prepare(parameters, "s", choices)


def test_cast(world: World, parameters: Parameters) -> None:
    c = world.voters["north"][0]
    cast = made(parameters).cast(c, 1, bytes(32))
    assert cast.credential == c * G
    assert batch.holds(claims(parameters, cast), parameters.basis)
    changes: list[dict[str, Any]] = [
        {"credential": (c + 1) * G},
        {"sequence": 2},
        {"predecessor": b"p" * 32},
        {"body": made(parameters, seed=bytes(32)).body},
    ]
    for change in changes:
        bent = replace(cast, **change)
        assert batch.find_bad(claims(parameters, bent), parameters.basis) == [1], change


def test_nobody_casts_anothers_body(world: World, parameters: Parameters) -> None:
    """Without the secret of O there is no cast proof, with whatever credential."""
    ballot = replace(made(parameters), o=Scalars.from_ints([8]))
    with pytest.raises(ValueError, match="do not belong"):
        ballot.cast(world.voters["north"][0], 1, bytes(32))


def test_openings(parameters: Parameters) -> None:
    for choices in [(1, 0, 1, 0, 1), (0, 0, 0, 0, 0), (1, 1, 0, 1, 1)]:
        verify_opening(parameters, made(parameters, choices).challenge())


def test_openings_of_something_else(parameters: Parameters) -> None:
    """The device showed one thing and encrypted another (ATTACKS 40); everything is compared byte for byte."""
    honest = made(parameters).challenge()
    other = made(parameters, (0, 1, 1, 0, 1))
    for bent in (
        replace(honest, choices=(0, 1, 1, 0, 1)),
        replace(honest, root=bytes(64)),
        replace(honest, root=other.randomness.root),
        replace(honest, body=other.body),
        replace(honest, body=replace(honest.body, one_time_key=9 * G)),
        replace(honest, body=replace(honest.body, proof=other.body.proof)),
        replace(honest, body=replace(honest.body, slots=other.body.slots)),
    ):
        with pytest.raises(ProofError, match="does not reproduce the body"):
            verify_opening(parameters, bent)
    for choices in [(1, 1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (1, 0, 1, 0, 2)]:
        with pytest.raises(ProofError, match="no valid choices"):
            verify_opening(parameters, replace(honest, choices=choices))


def test_bodies_of_other_lengths(parameters: Parameters) -> None:
    """Refused before any work on proofs."""
    ballot = made(parameters)
    short = replace(ballot.body, slots=ballot.body.slots[:3])
    proof = ballot.body.proof
    lacking = replace(ballot.body, proof=replace(proof, responses=proof.responses[:-1]))
    for body, reason in [
        (short, "style s has 4 slots, not 3"),
        (lacking, "style s has 9 bits, not 8"),
        (replace(ballot.body, style="t"), "there is no style t"),
    ]:
        cast = replace(ballot.cast(Scalars.from_ints([5]), 1, bytes(32)), body=body)
        with pytest.raises(EncodingError, match=reason):
            claims(parameters, cast)
        with pytest.raises(EncodingError, match=reason):
            verify_opening(parameters, replace(ballot.challenge(), body=body))


def test_nothing_secret_is_shown(parameters: Parameters) -> None:
    ballot = made(parameters)
    shown = repr(ballot) + repr(ballot.randomness)
    assert ballot.randomness.root.hex() not in shown and repr(ballot.randomness.root) not in shown
    assert "choices" not in shown


def test_points_of_a_body_survive_their_encoding(parameters: Parameters) -> None:
    body = made(parameters).body
    again = type(body).from_json(body.to_json(), "body")
    assert again == body and again.encoded == body.encoded and again.hash == body.hash
    assert Points.from_bytes(again.one_time_key.to_bytes()) == 7 * G
