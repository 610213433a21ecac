"""The entries that a trustee contributes to the key ceremony, each signed with its identity key (SPEC 8.2).

`own` are the secrets of the attempt that the log has open.
"""

from __future__ import annotations

import hashlib

from crypto import dkg, sigma, statements
from crypto.dkg import DealerSecrets, Dealing, KeyShare
from crypto.group import Scalars
from election.entries import Certify, Commit, Complaint, Deal, Register
from election.ledger import State
from election.ledger.ceremony import commitment, extension
from election.ledger.state import Attempt
from trustees.secrets import AttemptSecrets, KeyPair, Secrets


def dealing(attempt: Attempt, own: AttemptSecrets, trustee: str) -> tuple[Dealing, DealerSecrets]:
    """The dealing of this trustee, the same every time, and the randomness behind it."""
    assert attempt.session is not None
    index = attempt.index(trustee)
    drawn = DealerSecrets.derive(attempt.session, index, own.seed)
    return dkg.deal(attempt.session, index, own.static.secret, drawn), drawn


def register(state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets) -> Register:
    """1: the static key for this one attempt, with its proof of possession."""
    me, d = secrets.trustee, own.static
    statement = statements.register(state.context, attempt.session_id, attempt.index(me), d.public)
    return Register.sign(
        state.context,
        secrets.identity.secret,
        attempt=attempt.start.attempt,
        key=d.public,
        proof=sigma.prove(statement, d.secret),
        trustee=me,
    )


def commit(state: State, attempt: Attempt, secrets: Secrets, msg1: bytes) -> Commit:
    """2: the hash of msg1."""
    me = secrets.trustee
    return Commit.sign(
        state.context,
        secrets.identity.secret,
        attempt=attempt.start.attempt,
        commit=commitment(attempt.session_id, attempt.index(me), msg1),
        trustee=me,
    )


def deal(state: State, attempt: Attempt, secrets: Secrets, msg1: bytes, e: Scalars) -> Deal:
    """3: msg1, with a proof of knowledge of the secret e of its ephemeral key."""
    me, hash, E = secrets.trustee, hashlib.sha512(msg1).digest(), KeyPair.of(e).public
    statement = statements.ephemeral(state.context, attempt.session_id, attempt.index(me), hash, E)
    return Deal.sign(
        state.context,
        secrets.identity.secret,
        attempt=attempt.start.attempt,
        msg1=msg1,
        proof=sigma.prove(statement, e),
        trustee=me,
    )


def certify(
    state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets, share: KeyShare
) -> Certify:
    """4: COCKTAIL's signature over the transcript, by whoever has checked everything and has its share."""
    assert attempt.dealings is not None
    signature = dkg.certify(attempt.dealings, share, own.static.secret, extension(attempt))
    return Certify.sign(
        state.context,
        secrets.identity.secret,
        attempt=attempt.start.attempt,
        signature=signature.to_bytes(),
        transcript=attempt.transcript,
        trustee=secrets.trustee,
    )


def complain(
    state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets, accused: str
) -> Complaint:
    """4, else: the envelope of the accused opened to everybody, with a proof that it was opened rightly."""
    assert attempt.dealings is not None
    me, d = secrets.trustee, own.static
    i, j = attempt.index(me), attempt.index(accused)
    envelope = attempt.dealings.envelopes(i)[j - 1]
    shared = dkg.shared_secrets(envelope, d.secret)
    statement = statements.complaint(
        state.context,
        attempt.session_id,
        i,
        j,
        d.public,
        envelope.E,
        attempt.keys[accused],
        shared.Se,
        shared.Sd,
    )
    return Complaint.sign(
        state.context,
        secrets.identity.secret,
        accused=accused,
        attempt=attempt.start.attempt,
        proof=sigma.prove(statement, d.secret),
        sd=shared.Sd,
        se=shared.Se,
        trustee=me,
    )
