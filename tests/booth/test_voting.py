"""One ballot, one fate, one seed (ATTACKS 43, 44, 48, 61, 70)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from booth.credential import Credential, make_credentials
from booth.errors import CredentialError, DecidedError
from booth.following import follow
from booth.voting import RandomSourceError, UndecidedBallot, check_open, make_ballot
from crypto.group import Scalars
from election import ballot as ballots
from election.entries import Cast, Challenge
from election.errors import ChoiceError
from election.faults import Refusal
from tests.booth.home import Home
from tests.world import World


def make(world: World, choices: tuple[int, ...] = (1, 0, 1)) -> UndecidedBallot:
    assert world.state.parameters is not None
    return make_ballot(world.state.parameters, "s", choices)


def credential(world: World, unit: str = "north", voter: int = 0) -> Credential:
    return Credential(world.context, unit, world.voters[unit][voter])


def test_cast_is_accepted(world: World) -> None:
    entry = make(world).cast(credential(world), world.state)
    assert (entry.sequence, entry.predecessor) == (1, bytes(32))
    world.put(entry)
    again = make(world).cast(credential(world), world.state)
    assert again.sequence == 2
    world.put(again)
    assert world.state.casts == 2


def test_challenge_is_accepted(world: World) -> None:
    world.put(make(world).challenge())
    assert world.state.challenges == 1


@pytest.mark.parametrize("first", ["cast", "challenge"])
@pytest.mark.parametrize("second", ["cast", "challenge"])
def test_a_ballot_is_decided_once(world: World, first: str, second: str) -> None:
    decide: dict[str, Callable[[UndecidedBallot], Cast | Challenge]] = {
        "cast": lambda ballot: ballot.cast(credential(world), world.state),
        "challenge": UndecidedBallot.challenge,
    }
    ballot = make(world)
    decide[first](ballot)
    with pytest.raises(DecidedError):
        decide[second](ballot)


def test_a_failed_cast_is_a_decision_too(world: World) -> None:
    ballot = make(world)
    (stranger,) = make_credentials(world.context, "north", 1)
    with pytest.raises(CredentialError, match="not on the roll"):
        ballot.cast(stranger, world.state)
    with pytest.raises(DecidedError):
        ballot.cast(credential(world), world.state)
    with pytest.raises(DecidedError):
        ballot.challenge()


def test_credential_of_another_election(world: World) -> None:
    stranger = Credential(bytes(32), "north", world.voters["north"][0])
    with pytest.raises(CredentialError, match="another election"):
        make(world).cast(stranger, world.state)


def test_no_seed_is_used_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a challenge, after a correction, after a failure: a new seed and a new one-time key every time."""
    seeds, keys = [], []
    honest = ballots.prepare_with

    def spy(parameters: object, style: str, choices: object, seed: bytes, o: Scalars) -> object:
        seeds.append(seed)
        keys.append(o.to_bytes())
        return honest(parameters, style, choices, seed, o)  # type: ignore[arg-type]

    monkeypatch.setattr(ballots, "prepare_with", spy)
    make(world).challenge()
    make(world, (0, 1, 0))
    with pytest.raises(ChoiceError):
        make(world, (1, 1, 1))
    ballot = make(world)
    with pytest.raises(CredentialError):
        ballot.cast(Credential(bytes(32), "north", Scalars.random(1)), world.state)
    make(world).cast(credential(world), world.state)
    assert len(seeds) == len(set(seeds)) == len(set(keys)) == 5


def test_a_failing_random_source_gives_no_ballot(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(size: int) -> bytes:
        raise OSError("no randomness")

    monkeypatch.setattr("secrets.token_bytes", fail)
    with pytest.raises(OSError, match="no randomness"):
        make(world)


@pytest.mark.parametrize("byte", [0, 7])
def test_a_stuck_random_source_gives_no_ballot(
    world: World, monkeypatch: pytest.MonkeyPatch, byte: int
) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda size: bytes([byte]) * size)
    with pytest.raises(RandomSourceError):
        make(world)


def test_all_ballots_of_a_style_have_one_length(world: World) -> None:
    """The length says nothing about the choices, nor about who cast it or how often (ATTACKS 48)."""
    bodies, casts = set(), set()
    for voter, choices in enumerate([(0, 0, 0), (1, 1, 0), (0, 0, 1)]):
        for _ in range(2):
            entry = make(world, choices).cast(credential(world, "south", voter), world.state)
            world.put(entry)
            bodies.add(len(entry.body.encoded))
            casts.add(len(entry.to_bytes()))
    assert len(bodies) == len(casts) == 1


def test_secrets_are_not_printed(world: World) -> None:
    ballot = make(world)
    assert repr(ballot) == f"<UndecidedBallot {ballot.tracker}>"
    assert "root" not in repr(ballot._ballot) and "seed" not in repr(ballot._ballot)


def test_opening_reveals_the_root_and_not_the_seed(world: World) -> None:
    opened = json.loads(make(world).challenge().to_bytes())
    assert opened.keys() == {"body", "choices", "kind", "root"}


def test_voting_hours(world: World) -> None:
    closed, early = World(), World()
    early.start()
    closed.open()
    closed.close()
    check_open(world.state)
    with pytest.raises(Refusal, match="not been opened"):
        check_open(early.state)
    with pytest.raises(Refusal, match="has ended"):
        check_open(closed.state)


def test_junk_in_her_name_does_not_stop_her(home: Home) -> None:
    """The board logs a cast whose proof is false: her next one is the first still, and accepted (ATTACKS 70)."""
    world, anna = home.world, home.anna
    first, second = make(world).cast(anna, world.state), make(world).cast(anna, world.state)
    world.put(Cast(first.body, first.credential, first.predecessor, second.proof, first.sequence))
    reader = home.publish("junk")
    trusting = follow(reader).state
    assert trusting.roll[anna.C.to_bytes()].sequence == 1
    voter = anna.C.to_bytes()
    state = follow(reader, lambda b: isinstance(b, Cast) and b.credential.to_bytes() == voter).state
    assert state.roll[voter].sequence == 0
    world.put(make(world).cast(anna, state))
    assert world.state.casts == 1


def test_junk_in_other_names_does_not_stop_her(home: Home) -> None:
    """Trusting the junk, the ledger stumbles over the other voter's real ballot: everything is checked then."""
    world = home.world
    other = credential(world, "south")
    first, second = make(world).cast(other, world.state), make(world).cast(other, world.state)
    world.put(Cast(first.body, first.credential, first.predecessor, second.proof, first.sequence))
    world.put(second, make(world).cast(home.anna, world.state))
    state = follow(home.publish("junk")).state
    assert state.casts == 2
    assert state.roll[other.C.to_bytes()].sequence == 1
