"""The transcript that every participant signs, and the certificate that their signatures make.

C2SP cocktail-dkg v0.2.1, "Round 3".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crypto.dkg.ciphersuite import CIPHERSUITE_ID
from crypto.dkg.errors import CeremonyError, CertificateError, blame
from crypto.dkg.keys import PublicKeys
from crypto.dkg.reader import Reader
from crypto.dkg.schnorr import Signature, verify
from crypto.dkg.session import Session
from crypto.errors import ProofError
from crypto.framing import u32
from crypto.group import Points


@dataclass(frozen=True)
class CeremonyTranscript:
    """T: the session, every dealer's commitments, proof of possession and ephemeral key, and an extension."""

    session: Session
    C: tuple[Points, ...]
    possessions: tuple[Signature, ...]
    E: Points
    extension: bytes

    def to_bytes(self) -> bytes:
        """The bytes that are signed."""
        return b"".join(
            (
                _sized(CIPHERSUITE_ID),
                _sized(self.session.context),
                u32(self.session.n),
                u32(self.session.threshold),
                self.session.static_keys.to_bytes(),
                *(C.to_bytes() for C in self.C),
                *(possession.to_bytes() for possession in self.possessions),
                self.E.to_bytes(),
                _sized(self.extension),
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> CeremonyTranscript:
        """MessageError for another ciphersuite or encoding, SessionError for a session that cannot be."""
        reader = Reader(data, "the transcript")
        if _take_sized(reader, "ciphersuite") != CIPHERSUITE_ID:
            raise reader.error("ciphersuite", f"it is not {CIPHERSUITE_ID.decode()}")
        context = _take_sized(reader, "context")
        n = int.from_bytes(reader.take(4, "number of participants"), "little")
        t = int.from_bytes(reader.take(4, "threshold"), "little")
        session = Session(context, t, reader.points(n, "static keys"))
        transcript = cls(
            session=session,
            C=tuple(reader.points(t, f"commitments of participant {j}") for j in session.indices),
            possessions=tuple(reader.signature(f"proof of participant {j}") for j in session.indices),
            E=reader.points(n, "ephemeral keys"),
            extension=_take_sized(reader, "extension"),
        )
        reader.end()
        return transcript

    @cached_property
    def keys(self) -> PublicKeys:
        """The keys that come out if all have signed; CeremonyError if one is the identity."""
        return PublicKeys.of(self.session, self.C)


def check_certification(transcript: CeremonyTranscript, index: int, signature: Signature) -> None:
    """CertificateError, blaming participant `index`, unless its signature over the transcript holds."""
    _check_signature(transcript.session, transcript.to_bytes(), index, signature)


def check_certificate(transcript: CeremonyTranscript, signatures: Sequence[Signature]) -> None:
    """All n signatures, in order; CertificateError, or CeremonyError for several culprits."""
    session, message = transcript.session, transcript.to_bytes()
    if len(signatures) != session.n:
        raise CertificateError(f"{len(signatures)} signatures of {session.n} participants")
    errors: list[CeremonyError] = []
    for index, signature in enumerate(signatures, start=1):
        try:
            _check_signature(session, message, index, signature)
        except CertificateError as error:
            errors.append(error)
    blame(errors)


def _check_signature(session: Session, message: bytes, index: int, signature: Signature) -> None:
    try:
        verify(session.static_key(index), signature, message)
    except ProofError as error:
        raise CertificateError(f"participant {index} has not signed this transcript", [index]) from error


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(8, "little") + data


def _take_sized(reader: Reader, field: str) -> bytes:
    return reader.take(int.from_bytes(reader.take(8, field), "little"), field)
