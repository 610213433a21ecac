"""Partial decryptions: rows 2, 3, 10, 29, 31, 41; all are V8, and what is merely false is void.

What a trustee's own tool refuses (T in rows 29, 41) is shown in tests/trustees/.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto import sigma
from crypto.group import G, Points, Scalars
from crypto.polynomial import lagrange_at_zero
from election.entries import Cast, parse
from tests.attacks.cheats import decryption, partial_entry, result_of, tally_of, weak_transcripts
from tests.attacks.museum import Museum, agreed, closed, opened
from tests.world import World, approval

TOTALS = (2, 1, 0), (0, 1, 1)
FALSE = "the proof does not hold"


def void_share(museum: Museum, world: World, forged: Points, proof: sigma.Proof) -> None:
    """Trustee t2's share is named and without effect; t1 and t3 decrypt, and the totals are the true ones."""
    n = world.put(partial_entry(world, "t2", forged, proof))
    world.put(world.partial("t1"), world.partial("t3"))
    museum.void(world, 8, n, FALSE)


def rho_of(statement: sigma.Linear) -> Scalars:
    """The last thing that the transcript of a decryption has absorbed before its announcement."""
    return Scalars.from_bytes(bytes(statement.transcript)[-32:])


def test_row_02_share_missing_from_the_hash(museum: Museum) -> None:
    """M_0 + G balanced by M_1 under a ρ that does not depend on either."""
    world = agreed()
    share = world.shares["t2"]
    true = share * tally_of(world).aggregates.alpha
    with weak_transcripts("partials"):
        statement = decryption(world, "t2", true)
        proof = sigma.prove(statement, share)
        shift = [G, -rho_of(statement).invert() * G, Points.identity(len(true) - 2)]
        forged = true + Points.concat(shift)
        sigma.verify(decryption(world, "t2", forged), proof)
    void_share(museum, world, forged, proof)


@pytest.mark.parametrize(
    "dropped", ["aggregates", "share_key", "cells", "root", "size", "contest", "trustee"]
)
def test_row_02_statement_missing_from_the_hash(museum: Museum, dropped: str) -> None:
    world = agreed()
    share = world.shares["t2"]
    true = share * tally_of(world).aggregates.alpha
    with weak_transcripts(dropped):
        statement = decryption(world, "t2", true)
        proof = sigma.prove(statement, share)
        sigma.verify(statement, proof)
    void_share(museum, world, true, proof)


def test_row_03_share_forged_without_a_key(museum: Museum) -> None:
    """The challenge is known before the announcements, which are then solved for: the tally moves by one."""
    world = agreed()
    tally = tally_of(world)
    weight = lagrange_at_zero([1, 2])[1]
    forged = world.shares["t2"] * tally.aggregates.alpha
    forged += Points.concat([-weight.invert() * G, Points.identity(len(forged) - 1)])
    with weak_transcripts("announcement"):
        statement = decryption(world, "t2", forged)
        z = Scalars.random(1)
        t = statement.transcript.copy()
        c = t.challenge("c")
        (A,) = (base for base in statement.bases[1] if base is not None)
        S, M = statement.images
        proof = sigma.Proof(Points.concat([z * G - c * S, z * A - c * M]), z)
        sigma.verify(statement, proof)
    true = world.shares["t1"] * tally.aggregates.alpha
    sums = tally.aggregates.beta - true * lagrange_at_zero([1, 2])[0] - forged * weight
    assert sums[0] == (TOTALS[0][0] + 1) * G
    void_share(museum, world, forged, proof)


def test_row_10_share_proven_for_another_election(museum: Museum) -> None:
    world = agreed()
    other = opened(World(like=world))
    partials = world.shares["t2"] * tally_of(world).aggregates.alpha
    proof = sigma.prove(decryption(world, "t2", partials, context=other.context), world.shares["t2"])
    void_share(museum, world, partials, proof)


def test_row_10_share_moved_here_from_another_election(museum: Museum) -> None:
    world = agreed()
    other = agreed(World(like=world))
    n = world.put(other.partial("t2"))
    museum.refused(world, 8, n, "not signed by trustee t2")


