"""Errors of the voter's side, beside those of crypto.errors and election.errors.

GlassballotError
├── CredentialError     a credential that is damaged, or not one of this election's
├── DecidedError        a ballot that was cast or challenged before
└── UnansweredError     a ballot that was sent and not acknowledged
"""

from __future__ import annotations

from crypto.errors import GlassballotError


class CredentialError(GlassballotError):
    """A credential that cannot cast this ballot."""


class DecidedError(GlassballotError):
    """One ballot has one fate: cast or challenged, never both."""


class UnansweredError(GlassballotError):
    """Nobody knows yet whether the board has the ballot: the same bytes have to be sent again."""
