"""Where scalars come from: too few bits (row 28), and one seed for two ballots (row 61)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import combinations

from crypto.framing import frame
from crypto.group import ORDER, Scalars
from crypto.transcript import Transcript
from election.ballot import PreparedBallot, Randomness, encrypt_body, prepare_with
from tests.attacks.museum import opened
from tests.world import World

CONTEXT = bytes(range(32))
KNOWN = "08b177df63d9d48c7e084644765ded7ef004169343f2dd7a52d7bc26257b1f51"


def test_row_28_challenges_come_from_64_bytes() -> None:
    """A known answer: SHA-512 of all that was absorbed, little-endian, mod ℓ."""
    t = Transcript("signature", CONTEXT)
    t.absorb("kind", "closing")
    parts = [(b"protocol", b"glassballot/v1"), (b"proof", b"signature"), (b"context", CONTEXT)]
    parts += [(b"kind", b"closing"), (b"challenge", b"c")]
    absorbed = b"".join(frame(label, data) for label, data in parts)
    known = int.from_bytes(hashlib.sha512(absorbed).digest(), "little") % ORDER
    c = t.challenge("c")
    assert c.to_ints() == [known]
    assert bytes(t) == absorbed + frame(b"is", known.to_bytes(32, "little"))
    assert f"{known:064x}" == KNOWN


def test_row_28_scalars_from_64_bytes_are_not_cut() -> None:
    """All 512 bits count, and the mean over many hashes shows no bias of the top bits."""
    top = 1 << 511
    assert Scalars.from_wide(top.to_bytes(64, "little")).to_ints() == [top % ORDER]
    assert Scalars.from_wide(b"\xff" * 64).to_ints() == [(2**512 - 1) % ORDER]
    values = Scalars.from_wide(b"".join(hashlib.sha512(bytes([i])).digest() for i in range(200))).to_ints()
    assert 80 <= sum(value > ORDER // 2 for value in values) <= 120


LABELS = {"r": 3, "a": 5, "rho_B": 1, "rho_A": 1, "s": 1}


def scalars(ballot: PreparedBallot) -> list[int]:
    return [value for label, n in LABELS.items() for value in ballot.randomness.scalars(label, n).to_ints()]


def ballots_of_one_seed(world: World) -> list[PreparedBallot]:
    """Another one-time key, other choices, another election: the seed stays what it was."""
    parameters, seed, o = world.state.parameters, bytes(32), Scalars.random(2)
    assert parameters is not None
    return [
        prepare_with(parameters, "s", (1, 0, 0), seed, o[0]),
        prepare_with(parameters, "s", (1, 0, 0), seed, o[1]),
        prepare_with(parameters, "s", (0, 1, 0), seed, o[0]),
        prepare_with(replace(parameters, context=CONTEXT), "s", (1, 0, 0), seed, o[0]),
    ]


def test_row_61_ballots_of_one_seed_share_no_scalar() -> None:
    made = ballots_of_one_seed(opened())
    for one, other in combinations(made, 2):
        assert not set(scalars(one)) & set(scalars(other))
    assert all(len(set(scalars(ballot))) == sum(LABELS.values()) for ballot in made)


def test_row_61_the_opening_of_one_says_nothing_about_the_other() -> None:
    """The root that a challenge reveals is no root of another ballot, and the seed stays hidden."""
    world = opened()
    parameters = world.state.parameters
    assert parameters is not None
    first, *others = ballots_of_one_seed(world)
    layout = parameters.layouts["s"]
    for choices in ((1, 0, 0), (0, 1, 0)):
        for other in others:
            bits, plaintexts = layout.bits(choices), layout.plaintexts(choices)
            O = other.body.one_time_key
            opened_with = encrypt_body(parameters, "s", bits, plaintexts, O, first.randomness.root)
            assert not set(pieces(opened_with.slots.to_bytes())) & set(pieces(other.body.slots.to_bytes()))
    assert bytes(32).hex() not in first.challenge().to_bytes().hex()
    assert repr(Randomness(bytes(64))) == "<Randomness>"


def pieces(data: bytes) -> list[bytes]:
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def test_row_61_the_same_inputs_give_the_same_ballot() -> None:
    """Else a challenge could not be checked byte for byte."""
    parameters, o = opened().state.parameters, Scalars.random(1)
    assert parameters is not None
    one, same = (prepare_with(parameters, "s", (1, 0, 1), bytes(32), o) for _ in range(2))
    assert one.body.encoded == same.body.encoded
    assert one.tracker == same.tracker
