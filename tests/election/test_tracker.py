"""Trackers and pseudonyms (SPEC 7.4, ATTACKS 37)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import EncodingError
from election.tracker import parse_pseudonym, parse_tracker, pseudonym, tracker

OWN = "JD6Z-DCFP-REC5-GZYG-0H8N-919T-PFKW-7FK1"


def test_the_tracker_of_the_own_vector(shared: Path) -> None:
    vector = json.loads((shared / "vectors" / "own" / "ballot-v1.json").read_text("utf-8"))
    assert tracker(vector["body"].encode()) == vector["tracker"] == OWN


def test_a_pseudonym_is_the_first_80_bits(shared: Path) -> None:
    credential = bytes(range(32))
    short, digits = pseudonym(credential), "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert len(short) == 19
    value = 0
    for letter in short.replace("-", ""):
        value = value * 32 + digits.index(letter)
    assert value.to_bytes(10, "big") == hashlib.sha256(credential).digest()[:10]
    assert tracker(credential).startswith(short)


@pytest.mark.parametrize(
    "typed",
    [
        OWN,
        OWN.lower(),
        OWN.replace("-", ""),
        OWN.replace("-", " "),
        f"  {OWN}\n",
        OWN.replace("0", "O").replace("1", "I"),
        OWN.replace("0", "o").replace("1", "l"),
        OWN.replace("1", "L").replace("0", "۰"),
        OWN.replace("1", "i").replace("5", "۵").replace("7", "٧"),
        "J-D-6-Z" + OWN[4:],
    ],
)
def test_what_is_forgiven(typed: str) -> None:
    assert parse_tracker(typed) == OWN


@pytest.mark.parametrize(
    "typed",
    [
        *(OWN[:-1], OWN[:-5], OWN + "0", "", "----"),
        *(OWN.replace("J", "U"), OWN.replace("-", "_"), OWN[:-1] + "ı", OWN[:-1] + "½"),
    ],
)
def test_what_is_not(typed: str) -> None:
    with pytest.raises(EncodingError):
        parse_tracker(typed)


def test_a_pseudonym_is_no_tracker() -> None:
    with pytest.raises(EncodingError, match="^a tracker has 32 letters and digits, this has 16$"):
        parse_tracker(pseudonym(bytes(32)))
    with pytest.raises(EncodingError, match="^a pseudonym has 16 letters and digits, this has 32$"):
        parse_pseudonym(OWN)


def test_control_characters_are_shown_escaped() -> None:
    with pytest.raises(EncodingError, match=r"^no tracker holds '\\x1b'$"):
        parse_tracker("\x1b[31m" + OWN)


@given(st.binary())
def test_names_come_back(data: bytes) -> None:
    assert parse_tracker(tracker(data)) == tracker(data)
    assert parse_pseudonym(pseudonym(data).lower().replace("-", "")) == pseudonym(data)
