"""A key that nobody holds: COCKTAIL-DKG v0.2.1 (C2SP cocktail-dkg), COCKTAIL(Ristretto255, SHA-512).

    session = Session.create(session_id, threshold, static_keys)
    dealing = deal(session, i, d, DealerSecrets.derive(session, i, seed))             # round 1, i's message
    dealings = Dealings(session, tuple(Dealing.from_bytes(msg, session, j) for …))    # everybody's, checked
    share = receive(dealings, i, d)                                                   # round 2
    signature = certify(dealings, share, d, extension)                                # round 3
    check_certificate(dealings.transcript(extension), signatures)

Whoever is at fault is in the `culprits` of the error. A recipient who got a bad envelope publishes its
`shared_secrets`, with a proof that they are the right ones; then everybody can `judge`. Without payloads.
"""

from crypto.dkg.ciphersuite import CIPHERSUITE_ID, ENVELOPE_BYTES, session_context
from crypto.dkg.dealing import Dealing, Dealings, check_dealing
from crypto.dkg.envelope import Envelope, SharedSecrets, Verdict, judge, open_envelope, shared_secrets
from crypto.dkg.errors import (
    CeremonyError,
    CertificateError,
    EnvelopeError,
    Fault,
    MessageError,
    PossessionError,
    SessionError,
)
from crypto.dkg.keys import KeyShare, PublicKeys
from crypto.dkg.recovery import recover
from crypto.dkg.rounds import SEED_BYTES, DealerSecrets, certify, deal, receive
from crypto.dkg.schnorr import Signature
from crypto.dkg.session import Session
from crypto.dkg.transcript import CeremonyTranscript, check_certificate, check_certification

__all__ = [
    "CIPHERSUITE_ID",
    "ENVELOPE_BYTES",
    "SEED_BYTES",
    "CeremonyError",
    "CeremonyTranscript",
    "CertificateError",
    "DealerSecrets",
    "Dealing",
    "Dealings",
    "Envelope",
    "EnvelopeError",
    "Fault",
    "KeyShare",
    "MessageError",
    "PossessionError",
    "PublicKeys",
    "Session",
    "SessionError",
    "SharedSecrets",
    "Signature",
    "Verdict",
    "certify",
    "check_certificate",
    "check_certification",
    "check_dealing",
    "deal",
    "judge",
    "open_envelope",
    "receive",
    "recover",
    "session_context",
    "shared_secrets",
]
