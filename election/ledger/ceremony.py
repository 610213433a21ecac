"""The key ceremony: register, commit, deal, certify or complain, key (SPEC 8.2). All of it is V3."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from crypto import sigma, statements
from crypto.dkg.dealing import Dealing, Dealings, check_dealing
from crypto.dkg.envelope import SharedSecrets, judge
from crypto.dkg.keys import PublicKeys
from crypto.dkg.schnorr import Signature
from crypto.dkg.session import Session
from crypto.dkg.transcript import check_certification
from crypto.errors import GlassballotError
from crypto.framing import frame, u32
from crypto.group import Points
from crypto.transcript import Domain
from election.entries import CeremonyStart, Certify, Commit, Complaint, Deal, Key, Register
from election.faults import Refusal, refuse
from election.ledger.state import Attempt, State
from election.manifest_check import pinned_keys
from election.parameters import Parameters

Effect = Callable[[], None]
V3 = 3


def session_id(context: bytes, attempt: int, start_hash: bytes) -> bytes:
    """64 bytes, other for every attempt (SPEC 8.2)."""
    return hashlib.sha512(frame(Domain.CEREMONY.encode(), context, u32(attempt), start_hash)).digest()


def commitment(session: bytes, index: int, msg1: bytes) -> bytes:
    """What a trustee commits to before anybody reveals: 64 bytes."""
    return hashlib.sha512(frame(Domain.DKG_COMMIT.encode(), session, u32(index), msg1)).digest()


def extension(attempt: Attempt) -> bytes:
    """COCKTAIL's extension: all deal entries, since its transcript does not bind the ciphertexts."""
    deals = (attempt.deals[trustee] for trustee in attempt.trustees)
    return hashlib.sha512(frame(Domain.DKG_DEALS.encode(), *deals)).digest()


def start(state: State, entry: CeremonyStart, hash: bytes) -> Effect:
    """The first attempt, or the next one after one that ended, without those who were proven to cheat."""
    m, old = state.election, state.attempt
    refuse(V3, state.keys is not None, "the key ceremony is complete")
    if old is not None:
        refuse(V3, not ended(state, old), "the attempt before this one goes on")
    due = old.start.attempt + 1 if old else 1
    refuse(V3, entry.attempt != due, f"attempt {entry.attempt} where {due} is due")
    trustees = next_trustees(state)
    refuse(V3, entry.trustees != trustees, f"attempt {due} belongs to {', '.join(trustees)}")
    least = max(m.ceremony.threshold, m.ceremony.min_trustees)
    refuse(V3, len(trustees) < least, f"only {len(trustees)} honest trustees are left, {least} are needed")
    refuse(V3, entry.deadline > m.voting.begin, "a deadline after voting begins")
    refuse(V3, state.clock is not None and entry.deadline <= state.clock, "a deadline in the past")

    def effect() -> None:
        state.attempt = Attempt(entry, session_id(state.context, entry.attempt, hash))

    return effect


def next_trustees(state: State) -> tuple[str, ...]:
    """The manifest's trustees but those proven to be at fault."""
    return tuple(trustee.id for trustee in state.election.trustees if trustee.id not in state.culprits)


def ended(state: State, attempt: Attempt) -> str:
    """Why the attempt is over without a key, "" while it goes on."""
    late = state.clock is not None and state.clock >= attempt.start.deadline
    return attempt.why_ended or ("its deadline has passed" if late and state.keys is None else "")


def _running(state: State, number: int, trustee: str) -> Attempt:
    attempt = state.attempt
    if attempt is None or attempt.start.attempt != number:
        raise Refusal(V3, f"there is no attempt {number} going on")
    why = ended(state, attempt)
    refuse(V3, bool(why), f"attempt {number} is over: {why}")
    refuse(V3, bool(trustee) and trustee not in attempt.trustees, f"trustee {trustee} is not in this attempt")
    return attempt


def register(state: State, entry: Register, hash: bytes) -> Effect:
    """A static key, fresh for this attempt, with proof of possession."""
    attempt = _running(state, entry.attempt, entry.trustee)
    refuse(V3, entry.trustee in attempt.keys, f"trustee {entry.trustee} has registered already")
    _check_fresh(state, entry.key)
    index = attempt.index(entry.trustee)
    _verify(
        statements.register(state.context, attempt.session_id, index, entry.key),
        entry.proof,
        "the proof of possession does not hold",
    )

    def effect() -> None:
        attempt.keys[entry.trustee] = entry.key
        state.ceremony_keys.add(entry.key.to_bytes())
        if len(attempt.keys) == len(attempt.trustees):
            keys = Points.concat(attempt.keys[trustee] for trustee in attempt.trustees)
            attempt.session = Session.create(attempt.session_id, state.election.ceremony.threshold, keys)

    return effect


def commit(state: State, entry: Commit, hash: bytes) -> Effect:
    """After everybody has registered."""
    attempt = _running(state, entry.attempt, entry.trustee)
    refuse(V3, attempt.session is None, "not every trustee has registered")
    refuse(V3, entry.trustee in attempt.commits, f"trustee {entry.trustee} has committed already")

    def effect() -> None:
        attempt.commits[entry.trustee] = entry.commit

    return effect


