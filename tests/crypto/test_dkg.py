"""COCKTAIL-DKG: ceremonies that succeed, restarts, sessions that cannot be, recovery."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.dkg import (
    CeremonyError,
    CertificateError,
    DealerSecrets,
    Dealing,
    Dealings,
    EnvelopeError,
    KeyShare,
    MessageError,
    PublicKeys,
    Session,
    SessionError,
    SharedSecrets,
    Signature,
    certify,
    check_certificate,
    check_certification,
    check_dealing,
    deal,
    receive,
    recover,
)
from crypto.dkg.rounds import _nonzero, gather
from crypto.dkg.schnorr import sign
from crypto.errors import EncodingError, ProofError
from crypto.group import ORDER, G, Points, Scalars
from crypto.polynomial import lagrange_at_zero

SEED = bytes(range(32))


@lru_cache
def dealt(n: int, t: int) -> tuple[Scalars, Dealings]:
    d = Scalars.random(n)
    session = Session.create(b"a session", t, d * G)
    return d, Dealings(session, tuple(deal(session, i, d[i - 1]) for i in session.indices))


@lru_cache
def received(n: int, t: int) -> list[KeyShare]:
    d, dealings = dealt(n, t)
    return [receive(dealings, i, d[i - 1]) for i in dealings.session.indices]


@given(st.data())
@settings(max_examples=25)
def test_any_t_shares_and_no_fewer_give_the_secret_of_the_key(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 5), "n")
    t = data.draw(st.integers(1, n), "t")
    chosen = data.draw(st.permutations(range(1, n + 1)), "order")
    shares, K = received(n, t), dealt(n, t)[1].keys.K
    x = Scalars.concat(shares[i - 1].x for i in chosen)
    assert lagrange_at_zero(chosen[:t]).dot(x[:t]) * G == K
    assert lagrange_at_zero(chosen).dot(x) * G == K
    if t > 1:
        assert lagrange_at_zero(chosen[: t - 1]).dot(x[: t - 1]) * G != K


def test_everybody_has_the_same_keys_and_they_fit_the_shares() -> None:
    shares = received(5, 3)
    assert all(share.keys == shares[0].keys for share in shares)
    assert Scalars.concat(share.x for share in shares) * G == shares[0].keys.S
    assert dealt(5, 3)[1].transcript(b"anything").keys == shares[0].keys


def test_a_restarted_dealer_sends_the_same_bytes() -> None:
    d, dealings = dealt(3, 2)
    session = dealings.session
    first = deal(session, 2, d[1], DealerSecrets.derive(session, 2, SEED))
    assert first.to_bytes() == deal(session, 2, d[1], DealerSecrets.derive(session, 2, SEED)).to_bytes()
    assert first != deal(session, 2, d[1]) != deal(session, 2, d[1])


def test_secrets_differ_by_seed_session_keys_threshold_and_dealer() -> None:
    P = Scalars.from_ints([1, 2, 3]) * G
    session = Session(b"context", 2, P)
    drawn = [
        DealerSecrets.derive(session, 1, SEED),
        DealerSecrets.derive(session, 2, SEED),
        DealerSecrets.derive(session, 1, bytes(32)),
        DealerSecrets.derive(Session(b"another", 2, P), 1, SEED),
        DealerSecrets.derive(Session(b"context", 3, P), 1, SEED),
        DealerSecrets.derive(Session(b"context", 2, P[:2]), 1, SEED),
    ]
    scalars = [scalar.to_bytes() for secrets in drawn for scalar in (*secrets.a, secrets.e)]
    assert len(scalars) == len(set(scalars)) == 19


def test_secrets_are_never_zero() -> None:
    wide = [bytes(64), ORDER.to_bytes(64, "little"), (ORDER + 5).to_bytes(64, "little")]
    assert _nonzero(wide.__getitem__) == Scalars.from_ints([5])
    for a, e in (([0, 1], 1), ([1, 0], 1), ([1, 1], 0)):
        with pytest.raises(ValueError, match="zero"):
            DealerSecrets(Scalars.from_ints(a), Scalars.from_ints([e]))


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_has_32_bytes(seed: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        DealerSecrets.derive(dealt(3, 2)[1].session, 1, seed)


def test_secrets_of_another_threshold_are_not_dealt() -> None:
    d, dealings = dealt(3, 2)
    with pytest.raises(ValueError, match="3 coefficients for a threshold of 2"):
        deal(dealings.session, 1, d[0], DealerSecrets(Scalars.random(3), Scalars.random(1)))


@pytest.mark.parametrize("threshold", [0, -1, 4, ORDER, True, "2", 2.0, None])
def test_a_threshold_is_an_integer_from_1_to_n(threshold: int) -> None:
    """ATTACKS 23."""
    with pytest.raises(SessionError, match="threshold"):
        Session(b"context", threshold, Scalars.from_ints([1, 2, 3]) * G)


def test_static_keys_are_distinct_and_not_the_identity() -> None:
    with pytest.raises(SessionError, match="threshold of 1 does not fit 0"):
        Session(b"context", 1, Points.from_bytes(b""))
    with pytest.raises(SessionError, match="participants 1 and 3") as doubled:
        Session(b"context", 1, Scalars.from_ints([1, 2, 1]) * G)
    assert doubled.value.culprits == (1, 3)
    with pytest.raises(SessionError, match="participant 2 is the identity") as zero:
        Session(b"context", 1, Scalars.from_ints([1, 0, 3]) * G)
    assert zero.value.culprits == (2,)


@pytest.mark.parametrize("index", [0, -1, 4, ORDER, ORDER + 1, "01", "1", True, 1.0, None])
def test_an_index_is_an_integer_from_1_to_n(index: int) -> None:
    """ATTACKS 21."""
    d, dealings = dealt(3, 2)
    with pytest.raises(SessionError, match="there is no participant"):
        deal(dealings.session, index, d[0])
    with pytest.raises(SessionError, match="there is no participant"):
        receive(dealings, index, d[0])
    with pytest.raises(SessionError, match="there is no participant"):
        dealings.envelopes(index)
    with pytest.raises(SessionError, match="there is no participant"):
        check_dealing(dealings.session, index, dealings.dealings[0])
    with pytest.raises(SessionError, match="there is no participant"):
        Dealing.from_bytes(dealings.dealings[0].to_bytes(), dealings.session, index)


def test_nobody_acts_with_a_secret_that_is_not_theirs() -> None:
    """ATTACKS 25, 33."""
    d, dealings = dealt(3, 2)
    share = received(3, 2)[0]
    for act in (
        lambda: deal(dealings.session, 1, d[1]),
        lambda: receive(dealings, 1, d[1]),
        lambda: certify(dealings, share, d[1], b""),
    ):
        with pytest.raises(SessionError, match="static secret"):
            act()


def test_a_share_certifies_only_the_dealings_that_it_comes_from() -> None:
    d, dealings = dealt(3, 2)
    session = dealings.session
    again = Dealings(session, tuple(deal(session, i, d[i - 1]) for i in session.indices))
    with pytest.raises(SessionError, match="other dealings"):
        certify(again, received(3, 2)[0], d[0], b"")


def test_a_certificate_needs_every_signature_over_one_transcript() -> None:
    """ATTACKS 24."""
    d, dealings = dealt(3, 2)
    transcript = dealings.transcript(b"extension")
    good, other = (
        [certify(dealings, received(3, 2)[i], d[i], extension) for i in range(3)]
        for extension in (b"extension", b"another")
    )
    check_certificate(transcript, good)
    check_certification(transcript, 2, good[1])
    with pytest.raises(CertificateError) as single:
        check_certificate(transcript, [good[0], other[1], good[2]])
    assert single.value.culprits == (2,)
    with pytest.raises(CeremonyError) as exchanged:
        check_certificate(transcript, [good[1], good[0], good[2]])
    assert exchanged.value.culprits == (1, 2)
    for wrong_number in ([], good[:2], [*good, good[2]]):
        with pytest.raises(CertificateError, match=f"{len(wrong_number)} signatures of 3"):
            check_certificate(transcript, wrong_number)


def test_signatures_are_hedged(monkeypatch: pytest.MonkeyPatch) -> None:
    """ATTACKS 29: a fault or a restored backup meets no nonce twice."""
    d, dealings = dealt(3, 2)
    share = received(3, 2)[0]
    assert certify(dealings, share, d[0], b"").R != certify(dealings, share, d[0], b"").R
    for size in (0, 63, 65):
        with pytest.raises(EncodingError, match="64 bytes"):
            Signature.from_bytes(bytes(size))
    with pytest.raises(ValueError, match="32 bytes or none"):
        certify(dealings, share, d[0], b"", fresh=b"short")
    monkeypatch.setattr("crypto.dkg.schnorr.hash_to_scalar", lambda *_: Scalars.from_ints([0]))
    with pytest.raises(ProofError, match="nonce"):
        sign(d[0], b"message")


def test_recovery_takes_the_matching_secret_bundle_and_certificate_only() -> None:
    d, dealings = dealt(3, 2)
    T = dealings.transcript(b"x").to_bytes()
    certificate = [certify(dealings, share, d[share.index - 1], b"x") for share in received(3, 2)]
    for share in received(3, 2):
        recovered = recover(T, certificate, dealings.bundle(share.index), d[share.index - 1])
        assert (recovered.index, recovered.keys, recovered.x == share.x) == (share.index, share.keys, True)
    with pytest.raises(SessionError, match="no participant"):
        recover(T, certificate, dealings.bundle(1), Scalars.random(1))
    with pytest.raises(EnvelopeError) as foreign:
        recover(T, certificate, dealings.bundle(2), d[0])
    assert foreign.value.culprits == (1, 2, 3)
    for bad in (b"", dealings.bundle(1)[:-1], dealings.bundle(1) + b"\0", b"\0" * 168):
        with pytest.raises(MessageError, match="the bundle"):
            recover(T, certificate, bad, d[0])
    with pytest.raises(CertificateError):
        recover(T, certificate[:2], dealings.bundle(1), d[0])


def test_the_sum_of_the_shares_is_checked_again() -> None:
    """C2SP cocktail-dkg, "Round 2" step 4.4: nobody's fault, but no share either."""
    d, dealings = dealt(3, 2)
    K, S = dealings.keys.K, dealings.keys.S
    with pytest.raises(CeremonyError, match="nobody's fault") as bug:
        gather(dealings.envelopes(1), 1, d[0], PublicKeys(K, Points.concat([S[1], S[0], S[2]])))
    assert bug.value.culprits == ()


