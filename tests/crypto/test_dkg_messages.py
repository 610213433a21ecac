"""COCKTAIL-DKG: round 1 messages that are not of their one form are refused, with dealer and field named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.dkg import CeremonyError, Dealing, MessageError, Session, check_dealing, deal
from crypto.group import ORDER, G, Points, Scalars

N, T = 3, 2
FIELDS = {"commitments": 0, "proof of possession": 32 * T, "ephemeral key": 32 * T + 64}
SECRETS = Scalars.from_ints([11, 12, 13])


def session() -> Session:
    return Session.create(b"a session", T, SECRETS * G)


@lru_cache
def dealing_of(dealer: int) -> Dealing:
    return deal(session(), dealer, SECRETS[dealer - 1])


def read(data: bytes, dealer: int = 1) -> Dealing:
    return Dealing.from_bytes(data, session(), dealer)


@given(st.data())
@settings(max_examples=60)
def test_cut_and_lengthened_messages_are_refused(data: st.DataObject) -> None:
    message = dealing_of(2).to_bytes()
    start = data.draw(st.integers(0, len(message) - 1))
    end = data.draw(st.integers(start + 1, len(message)))
    inserted = data.draw(st.binary(min_size=1, max_size=64))
    with pytest.raises(MessageError, match=f"ends after {start} bytes"):
        read(message[:start], 2)
    for altered in (message[:start] + message[end:], message[:start] + inserted + message[start:]):
        with pytest.raises(CeremonyError) as refused:
            read(altered, 2)
        assert refused.value.culprits == (2,)


@pytest.mark.parametrize("t", [0, 1, 3, 4])
def test_a_dealing_has_exactly_t_commitments(t: int) -> None:
    """ATTACKS 20: threshold raising."""
    dealing = dealing_of(1)
    bad = replace(dealing, C=Points.concat([dealing.C, dealing.C])[:t])
    with pytest.raises(MessageError, match=f"{t} commitments where the threshold is {T}"):
        check_dealing(session(), 1, bad)
    with pytest.raises(MessageError, match="the dealing of participant 1"):
        read(bad.to_bytes())


def test_trailing_identities_are_refused() -> None:
    """ATTACKS 20: a polynomial of lower degree, filled up; and an identity as ephemeral key."""
    dealing = dealing_of(1)
    zero = Points.identity(1)
    for filled in (replace(dealing, C=Points.concat([dealing.C[:1], zero])), replace(dealing, E=zero)):
        with pytest.raises(MessageError, match="is the identity"):
            check_dealing(session(), 1, filled)
        with pytest.raises(MessageError, match=r"commitments|ephemeral key"):
            read(filled.to_bytes())


@pytest.mark.parametrize("number", [0, 2])
def test_a_dealing_has_one_ephemeral_key(number: int) -> None:
    dealing = dealing_of(1)
    with pytest.raises(MessageError, match=f"{number} ephemeral keys"):
        check_dealing(session(), 1, replace(dealing, E=dealing.C[:number]))


@pytest.mark.parametrize("change", [lambda e: e[:-1], lambda e: (*e, e[0]), lambda e: (e[0] + b"\0", *e[1:])])
def test_a_dealing_has_n_envelopes_of_48_bytes(
    change: Callable[[tuple[bytes, ...]], tuple[bytes, ...]],
) -> None:
    dealing = dealing_of(1)
    bad = replace(dealing, envelopes=change(dealing.envelopes))
    with pytest.raises(MessageError, match="not 3 envelopes of 48 bytes"):
        check_dealing(session(), 1, bad)
    with pytest.raises(MessageError, match=r"envelope [13]|bytes too many"):
        read(bad.to_bytes())


def test_every_bad_encoding_of_a_point_is_refused_in_every_field(shared: Path) -> None:
    """ATTACKS 26."""
    vectors = json.loads((shared / "vectors" / "ristretto255" / "rfc9496.json").read_text())
    message = dealing_of(1).to_bytes()
    bad_encodings = [bytes.fromhex(bad["hex"]) for bad in vectors["bad_encodings"]]
    for field, offset in FIELDS.items():
        for bad in (*bad_encodings, bytes(32)):
            with pytest.raises(MessageError, match=f"dealing of participant 1, {field}"):
                read(message[:offset] + bad + message[offset + 32 :])


def test_responses_that_are_not_canonical_are_refused() -> None:
    """ATTACKS 27."""
    message = dealing_of(1).to_bytes()
    start = FIELDS["proof of possession"] + 32
    z = int.from_bytes(message[start : start + 32], "little")
    for number in (z + ORDER, ORDER, 2**256 - 1):
        with pytest.raises(MessageError, match="proof of possession"):
            read(message[:start] + number.to_bytes(32, "little") + message[start + 32 :])
