"""Strong Fiat–Shamir transcripts (SPEC 2.1, 2.5): every label of the system stands here."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from crypto.framing import frame, u32
from crypto.group import Points, Scalars

PROTOCOL = b"glassballot/v1"


class Domain(StrEnum):
    """Prefixes of every hash and derivation outside a transcript."""

    BASE = "glassballot/v1/base"
    NONCE = "glassballot/v1/nonce"
    LAYOUT = "glassballot/v1/layout"
    BALLOT_RANDOMNESS = "glassballot/v1/ballot-randomness"
    CEREMONY = "glassballot/v1/ceremony"
    DKG_COMMIT = "glassballot/v1/dkg-commit"
    DKG_DEALS = "glassballot/v1/dkg-deals"
    DKG_DEALER = "glassballot/v1/dkg-dealer"


# Proof name -> the labels that it may absorb beyond the common ones, in no particular order.
LABELS: dict[str, frozenset[str]] = {
    "signature": frozenset({"kind", "key", "message"}),
    "cast": frozenset({"body", "credential", "sequence", "predecessor", "one_time_key"}),
    "register": frozenset({"session", "index", "key"}),
    "ephemeral": frozenset({"session", "index", "msg1", "key"}),
    "complaint": frozenset({"session", "accuser", "accused", "P_i", "E_j", "P_j", "Se", "Sd"}),
    "decryption": frozenset(
        {"root", "size", "contest", "cells", "trustee", "share_key", "aggregates", "partials", "rho"}
    ),
    "ballot": frozenset(
        {"K", "layout", "style", "one_time_key", "slots", "B", "A", "gamma", "L1", "L2", "x"}
    ),
}
_SIGMA = frozenset({"announcement", "c"})
_COMMON = frozenset({"protocol", "proof", "context", "challenge", "is"})

Absorbable = bytes | str | int | Points | Scalars


class Transcript:
    """One per proof; absorbs framed (label, data) messages, its challenges included.

    Args: proof: a name of LABELS; context: 32 bytes, the SHA-256 of the manifest entry.
    """

    def __init__(self, proof: str, context: bytes) -> None:
        if len(context) != 32:
            raise ValueError("an election context is 32 bytes")
        self._allowed = LABELS[proof] | _SIGMA | _COMMON
        self._bytes = bytearray()
        self.absorb("protocol", PROTOCOL)
        self.absorb("proof", proof)
        self.absorb("context", context)

    def absorb(self, label: str, data: Absorbable) -> None:
        """Append frame(label, data); integers as u32. Raises ValueError for a label not in the table."""
        self._check_label(label)
        self._bytes += frame(label.encode(), to_bytes(data))

    def challenge(self, label: str) -> Scalars:
        """SHA-512 of everything so far, reduced to one scalar, which is itself absorbed. ValueError as in absorb."""
        self._check_label(label)
        self.absorb("challenge", label)
        c = Scalars.from_wide(hashlib.sha512(self._bytes).digest())
        self.absorb("is", c)
        return c

    def _check_label(self, label: str) -> None:
        if label not in self._allowed:
            raise ValueError(f"the label {label!r} is not in this proof's table")

    def copy(self) -> Transcript:
        """An independent transcript that has absorbed the same."""
        twin = object.__new__(Transcript)
        twin._allowed = self._allowed
        twin._bytes = bytearray(self._bytes)
        return twin

    def __bytes__(self) -> bytes:
        return bytes(self._bytes)


def to_bytes(data: Absorbable) -> bytes:
    """The bytes that a transcript absorbs for a value (SPEC 1.2)."""
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return data.encode("utf-8")
    if isinstance(data, int):
        return u32(data)
    return data.to_bytes()
