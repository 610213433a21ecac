"""Envelopes: the share of one dealer for one recipient, encrypted; opening them, and judging who lied.

C2SP cocktail-dkg v0.2.1, "Round 1" step 5, "Round 2" step 3; complaints are SPEC 8.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from crypto.dkg.ciphersuite import h6
from crypto.dkg.errors import EnvelopeError, Fault
from crypto.dkg.session import Session
from crypto.errors import EncodingError, SealError
from crypto.group import G, Points, Scalars
from crypto.polynomial import evaluate_in_exponent_vartime


@dataclass(frozen=True)
class SharedSecrets:
    """The Diffie-Hellman values of one envelope, one point each.

    `Se = e_j * P_i = d_i * E_j` and `Sd = d_j * P_i = d_i * P_j` for dealer j and recipient i.
    """

    Se: Points
    Sd: Points

    def __post_init__(self) -> None:
        if len(self.Se) != 1 or len(self.Sd) != 1:
            raise ValueError("the shared secrets of an envelope are two single points")


@dataclass(frozen=True)
class Envelope:
    """What dealer j sends to recipient i, with the public values that decide whether it is good.

    C: the dealer's t commitments; E: its ephemeral key; ciphertext: 48 bytes.
    """

    session: Session
    dealer: int
    recipient: int
    C: Points
    E: Points
    ciphertext: bytes


@dataclass(frozen=True)
class Verdict:
    """Exactly one is at fault: the dealer, `fault` saying why, or (None) the recipient who complained."""

    culprit: int
    fault: Fault | None


def encrypt(
    session: Session, dealer: int, recipient: int, E: Points, shared: SharedSecrets, plaintext: bytes
) -> bytes:
    """The ciphertext of an envelope: XChaCha20-Poly1305, 16 bytes longer than the plaintext."""
    key, nonce = _key_and_nonce(session, dealer, recipient, E, shared)
    return bytes(crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, None, nonce, key))


def decrypt(envelope: Envelope, shared: SharedSecrets) -> bytes:
    """The plaintext; SealError if the tag is false."""
    key, nonce = _key_and_nonce(envelope.session, envelope.dealer, envelope.recipient, envelope.E, shared)
    try:
        return bytes(crypto_aead_xchacha20poly1305_ietf_decrypt(envelope.ciphertext, None, nonce, key))
    except CryptoError:
        raise SealError("the envelope does not decrypt") from None


def shared_secrets(envelope: Envelope, d: Scalars) -> SharedSecrets:
    """The recipient's way to them with its static secret d; SessionError if d is another's.

    Published, they open this envelope to everybody. That is safe only where the dealer has proven that it
    knows e and d_j: else E or P_j may be somebody's key of another ceremony (SPEC 8.2).
    """
    envelope.session.check_secret(envelope.recipient, d)
    return SharedSecrets(d * envelope.E, d * envelope.session.static_key(envelope.dealer))


def open_envelope(envelope: Envelope, shared: SharedSecrets) -> Scalars:
    """The share, checked: `s * G = sum_k i^k * C_k`. EnvelopeError tells which of the three faults it has."""
    try:
        share = Scalars.from_bytes(decrypt(envelope, shared))
    except SealError:
        raise _fault(envelope, Fault.DECRYPTION) from None
    except EncodingError:
        raise _fault(envelope, Fault.SCALAR) from None
    if len(share) != 1:
        raise _fault(envelope, Fault.SCALAR)
    if share * G != evaluate_in_exponent_vartime(envelope.C, Scalars.from_ints([envelope.recipient])):
        raise _fault(envelope, Fault.SHARE)
    return share


def judge(envelope: Envelope, shared: SharedSecrets) -> Verdict:
    """Who is at fault where the recipient complains and has proven `shared` to be the right values."""
    try:
        open_envelope(envelope, shared)
    except EnvelopeError as error:
        return Verdict(envelope.dealer, error.faults[envelope.dealer])
    return Verdict(envelope.recipient, None)


def _fault(envelope: Envelope, fault: Fault) -> EnvelopeError:
    return EnvelopeError(envelope.recipient, {envelope.dealer: fault})


def _key_and_nonce(
    session: Session, dealer: int, recipient: int, E: Points, shared: SharedSecrets
) -> tuple[bytes, bytes]:
    P_s, P_r = session.static_key(dealer), session.static_key(recipient)
    tmp = h6(shared.Se.to_bytes() + shared.Sd.to_bytes(), E, P_s, P_r, session.context)
    return tmp[:32], tmp[32:56]
