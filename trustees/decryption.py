"""After the closing: what a trustee owes, agreeing and decrypting, is a function of the log (SPEC 8.4, 8.5).

State and tally come from the trustee's own examination of the record, which has passed V0 … V7. So it
decrypts only sums that it has added up itself, of cells that hold enough ballots.
"""

from __future__ import annotations

from dataclasses import replace

from crypto.checkpoint import SignedCheckpoint
from election.entries import Ready
from election.ledger import Closing, State
from election.ledger.decryption import missing_partials
from election.tally import EncryptedTally, decrypt
from election.witnessing import witnessed
from trustees.errors import DutyError, UnconfirmedError
from trustees.owed import Owed, post, wait, wait_for
from trustees.secrets import Agreement, KeyPair, Secrets
from trustees.sentences import Moment, Sentence
from trustees.share import check_share

_AGREED = (
    "You have checked the whole record, and agree to its closing. "
    "The closing root, for whoever asks you: %(root)s"
)


def owed(
    state: State,
    tally: EncryptedTally,
    secrets: Secrets,
    now: int,
    confirmed: bytes | None = None,
    signed: SignedCheckpoint | None = None,
) -> Owed:
    """now: UTC seconds by the trustee's own clock; confirmed: the closing root that its owner was told.

    signed: the checkpoint of this very state, due where there are witnesses. Raises DutyError where the trustee must
    not go on, UnconfirmedError where its owner has to confirm, ProofError for a false cosignature.
    """
    if secrets.trustee not in state.trustees:
        return wait(secrets, "You have no share of the election key. Your part is over.")
    share = check_share(state, secrets)
    kept, (secrets, agreed) = secrets, _agree(state, tally.closing, secrets, now, confirmed)
    by_trustees = state.election.agreement == ("ready",)
    settled = by_trustees and kept.agreed and secrets.trustee in state.ready
    if not settled and (missing := _unwitnessed(state, signed)):
        # What the witnesses have not seen is not agreed to, not even in the key file.
        return wait_for(kept, missing, "Waiting for %(names)s to cosign the closing, until their quorum has.")
    if by_trustees and secrets.trustee not in state.ready:
        entry = _ready(state, secrets, agreed)
        return post(secrets, Sentence(_AGREED, root=agreed.root.hex()), entry)
    if by_trustees and len(state.ready) < state.quorum:
        others = (trustee for trustee in state.trustees if trustee not in state.ready)
        return wait_for(
            secrets,
            others,
            "Waiting for %(names)s to agree to the closing, %(least)s of them at least.",
            least=state.quorum - len(state.ready),
        )
    begin = max(agreed.since, state.election.voting.end) + state.election.complaint_seconds
    if now < begin:
        return wait(
            secrets,
            "Voters have time for complaints. Nothing is decrypted before %(when)s: come back then.",
            when=Moment(begin),
        )
    return _decrypt(state, tally, secrets, share)


def _unwitnessed(state: State, signed: SignedCheckpoint | None) -> list[str]:
    """Witnesses that have not cosigned the tree of this state, which holds the closing; [] once the quorum has."""
    if not state.election.witnesses.keys:
        return []
    if signed is None or (signed.checkpoint.size, signed.checkpoint.root) != (state.size, state.tree.root()):
        raise ValueError("what witnesses have cosigned is in the checkpoint of this state")
    seen = witnessed(signed, state.election)
    return [] if seen.reached else seen.missing


def _agree(
    state: State, closing: Closing, secrets: Secrets, now: int, confirmed: bytes | None
) -> tuple[Secrets, Agreement]:
    """The one closing of this election; to be kept before anything is signed over it."""
    if confirmed is not None and confirmed != closing.root:
        raise DutyError(
            Sentence(
                "the closing root of this record is %(root)s, not the one that you were told: "
                "do not go on, and tell the election office and the other trustees",
                root=closing.root.hex(),
            )
        )
    agreed = secrets.agreed
    if agreed is None:
        signed = secrets.trustee in {*state.ready, *(trustee for trustee, _ in state.partials)}
        if (secrets.restored or signed) and confirmed is None:
            raise UnconfirmedError(closing)
        agreed = Agreement(closing.root, now, closing.size)
    if (agreed.root, agreed.size) != (closing.root, closing.size):
        raise DutyError(
            Sentence(
                "you have agreed to another closing, with the root %(agreed)s; this record has "
                "%(root)s: different records are shown to different people; keep both as evidence",
                agreed=agreed.root.hex(),
                root=closing.root.hex(),
            )
        )
    return replace(secrets, agreed=agreed), agreed


def _ready(state: State, secrets: Secrets, agreed: Agreement) -> Ready:
    return Ready.sign(
        state.context, secrets.identity.secret, root=agreed.root, size=agreed.size, trustee=secrets.trustee
    )


def _decrypt(state: State, tally: EncryptedTally, secrets: Secrets, share: KeyPair) -> Owed:
    """One entry a contest; none for a contest that is withheld, or that enough trustees have decrypted."""
    me = secrets.trustee
    due = [id for id, own in tally.contests.items() if own.cells and missing_partials(state, id) > 0]
    if mine := [id for id in due if (me, id) not in state.partials]:
        entries = (decrypt(tally, id, me, share.secret, secrets.identity.secret) for id in mine)
        says = Sentence(
            "You decrypt your part of the totals of %(contests)s; nothing else.", contests=tuple(mine)
        )
        return post(secrets, says, *entries)
    if due:
        others = [
            trustee for trustee in state.trustees if any((trustee, id) not in state.partials for id in due)
        ]
        least = max(missing_partials(state, id) for id in due)
        return wait_for(
            secrets,
            others,
            "Waiting for %(names)s to decrypt their part, %(least)s of them at least.",
            least=least,
        )
    return wait(secrets, "Enough trustees have decrypted. The election office can publish the result.")