def test_row_29_one_nonce_in_two_decryptions(museum: Museum) -> None:
    """Two contests, one k: everybody can compute the share, so the second is refused."""
    world = two_contests()
    share, k = world.shares["t2"], Scalars.random(1)
    claims, n = [], 0
    for contest in ("council", "board"):
        partials = share * tally_of(world, contest).aggregates.alpha
        statement = decryption(world, "t2", partials, contest)
        proof = sigma.respond(statement, share, k)
        claims.append(sigma.claim(statement, proof))
        n = world.put(partial_entry(world, "t2", partials, proof, contest))
    first, second = claims
    assert (first.proof.z - second.proof.z) * (first.c - second.c).invert() == share
    museum.refused(world, 8, n, "trustee t2 repeats an announcement")


def two_contests() -> World:
    world = opened(World(contests=(approval(), approval("board", "xyz"))))
    world.vote({"north": [(1, 0, 0, 0, 1, 0)], "south": [(0, 1, 0, 1, 0, 0)]})
    world.close()
    world.put(*(world.ready(trustee) for trustee in world.state.trustees))
    return world


def test_row_29_one_nonce_in_two_signatures(museum: Museum) -> None:
    world = closed()
    ready = world.ready("t2")
    world.put(ready, world.ready("t1"), world.ready("t3"))
    partial = world.partial("t2")
    k = ready.sig.z - sigma.claim(signature(world, ready), ready.sig).c * world.trustee_keys["t2"]
    forged = replace(partial, sig=sigma.respond(signature(world, partial), world.trustee_keys["t2"], k))
    museum.refused(world, 8, world.put(forged), "trustee t2 repeats an announcement")


def signature(world: World, entry: object) -> sigma.Linear:
    """What a trustee's signature under this entry is a proof of."""
    cls: type = type(entry)
    assert hasattr(cls, "_statement") and hasattr(cls, "schema")
    members = {name: getattr(entry, name) for name in cls.schema if name != "sig"}
    statement: sigma.Linear = cls._statement(world.context, world.trustee_keys["t2"] * G, members)
    return statement


def false_share(world: World, trustee: str) -> tuple[Points, sigma.Proof]:
    """One more than the true one, with the proof of the true one."""
    true = world.partial(trustee)
    return true.partials + Points.concat([G, Points.identity(len(true.partials) - 1)]), true.proof


def test_row_31_enough_good_shares_and_a_bad_one(museum: Museum) -> None:
    """The bad one is named; its author may still post a good one."""
    world = agreed()
    n = world.put(partial_entry(world, "t2", *false_share(world, "t2")))
    world.put(world.partial("t1"), world.partial("t2"))
    museum.void(world, 8, n, FALSE)


def test_row_31_too_few_good_shares_and_a_bad_one(museum: Museum) -> None:
    world = agreed()
    world.put(world.partial("t1"))
    bad = world.put(partial_entry(world, "t2", *false_share(world, "t2")))
    n = world.put(result_of(world, *TOTALS))
    found = museum.examined(world)
    assert [(f.check, f.entry, f.void) for f in found.faults] == [(8, bad, True), (8, n, False)]
    assert found.faults[1].reason == "council: 1 partial decryptions are missing"


def test_row_31_one_trustee_twice(museum: Museum) -> None:
    world = agreed()
    world.put(world.partial("t1"))
    museum.refused(world, 8, world.put(world.partial("t1")), "trustee t1 has decrypted council already")


def test_row_31_a_result_without_the_quorum(museum: Museum) -> None:
    world = agreed()
    world.put(world.partial("t1"))
    n = world.put(result_of(world, *TOTALS))
    museum.refused(world, 8, n, "council: 1 partial decryptions are missing")


@pytest.mark.parametrize("count", [0, 1, 5, 7])
def test_row_06_too_many_or_too_few_shares(museum: Museum, count: int) -> None:
    world = agreed()
    true = world.partial("t2")
    partials = Points.concat([true.partials, true.partials])[:count]
    n = world.put(partial_entry(world, "t2", partials, true.proof))
    world.put(world.partial("t1"), world.partial("t3"))
    museum.void(world, 8, n, f"{count} partial decryptions of 6 aggregates")


def test_row_41_share_of_a_single_ballot(museum: Museum) -> None:
    """A true share of one voter's ciphertexts, in the place of the tally's."""
    world = agreed()
    ballot = parse(world.log.contents[20])
    assert isinstance(ballot, Cast)
    alpha = Points.concat([ballot.body.slots.alpha, tally_of(world).aggregates.alpha[3:]])
    partials = world.shares["t2"] * alpha
    proof = sigma.prove(decryption(world, "t2", partials, aggregates=alpha), world.shares["t2"])
    sigma.verify(decryption(world, "t2", partials, aggregates=alpha), proof)
    void_share(museum, world, partials, proof)
