"""Secrets under a passphrase: nothing but the right passphrase, purpose and bytes opens them."""

from __future__ import annotations

import struct

import pytest

from crypto.errors import SealError
from crypto.sealing import MODERATE, Cost, SealingKey, seal, unseal

CHEAP = Cost(passes=1, memory=8)
SECRET = b"a trustee's share"


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return seal(SECRET, "correct horse", purpose="trustee", cost=CHEAP)


def test_opens_again(sealed: bytes) -> None:
    assert unseal(sealed, "correct horse", purpose="trustee") == SECRET
    assert unseal(seal(b"", "x", purpose="", cost=CHEAP), "x", purpose="") == b""


def test_the_default_cost_is_libsodium_s_moderate() -> None:
    sealed = seal(SECRET, "correct horse", purpose="trustee")
    assert struct.unpack_from("<II", sealed, 22) == MODERATE == (3, 256 * 1024)
    assert unseal(sealed, "correct horse", purpose="trustee") == SECRET


def test_two_seals_share_nothing(sealed: bytes) -> None:
    again = seal(SECRET, "correct horse", purpose="trustee", cost=CHEAP)
    assert sealed[:30] == again[:30]
    assert sealed[30:46] != again[30:46]
    assert sealed[46:70] != again[46:70]
    assert SECRET not in sealed


@pytest.mark.parametrize(
    ("passphrase", "purpose"), [("correct house", "trustee"), ("correct horse", "log"), ("", "trustee")]
)
def test_wrong_passphrase_or_purpose(sealed: bytes, passphrase: str, purpose: str) -> None:
    with pytest.raises(SealError, match="wrong passphrase"):
        unseal(sealed, passphrase, purpose=purpose)


def test_any_damage_is_one_line(sealed: bytes) -> None:
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= 0x80
        with pytest.raises(SealError) as caught:
            unseal(bytes(damaged), "correct horse", purpose="trustee")
        assert "\n" not in str(caught.value)
    for length in (0, 22, 69, 70, 85, len(sealed) - 1):
        with pytest.raises(SealError):
            unseal(sealed[:length], "correct horse", purpose="trustee")
    with pytest.raises(SealError):
        unseal(sealed + b"\0", "correct horse", purpose="trustee")


@pytest.mark.parametrize("cost", [(0, 8), (11, 8), (1, 7), (1, 1024 * 1024 + 1), (2**32 - 1, 2**32 - 1)])
def test_costs_out_of_bounds_are_not_tried(sealed: bytes, cost: tuple[int, int]) -> None:
    greedy = sealed[:22] + struct.pack("<II", *cost) + sealed[30:]
    with pytest.raises(SealError, match="out of bounds"):
        unseal(greedy, "correct horse", purpose="trustee")
    with pytest.raises(ValueError, match="cost"):
        seal(SECRET, "x", purpose="trustee", cost=Cost(*cost))


def test_an_empty_passphrase_seals_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        seal(SECRET, "", purpose="trustee", cost=CHEAP)


def test_composed_and_decomposed_letters_are_one_passphrase() -> None:
    sealed = seal(SECRET, "Schl\u00fcssel \u0622", purpose="trustee", cost=CHEAP)
    assert unseal(sealed, "Schlu\u0308ssel \u0627\u0653", purpose="trustee") == SECRET


def test_one_key_seals_many_times_at_the_cost_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written often costs its owner one derivation, and each version has a nonce of its own."""
    key = SealingKey.new("correct horse", CHEAP)
    monkeypatch.setattr("crypto.sealing.argon2id", None)
    first, second = (key.seal(b"secret", purpose="a") for _ in range(2))
    assert first != second
    assert [key.unseal(sealed, purpose="a") for sealed in (first, second)] == [b"secret"] * 2
    monkeypatch.undo()
    assert unseal(second, "correct horse", purpose="a") == b"secret"
    again = SealingKey.of(first, "correct horse")
    assert again.unseal(again.seal(b"new", purpose="a"), purpose="a") == b"new"
    with pytest.raises(SealError, match="wrong passphrase"):
        SealingKey.of(first, "another").unseal(first, purpose="a")
    assert repr(key) == "<SealingKey>"
