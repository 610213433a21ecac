"""What a trustee owes to the key ceremony, as a function of the log (SPEC 8.2, 8.5).

Every proof on the log was checked by the ledger before it gets here: in particular those of every
register and deal, without which no complaint may be made, because it would open somebody else's
envelopes.
"""

from __future__ import annotations

import secrets as os_random
from collections.abc import Collection
from dataclasses import replace

from crypto import dkg
from crypto.dkg import EnvelopeError
from election.entries import Key
from election.ledger import State
from election.ledger.ceremony import commitment, ended
from election.ledger.state import Attempt
from trustees import messages
from trustees.errors import DutyError
from trustees.owed import Owed, post, wait, wait_for
from trustees.secrets import AttemptSecrets, KeyPair, Secrets
from trustees.sentences import Sentence
from trustees.share import check_share

_FOREIGN_REGISTRATION = (
    "attempt %(number)s has a registration in your name that this key file did not make: either it is an older copy, "
    "or somebody else has your key; tell the election office and the other trustees"
)
_FOREIGN_COMMITMENT = (
    "attempt %(number)s has a commitment in your name that this key file did not make: either it is an older copy, "
    "or somebody else has your key; tell the election office and the other trustees"
)


def owed(state: State, secrets: Secrets) -> Owed:
    """Raises DutyError where this trustee must not go on."""
    attempt, me = state.attempt, secrets.trustee
    if me in state.culprits:
        return wait(
            secrets,
            "The log shows that you are at fault: %(why)s. Your part is over.",
            why=state.culprits[me],
        )
    if state.keys is not None:
        check_share(state, secrets)
        return wait(
            secrets, "The election key is complete, and you have your share of it. Voting comes next."
        )
    if attempt is None:
        return wait(secrets, "Waiting for the election office to start the key ceremony.")
    if why := ended(state, attempt):
        return wait(
            secrets,
            "Attempt %(number)s at the key ceremony has failed: %(why)s. Waiting for the election office to start "
            "the next one.",
            number=attempt.start.attempt,
            why=why,
        )
    own = secrets.attempt(attempt.session_id)
    _check_own_entries(attempt, own, me)
    if own is None or me not in attempt.keys:
        return _register(state, attempt, secrets, own)
    return _next_step(state, attempt, secrets, own)


def _next_step(state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets) -> Owed:
    """The first step after register that this trustee has not done, once all have done the one before."""
    if missing := _missing(attempt, attempt.keys):
        return wait_for(secrets, missing, "Waiting for %(names)s to register.")
    for done, duty, waiting in (
        (attempt.commits, _commit, "Waiting for %(names)s to commit to their part of the key."),
        (attempt.deals, _deal, "Waiting for %(names)s to send their shares."),
        (attempt.certificates, _certify, "Waiting for %(names)s to confirm that their shares are good."),
    ):
        if secrets.trustee not in done:
            return duty(state, attempt, secrets, own)
        if missing := _missing(attempt, done):
            return wait_for(secrets, missing, waiting)
    return _key(attempt, secrets)


def _missing(attempt: Attempt, done: Collection[str]) -> list[str]:
    return [trustee for trustee in attempt.trustees if trustee not in done]


def _register(state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets | None) -> Owed:
    if own is None:
        seed = os_random.token_bytes(dkg.SEED_BYTES)
        own = AttemptSecrets(seed, attempt.session_id, None, KeyPair.generate())
    entry = messages.register(state, attempt, secrets, own)
    return post(secrets.with_attempt(own), Sentence("You register for the key ceremony."), entry)


def _commit(state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets) -> Owed:
    mine, _ = messages.dealing(attempt, own, secrets.trustee)
    entry = messages.commit(state, attempt, secrets, mine.to_bytes())
    return post(secrets, Sentence("You commit to your part of the key, before anybody shows theirs."), entry)


def _deal(state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets) -> Owed:
    mine, drawn = messages.dealing(attempt, own, secrets.trustee)
    entry = messages.deal(state, attempt, secrets, mine.to_bytes(), drawn.e)
    return post(
        secrets, Sentence("You send every trustee a sealed envelope with a share of your part."), entry
    )


def _certify(state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets) -> Owed:
    """Open all envelopes and check everything that the specification says; then sign, or complain."""
    assert attempt.dealings is not None
    try:
        share = dkg.receive(attempt.dealings, attempt.index(secrets.trustee), own.static.secret)
    except EnvelopeError as error:
        return _complain(state, attempt, secrets, own, error)
    entry = messages.certify(state, attempt, secrets, own, share)
    kept = secrets.with_attempt(replace(own, share=KeyPair.of(share.x)))
    return post(
        kept,
        Sentence("You have checked the shares that were sent to you, and confirm that they are good."),
        entry,
    )


def _complain(
    state: State, attempt: Attempt, secrets: Secrets, own: AttemptSecrets, error: EnvelopeError
) -> Owed:
    """Of several bad envelopes the first is enough to end the attempt."""
    others = [j for j in error.culprits if j != attempt.index(secrets.trustee)]
    if not others:
        raise DutyError(
            Sentence("your envelope to yourself is damaged: this computer or this program is at fault")
        )
    accused = attempt.trustees[others[0] - 1]
    says = Sentence(
        "The envelope from %(accused)s to you %(fault)s. You open it to everybody, to show who is at fault. "
        "That ends attempt %(number)s.",
        accused=accused,
        fault=Sentence(error.faults[others[0]].value),
        number=attempt.start.attempt,
    )
    return post(secrets, says, messages.complain(state, attempt, secrets, own, accused))


def _key(attempt: Attempt, secrets: Secrets) -> Owed:
    """Anybody may post what everybody can compute."""
    assert attempt.dealings is not None
    keys = attempt.dealings.keys
    entry = Key(attempt.start.attempt, keys.K, keys.S)
    return post(secrets, Sentence("All have confirmed. You post the election key that comes out."), entry)


def _check_own_entries(attempt: Attempt, own: AttemptSecrets | None, me: str) -> None:
    """What stands under this trustee's name must be what its own key file gives.

    A deal needs no look: the ledger takes only the one that was committed to.
    """
    if me not in attempt.keys:
        return
    if own is None or attempt.keys[me] != own.static.public:
        raise DutyError(Sentence(_FOREIGN_REGISTRATION, number=attempt.start.attempt))
    if attempt.session is None:
        return
    msg1 = messages.dealing(attempt, own, me)[0].to_bytes()
    due = commitment(attempt.session_id, attempt.index(me), msg1)
    if attempt.commits.get(me, due) != due:
        raise DutyError(Sentence(_FOREIGN_COMMITMENT, number=attempt.start.attempt))
