"""Ed25519 under one strict rule: C2SP's 914 edge cases, and keys that must not sign."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crypto.errors import EncodingError, ProofError
from crypto.signing import PublicKey, SigningKey

ORDER = 2**252 + 27742317777372353535851937790883648493


def verify(key: bytes, message: bytes, signature: bytes) -> None:
    PublicKey(key).verify(message, signature)


def test_cctv_accepts_the_one_case_without_a_flag_and_refuses_the_other_913(shared: Path) -> None:
    """Every flag stands for something that the rule refuses, in the key, in R or in the equation:

    low_order_A, low_order_component_A, non_canonical_A: the key; low_order_R, low_order_component_R,
    non_canonical_R: R; low_order_residue: it holds only with a cofactor; reencoded_k: it holds only if the
    hash is over another encoding than the one that was sent.
    """
    cases = json.loads((shared / "vectors/cctv/ed25519vectors.json").read_text())
    accepted = []
    for case in cases:
        try:
            verify(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
        except (EncodingError, ProofError):
            continue
        accepted.append(case)
    assert len(cases) == 914
    assert [case["flags"] for case in accepted] == [None]
    assert {flag for case in cases for flag in case["flags"] or ()} == {
        *("low_order_A", "low_order_component_A", "non_canonical_A"),
        *("low_order_R", "low_order_component_R", "non_canonical_R"),
        *("low_order_residue", "reencoded_k"),
    }


def test_cctv_keys_are_refused_as_keys(shared: Path) -> None:
    cases = json.loads((shared / "vectors/cctv/ed25519vectors.json").read_text())
    for case in cases:
        key, flags = bytes.fromhex(case["key"]), set(case["flags"] or ())
        if flags & {"low_order_A", "low_order_component_A", "non_canonical_A"}:
            with pytest.raises(EncodingError):
                PublicKey(key)
        else:
            assert PublicKey(key).to_bytes() == key


def test_rfc8032_vectors() -> None:
    """RFC 8032 section 7.1, tests 1 and 2."""
    for seed, public, message, signature in (
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ):
        key = SigningKey.from_seed(bytes.fromhex(seed))
        assert key.public.to_bytes().hex() == public
        assert key.sign(bytes.fromhex(message)).hex() == signature
        key.public.verify(bytes.fromhex(message), bytes.fromhex(signature))


def test_s_plus_the_order_is_refused() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"message")
    s = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(ProofError):
        key.public.verify(b"message", signature[:32] + s.to_bytes(32, "little"))


def test_every_changed_byte_is_refused() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"message")
    key.public.verify(b"message", signature)
    for place in range(len(signature)):
        forged = bytearray(signature)
        forged[place] ^= 1
        with pytest.raises(ProofError):
            key.public.verify(b"message", bytes(forged))
    for message, other in (
        (b"massage", signature),
        (b"message", signature[:63]),
        (b"message", signature + b"\0"),
    ):
        with pytest.raises(ProofError):
            key.public.verify(message, other)
    with pytest.raises(ProofError):
        SigningKey.generate().public.verify(b"message", signature)


def test_a_key_with_a_foreign_public_half_does_not_sign() -> None:
    """ATTACKS 33."""
    mine, other = SigningKey.generate(), SigningKey.generate()
    assert SigningKey(mine.secret_bytes()).sign(b"m") == mine.sign(b"m")
    with pytest.raises(EncodingError, match="not the seed's"):
        SigningKey(mine.secret_bytes()[:32] + other.public.to_bytes())


@pytest.mark.parametrize("length", [0, 31, 32, 33, 63, 65])
def test_lengths(length: int) -> None:
    with pytest.raises(EncodingError):
        SigningKey(bytes(length))
    if length != 32:
        with pytest.raises(EncodingError):
            PublicKey(bytes(length))
        with pytest.raises(EncodingError):
            SigningKey.from_seed(bytes(length))


def test_no_secret_in_any_text() -> None:
    key = SigningKey.from_seed(bytes(range(32)))
    assert bytes(range(32)).hex() not in repr(key)
    with pytest.raises(EncodingError) as caught:
        SigningKey(bytes(range(32)) + bytes(32))
    assert bytes(range(32)).hex() not in str(caught.value)


def test_public_keys_are_values() -> None:
    key = SigningKey.generate().public
    assert key == PublicKey(key.to_bytes())
    assert len({key, PublicKey(key.to_bytes())}) == 1
    assert key != SigningKey.generate().public
