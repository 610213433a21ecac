"""A trustee's share of the election key: checked before it is relied upon, and recovered (SPEC 8.2)."""

from __future__ import annotations

from dataclasses import replace

from crypto import dkg
from election.ledger import State
from election.ledger.ceremony import extension
from trustees.errors import DutyError, LostShareError
from trustees.secrets import AttemptSecrets, KeyPair, Secrets
from trustees.sentences import Sentence


def check_share(state: State, secrets: Secrets) -> KeyPair:
    """The share s. Raises DutyError unless it is there and is the log's: s·G = S_i."""
    own = _own_attempt(state, secrets)
    assert state.keys is not None
    if own.share is None:
        raise LostShareError(
            Sentence(
                "this key file is an older copy that lacks your share of the election key; "
                "'glassballot trustee recover' brings it back"
            )
        )
    if own.share.public != state.keys.S[state.trustees.index(secrets.trustee)]:
        raise LostShareError(
            Sentence(
                "the share in this key file is not that of the election key; "
                "'glassballot trustee recover' computes it again"
            )
        )
    return own.share


def recover(state: State, secrets: Secrets) -> Secrets:
    """With the share computed from the log and the static key alone, and compared with S_i on the log.

    This is COCKTAIL's share recovery. Raises DutyError, or CeremonyError if the log's messages are damaged.
    """
    if state.keys is None:
        raise DutyError(Sentence("the key ceremony is not complete, so there is no share to recover"))
    own, attempt = _own_attempt(state, secrets), state.attempt
    assert attempt is not None and attempt.dealings is not None
    i, dealings = attempt.index(secrets.trustee), attempt.dealings
    transcript = dealings.transcript(extension(attempt)).to_bytes()
    certificate = [dkg.Signature.from_bytes(attempt.certificates[trustee]) for trustee in attempt.trustees]
    share = KeyPair.of(dkg.recover(transcript, certificate, dealings.bundle(i), own.static.secret).x)
    if share.public != state.keys.S[i - 1]:
        raise DutyError(
            Sentence("the recovered share is not the log's: this computer or this program is at fault")
        )
    return secrets if own.share == share else secrets.with_attempt(replace(own, share=share))


def _own_attempt(state: State, secrets: Secrets) -> AttemptSecrets:
    """The secrets of the attempt that the election key comes from. Raises DutyError."""
    me = secrets.trustee
    if me not in state.trustees or state.attempt is None:
        raise DutyError(Sentence("you had no part in making the election key, so you have no share of it"))
    own = secrets.attempt(state.attempt.session_id)
    if own is None or own.static.public != state.attempt.keys[me]:
        raise DutyError(
            Sentence(
                "this key file is a copy from before the key ceremony: it cannot decrypt, "
                "and nothing can bring back the share that it lacks"
            )
        )
    return own
