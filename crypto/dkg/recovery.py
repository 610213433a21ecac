"""A share out of public data and the static secret alone (C2SP cocktail-dkg v0.2.1, "Share Recovery")."""

from __future__ import annotations

from collections.abc import Sequence

from crypto.dkg.envelope import Envelope
from crypto.dkg.errors import SessionError
from crypto.dkg.keys import KeyShare
from crypto.dkg.reader import Reader
from crypto.dkg.rounds import gather
from crypto.dkg.schnorr import Signature
from crypto.dkg.session import Session
from crypto.dkg.transcript import CeremonyTranscript, check_certificate
from crypto.group import G, Scalars


def recover(transcript: bytes, certificate: Sequence[Signature], bundle: bytes, d: Scalars) -> KeyShare:
    """The share of the owner of d, as `receive` gave it. Numbers are the steps of the "Recovery Algorithm".

    Raises MessageError for a malformed transcript or bundle, CertificateError (CeremonyError for several) for
    missing or false signatures, SessionError if d is nobody's secret, EnvelopeError for a bad envelope.
    """
    T = CeremonyTranscript.from_bytes(transcript)  # 1
    check_certificate(T, certificate)  # 2
    i = _index_of(T.session, d)  # 3
    return gather(_envelopes(T, i, bundle), i, d, T.keys)  # 4 to 8


def _index_of(session: Session, d: Scalars) -> int:
    P = d * G
    for i in session.indices:
        if session.static_key(i) == P:
            return i
    raise SessionError("the static secret belongs to no participant of this ceremony")


def _envelopes(T: CeremonyTranscript, recipient: int, bundle: bytes) -> list[Envelope]:
    reader = Reader(bundle, "the bundle")
    ciphertexts = [reader.envelope(f"envelope from participant {j}") for j in T.session.indices]
    reader.end()
    return [
        Envelope(T.session, j, recipient, T.C[j - 1], T.E[j - 1], ciphertext)
        for j, ciphertext in enumerate(ciphertexts, start=1)
    ]
