"""The ballot argument: complete, sound under mutation, of the promised size, and simulated without a ballot."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import batch
from crypto.ballot_argument import (
    Proof,
    Relation,
    Row,
    Statement,
    bases,
    basis,
    claim,
    prove,
    verify,
)
from crypto.elgamal import Ciphertexts, encrypt
from crypto.errors import EncodingError, GlassballotError, ProofError
from crypto.group import ORDER, G, Points, Scalars
from crypto.transcript import LABELS
from tests.crypto.ballot_case import BITS, PROOF, RELATION, STATEMENT, K, O, made, nonces


def refused(statement: Statement, proof: Proof) -> None:
    with pytest.raises(ProofError, match="the ballot proof does not hold"):
        verify(statement, proof)


def test_what_is_proven_verifies() -> None:
    verify(STATEMENT, PROOF)
    again = Proof.from_bytes(PROOF.to_bytes())
    assert again == PROOF
    verify(STATEMENT, again)


@st.composite
def satisfied(draw: st.DrawFn) -> tuple[Relation, tuple[int, ...]]:
    """Any relation, and bits that satisfy it: the targets are made to fit."""
    n = draw(st.integers(1, 6))
    coefficients = st.integers(-5, 5) | st.integers(-(2**52) + 1, 2**52 - 1)

    def row() -> Row:
        values = draw(st.lists(coefficients, min_size=n, max_size=n))
        return tuple((i, value) for i, value in enumerate(values) if value)

    bits = tuple(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    slots = tuple(row() for _ in range(draw(st.integers(1, 3))))
    constraints = tuple(row() for _ in range(draw(st.integers(0, 3))))
    targets = tuple(sum(c * bits[i] for i, c in row) for row in constraints)
    return Relation(n, slots, constraints, targets), bits


@given(satisfied())
@settings(max_examples=50)
def test_completeness_and_size(known: tuple[Relation, tuple[int, ...]]) -> None:
    """Slots and proof are 64 m + 32 N + 192 bytes, whatever the constraints."""
    relation, bits = known
    statement, proof = made(relation, bits)
    verify(statement, proof)
    m, N = len(relation.slots), relation.bits
    assert len(statement.slots.to_bytes()) + len(proof.to_bytes()) == 64 * m + 32 * N + 192
    assert len(proof.to_bytes()) == relation.proof_size


@given(known=satisfied(), data=st.data())
@settings(max_examples=50)
def test_nothing_but_bits_that_satisfy_it(
    known: tuple[Relation, tuple[int, ...]], data: st.DataObject
) -> None:
    relation, bits = known
    i = data.draw(st.integers(0, relation.bits - 1))
    wrong = data.draw(st.integers(-3, 3) | st.sampled_from([ORDER, ORDER + 1, 2**252]))
    bent = (*bits[:i], wrong, *bits[i + 1 :])
    fits = all(
        (sum(c * bent[n] for n, c in row) - t) % ORDER == 0
        for row, t in zip(relation.constraints, relation.targets, strict=True)
    )
    statement, proof = made(relation, bent)
    if wrong % ORDER in (0, 1) and fits:
        verify(statement, proof)
    else:
        refused(statement, proof)


@pytest.mark.parametrize(
    "bits",
    [
        (1, 1, 1, 1, 0, 0),  # four of at most two
        (1, 1, 1, 1, -1, -1),  # slack below zero
        (1, 0, 0, 1, 1, 0),  # one vote too few for its slack
        (1, 0, 0, 0, 1, 0),  # the second rule: a as often as d
        (2, 0, 0, 2, -1, -1),
        (1000, 0, 0, 1000, -999, -999),
    ],
)
def test_broken_rules(bits: tuple[int, ...]) -> None:
    refused(*made(bits=bits))


def test_a_plaintext_that_is_not_the_bits() -> None:
    b, r = Scalars.from_ints(BITS), Scalars.random(3)
    for i in range(3):
        v = RELATION.W @ b
        off = Scalars.concat([*v[:i], v[i] + 1, *v[i + 1 :]])
        statement = replace(STATEMENT, slots=encrypt(off, r, K))
        refused(statement, prove(statement, b, r, nonces(6)))


def test_randomness_that_is_not_known() -> None:
    """A copied or re-randomised ciphertext cannot be proven (ATTACKS 34, 35)."""
    b, u = Scalars.from_ints(BITS), Scalars.random(3)
    slots = STATEMENT.slots + Ciphertexts(u * G, u * K)
    statement = replace(STATEMENT, slots=slots, one_time_key=3 * G)
    refused(statement, prove(statement, b, u, nonces(6)))
    refused(statement, PROOF)


def test_every_part_of_the_statement_is_absorbed() -> None:
    """ATTACKS 1, 5, 67."""
    slots = list(STATEMENT.slots.alpha), list(STATEMENT.slots.beta)
    changes: list[dict[str, Any]] = [
        {"context": bytes(32)},
        {"K": K + G},
        {"style": "t"},
        {"one_time_key": O + G},
        {"relation": replace(RELATION, targets=(2, 1))},
        {"relation": replace(RELATION, constraints=(RELATION.constraints[0], ((0, 3), (3, -2))))},
        {"relation": replace(RELATION, slots=(*RELATION.slots[:2], ((2, 1), (3, 11))))},
    ]
    for half, i in ((half, i) for half in (0, 1) for i in range(3)):
        bent = [list(slots[0]), list(slots[1])]
        bent[half][i] += G
        changes.append({"slots": Ciphertexts(Points.concat(bent[0]), Points.concat(bent[1]))})
    honest = claim(STATEMENT, PROOF)
    for change in changes:
        changed = replace(STATEMENT, **change)
        assert claim(changed, PROOF).gamma[0] != honest.gamma[0], change
        assert claim(changed, PROOF).x != honest.x, change
        refused(changed, PROOF)


def test_items_in_the_order_of_the_specification() -> None:
    data, labels = bytes(STATEMENT.transcript()), list[str]()
    while data:
        size = int.from_bytes(data[:4], "little")
        labels.append(data[4 : 4 + size].decode())
        data = data[4 + size :]
        data = data[4 + int.from_bytes(data[:4], "little") :]
    assert labels == ["protocol", "proof", "context", "K", "layout", "style", "one_time_key", "slots"]
    assert {*labels[3:], "B", "A", "gamma", "L1", "L2", "x"} == LABELS["ballot"]


@pytest.mark.parametrize(("i", "gamma_too"), [(0, True), (1, True), (2, False), (3, False)])
def test_announcements_are_absorbed_before_their_challenge(i: int, gamma_too: bool) -> None:
    """B and A before gamma and x, L1 and L2 before x: strong Fiat-Shamir in two rounds."""
    points = list(PROOF.announcements)
    points[i] += G
    bent = replace(PROOF, announcements=Points.concat(points))
    honest, changed = claim(STATEMENT, PROOF), claim(STATEMENT, bent)
    assert (changed.gamma[0] != honest.gamma[0]) == gamma_too
    assert changed.x != honest.x
    refused(STATEMENT, bent)


def test_weights_are_powers_from_the_first() -> None:
    known = claim(STATEMENT, PROOF)
    gamma = known.gamma.to_ints()
    assert gamma == [pow(gamma[0], i, ORDER) for i in range(1, 3 + 2 + 1)]


@given(data=st.data())
def test_mutations(data: st.DataObject) -> None:
    encoded = bytearray(PROOF.to_bytes())
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(GlassballotError):
        verify(STATEMENT, Proof.from_bytes(bytes(encoded)))


@pytest.mark.parametrize("size", [0, 32 * 6, 32 * 7 - 1, 32 * 7 + 1])
def test_lengths_that_no_proof_has(size: int) -> None:
    with pytest.raises(EncodingError, match="no ballot proof has"):
        Proof.from_bytes(bytes(size))


@pytest.mark.parametrize("scalars", [-1, 1, 7])
def test_lengths_of_other_styles(scalars: int) -> None:
    """ATTACKS 6: no answer is left out, none is ignored."""
    z = PROOF.responses
    bent = replace(PROOF, responses=z[:scalars] if scalars < 0 else Scalars.concat([z, z[:scalars]]))
    with pytest.raises(EncodingError, match="this style has 6 bits"):
        verify(STATEMENT, Proof.from_bytes(bent.to_bytes()))


@pytest.mark.parametrize("slots", [slice(0, 2), slice(0, 0)])
def test_fewer_slots_than_the_style(slots: slice) -> None:
    with pytest.raises(EncodingError, match="this style has 3 slots"):
        verify(replace(STATEMENT, slots=STATEMENT.slots[slots]), PROOF)


def test_more_slots_than_the_style() -> None:
    four = Ciphertexts.concat([STATEMENT.slots, STATEMENT.slots[0:1]])
    with pytest.raises(EncodingError, match="this style has 3 slots, not 4"):
        verify(replace(STATEMENT, slots=four), PROOF)


def test_bad_points_and_scalars() -> None:
    encoded = PROOF.to_bytes()
    for at in range(0, 128, 32):
        with pytest.raises(EncodingError, match=f"point {at // 32} is not"):
            Proof.from_bytes(encoded[:at] + b"\xff" * 32 + encoded[at + 32 :])
    for at in range(128, len(encoded), 32):
        value = int.from_bytes(encoded[at : at + 32], "little") + ORDER
        with pytest.raises(EncodingError, match=f"scalar {(at - 128) // 32} is not"):
            Proof.from_bytes(encoded[:at] + value.to_bytes(32, "little") + encoded[at + 32 :])


def test_announcements_may_be_the_identity_and_prove_nothing() -> None:
    nothing = Proof.from_bytes(bytes(128) + PROOF.responses.to_bytes())
    refused(STATEMENT, nothing)
    refused(STATEMENT, Proof.from_bytes(bytes(len(PROOF.to_bytes()))))


def test_styles_of_different_sizes_in_one_batch() -> None:
    small = Relation(1, (((0, 1),),), (), ())
    other, proof = made(small, (1,))
    known = [claim(STATEMENT, PROOF), claim(other, proof)]
    assert batch.holds(known, basis(K, 6))
    bad = replace(known[1], x=known[1].x + 1)
    assert batch.find_bad([known[0], bad, known[1]], basis(K, 6)) == [1]


def test_bases_are_hashed_from_their_names() -> None:
    """ATTACKS 13: nobody knows a relation between them, and no record names them."""
    known = bases(3)
    for name, point in [
        ("F", known.F),
        *((f"G/{i}", known.G[i]) for i in range(3)),
        *((f"H/{i}", known.H[i]) for i in range(3)),
    ]:
        digest = hashlib.sha512(b"glassballot/v1/base/" + name.encode()).digest()
        assert point == Points.from_uniform(digest)
    everything = Points.concat([known.F, known.G, known.H, G]).to_bytes()
    assert len({everything[i : i + 32] for i in range(0, len(everything), 32)}) == 8
    assert bases(5).G[:3] == known.G


def test_digest_of_a_relation() -> None:
    """Byte for byte as in SPEC 6.4, for a relation small enough to write down."""
    relation = Relation(2, (((0, 1), (1, 300)),), (((1, -1),),), (-2,))
    label = b"glassballot/v1/layout"
    data = bytes([len(label), 0, 0, 0]) + label
    for number in (2, 1, 2, 0, (1, 8), 1, (300, 8), 1, 1, 1, (-1, 8), (-2, 8)):
        value, size = number if isinstance(number, tuple) else (number, 4)
        data += value.to_bytes(size, "little", signed=value < 0 or size == 8)
    assert relation.digest == hashlib.sha512(data).digest()
    others = [
        replace(relation, bits=3),
        replace(relation, slots=(((0, 1), (1, 301)),)),
        replace(relation, slots=relation.slots * 2),
        replace(relation, targets=(-1,)),
        replace(relation, constraints=(((0, -1),),)),
        replace(relation, constraints=(), targets=()),
    ]
    assert len({other.digest for other in [relation, *others]}) == len(others) + 1


def test_nothing_secret_is_shown() -> None:
    assert "Scalars" not in repr(nonces(1))
