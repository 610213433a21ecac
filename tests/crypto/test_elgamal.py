"""Exponential ElGamal as arrays, and its one encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.discrete_log import discrete_log_vartime
from crypto.elgamal import Ciphertexts, encrypt
from crypto.errors import EncodingError
from crypto.group import G, Points, Scalars

k = Scalars.from_ints([5])
K = k * G


def decrypt(ciphertexts: Ciphertexts) -> Points:
    return ciphertexts.beta - k * ciphertexts.alpha


def made(*values: int) -> Ciphertexts:
    return encrypt(Scalars.from_ints(values), Scalars.random(len(values)), K)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=5))
def test_decrypts_to_what_was_encrypted(values: list[int]) -> None:
    assert discrete_log_vartime(decrypt(made(*values)), 1000) == values


def test_formula() -> None:
    v, r = Scalars.from_ints([3, 0]), Scalars.from_ints([7, 11])
    known = encrypt(v, r, K)
    assert known.alpha == Points.concat([7 * G, 11 * G])
    assert known.beta == Points.concat([(3 + 35) * G, 55 * G])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=4))
def test_sums(pairs: list[tuple[int, int]]) -> None:
    one, other = (made(*values) for values in zip(*pairs, strict=True))
    assert discrete_log_vartime(decrypt(one + other), 100) == [a + b for a, b in pairs]
    nothing = Ciphertexts.zero(len(pairs))
    assert one + nothing == one == nothing + one


def test_only_equal_lengths_add_up() -> None:
    """A single ciphertext is not repeated, as arrays of points would be."""
    for n in (1, 3):
        with pytest.raises(ValueError, match="equally many"):
            made(1, 0) + made(*[0] * n)


@pytest.mark.parametrize(("alpha", "beta"), [(1, 2), (2, 1), (0, 1)])
def test_a_ciphertext_is_a_pair(alpha: int, beta: int) -> None:
    with pytest.raises(ValueError, match="pair"):
        Ciphertexts(Points.identity(alpha), Points.identity(beta))


def test_slices_and_concatenation() -> None:
    known = made(1, 2, 3, 4)
    assert len(known) == 4
    assert Ciphertexts.concat([known[:1], known[1:1], known[1:4]]) == known
    assert len(Ciphertexts.concat([])) == 0
    assert len(known[2:]) == 2


def test_encoding_goes_pair_by_pair() -> None:
    known = made(1, 0, 1)
    data = known.to_bytes()
    assert len(data) == 64 * 3
    for i in range(3):
        assert data[64 * i : 64 * i + 32] == known.alpha[i].to_bytes()
        assert data[64 * i + 32 : 64 * i + 64] == known.beta[i].to_bytes()
    assert Ciphertexts.from_bytes(data) == known
    assert Ciphertexts.from_bytes(data).to_bytes() == data
    assert Ciphertexts.from_bytes(b"") == Ciphertexts.zero(0)


@pytest.mark.parametrize("size", [1, 32, 63, 65, 96])
def test_halves_of_ciphertexts(size: int) -> None:
    with pytest.raises(EncodingError, match="no whole number"):
        Ciphertexts.from_bytes(bytes(size))


def test_where_the_identity_may_stand() -> None:
    """SPEC 1.1: as beta, in an aggregate as alpha too; never as alpha of a ballot."""
    nothing, point = bytes(32), G.to_bytes()
    assert Ciphertexts.from_bytes(point + nothing).beta.is_identity() == [True]
    with pytest.raises(EncodingError, match="point 1 is the identity"):
        Ciphertexts.from_bytes(point * 2 + nothing + point)
    assert Ciphertexts.from_bytes(nothing + nothing, aggregate=True) == Ciphertexts.zero(1)


@pytest.mark.parametrize("aggregate", [False, True])
def test_bad_points(aggregate: bool) -> None:
    for data in (b"\xff" * 32 + G.to_bytes(), G.to_bytes() + b"\xff" * 32):
        with pytest.raises(EncodingError, match="not a canonical"):
            Ciphertexts.from_bytes(data, aggregate=aggregate)


def test_encrypts_as_much_as_there_is_randomness() -> None:
    """Randomness is never stretched over several plaintexts."""
    with pytest.raises(ValueError):
        encrypt(Scalars.from_ints([1, 2, 3]), Scalars.random(2), K)
