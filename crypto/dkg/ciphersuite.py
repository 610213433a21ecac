"""COCKTAIL(Ristretto255, SHA-512): name, hashes and context (C2SP cocktail-dkg v0.2.1, "Ciphersuites")."""

from __future__ import annotations

from hashlib import sha512

from crypto.group import Points, Scalars

CIPHERSUITE_ID = b"COCKTAIL(Ristretto255, SHA-512)"

POINT_BYTES = 32
SCALAR_BYTES = 32
SIGNATURE_BYTES = POINT_BYTES + SCALAR_BYTES
TAG_BYTES = 16
ENVELOPE_BYTES = SCALAR_BYTES + TAG_BYTES
"""An envelope holds one share; the specification's optional payloads are refused (SPEC 8.2)."""


def hash_to_scalar(*parts: bytes) -> Scalars:
    """HashToScalar: SHA-512 of the concatenated parts, little-endian, modulo the group order."""
    return Scalars.from_wide(sha512(b"".join(parts)).digest())


def h6(shared: bytes, E: Points, P_s: Points, P_r: Points, extra: bytes) -> bytes:
    """H6: 64 bytes out of an ECDH secret, bound to the sender's E and P_s, the recipient's P_r, `extra`."""
    prefix = b"COCKTAIL-DKG-Ristretto255-SHA512-H6"
    public = E.to_bytes() + P_s.to_bytes() + P_r.to_bytes()
    return sha512(prefix + shared + public + len(extra).to_bytes(8, "little") + extra).digest()


def session_context(session_id: bytes, static_keys: Points) -> bytes:
    """The context that "Setup" recommends: 64 bytes bound to session, ciphersuite, n and P_1 … P_n."""
    return sha512(
        b"COCKTAIL-DKG-CONTEXT"
        + len(session_id).to_bytes(8, "big")
        + session_id
        + len(CIPHERSUITE_ID).to_bytes(8, "big")
        + CIPHERSUITE_ID
        + len(static_keys).to_bytes(4, "little")
        + static_keys.to_bytes()
    ).digest()
