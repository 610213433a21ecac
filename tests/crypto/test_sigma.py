"""Sigma protocols, and every statement of the protocol: what is absorbed, what is proven, what is refused."""

from __future__ import annotations

import hashlib
import secrets as os_random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import batch, sigma, statements
from crypto.errors import EncodingError, GlassballotError, ProofError
from crypto.group import ORDER, G, Points, Scalars
from crypto.sigma import Linear, Proof, claim, hedged_nonces, prove, respond, verify
from crypto.transcript import LABELS, Transcript
from tests.crypto.statement_cases import CASES, CONTEXT, Case, point

each = pytest.mark.parametrize("name", CASES)


def frames(data: bytes) -> list[tuple[str, bytes]]:
    """The (label, data) messages in the bytes of a transcript."""
    parts, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        parts.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return [(label.decode(), value) for label, value in zip(parts[::2], parts[1::2], strict=True)]


def refused(statement: Linear, proof: Proof) -> None:
    with pytest.raises(ProofError, match="the proof does not hold"):
        verify(statement, proof)


@each
def test_what_is_proven_verifies(name: str) -> None:
    case = CASES[name]
    proof = prove(case.statement(), case.w)
    verify(case.statement(), proof)
    rows, secrets = case.statement().rows, case.statement().secrets
    assert len(proof.to_bytes()) == 32 * (rows + secrets)
    assert Proof.from_bytes(proof.to_bytes(), rows, secrets) == proof


@each
def test_items_in_the_order_of_the_table(name: str) -> None:
    case = CASES[name]
    items = frames(bytes(case.statement().transcript))
    own = name.split()[0]
    assert items[:3] == [("protocol", b"glassballot/v1"), ("proof", own.encode()), ("context", CONTEXT)]
    rho = ["challenge", "is"] if own == "decryption" else []
    assert [label for label, _ in items[3:]] == [*case.labels, *rho]
    assert set(case.labels) <= LABELS[own]


