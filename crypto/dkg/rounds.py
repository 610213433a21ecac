"""The three rounds: deal, receive, certify. A round's result is the next round's argument.

C2SP cocktail-dkg v0.2.1, "Round 1" to "Round 3"; algorithms 4 to 6.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

from crypto.dkg.dealing import Dealing, Dealings, possession_message
from crypto.dkg.envelope import Envelope, SharedSecrets, encrypt, open_envelope, shared_secrets
from crypto.dkg.errors import CeremonyError, EnvelopeError, Fault, SessionError
from crypto.dkg.keys import KeyShare, PublicKeys
from crypto.dkg.schnorr import FRESH_BYTES, Signature, sign
from crypto.dkg.session import Session
from crypto.framing import frame, u32
from crypto.group import G, Scalars
from crypto.polynomial import commit, evaluate
from crypto.transcript import Domain

SEED_BYTES = 32


@dataclass(frozen=True, eq=False)
class DealerSecrets:
    """The randomness of round 1: the polynomial's t coefficients a and the ephemeral secret e, none zero."""

    a: Scalars
    e: Scalars

    def __post_init__(self) -> None:
        if any(_is_zero(secret) for secret in (*self.a, self.e)):
            raise ValueError("a secret of a dealer is zero")

    @classmethod
    def derive(cls, session: Session, dealer: int, seed: bytes) -> DealerSecrets:
        """The same secrets again after a restart, out of a 32-byte seed; other ones for another session.

        HMAC-SHA-512 twice, like the randomness of a ballot (SPEC 8.2), then modulo the order.
        """
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes")
        bound = session.context, session.static_keys.to_bytes(), u32(session.threshold), u32(dealer)
        root = hmac.digest(seed, frame(Domain.DKG_DEALER.encode(), *bound), "sha512")

        def scalar(label: bytes, index: int) -> Scalars:
            return _nonzero(lambda trial: hmac.digest(root, frame(label, u32(index), u32(trial)), "sha512"))

        return cls(Scalars.concat(scalar(b"a", k) for k in range(session.threshold)), scalar(b"e", 0))


def deal(session: Session, dealer: int, d: Scalars, drawn: DealerSecrets | None = None) -> Dealing:
    """Round 1 for the owner of the static secret d: one dealing for one `drawn`, a fresh one without.

    SessionError unless `P_dealer = d * G`.
    """
    session.check_secret(dealer, d)
    if drawn is None:
        drawn = DealerSecrets.derive(session, dealer, secrets.token_bytes(SEED_BYTES))
    a, e = drawn.a, drawn.e
    if len(a) != session.threshold:
        raise ValueError(f"{len(a)} coefficients for a threshold of {session.threshold}")
    C, E = commit(a), e * G
    s = evaluate(a, Scalars.from_ints(session.indices))
    Se, Sd = e * session.static_keys, d * session.static_keys
    envelopes = (
        encrypt(session, dealer, i, E, SharedSecrets(Se[i - 1], Sd[i - 1]), s[i - 1].to_bytes())
        for i in session.indices
    )
    return Dealing(C, sign(a[0], possession_message(session, C, E)), E, tuple(envelopes))


def receive(dealings: Dealings, recipient: int, d: Scalars) -> KeyShare:
    """Round 2 for the owner of the static secret d: open and check the envelopes to it, add up the shares.

    EnvelopeError names every dealer whose envelope is bad; SessionError unless `P_recipient = d * G`.
    """
    return gather(dealings.envelopes(recipient), recipient, d, dealings.keys)


def gather(envelopes: Iterable[Envelope], recipient: int, d: Scalars, keys: PublicKeys) -> KeyShare:
    """`x_i = sum_j s_{j,i}` out of the n envelopes to participant i, with the final check `x_i * G = S_i`."""
    shares: list[Scalars] = []
    faults: dict[int, Fault] = {}
    for envelope in envelopes:
        try:
            shares.append(open_envelope(envelope, shared_secrets(envelope, d)))
        except EnvelopeError as error:
            faults |= error.faults
    if faults:
        raise EnvelopeError(recipient, faults)
    x = Scalars.concat(shares).sum()
    if x * G != keys.S[recipient - 1]:
        raise CeremonyError("good shares add up to a bad one: an error of this program, nobody's fault")
    return KeyShare(recipient, x, keys)


def certify(
    dealings: Dealings, share: KeyShare, d: Scalars, extension: bytes, fresh: bytes | None = None
) -> Signature:
    """Round 3 for the owner of d, who has received `share` from these dealings: sign the transcript.

    fresh: 32 bytes for the nonce, by default from the operating system; b"" gives the specification's own.
    SessionError if the share is of other dealings, or d of another participant.
    """
    dealings.session.check_secret(share.index, d)
    if share.keys != dealings.keys:
        raise SessionError("the share comes from other dealings than those to be certified")
    fresh = secrets.token_bytes(FRESH_BYTES) if fresh is None else fresh
    return sign(d, dealings.transcript(extension).to_bytes(), fresh)


def _is_zero(secret: Scalars) -> bool:
    return secret == Scalars.from_ints([0])


def _nonzero(draw: Callable[[int], bytes]) -> Scalars:
    """The first of the wide scalars draw(0), draw(1), … that is not zero ("Round 1", steps 1 and 3)."""
    return next(s for s in (Scalars.from_wide(draw(trial)) for trial in count()) if not _is_zero(s))
