"""Forged ballots: rows 1, 4, 7, 10, 14, 67 of the museum; all are V5, and the record stands.

Row 6 is in test_vectors.py, row 5 in test_statements.py, batches (15, 65) in test_batches.py, forged decryptions
(2, 3) in test_decryption.py.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto import ballot_argument
from crypto.ballot_argument import Proof, Relation
from crypto.elgamal import Ciphertexts
from crypto.group import ORDER, G, Points, Scalars
from election.canonical import b64encode
from tests.attacks.cheats import Draft, cast_body, solve_announcement, weak_transcripts
from tests.attacks.museum import Museum, opened, voted
from tests.world import World, approval

FALSE = "the cast proof or the ballot proof is false"
# Option a a thousand times, "at most two" by slack bits that are none.
STUFFED = (1000, 0, 0, -998, 0)
A_THOUSAND = Points.concat([1000 * G, Points.identity(2)])


def attacker(world: World) -> Scalars:
    """The voter of the south who has not voted yet."""
    return world.voters["south"][2]


@pytest.mark.parametrize("dropped", ["slots", "slots.alpha", "slots.beta", "K", "layout", "style", "context"])
def test_row_01_statement_missing_from_the_hash(museum: Museum, dropped: str) -> None:
    world = voted()
    with weak_transcripts(dropped):
        draft = Draft.honest(world, (1, 0, 0))
        proof = draft.prove()
        draft = draft.with_slots(balanced(draft, proof, dropped))
        ballot_argument.verify(draft.statement, proof)
    museum.void(world, 5, world.put(draft.cast(world, attacker(world), proof)), FALSE)


def balanced(draft: Draft, proof: Proof, dropped: str) -> Ciphertexts:
    """A thousand votes more in the first slot, undone in the second under weights that are known beforehand."""
    slots = draft.statement.slots
    if not dropped.startswith("slots"):
        return slots
    gamma = ballot_argument.claim(draft.statement, proof).gamma
    shift = Points.concat([1000 * G, -1000 * (gamma[0] * gamma[1].invert()) * G, Points.identity(1)])
    if dropped == "slots.alpha":
        return replace(slots, alpha=slots.alpha + shift)
    return replace(slots, beta=slots.beta + shift)


@pytest.mark.parametrize("dropped", ["B", "A", "L1", "L2"])
def test_row_01_announcement_missing_from_the_hash(museum: Museum, dropped: str) -> None:
    world = voted()
    with weak_transcripts(dropped):
        draft = Draft.of(world, STUFFED) if dropped in ("B", "A") else Draft.honest(world, (1, 0, 0))
        slots = draft.statement.slots
        if dropped == "L1":
            draft = draft.with_slots(replace(slots, alpha=slots.alpha + A_THOUSAND))
        if dropped == "L2":
            draft = draft.with_slots(replace(slots, beta=slots.beta + A_THOUSAND))
        proof = solve_announcement(draft.statement, draft.prove(), dropped)
        ballot_argument.verify(draft.statement, proof)
    museum.void(world, 5, world.put(draft.cast(world, attacker(world), proof)), FALSE)


def test_row_01_one_time_key_missing_from_the_hash(museum: Museum) -> None:
    """Somebody's ballot cast again under a one-time key of one's own."""
    world = opened()
    with weak_transcripts("one_time_key"):
        victim = Draft.honest(world, (1, 0, 0))
        proof = victim.prove()
        o = Scalars.random(1)
        copy = replace(victim, o=o, statement=replace(victim.statement, one_time_key=o * G))
        ballot_argument.verify(copy.statement, proof)
    world.vote({"south": [(0, 1, 0), (0, 0, 1)]})
    museum.void(world, 5, world.put(copy.cast(world, attacker(world), proof)), FALSE)


def test_row_04_responses_shifted_by_the_order(museum: Museum) -> None:
    """Equal after reduction only: no encoding of a scalar."""
    world = voted()
    ballot = world.prepare((1, 0, 0))
    proof = ballot.body.proof.to_bytes()
    shifted = (int.from_bytes(proof[-32:], "little") + ORDER).to_bytes(32, "little")
    entry = ballot.cast(attacker(world), 1, bytes(32)).to_bytes()
    forged = entry.replace(b64encode(proof).encode(), b64encode(proof[:-32] + shifted).encode())
    museum.refused(world, 0, world.put(forged), "cast.body.proof: scalar 6 is not")


@pytest.mark.parametrize("order", [(1, 0, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4, 6, 5)], ids=["f", "z and z_r"])
def test_row_04_responses_swapped(museum: Museum, order: tuple[int, ...]) -> None:
    world = voted()
    draft = Draft.honest(world, (1, 0, 0))
    proof = draft.prove()
    swapped = replace(proof, responses=Scalars.concat(proof.responses[i] for i in order))
    museum.void(world, 5, world.put(draft.cast(world, attacker(world), swapped)), FALSE)


def test_row_04_announcements_swapped(museum: Museum) -> None:
    world = voted()
    draft = Draft.honest(world, (1, 0, 0))
    proof = draft.prove()
    B, A, L1, L2 = proof.announcements
    swapped = replace(proof, announcements=Points.concat([A, B, L2, L1]))
    museum.void(world, 5, world.put(draft.cast(world, attacker(world), swapped)), FALSE)


def test_row_07_after_a_ballot_without_proof_the_next_is_checked_too(museum: Museum) -> None:
    world = voted()
    good = world.prepare((1, 0, 0))
    proof = good.body.proof
    bare = replace(good, body=replace(good.body, proof=replace(proof, responses=proof.responses[:3])))
    first = world.put(bare.cast(attacker(world), 1, bytes(32)))
    second = world.put(Draft.of(world, STUFFED).cast(world, attacker(world)))
    world.finish()
    found = museum.examined(world)
    assert [(f.check, f.entry, f.void) for f in found.faults] == [(5, first, False), (5, second, True)]
    assert "style s has 5 bits, not 1" in found.faults[0].reason
    assert found.faults[1].reason == FALSE


def test_row_10_ballot_proof_of_another_election(museum: Museum) -> None:
    """The same people, the same key, the same rules: only the context is another."""
    world = voted()
    other = opened(World(like=world))
    draft = Draft.honest(world, (1, 0, 0))
    elsewhere = replace(draft, statement=replace(draft.statement, context=other.context))
    ballot_argument.verify(elsewhere.statement, elsewhere.prove())
    museum.void(world, 5, world.put(draft.cast(world, attacker(world), elsewhere.prove())), FALSE)


def test_row_10_cast_proof_of_another_election(museum: Museum) -> None:
    world = voted()
    other = opened(World(like=world))
    draft = Draft.honest(world, (1, 0, 0))
    forged = cast_body(world, attacker(world), draft.body(), draft.o, context=other.context)
    museum.void(world, 5, world.put(forged), FALSE)


@pytest.mark.parametrize(
    "bits",
    [(1, 1, 1, 0, 0), (1, 1, 1, -1, 0), STUFFED, (-1, 0, 0, 1, 1), (2, 0, 0, 0, 0)],
    ids=["no slack", "slack below zero", "a thousand", "a negative vote", "one option twice"],
)
def test_row_14_a_vote_too_many(museum: Museum, bits: tuple[int, ...]) -> None:
    world = voted()
    museum.void(world, 5, world.put(Draft.of(world, bits).cast(world, attacker(world))), FALSE)


def test_row_14_slack_of_another_ballot(museum: Museum) -> None:
    """The third vote is paid with the slack bits that an empty ballot has left over."""
    world = voted()
    too_many, empty = Draft.of(world, (1, 1, 1, 0, 0)), Draft.honest(world, (0, 0, 0))
    proof, spare = too_many.prove(), empty.prove()
    responses = Scalars.concat([proof.responses[:3], spare.responses[3:5], proof.responses[5:]])
    forged = replace(proof, responses=responses)
    museum.void(world, 5, world.put(too_many.cast(world, attacker(world), forged)), FALSE)


def two_contests() -> World:
    world = opened(World(contests=(approval(), approval("board", "xyz"))))
    world.vote({"north": [(1, 0, 0, 1, 0, 0)], "south": [(0, 1, 0, 0, 1, 0)]})
    return world


def relation_of(world: World) -> Relation:
    assert world.state.parameters is not None
    return world.state.parameters.layouts["s"].relation


def test_row_14_contest_missing(museum: Museum) -> None:
    world = two_contests()
    draft = Draft.honest(world, (1, 0, 0, 1, 0, 0))
    body = replace(draft.body(), slots=draft.statement.slots[0:3])
    n = world.put(cast_body(world, attacker(world), body, draft.o))
    museum.refused(world, 5, n, "style s has 6 slots, not 3")


def test_row_14_contest_doubled(museum: Museum) -> None:
    """The first contest once more in the place of the second, under a true proof for such a ballot."""
    world = two_contests()
    true = relation_of(world)
    relation = replace(true, slots=true.slots[:3] * 2)
    draft = Draft.of(world, (1, 0, 0, 1, 0, 0, 1, 0, 1, 0), relation=relation)
    ballot_argument.verify(draft.statement, draft.prove())
    museum.void(world, 5, world.put(draft.cast(world, attacker(world))), FALSE)


def test_row_14_contests_reordered(museum: Museum) -> None:
    world = two_contests()
    true = relation_of(world)
    relation = replace(true, slots=true.slots[3:] + true.slots[:3])
    draft = Draft.of(world, (1, 0, 0, 0, 1, 1, 1, 0, 0, 0), relation=relation)
    ballot_argument.verify(draft.statement, draft.prove())
    museum.void(world, 5, world.put(draft.cast(world, attacker(world))), FALSE)


def test_row_14_slots_moved_to_another_contest(museum: Museum) -> None:
    """The first contest's slots take the second one's place, the proof left as it was."""
    world = two_contests()
    draft = Draft.honest(world, (1, 0, 0, 0, 1, 1))
    slots = draft.statement.slots
    moved = draft.with_slots(Ciphertexts.concat([slots[3:6], slots[0:3]]))
    museum.void(world, 5, world.put(moved.cast(world, attacker(world), draft.prove())), FALSE)


@pytest.mark.parametrize("where", ["W", "C", "t"])
def test_row_67_two_compilers_disagree(museum: Museum, where: str) -> None:
    """The ballot keeps our rules as well as the other compiler's, and yet the proof is not one of ours."""
    world = voted()
    true = relation_of(world)
    other = {
        "W": replace(true, slots=(true.slots[0], true.slots[1], (*true.slots[2][:-1], (2, 2)))),
        "C": replace(true, constraints=(((0, 1), (1, 1), (2, 5), (3, 1), (4, 1)),)),
        "t": replace(true, constraints=(((0, 2), (1, 1), (2, 1), (3, 1), (4, 1)),), targets=(3,)),
    }[where]
    draft = Draft.of(world, (1, 0, 0, 1, 0), relation=other)
    ballot_argument.verify(draft.statement, draft.prove())
    museum.void(world, 5, world.put(draft.cast(world, attacker(world))), FALSE)
