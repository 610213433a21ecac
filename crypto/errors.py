"""Every error that bad input can cause.

GlassballotError
├── EncodingError    bytes that are not the one canonical encoding of a value
├── ProofError       a zero-knowledge proof or signature that does not hold
└── SealError        a sealed secret that does not open
"""

from __future__ import annotations


class GlassballotError(Exception):
    """Base of all errors whose message may be shown to a user as it is."""


class EncodingError(GlassballotError):
    """Bytes that are not the one canonical encoding of a value."""


class ProofError(GlassballotError):
    """A zero-knowledge proof or signature that does not hold."""


class SealError(GlassballotError):
    """A sealed secret that does not open: wrong passphrase or damaged file."""
