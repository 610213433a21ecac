"""Dealings: the round 1 messages, as everybody can read and check them.

C2SP cocktail-dkg v0.2.1, "Message Formats" (msg1), "Round 2" steps 1 and 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from crypto.dkg.ciphersuite import ENVELOPE_BYTES
from crypto.dkg.envelope import Envelope
from crypto.dkg.errors import CeremonyError, MessageError, PossessionError, blame
from crypto.dkg.keys import PublicKeys
from crypto.dkg.reader import Reader
from crypto.dkg.schnorr import Signature, verify
from crypto.dkg.session import Session
from crypto.dkg.transcript import CeremonyTranscript
from crypto.errors import ProofError
from crypto.group import Points


@dataclass(frozen=True)
class Dealing:
    """msg1: t commitments C, the proof of possession of C_0's secret, the ephemeral key E, n envelopes."""

    C: Points
    possession: Signature
    E: Points
    envelopes: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        """32 t + 96 + 56 n bytes."""
        return self.C.to_bytes() + self.possession.to_bytes() + self.E.to_bytes() + bundle(self.envelopes)

    @classmethod
    def from_bytes(cls, data: bytes, session: Session, dealer: int) -> Dealing:
        """Parse strictly: MessageError blames the dealer and names the field. Then `check_dealing`."""
        session.static_key(dealer)
        reader = Reader(data, f"the dealing of participant {dealer}", [dealer])
        dealing = cls(
            C=reader.points(session.threshold, "commitments"),
            possession=reader.signature("proof of possession"),
            E=reader.points(1, "ephemeral key"),
            envelopes=tuple(reader.envelope(f"envelope {i}") for i in session.indices),
        )
        reader.end()
        return dealing

    def envelope(self, session: Session, dealer: int, recipient: int) -> Envelope:
        """The envelope of this dealing, which is `dealer`'s, for `recipient`."""
        session.static_key(recipient)
        return Envelope(session, dealer, recipient, self.C, self.E, self.envelopes[recipient - 1])


def bundle(envelopes: Iterable[bytes]) -> bytes:
    """Envelopes one after the other, each behind its length as u64, big-endian."""
    return b"".join(len(c).to_bytes(8, "big") + c for c in envelopes)


def possession_message(session: Session, C: Points, E: Points) -> bytes:
    """What a proof of possession signs: `context || C || E`."""
    return session.context + C.to_bytes() + E.to_bytes()


def check_dealing(session: Session, dealer: int, dealing: Dealing) -> None:
    """What everybody can check: the shape (else MessageError) and the proof (else PossessionError)."""
    place = f"the dealing of participant {dealer}"
    session.static_key(dealer)
    if len(dealing.C) != session.threshold:
        reason = f"{len(dealing.C)} commitments where the threshold is {session.threshold}"
        raise MessageError(f"{place}: {reason}", [dealer])
    if len(dealing.E) != 1:
        raise MessageError(f"{place}: {len(dealing.E)} ephemeral keys", [dealer])
    if any(dealing.E.is_identity()) or any(dealing.C.is_identity()):
        raise MessageError(f"{place}: a commitment or the ephemeral key is the identity", [dealer])
    if [len(c) for c in dealing.envelopes] != [ENVELOPE_BYTES] * session.n:
        raise MessageError(f"{place}: not {session.n} envelopes of {ENVELOPE_BYTES} bytes", [dealer])
    try:
        verify(dealing.C[0], dealing.possession, possession_message(session, dealing.C, dealing.E))
    except ProofError as error:
        raise PossessionError(f"{place}: the proof of possession does not hold", [dealer]) from error


@dataclass(frozen=True)
class Dealings:
    """The dealings of all n participants in order: all there, all checked as far as everybody can.

    Raises CeremonyError, or its subclass where only one is at fault, with every culprit.
    """

    session: Session
    dealings: tuple[Dealing, ...]

    def __post_init__(self) -> None:
        if len(self.dealings) != self.session.n:
            raise CeremonyError(f"{len(self.dealings)} dealings of {self.session.n} participants")
        errors = []
        for dealer, dealing in enumerate(self.dealings, start=1):
            try:
                check_dealing(self.session, dealer, dealing)
            except CeremonyError as error:
                errors.append(error)
        blame(errors)

    @cached_property
    def keys(self) -> PublicKeys:
        """The keys that come out if all certify; CeremonyError if one is the identity."""
        return PublicKeys.of(self.session, (dealing.C for dealing in self.dealings))

    def envelopes(self, recipient: int) -> list[Envelope]:
        """The n envelopes to one recipient, by dealer."""
        dealers = zip(self.session.indices, self.dealings, strict=True)
        return [dealing.envelope(self.session, j, recipient) for j, dealing in dealers]

    def bundle(self, recipient: int) -> bytes:
        """C^rec of "Recovery Data": what `recover` needs beside transcript, certificate and static secret."""
        return bundle(envelope.ciphertext for envelope in self.envelopes(recipient))

    def transcript(self, extension: bytes) -> CeremonyTranscript:
        """What all participants sign; `extension` is whatever else the application wants them to agree on."""
        return CeremonyTranscript(
            session=self.session,
            C=tuple(dealing.C for dealing in self.dealings),
            possessions=tuple(dealing.possession for dealing in self.dealings),
            E=Points.concat(dealing.E for dealing in self.dealings),
            extension=extension,
        )
