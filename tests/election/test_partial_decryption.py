"""Partial decryptions: of the verifier's own aggregates, under the trustee's own share, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto import sigma
from crypto.elgamal import Ciphertexts
from crypto.errors import ProofError
from crypto.group import G, Points
from election.cells import Cell
from election.entries import PartialDecryption
from election.tally import ContestTally, EncryptedTally, decrypt, verify_partial
from tests.attacks.museum import closed
from tests.world import World


def tally_of(world: World) -> EncryptedTally:
    assert world.replay.tally is not None
    return world.replay.tally


def council(world: World) -> ContestTally:
    return tally_of(world).contests["council"]


def test_partial_decryptions_hold() -> None:
    world = closed()
    for number, trustee in enumerate(world.state.trustees):
        assert world.state.keys is not None
        entry = world.partial(trustee)
        assert entry.partials == world.shares[trustee] * council(world).aggregates.alpha
        verify_partial(tally_of(world), entry, world.state.keys.S[number])


def test_partial_decryptions_of_something_else() -> None:
    world = closed()
    tally, entry, S = tally_of(world), world.partial("t1"), world.replay.share_key("t1")
    own = council(world)
    with pytest.raises(ProofError, match="there is nothing to decrypt of board"):
        verify_partial(tally, replace(entry, contest="board"), S)
    for size in (0, 1, 5):
        with pytest.raises(ProofError, match=f"{size} partial decryptions of 6 aggregates"):
            verify_partial(tally, replace(entry, partials=entry.partials[:size]), S)
    lacking = Ciphertexts(own.aggregates.alpha + G, own.aggregates.beta)
    joined = replace(own, cells=(Cell(("south",), 2), Cell(("north",), 3)))
    bent = [
        replace(tally, contests={"council": replace(own, aggregates=lacking)}),
        replace(tally, contests={"council": joined}),
        replace(tally, closing=replace(tally.closing, size=tally.closing.size + 1)),
        replace(tally, closing=replace(tally.closing, root=bytes(32))),
        replace(tally, parameters=replace(tally.parameters, context=bytes(32))),
    ]
    for other in bent:
        with pytest.raises(ProofError, match="does not hold"):
            verify_partial(other, entry, S)
    for other_key in (world.replay.share_key("t2"), S + G):
        with pytest.raises(ProofError, match="does not hold"):
            verify_partial(tally, entry, other_key)
    for changes in (
        {"trustee": "t2"},
        {"partials": entry.partials + G},
        {"proof": sigma.Proof(entry.proof.R, -entry.proof.z)},
    ):
        with pytest.raises(ProofError, match="does not hold"):
            verify_partial(tally, replace(entry, **changes), S)


def test_identity_aggregates_have_identity_partial_decryptions() -> None:
    """Voters can make randomness cancel out; what stands there is then plain, and its decryption still proven."""
    world = closed()
    own, tally = council(world), tally_of(world)
    alpha = Points.concat([Points.identity(1), own.aggregates.alpha[1:]])
    cancelled = replace(own, aggregates=Ciphertexts(alpha, own.aggregates.beta))
    tally = replace(tally, contests={"council": cancelled})
    entry = decrypt(tally, "council", "t1", world.shares["t1"], world.trustee_keys["t1"])
    assert entry.partials.is_identity() == [True, *[False] * 5]
    verify_partial(tally, PartialDecryption.from_json(entry.to_json(), "x"), world.replay.share_key("t1"))
    off = Points.concat([G, entry.partials[1:]])
    with pytest.raises(ProofError, match="does not hold"):
        verify_partial(tally, replace(entry, partials=off), world.replay.share_key("t1"))


def test_a_share_that_is_not_ones_own_proves_nothing() -> None:
    """The tool refuses to sign what its verification share does not belong to; a wrong share has another S."""
    world = closed()
    wrong = decrypt(tally_of(world), "council", "t1", world.shares["t2"], world.trustee_keys["t1"])
    with pytest.raises(ProofError, match="does not hold"):
        verify_partial(tally_of(world), wrong, world.replay.share_key("t1"))
