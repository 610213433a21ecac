"""COCKTAIL-DKG: what a participant does wrong is refused or ends in a complaint that names the culprit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import pytest

from crypto.dkg import (
    CeremonyError,
    DealerSecrets,
    Dealing,
    Dealings,
    EnvelopeError,
    Fault,
    MessageError,
    PossessionError,
    Session,
    SessionError,
    SharedSecrets,
    Signature,
    Verdict,
    check_dealing,
    deal,
    judge,
    open_envelope,
    receive,
    shared_secrets,
)
from crypto.dkg.dealing import possession_message
from crypto.dkg.envelope import encrypt
from crypto.dkg.schnorr import _challenge, sign
from crypto.group import ORDER, G, Points, Scalars

N, T = 3, 2
ENVELOPES = 32 * T + 96


@lru_cache
def dealt() -> tuple[Scalars, Dealings]:
    d = Scalars.random(N)
    session = Session.create(b"a session", T, d * G)
    return d, Dealings(session, tuple(deal(session, i, d[i - 1]) for i in session.indices))


def with_dealing(dealer: int, dealing: Dealing) -> Dealings:
    """The ceremony in which `dealer` has sent `dealing` instead."""
    dealings = list(dealt()[1].dealings)
    dealings[dealer - 1] = dealing
    return Dealings(dealt()[1].session, tuple(dealings))


def judged(dealings: Dealings, accuser: int, accused: int) -> Verdict:
    """What a complaint by `accuser` about `accused` leads to."""
    envelope = dealings.envelopes(accuser)[accused - 1]
    return judge(envelope, shared_secrets(envelope, dealt()[0][accuser - 1]))


def read(data: bytes, dealer: int = 1) -> Dealing:
    session = dealt()[1].session
    dealing = Dealing.from_bytes(data, session, dealer)
    check_dealing(session, dealer, dealing)
    return dealing


def forged(plaintext: Callable[[Scalars], bytes], recipient: int) -> Dealing:
    """A dealing of participant 1 with another plaintext, made from the share, for `recipient`."""
    d, dealings = dealt()
    session = dealings.session
    drawn = DealerSecrets.derive(session, 1, bytes(32))
    dealing = deal(session, 1, d[0], drawn)
    P = session.static_key(recipient)
    shared = SharedSecrets(drawn.e * P, d[0] * P)
    share = open_envelope(dealing.envelope(session, 1, recipient), shared)
    envelopes = list(dealing.envelopes)
    envelopes[recipient - 1] = encrypt(session, 1, recipient, dealing.E, shared, plaintext(share))
    return replace(dealing, envelopes=tuple(envelopes))


def test_every_altered_byte_is_refused_or_judged() -> None:
    d, dealings = dealt()
    message = dealings.dealings[0].to_bytes()
    for place in range(len(message)):
        altered = message[:place] + bytes([message[place] ^ 1 << place % 8]) + message[place + 1 :]
        recipient, offset = divmod(place - ENVELOPES, 56)
        if place < ENVELOPES or offset < 8:
            with pytest.raises((MessageError, PossessionError), match="dealing of participant 1") as refused:
                read(altered)
            assert refused.value.culprits == (1,)
            continue
        ceremony = with_dealing(1, read(altered))
        for i in dealings.session.indices:
            if i != recipient + 1:
                receive(ceremony, i, d[i - 1])
                continue
            with pytest.raises(EnvelopeError) as complaint:
                receive(ceremony, i, d[i - 1])
            assert complaint.value.faults == {1: Fault.DECRYPTION}
            assert judged(ceremony, i, 1) == Verdict(1, Fault.DECRYPTION)


@pytest.mark.parametrize(
    ("plaintext", "fault"),
    [
        (lambda s: (s + 1).to_bytes(), Fault.SHARE),
        (lambda s: (-s).to_bytes(), Fault.SHARE),
        (lambda s: bytes(32), Fault.SHARE),
        (lambda s: (s.to_ints()[0] + ORDER).to_bytes(32, "little"), Fault.SCALAR),
        (lambda s: ORDER.to_bytes(32, "little"), Fault.SCALAR),
        (lambda s: b"\xff" * 32, Fault.SCALAR),
    ],
)
@pytest.mark.parametrize("recipient", [1, 2, 3])
def test_a_bad_share_is_its_dealers_fault(
    plaintext: Callable[[Scalars], bytes], fault: Fault, recipient: int
) -> None:
    """ATTACKS 24: a good share to one, a bad one to another."""
    d, _ = dealt()
    ceremony = with_dealing(1, forged(plaintext, recipient))
    for i in ceremony.session.indices:
        if i == recipient:
            with pytest.raises(EnvelopeError, match=f"from 1 to {i} {fault.value}") as complaint:
                receive(ceremony, i, d[i - 1])
            assert (complaint.value.recipient, complaint.value.culprits) == (recipient, (1,))
            assert judged(ceremony, i, 1) == Verdict(1, fault)
        else:
            receive(ceremony, i, d[i - 1])
            assert judged(ceremony, i, 1) == Verdict(i, None)


def test_a_complaint_about_a_good_envelope_is_its_makers_fault() -> None:
    """ATTACKS 71."""
    _, dealings = dealt()
    for accuser in dealings.session.indices:
        for accused in dealings.session.indices:
            assert judged(dealings, accuser, accused) == Verdict(accuser, None)


def test_all_bad_envelopes_are_named_at_once() -> None:
    d, dealings = dealt()
    session = dealings.session
    first, second, third = (dealing.envelopes for dealing in dealings.dealings)
    swapped = [replace(dealings.dealings[0], envelopes=(first[1], first[0], first[2]))]
    swapped += [replace(dealings.dealings[1], envelopes=(third[0], second[1], second[2]))]
    with pytest.raises(EnvelopeError) as complaint:
        receive(Dealings(session, (*swapped, dealings.dealings[2])), 1, d[0])
    assert complaint.value.faults == {1: Fault.DECRYPTION, 2: Fault.DECRYPTION}


def test_the_shared_secrets_of_another_envelope_open_nothing() -> None:
    d, dealings = dealt()
    own, other = dealings.envelopes(1)[:2]
    with pytest.raises(EnvelopeError) as closed:
        open_envelope(own, shared_secrets(other, d[0]))
    assert closed.value.faults == {1: Fault.DECRYPTION}
    with pytest.raises(SessionError, match="static secret"):
        shared_secrets(own, d[1])
    for points in ((2, 1), (1, 2), (0, 1)):
        with pytest.raises(ValueError, match="two single points"):
            SharedSecrets(*map(Points.identity, points))


def test_a_plaintext_that_goes_on_after_the_share_is_a_fault() -> None:
    longer = forged(lambda s: s.to_bytes() + bytes(32), 2)
    envelope = longer.envelope(dealt()[1].session, 1, 2)
    assert judge(envelope, shared_secrets(envelope, dealt()[0][1])) == Verdict(1, Fault.SCALAR)


def test_somebody_elses_dealing_does_not_open() -> None:
    """ATTACKS 18: the proof of possession can be copied with its keys, the envelopes cannot."""
    d, dealings = dealt()
    copied = with_dealing(2, dealings.dealings[0])
    for i in dealings.session.indices:
        with pytest.raises(EnvelopeError) as complaint:
            receive(copied, i, d[i - 1])
        assert complaint.value.faults == {2: Fault.DECRYPTION}


def test_a_dealing_of_another_session_is_refused() -> None:
    """ATTACKS 10, 19, 68."""
    d, dealings = dealt()
    for session in (
        Session.create(b"the next session", T, dealings.session.static_keys),
        Session.create(b"a session", T, Points.concat([d[1] * G, d[0] * G, d[2] * G])),
    ):
        with pytest.raises(PossessionError, match="participant 1"):
            check_dealing(session, 1, Dealing.from_bytes(dealings.dealings[0].to_bytes(), session, 1))


def test_a_rogue_key_has_no_proof_of_possession() -> None:
    """ATTACKS 18: the last dealer chooses K and subtracts what the others have dealt."""
    _, dealings = dealt()
    last = dealings.dealings[2]
    rogue = G - dealings.dealings[0].C[0] - dealings.dealings[1].C[0]
    C = Points.concat([rogue, last.C[1:]])
    own = sign(Scalars.from_ints([1]), possession_message(dealings.session, C, last.E))
    for possession in (last.possession, dealings.dealings[0].possession, own):
        with pytest.raises(PossessionError) as refused:
            with_dealing(3, replace(last, C=C, possession=possession))
        assert refused.value.culprits == (3,)


def test_a_proof_with_the_identity_as_announcement_is_refused() -> None:
    """A nonce of zero gives the response c * a_0, which hands over the secret, though the equation holds."""
    d, dealings = dealt()
    drawn = DealerSecrets.derive(dealings.session, 1, bytes(32))
    dealing = deal(dealings.session, 1, d[0], drawn)
    R = Points.identity(1)
    c = _challenge(R, dealing.C[0], possession_message(dealings.session, dealing.C, dealing.E))
    with pytest.raises(PossessionError):
        with_dealing(1, replace(dealing, possession=Signature(R, c * drawn.a[0])))


def test_every_false_dealing_is_named_at_once() -> None:
    _, dealings = dealt()
    first, second, third = dealings.dealings
    with pytest.raises(CeremonyError, match=r"participant 1.*participant 3") as refused:
        Dealings(dealings.session, (replace(first, E=third.E), second, replace(third, C=first.C[:1])))
    assert refused.value.culprits == (1, 3)
    for number in (0, 2, 4):
        with pytest.raises(CeremonyError, match=f"{number} dealings of 3"):
            Dealings(dealings.session, (first, second, third, third)[:number])


def test_commitments_that_cancel_give_no_key() -> None:
    """All dealers together, who know all secrets, still cannot make the identity the key."""
    d, dealings = dealt()
    session = dealings.session
    a = [Scalars.random(T) for _ in range(N - 1)]
    a.append(-(a[0] + a[1]))
    e = Scalars.from_ints([1])
    cancelling = tuple(deal(session, i, d[i - 1], DealerSecrets(a[i - 1], e)) for i in session.indices)
    with pytest.raises(CeremonyError, match="identity"):
        receive(Dealings(session, cancelling), 1, d[0])