def other(value: Any) -> Any:
    """The next value of the same type and length."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    return value + {int: 1, str: "x", Points: G}[Points if isinstance(value, Points) else type(value)]


@each
def test_every_item_changes_the_challenge_and_spoils_the_proof(name: str) -> None:
    """ATTACKS 1, 2, 5: there is no item that a prover may choose afterwards."""
    case = CASES[name]
    proof = prove(case.statement(), case.w)
    honest = claim(case.statement(), proof)
    for argument, value in case.arguments.items():
        changed = case.statement(**{argument: other(value)})
        assert claim(changed, proof).c != honest.c, argument
        refused(changed, proof)


@given(name=st.sampled_from(sorted(CASES)), data=st.data())
def test_every_bit_of_every_byte_string_is_absorbed(name: str, data: st.DataObject) -> None:
    case = CASES[name]
    strings = [argument for argument, value in case.arguments.items() if isinstance(value, bytes)]
    argument = data.draw(st.sampled_from(strings))
    value = bytearray(case.arguments[argument])
    value[data.draw(st.integers(0, len(value) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    changed = case.statement(**{argument: bytes(value)})
    proof = respond(case.statement(), case.w, Scalars.from_ints(range(1, len(case.w) + 1)))
    assert claim(changed, proof).c != claim(case.statement(), proof).c
    refused(changed, proof)


@each
def test_announcements_change_the_challenge(name: str) -> None:
    """ATTACKS 3: all rows, each of them."""
    case = CASES[name]
    statement = case.statement()
    proof = prove(statement, case.w)
    rows = list(proof.R)
    for r in range(len(rows)):
        bent = Proof(Points.concat([*rows[:r], rows[r] + G, *rows[r + 1 :]]), proof.z)
        assert claim(statement, bent).c != claim(statement, proof).c
        refused(statement, bent)


@each
def test_one_kind_of_proof_is_no_other(name: str) -> None:
    """ATTACKS 19: the same items and rows under another name."""
    case = CASES[name]
    statement = case.statement()
    proof = prove(statement, case.w)
    for foreign in LABELS.keys() - {name.split()[0]}:
        t = Transcript(foreign, CONTEXT)
        t._allowed = t._allowed | LABELS[name.split()[0]]
        for label, value in frames(bytes(statement.transcript))[3:]:
            t.absorb(label, value)
        refused(Linear(t, statement.images, statement.bases), proof)


@each
def test_secrets_that_do_not_belong_to_the_images(name: str) -> None:
    case = CASES[name]
    statement = case.statement()
    for j in range(len(case.w)):
        wrong = Scalars.concat([*case.w[:j], case.w[j] + 1, *case.w[j + 1 :]])
        with pytest.raises(ValueError, match="do not belong") as caught:
            prove(statement, wrong)
        assert str(wrong.to_ints()[j]) not in str(caught.value)
        refused(statement, respond(statement, wrong, hedged_nonces(statement, wrong)))


@given(name=st.sampled_from(sorted(CASES)), data=st.data())
def test_mutations(name: str, data: st.DataObject) -> None:
    """One bit of a proof turned: another encoding than there is, or a proof that does not hold."""
    case = CASES[name]
    statement = case.statement()
    encoded = bytearray(prove(statement, case.w).to_bytes())
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(GlassballotError):
        verify(statement, Proof.from_bytes(bytes(encoded), statement.rows, statement.secrets))


def test_rows_are_proven_each_for_itself() -> None:
    """Images that are off by a point in one row and by its negative in another (ATTACKS 65)."""
    case = CASES["complaint"]
    E = point("error")
    arguments = case.arguments
    bent = case.statement(Se=arguments["Se"] + E, Sd=arguments["Sd"] - E)
    proof = respond(bent, case.w, Scalars.random(1))
    refused(bent, proof)
    with patch.object(batch, "fresh_weights", lambda n: Scalars.from_ints([1] * n)):
        verify(bent, proof)  # equal weights would be fooled


def test_one_secret_in_all_rows() -> None:
    """Three discrete logarithms that are not the same one."""
    d, case = CASES["complaint"].w, CASES["complaint"]
    bent = case.statement(Se=(d + 1) * case.arguments["E_j"])
    with pytest.raises(ValueError, match="do not belong"):
        prove(bent, d)
    refused(bent, respond(bent, d, Scalars.random(1)))


@pytest.mark.parametrize("moved", range(5))
def test_every_partial_decryption_is_its_own(moved: int) -> None:
    """ATTACKS 3, 41: one share off by G; and two that cancel under weight 1, which powers of rho do not."""
    case = CASES["decryption"]
    partials = list(case.arguments["partials"])
    partials[moved] += G
    once = case.statement(partials=Points.concat(partials))
    refused(once, respond(once, case.w, Scalars.random(1)))
    partials[moved - 1] -= G
    twice = case.statement(partials=Points.concat(partials))
    refused(twice, respond(twice, case.w, Scalars.random(1)))


@pytest.mark.parametrize(("aggregates", "partials"), [(0, 0), (2, 1), (1, 2)])
def test_as_many_partial_decryptions_as_aggregates(aggregates: int, partials: int) -> None:
    A, M = CASES["decryption"].arguments["aggregates"], CASES["decryption"].arguments["partials"]
    with pytest.raises(ValueError, match="as many partial decryptions"):
        CASES["decryption"].statement(aggregates=A[:aggregates], partials=M[:partials])


def test_two_answers_to_one_announcement_give_the_secrets() -> None:
    """Special soundness; and why no nonce may occur twice (ATTACKS 29)."""
    for case in CASES.values():
        k = Scalars.random(len(case.w))
        one, two = case.statement(), case.statement(context=b"other context".ljust(32))
        first, second = (respond(statement, case.w, k) for statement in (one, two))
        c = claim(one, first).c - claim(two, second).c
        assert (first.z - second.z) * c.invert() == case.w


@each
def test_a_simulator_needs_no_secret(name: str) -> None:
    """Honest-verifier zero knowledge: draw c and z, solve for R; the equations hold, the challenge is another."""
    case = CASES[name]
    statement = case.statement()
    c, z = Scalars.random(1), Scalars.random(len(case.w))
    simulated = Proof(statement.map(z) - c * statement.images, z)
    assert batch.holds([sigma.LinearClaim(statement, simulated, c)], sigma.BASIS)
    refused(statement, simulated)


def test_nonces() -> None:
    """SHA-512 of frames of: label, all secrets, fresh randomness, transcript, index (SPEC 2.2)."""
    case = CASES["cast"]
    statement, fresh = case.statement(), bytes(range(100, 132))
    with patch.object(os_random, "token_bytes", lambda n: fresh[:n]):
        k = hedged_nonces(statement, case.w)
    for index in range(2):
        parts = [b"glassballot/v1/nonce", case.w.to_bytes(), fresh, bytes(statement.transcript)]
        parts.append(index.to_bytes(4, "little"))
        data = b"".join(len(part).to_bytes(4, "little") + part for part in parts)
        assert k[index].to_ints() == [int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER]


def test_a_broken_generator_repeats_no_nonce() -> None:
    """Other statement, other secret, other index: other nonce. The same of all of them: the same proof again."""
    case = CASES["cast"]
    with patch.object(os_random, "token_bytes", bytes):
        swapped = Scalars.concat([case.w[1], case.w[0]])
        changed = [case.statement(**{name: other(value)}) for name, value in case.arguments.items()]
        made = [hedged_nonces(statement, case.w) for statement in (case.statement(), *changed)]
        made.append(hedged_nonces(case.statement(), swapped))
        encoded = {k.to_bytes() for nonces in made for k in nonces}
        assert len(encoded) == 2 * len(made)
        assert prove(case.statement(), case.w) == prove(case.statement(), case.w)
    assert prove(case.statement(), case.w).R != prove(case.statement(), case.w).R


@pytest.mark.parametrize("wrong", [-32, -1, 1, 32])
@each
def test_wrong_lengths(name: str, wrong: int) -> None:
    statement = CASES[name].statement()
    encoded = prove(statement, CASES[name].w).to_bytes()
    data = encoded[:wrong] if wrong < 0 else encoded + bytes(wrong)
    with pytest.raises(EncodingError, match="a proof of"):
        Proof.from_bytes(data, statement.rows, statement.secrets)


def test_another_shape() -> None:
    """A proof of the right length for another statement; no statement without a row or with an idle secret."""
    cast, complaint = CASES["cast"], CASES["complaint"]
    proof = prove(cast.statement(), cast.w)
    with pytest.raises(EncodingError, match="another shape"):
        claim(complaint.statement(), proof)
    for shape in [Proof(proof.R, proof.z[:1]), Proof(proof.R[:1], proof.z), Proof(proof.R[:0], proof.z[:0])]:
        with pytest.raises(EncodingError, match="another shape"):
            verify(cast.statement(), shape)


@pytest.mark.parametrize(
    "bases",
    [(), ((),), ((G,), (G, None)), ((None,),), ((G, None),), ((G, None), (G, None)), ((G,), (None,))],
    ids=["no rows", "no secrets", "rows of two lengths", "empty row", "idle", "idle in all", "empty second"],
)
def test_statements_that_say_nothing(bases: tuple[tuple[Points | None, ...], ...]) -> None:
    images = Points.concat([G] * len(bases))
    with pytest.raises(ValueError):
        Linear(Transcript("signature", CONTEXT), images, bases)


@pytest.mark.parametrize("images", [0, 1, 3])
def test_an_image_a_row(images: int) -> None:
    with pytest.raises(ValueError, match="an image a row"):
        Linear(Transcript("cast", CONTEXT), Points.concat([G] * images), ((G, None), (None, G)))


def test_every_secret_is_in_a_row_and_every_row_has_one() -> None:
    shapes = {name: (case.statement().rows, case.statement().secrets) for name, case in CASES.items()}
    assert shapes == {
        "signature": (1, 1),
        "cast": (2, 2),
        "register": (1, 1),
        "ephemeral": (1, 1),
        "complaint": (3, 1),
        "decryption": (2, 1),
        "decryption of one": (2, 1),
    }
    for case in CASES.values():
        bases = case.statement().bases
        assert all(any(base is not None for base in line) for line in (*bases, *zip(*bases, strict=True)))


def test_a_base_that_only_equals_G() -> None:
    """Shared terms are found by identity; a base that equals G is checked as any other point."""
    x = Scalars.random(1)
    t = Transcript("signature", CONTEXT)
    statement = Linear(t, x * G, ((Points.base(),),))
    verify(statement, prove(statement, x))
    refused(statement, respond(statement, x + 1, x))


def test_errors_and_representations_hold_no_secret() -> None:
    case: Case = CASES["signature"]
    assert str(case.w.to_ints()[0]) not in repr(case.statement()) + repr(prove(case.statement(), case.w))


def test_statements_cover_the_table() -> None:
    """All proofs of the label table but the ballot argument are here."""
    assert {name.split()[0] for name in CASES} == LABELS.keys() - {"ballot"}
    assert all(getattr(statements, name.split()[0]) is case.function for name, case in CASES.items())
