"""Ed25519 (RFC 8032) for checkpoints and cosignatures, with one strict rule for what is valid (SPEC 1.7).

A signature (R, S) under the key A is valid if and only if A and R are canonical encodings of points of the
prime-order subgroup other than the identity, S < ℓ, and S·B = R + SHA-512(R ‖ A ‖ M)·A without a cofactor.
libsodium refuses everything else, except for keys of mixed order. With A and R in the prime-order subgroup it
does not matter whether a version of it multiplies the equation by the cofactor.
"""

from __future__ import annotations

from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_BYTES, crypto_sign_PUBLICKEYBYTES
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as _SodiumSigningKey
from nacl.signing import VerifyKey as _SodiumVerifyKey
from nacl.utils import random

from crypto.errors import EncodingError, ProofError

KEY_SIZE = crypto_sign_PUBLICKEYBYTES
SIGNATURE_SIZE = crypto_sign_BYTES
_SEED_SIZE = 32
_SECRET_SIZE = _SEED_SIZE + KEY_SIZE


class PublicKey:
    """An Ed25519 public key, known to be canonical and of prime order."""

    def __init__(self, data: bytes) -> None:
        """Raises EncodingError unless data is such a key's 32 bytes."""
        if len(data) != KEY_SIZE:
            raise EncodingError(f"Ed25519 key: {len(data)} bytes where {KEY_SIZE} belong")
        if not crypto_core_ed25519_is_valid_point(data):
            raise EncodingError("Ed25519 key: not the canonical encoding of a point of prime order")
        self._data = bytes(data)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raises ProofError unless the signature is valid, strictly, for this message."""
        if len(signature) != SIGNATURE_SIZE:
            raise ProofError(f"Ed25519 signature: {len(signature)} bytes where {SIGNATURE_SIZE} belong")
        if not crypto_core_ed25519_is_valid_point(signature[:KEY_SIZE]):
            raise ProofError("Ed25519 signature: R is not the canonical encoding of a point of prime order")
        try:
            _SodiumVerifyKey(self._data).verify(message, signature)
        except BadSignatureError:
            raise ProofError("Ed25519 signature: not made by this key over this message") from None

    def to_bytes(self) -> bytes:
        return self._data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self._data == other._data

    def __hash__(self) -> int:
        return hash(self._data)

    def __repr__(self) -> str:
        return f"<PublicKey {self._data.hex()}>"


class SigningKey:
    """An Ed25519 signing key, stored as seed ‖ public key, 64 bytes.

    Signing under a public key that is not the seed's would reveal the secret to whoever sees two signatures
    (ATTACKS 33), so the two halves are compared before there is anything to sign with.
    """

    def __init__(self, secret: bytes) -> None:
        """Raises EncodingError unless secret is a seed and the public key derived from it."""
        if len(secret) != _SECRET_SIZE:
            raise EncodingError(f"Ed25519 signing key: {len(secret)} bytes where {_SECRET_SIZE} belong")
        self._key = _SodiumSigningKey(secret[:_SEED_SIZE])
        self.public = PublicKey(bytes(self._key.verify_key))
        if self.public.to_bytes() != secret[_SEED_SIZE:]:
            raise EncodingError("Ed25519 signing key: the stored public key is not the seed's")

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """The key of a 32-byte seed (RFC 8032 section 5.1.5)."""
        if len(seed) != _SEED_SIZE:
            raise EncodingError(f"Ed25519 seed: {len(seed)} bytes where {_SEED_SIZE} belong")
        return cls(seed + bytes(_SodiumSigningKey(seed).verify_key))

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key from the operating system's generator."""
        return cls.from_seed(random(_SEED_SIZE))

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes R ‖ S, the same every time for one message."""
        return self._key.sign(message).signature

    def secret_bytes(self) -> bytes:
        """seed ‖ public key, to be stored sealed (crypto.sealing)."""
        return bytes(self._key) + self.public.to_bytes()

    def __repr__(self) -> str:
        return f"<SigningKey of {self.public.to_bytes().hex()}>"
