"""A trustee as a function of the log: what do I owe now? (SPEC 8.5)

Nothing is remembered but what the key file holds, so a trustee may be stopped and started again at any
point. Two calls give the same entries but for the fresh randomness of their proofs; what is on the log is
not owed any more.
"""

from __future__ import annotations

from dataclasses import replace

from crypto.checkpoint import SignedCheckpoint
from election.ledger import Phase, State
from election.tally import EncryptedTally
from trustees import ceremony, decryption
from trustees.errors import DutyError
from trustees.owed import Owed, wait
from trustees.secrets import Secrets
from trustees.sentences import Sentence
from trustees.share import check_share


def owed(
    state: State,
    secrets: Secrets,
    now: int,
    *,
    tally: EncryptedTally | None = None,
    confirmed: bytes | None = None,
    signed: SignedCheckpoint | None = None,
) -> Owed:
    """What to post now, or what to wait for. Raises DutyError; ProofError for a false cosignature.

    now: UTC seconds by the trustee's own clock; tally: from an examination of this very state that passed
    V0 … V7, due once voting has closed; confirmed: the closing root that others told the owner, 32 bytes;
    signed: the checkpoint of this very state, due then where the manifest names witnesses.
    """
    if state.phase is Phase.EMPTY:
        return wait(secrets, "Waiting for the manifest of the election.")
    secrets = bind(state, secrets)
    if state.phase is Phase.SETUP:
        return ceremony.owed(state, secrets)
    if state.phase is Phase.VOTING:
        if secrets.trustee in state.trustees:
            check_share(state, secrets)
        return wait(secrets, "Waiting for voting to end and for the election office to close it.")
    if state.phase is Phase.CLOSED:
        if tally is None:
            raise ValueError("ballots are not acted upon without an examination")
        return decryption.owed(state, tally, secrets, now, confirmed, signed)
    return wait(secrets, "The result is published. Check it; then destroy your key with 'trustee destroy'.")


def bind(state: State, secrets: Secrets) -> Secrets:
    """With the election's context. Raises DutyError for another election or another key in its manifest."""
    if secrets.context not in (None, state.context):
        raise DutyError(
            Sentence("this key file serves another election; a key file serves one election only")
        )
    pinned = state.election.by_id["trustees"].get(secrets.trustee)
    if pinned is None:
        raise DutyError(Sentence("the manifest names no trustee %(trustee)s", trustee=secrets.trustee))
    if pinned.key != secrets.identity.public:
        raise DutyError(
            Sentence(
                "the manifest gives trustee %(trustee)s another key than this key file has",
                trustee=secrets.trustee,
            )
        )
    return secrets if secrets.context else replace(secrets, context=state.context)