def test_recovery_refuses_an_altered_transcript() -> None:
    d, dealings = dealt(2, 2)
    T = dealings.transcript(b"x").to_bytes()
    certificate = [certify(dealings, share, d[share.index - 1], b"x") for share in received(2, 2)]
    for place in range(len(T)):
        altered = T[:place] + bytes([T[place] ^ 1 << place % 8]) + T[place + 1 :]
        with pytest.raises(CeremonyError):
            recover(altered, certificate, dealings.bundle(1), d[0])
    for altered in (T[:-1], T + b"\0", b"", T.replace(b"Ristretto255", b"Ristretto256")):
        with pytest.raises(MessageError, match="the transcript"):
            recover(altered, certificate, dealings.bundle(1), d[0])


def test_secrets_do_not_print() -> None:
    d, dealings = dealt(3, 2)
    secrets = DealerSecrets.derive(dealings.session, 1, SEED)
    share = received(3, 2)[0]
    shared = SharedSecrets(d[0] * secrets.e * G, d[0] * G)
    printed = "".join(form(x) for form in (repr, str) for x in (secrets, share, shared)).encode()
    for secret in (*secrets.a, secrets.e, share.x, *d, shared.Se):
        assert secret.to_bytes().hex().encode() not in printed
        assert repr(secret.to_bytes()).encode()[2:-1] not in printed
    for number in (*secrets.a.to_ints(), *share.x.to_ints()):
        assert str(number).encode() not in printed
