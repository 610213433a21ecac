"""What can go wrong in a ceremony, and whose fault it is.

CeremonyError            `culprits`: the indices of those at fault, () when it is nobody's
├── SessionError         parameters or keys with which no ceremony may begin, or that are not ours
├── MessageError         bytes that are no such message (also an EncodingError)
├── PossessionError      a proof of possession that does not hold (also a ProofError)
├── EnvelopeError        an envelope that does not yield the share: `faults` says what is wrong with each
└── CertificateError     transcript signatures missing or false (also a ProofError)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from crypto.errors import EncodingError, GlassballotError, ProofError


class CeremonyError(GlassballotError):
    """Base of all errors of a ceremony; the indices of those at fault are in `culprits`, rising."""

    def __init__(self, reason: str, culprits: Iterable[int] = ()) -> None:
        self.culprits: tuple[int, ...] = tuple(sorted(set(culprits)))
        super().__init__(reason)


class SessionError(CeremonyError):
    """Parameters or keys with which no ceremony may begin, or a secret that belongs to none of them."""


class MessageError(CeremonyError, EncodingError):
    """Bytes that are not the one encoding of a message of this session."""


class PossessionError(CeremonyError, ProofError):
    """A proof of possession that does not hold: the dealer may not know its own constant term."""


class CertificateError(CeremonyError, ProofError):
    """Transcript signatures that are missing, or that do not hold over this transcript."""


class Fault(Enum):
    """What is wrong with an envelope: the three aborts of COCKTAIL-DKG round 2, step 3."""

    DECRYPTION = "does not decrypt"
    SCALAR = "does not hold one canonical scalar of 32 bytes"
    SHARE = "holds a share that contradicts its dealer's commitments"


class EnvelopeError(CeremonyError):
    """Envelopes that do not yield the share; `faults` maps the index of each dealer at fault to its Fault."""

    def __init__(self, recipient: int, faults: Mapping[int, Fault]) -> None:
        self.recipient = recipient
        self.faults: Mapping[int, Fault] = MappingProxyType(dict(sorted(faults.items())))
        reasons = (f"the envelope from {j} to {recipient} {fault.value}" for j, fault in self.faults.items())
        super().__init__("; ".join(reasons), faults)


def blame(errors: Sequence[CeremonyError]) -> None:
    """Raise a single error as it is, several as one CeremonyError with all culprits, nothing for none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise CeremonyError("; ".join(map(str, errors)), [i for error in errors for i in error.culprits])
