"""Requests that are none: refused with 400 and nothing else, however they are bent; keys that are none (ATTACKS 54)."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.errors import EncodingError
from crypto.note import COSIGNATURE, ED25519, NoteKey, NoteSignature
from crypto.tlog_witness import MAX_REQUEST, AddCheckpoint, encode_signatures, parse_signatures
from tests.witness.tools import ORIGIN, Log, Place

LOG = Log()
GOOD = LOG.request(5, 13)
EDGES = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
ORDER = 2**252 + 27742317777372353535851937790883648493


def test_the_good_one_is_good() -> None:
    assert AddCheckpoint.parse(GOOD).to_bytes() == GOOD


HASH = base64.b64encode(bytes(32))
BENT = {
    "empty": b"",
    "no old line": GOOD[6:],
    "another word": GOOD.replace(b"old ", b"Old ", 1),
    "two spaces": GOOD.replace(b"old ", b"old  ", 1),
    "a tab": GOOD.replace(b"old ", b"old\t", 1),
    "leading zero": GOOD.replace(b"old 5", b"old 05", 1),
    "double zero": GOOD.replace(b"old 5", b"old 00", 1),
    "a sign": GOOD.replace(b"old 5", b"old +5", 1),
    "negative": GOOD.replace(b"old 5", b"old -5", 1),
    "no size": GOOD.replace(b"old 5", b"old ", 1),
    "hexadecimal": GOOD.replace(b"old 5", b"old 0x5", 1),
    "digits of another script": GOOD.replace(b"old 5", "old ۵".encode(), 1),
    "beyond 2^63": GOOD.replace(b"old 5", b"old 9223372036854775808", 1),
    "4300 digits": GOOD.replace(b"old 5", b"old " + b"9" * 4300, 1),
    "a line after the size": GOOD.replace(b"old 5\n", b"old 5\n\n", 1),
    "CR LF": GOOD.replace(b"\n", b"\r\n"),
    "a space behind": GOOD.replace(b"old 5\n", b"old 5 \n", 1),
    "no empty line": GOOD.replace(b"\n\n", b"\n", 1),
    "64 hashes": GOOD.replace(b"old 5\n", b"old 5\n" + (HASH + b"\n") * 64, 1),
    "a short hash": GOOD.replace(b"old 5\n", b"old 5\n" + base64.b64encode(bytes(31)) + b"\n", 1),
    "a long hash": GOOD.replace(b"old 5\n", b"old 5\n" + base64.b64encode(bytes(33)) + b"\n", 1),
    "base64 without padding": GOOD.replace(b"old 5\n", b"old 5\n" + HASH.rstrip(b"=") + b"\n", 1),
    "base64 with stray bits": GOOD.replace(b"old 5\n", b"old 5\n" + HASH[:-2] + b"B=\n", 1),
    "base64url": GOOD.replace(b"old 5\n", b"old 5\n" + b"_" * 43 + b"=\n", 1),
    "no newline at the end": GOOD[:-1],
    "one newline more": GOOD + b"\n",
    "no signature": GOOD[: GOOD.rindex("—".encode())],
    "a hyphen for the dash": GOOD.replace("— ".encode(), b"- "),
    "not UTF-8": GOOD.replace(ORIGIN.encode(), b"\xff\xfe"),
    "an empty origin": GOOD.replace(ORIGIN.encode() + b"\n", b"\n", 1),
    "a NUL": GOOD.replace(ORIGIN.encode(), b"a\0b"),
    "size with leading zero": GOOD.replace(b"\n13\n", b"\n013\n"),
    "negative size": GOOD.replace(b"\n13\n", b"\n-13\n"),
    "root of 31 bytes": GOOD.replace(
        base64.b64encode(LOG.signed(13).checkpoint.root), base64.b64encode(bytes(31))
    ),
    "too long": GOOD + b"x" * MAX_REQUEST,
    "101 signatures": GOOD + (GOOD[GOOD.rindex("—".encode()) :] * 100),
}


@pytest.mark.parametrize("how", BENT)
def test_bent(tmp_path: Path, how: str) -> None:
    place = Place(tmp_path / "witness", LOG)
    place.ask(LOG.request(0, 5))
    assert BENT[how] != GOOD
    assert place.ask(BENT[how]) == 400
    assert place.size(LOG) == 5
    assert place.ask(GOOD) == 200


@given(data=st.binary(max_size=400))
@EDGES
def test_any_bytes(data: bytes) -> None:
    _parses_back_or_is_refused(data)


@given(cut=st.tuples(st.integers(0, len(GOOD)), st.integers(0, len(GOOD))), filling=st.binary(max_size=8))
@EDGES
def test_a_good_request_with_a_piece_replaced(cut: tuple[int, int], filling: bytes) -> None:
    _parses_back_or_is_refused(GOOD[: min(cut)] + filling + GOOD[max(cut) :])


def _parses_back_or_is_refused(data: bytes) -> None:
    """One encoding a value: whatever is accepted is what would have been written."""
    try:
        request = AddCheckpoint.parse(data)
    except EncodingError:
        return
    assert request.to_bytes() == data


@given(
    old=st.integers(0, 25),
    new=st.integers(1, 20),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=6),
)
@EDGES
def test_no_guessed_proof_is_cosigned(
    tmp_path_factory: pytest.TempPathFactory, old: int, new: int, proof: list[bytes]
) -> None:
    """From size 5 a fork gets nowhere, by whatever sizes and hashes."""
    place = Place(tmp_path_factory.getbasetemp() / "guessed", LOG)
    if place.size(LOG) == 0:
        place.ask(LOG.request(0, 5))
    assert place.ask(LOG.fork(2).request(old, new, proof)) in (400, 409, 422)
    assert place.size(LOG) == 5


@given(data=st.binary(max_size=300))
@EDGES
def test_answers_are_parsed_as_strictly(data: bytes) -> None:
    try:
        lines = parse_signatures(data)
    except EncodingError:
        return
    assert encode_signatures(*lines) == data


def test_answers_that_are_none() -> None:
    line = encode_signatures(*LOG.signed(5).signatures)
    assert parse_signatures(line * 2) == LOG.signed(5).signatures * 2
    for wrong in (b"", b"\n", line[:-1], b"\n" + line, line + b"\n", line * 101, b"\xff\n"):
        with pytest.raises(EncodingError):
            parse_signatures(wrong)


def with_signature(value: bytes) -> bytes:
    signed = LOG.signed(13)
    (own,) = signed.signatures
    line = NoteSignature(own.name, own.key_id, value)
    return AddCheckpoint(0, (), type(signed)(signed.checkpoint, (line,))).to_bytes()


def test_one_strict_rule_for_signatures(tmp_path: Path) -> None:
    """S + ℓ, R of low order, cut or longer: none of them is a signature of the log."""
    place = Place(tmp_path / "witness", LOG)
    value = LOG.signed(13).signatures[0].value
    S = int.from_bytes(value[32:], "little")
    wrong = {
        "S + l": value[:32] + (S + ORDER).to_bytes(32, "little"),
        "S = 0": value[:32] + bytes(32),
        "R is the identity": b"\x01" + bytes(31) + value[32:],
        "R is zero": bytes(32) + value[32:],
        "cut": value[:-1],
        "longer": value + b"\0",
        "of a cosignature's length": bytes(8) + value,
    }
    for how, signature in wrong.items():
        assert place.ask(with_signature(signature)) == 403, how
    assert place.ask(with_signature(value)) == 200


def test_keys_that_convince_anybody_are_no_logs_keys(shared: Path) -> None:
    """Keys of low or mixed order, or not canonical: no log with such a key can be added, nor any witness named."""
    vectors = json.loads((shared / "vectors/cctv/ed25519vectors.json").read_text())
    weak = {"low_order_A", "low_order_component_A", "non_canonical_A"}
    keys = {vector["key"] for vector in vectors if weak & set(vector["flags"] or ())}
    assert len(keys) >= 10
    for key in keys:
        for kind in (ED25519, COSIGNATURE):
            with pytest.raises(EncodingError, match="Ed25519 key"):
                NoteKey.parse(verifier_key(kind, bytes.fromhex(key)))


def verifier_key(kind: int, public: bytes) -> str:
    """With the right key ID, so that nothing is wrong but the key."""
    material = bytes([kind]) + public
    key_id = hashlib.sha256(b"log\n" + material).digest()[:4].hex()
    return f"log+{key_id}+{base64.b64encode(material).decode()}"
