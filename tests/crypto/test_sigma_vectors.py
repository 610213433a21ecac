"""Other people's vectors of sigma proofs: RFC 9497 over our equations, the CFRG draft's negative cases as a checklist.

RFC 9497 hashes other transcripts than ours and proves with s = r - c*k, so its proofs cannot come out of our prover
byte for byte. What can be held to them: the linear map, its rows, and the verification equation, under the challenge
that the RFC computes. The draft's vectors are for P-256, so only their reasons are of use here.
"""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from crypto import batch
from crypto.errors import EncodingError
from crypto.group import ORDER, G, Points, Scalars
from crypto.sigma import BASIS, Linear, LinearClaim, Proof, claim, prove, verify
from crypto.transcript import Transcript
from tests.crypto.statement_cases import CASES, CONTEXT

SUITE = b"ristretto255-SHA512"


def expand_message_xmd(message: bytes, dst: bytes) -> bytes:
    """64 bytes, with SHA-512 (RFC 9380, 5.3.1)."""
    suffix = dst + bytes([len(dst)])
    first = hashlib.sha512(bytes(128) + message + b"\x00\x40\x00" + suffix).digest()
    return hashlib.sha512(first + b"\x01" + suffix).digest()


def sized(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def hash_to_scalar(message: bytes, context: bytes) -> Scalars:
    return Scalars.from_wide(expand_message_xmd(message, b"HashToScalar-" + context))


def composites(key: Points, blinded: Points, evaluated: Points, context: bytes) -> tuple[Points, Points]:
    """M and Z: the batch in one row (RFC 9497, 2.2.1)."""
    seed = hashlib.sha512(sized(key.to_bytes(), b"Seed-" + context)).digest()
    d = Scalars.concat(
        hash_to_scalar(
            sized(seed)
            + i.to_bytes(2, "big")
            + sized(blinded[i].to_bytes(), evaluated[i].to_bytes())
            + b"Composite",
            context,
        )
        for i in range(len(blinded))
    )
    return blinded.dot(d), evaluated.dot(d)


def points(text: str) -> Points:
    return Points.from_bytes(bytes.fromhex(text.replace(",", "")))


@pytest.fixture(scope="module")
def verifiable(shared: Path) -> list[tuple[Scalars, Points, dict[str, Any]]]:
    """(secret key, public key, vector) of mode 1, the VOPRF, over ristretto255."""
    suites = json.loads((shared / "vectors/voprf/allVectors.json").read_text())
    (suite,) = (s for s in suites if s["identifier"].encode() == SUITE and s["mode"] == 1)
    secret = Scalars.from_bytes(bytes.fromhex(suite["skSm"]))
    return [(secret, points(suite["pkSm"]), vector) for vector in suite["vectors"]]


def dleq(key: Points, M: Points, Z: Points) -> Linear:
    """key = k*G and Z = k*M."""
    return Linear(Transcript("decryption", CONTEXT), Points.concat([key, Z]), ((G,), (M,)))


def test_rfc_9497_keys_and_evaluations(verifiable: list[tuple[Scalars, Points, dict[str, Any]]]) -> None:
    """Our map at their secret gives their images; our proofs of it hold."""
    assert len(verifiable) == 3
    for secret, key, vector in verifiable:
        blinded, evaluated = points(vector["BlindedElement"]), points(vector["EvaluationElement"])
        for M, Z in zip(blinded, evaluated, strict=True):
            statement = dleq(key, M, Z)
            assert statement.map(secret) == statement.images
            verify(statement, prove(statement, secret))


def test_rfc_9497_proofs(verifiable: list[tuple[Scalars, Points, dict[str, Any]]]) -> None:
    """Their proof (c, s) with nonce r is ours with challenge -c and response s: both rows hold."""
    context = b"OPRFV1-\x01-" + SUITE
    for secret, key, vector in verifiable:
        blinded, evaluated = points(vector["BlindedElement"]), points(vector["EvaluationElement"])
        M, Z = composites(key, blinded, evaluated, context)
        statement = dleq(key, M, Z)
        c, s = Scalars.from_bytes(bytes.fromhex(vector["Proof"]["proof"]))
        R = statement.map(Scalars.from_bytes(bytes.fromhex(vector["Proof"]["r"])))
        transcript = sized(*(p.to_bytes() for p in (key, M, Z, *R))) + b"Challenge"
        assert hash_to_scalar(transcript, context) == c
        assert batch.holds([LinearClaim(statement, Proof(R, s), -c)], BASIS)
        assert not batch.holds([LinearClaim(statement, Proof(R, s), c)], BASIS)
        assert not batch.holds([LinearClaim(statement, Proof(R, s + 1), -c)], BASIS)
        assert statement.map(secret) == statement.images


# Case of the draft -> the test here that shows the same of our proofs. "compact" is a form c, z of a proof that
# ours do not have: a challenge that the prover hands over is never read (ATTACKS 4).
CHECKLIST = {
    "batchable/A1": "test_announcements_in_other_encodings",  # uncompressed points
    "batchable/A2": "test_announcements_in_other_encodings",
    "batchable/A2b": "test_announcements_in_other_encodings",
    "batchable/A3": "test_announcements_in_other_encodings",  # a coordinate above the field's characteristic
    "batchable/A4": "test_announcements_that_are_the_identity",
    "batchable/A6": "test_announcements_in_other_encodings",  # not on the curve
    "batchable/B1": "test_responses_beyond_the_order",
    "compact/B2": "test_there_is_no_compact_form",
    "batchable/C1": "test_sigma.test_wrong_lengths",
    "batchable/C2": "test_sigma.test_wrong_lengths",
    "compact/C1": "test_there_is_no_compact_form",
    "compact/C2": "test_there_is_no_compact_form",
    "compact/D1": "test_nothing_but_zeros",
    "batchable/E1": "test_sigma.test_statements_that_say_nothing",
    "batchable/E1b": "test_sigma.test_statements_that_say_nothing",
    "batchable/E2": "test_images_that_are_the_identity",
    "batchable/E3": "test_images_that_are_the_identity",
    "batchable/E4": "test_sigma.test_an_image_a_row",
    "batchable/F1": "test_sigma.test_what_is_proven_verifies",
    "batchable/F1b": "test_sigma.test_one_kind_of_proof_is_no_other",
    "compact/F1": "test_there_is_no_compact_form",
    "compact/F1b": "test_there_is_no_compact_form",
    "batchable/F2": "test_sigma.test_what_is_proven_verifies",
    "batchable/F2b": "test_rows_swapped",
    "compact/F2": "test_there_is_no_compact_form",
    "compact/F2b": "test_there_is_no_compact_form",
    "batchable/F3": "test_sigma.test_every_item_changes_the_challenge_and_spoils_the_proof",
    "compact/F3": "test_there_is_no_compact_form",
    "compact/F4": "test_there_is_no_compact_form",
    "batchable/F4b": "test_answers_to_another_challenge",
    "batchable/H1": "test_sigma.test_mutations",
    "batchable/H2": "test_sigma.test_announcements_change_the_challenge",
    "compact/H3": "test_there_is_no_compact_form",
}


def test_every_case_of_the_draft_has_its_test(shared: Path) -> None:
    file = shared / "vectors/sigma-protocols/sigma-proofs-invalid_Shake128_P256.json"
    ids = [
        case["Id"].removeprefix("sigma-protocols/p256/discrete_logarithm/")
        for case in json.loads(file.read_text())
    ]
    assert sorted(ids) == sorted(CHECKLIST) and len(ids) == 33
    folder = Path(__file__).parent
    for name in CHECKLIST.values():
        module, _, test = name.rpartition(".")
        tree = ast.parse((folder / f"{module or Path(__file__).stem}.py").read_text())
        assert any(isinstance(node, ast.FunctionDef) and node.name == test for node in tree.body), name


def test_announcements_in_other_encodings(shared: Path) -> None:
    """All 29 bad encodings of RFC 9496: non-canonical, negative, not on the curve; in every place."""
    bad = json.loads((shared / "vectors/ristretto255/rfc9496.json").read_text())["bad_encodings"]
    assert len(bad) == 29
    for name in ("signature", "cast", "complaint"):
        statement = CASES[name].statement()
        rows, secrets = statement.rows, statement.secrets
        encoded = prove(statement, CASES[name].w).to_bytes()
        for data in (bytes.fromhex(entry["hex"]) for entry in bad):
            for r in range(rows):
                with pytest.raises(EncodingError, match=f"point {r} is not"):
                    Proof.from_bytes(encoded[: 32 * r] + data + encoded[32 * r + 32 :], rows, secrets)


def test_announcements_that_are_the_identity() -> None:
    """SPEC 1.1 lets them be: they have an encoding, and prove nothing that is not so."""
    case = CASES["signature"]
    statement = case.statement()
    none = Proof.from_bytes(bytes(32) + bytes(32), 1, 1)
    assert none.R.is_identity() == [True]
    assert not batch.holds([claim(statement, none)], BASIS)
    honest = Proof(Points.identity(1), claim(statement, none).c * case.w)
    verify(statement, honest)  # the nonce 0: it gives its secret away, but it is known


@pytest.mark.parametrize("excess", [0, 1, 2**256 - 1 - ORDER])
def test_responses_beyond_the_order(excess: int) -> None:
    case = CASES["cast"]
    encoded = prove(case.statement(), case.w).to_bytes()
    for j in range(2):
        at = 64 + 32 * j
        data = encoded[:at] + (ORDER + excess).to_bytes(32, "little") + encoded[at + 32 :]
        with pytest.raises(EncodingError, match=f"scalar {j} is not below the group order"):
            Proof.from_bytes(data, 2, 2)


def test_there_is_no_compact_form() -> None:
    """c and z, whatever they are, are no proof: as long as one, c is read as an announcement, and fails."""
    case = CASES["signature"]
    statement = case.statement()
    proof = prove(statement, case.w)
    c = claim(statement, proof).c
    with pytest.raises(EncodingError, match="point 0 is not"):
        for _ in range(64):  # about one scalar in sixteen is the encoding of a point
            Proof.from_bytes(c.to_bytes() + proof.z.to_bytes(), 1, 1)
            c += 1
    two = CASES["decryption"].statement()
    answer = prove(two, CASES["decryption"].w)
    with pytest.raises(EncodingError, match="a proof of 96 bytes"):
        Proof.from_bytes(claim(two, answer).c.to_bytes() + answer.z.to_bytes(), 2, 1)


def test_nothing_but_zeros() -> None:
    for case in CASES.values():
        statement = case.statement()
        rows, secrets = statement.rows, statement.secrets
        zeros = Proof.from_bytes(bytes(32 * (rows + secrets)), rows, secrets)
        assert not batch.holds([claim(statement, zeros)], BASIS)


def test_images_that_are_the_identity() -> None:
    """Provable by anybody: so no key that comes in from outside is one (entries decode them strictly)."""
    nobody = CASES["signature"].statement(key=Points.identity(1))
    verify(nobody, prove(nobody, Scalars.from_ints([0])))
    with pytest.raises(EncodingError, match="point 0 is the identity"):
        Points.from_bytes(bytes(32))


def test_rows_swapped() -> None:
    """The two rows of a statement in the other order are another statement."""
    case = CASES["cast"]
    proof = prove(case.statement(), case.w)
    C, O = case.statement().images
    swapped = case.statement(credential=O, one_time_key=C)
    assert not batch.holds([claim(swapped, proof)], BASIS)
    exchanged = Proof(Points.concat(reversed(list(proof.R))), Scalars.concat(reversed(list(proof.z))))
    assert not batch.holds([claim(swapped, exchanged)], BASIS)


def test_answers_to_another_challenge() -> None:
    case = CASES["signature"]
    statement = case.statement()
    k = Scalars.random(1)
    c = Scalars.random(1)
    assert batch.holds([LinearClaim(statement, Proof(k * G, k + c * case.w), c)], BASIS)
    assert not batch.holds([claim(statement, Proof(k * G, k + c * case.w))], BASIS)