def deal(state: State, entry: Deal, hash: bytes) -> Effect:
    """After everybody has committed: what was committed to, well formed, all proofs true."""
    attempt = _running(state, entry.attempt, entry.trustee)
    refuse(V3, len(attempt.commits) < len(attempt.trustees), "not every trustee has committed")
    refuse(V3, entry.trustee in attempt.deals, f"trustee {entry.trustee} has dealt already")
    index = attempt.index(entry.trustee)
    due = attempt.commits[entry.trustee]
    refuse(V3, commitment(attempt.session_id, index, entry.msg1) != due, "another msg1 than was committed to")
    dealing = _parse_dealing(attempt, index, entry.msg1)
    _check_fresh(state, dealing.E)
    msg1_hash = hashlib.sha512(entry.msg1).digest()
    _verify(
        statements.ephemeral(state.context, attempt.session_id, index, msg1_hash, dealing.E),
        entry.proof,
        "the proof of the ephemeral key does not hold",
    )

    def effect() -> None:
        attempt.deals[entry.trustee] = entry.to_bytes()
        attempt.opened[entry.trustee] = dealing
        state.ceremony_keys.add(dealing.E.to_bytes())
        if len(attempt.deals) == len(attempt.trustees):
            _complete_dealings(attempt)

    return effect


def _parse_dealing(attempt: Attempt, index: int, msg1: bytes) -> Dealing:
    assert attempt.session is not None
    try:
        dealing = Dealing.from_bytes(msg1, attempt.session, index)
        check_dealing(attempt.session, index, dealing)
    except GlassballotError as error:
        raise Refusal(V3, str(error)) from None
    return dealing


def _complete_dealings(attempt: Attempt) -> None:
    assert attempt.session is not None
    attempt.dealings = Dealings(
        attempt.session, tuple(attempt.opened[trustee] for trustee in attempt.trustees)
    )
    attempt.transcript = hashlib.sha512(attempt.dealings.transcript(extension(attempt)).to_bytes()).digest()


def certify(state: State, entry: Certify, hash: bytes) -> Effect:
    """COCKTAIL's signature over the one transcript."""
    attempt = _running(state, entry.attempt, entry.trustee)
    if attempt.dealings is None:
        raise Refusal(V3, "not every trustee has dealt")
    refuse(V3, entry.trustee in attempt.certificates, f"trustee {entry.trustee} has certified already")
    refuse(V3, entry.transcript != attempt.transcript, "another transcript than the log's")
    try:
        transcript = attempt.dealings.transcript(extension(attempt))
        check_certification(transcript, attempt.index(entry.trustee), Signature.from_bytes(entry.signature))
    except GlassballotError as error:
        raise Refusal(V3, str(error)) from None

    def effect() -> None:
        attempt.certificates[entry.trustee] = entry.signature

    return effect


def complaint(state: State, entry: Complaint, hash: bytes) -> Effect:
    """One envelope opened to everybody, and who of the two is at fault; either ends the attempt."""
    attempt = _running(state, entry.attempt, entry.trustee)
    refuse(V3, entry.accused not in attempt.trustees, f"trustee {entry.accused} is not in this attempt")
    refuse(V3, entry.accused == entry.trustee, "a complaint about oneself")
    refuse(V3, entry.trustee in attempt.certificates, f"trustee {entry.trustee} has certified already")
    if attempt.session is None or entry.accused not in attempt.opened:
        raise Refusal(V3, "there is no envelope to complain about")
    i, j = attempt.index(entry.trustee), attempt.index(entry.accused)
    envelope = attempt.opened[entry.accused].envelope(attempt.session, j, i)
    keys = attempt.keys[entry.trustee], envelope.E, attempt.keys[entry.accused]
    _verify(
        statements.complaint(state.context, attempt.session_id, i, j, *keys, entry.se, entry.sd),
        entry.proof,
        "the proof of the opened values does not hold",
    )
    verdict = judge(envelope, SharedSecrets(entry.se, entry.sd))
    culprit = attempt.trustees[verdict.culprit - 1]
    why = f"its envelope to {entry.trustee}: {verdict.fault.value}" if verdict.fault else "a false complaint"

    def effect() -> None:
        state.culprits[culprit] = why
        attempt.why_ended = f"trustee {culprit} is at fault, {why}"

    return effect


def key(state: State, entry: Key, hash: bytes) -> Effect:
    """What everybody can compute once all have certified."""
    refuse(V3, state.keys is not None, "the key ceremony is complete")
    attempt = _running(state, entry.attempt, "")
    missing = [trustee for trustee in attempt.trustees if trustee not in attempt.certificates]
    refuse(V3, bool(missing), f"not certified by {', '.join(missing)}")
    keys = _keys(attempt)
    refuse(V3, entry.key != keys.K, "another key than the commitments add up to")
    refuse(V3, entry.shares != keys.S, "other verification shares than the commitments give")

    def effect() -> None:
        state.keys = PublicKeys(keys.K.precompute(), keys.S)
        state.parameters = Parameters(state.election, state.context, state.keys.K)

    return effect


def _keys(attempt: Attempt) -> PublicKeys:
    assert attempt.dealings is not None
    try:
        return attempt.dealings.keys
    except GlassballotError as error:
        raise Refusal(V3, str(error)) from None


def _check_fresh(state: State, key: Points) -> None:
    """No key of the ceremony may be known from anywhere else, or complaints would open old envelopes."""
    encoded = key.to_bytes()
    refuse(V3, encoded in state.ceremony_keys, "this key was used before")
    refuse(V3, encoded in pinned_keys(state.election), "this key has another purpose in the manifest")


def _verify(statement: sigma.Linear, proof: sigma.Proof, reason: str) -> None:
    try:
        sigma.verify(statement, proof)
    except GlassballotError:
        raise Refusal(V3, reason) from None
