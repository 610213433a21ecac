"""Ceremonies with a cheat: who it was is on the log, and the next attempt does without (ATTACKS 24, 59, 71)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from crypto.dkg import Dealing, SharedSecrets
from crypto.dkg.envelope import encrypt
from crypto.group import Scalars
from election.entries import Complaint
from election.faults import Refusal
from election.ledger.state import Attempt
from tests.trustees.tools import Trustees, five, post, start_attempt
from trustees import messages
from trustees.owed import Owed

CHEAT, VICTIM = "t2", "t4"


def current(trustees: Trustees) -> Attempt:
    attempt = trustees.world.state.attempt
    assert attempt is not None
    return attempt


def act_with(
    trustees: Trustees, id: str, forge: Callable[[Attempt, Dealing, Scalars, Scalars], Dealing]
) -> None:
    """Commit to a forged dealing and, once all have committed, deal it."""
    attempt, state, secrets = current(trustees), trustees.world.state, trustees.kept[id]
    own = secrets.attempt(attempt.session_id)
    assert own is not None
    dealing, drawn = messages.dealing(attempt, own, id)
    msg1 = forge(attempt, dealing, own.static.secret, drawn.e).to_bytes()
    if id not in attempt.commits:
        post(trustees.world, messages.commit(state, attempt, secrets, msg1))
    else:
        post(trustees.world, messages.deal(state, attempt, secrets, msg1, drawn.e))


def bad_share(attempt: Attempt, dealing: Dealing, d: Scalars, e: Scalars) -> Dealing:
    """A share for the victim that contradicts the commitments, in a good envelope."""
    assert attempt.session is not None
    victim = attempt.index(VICTIM)
    P = attempt.keys[VICTIM]
    sealed = encrypt(
        attempt.session, attempt.index(CHEAT), victim, dealing.E, SharedSecrets(e * P, d * P), bytes(32)
    )
    return with_envelope(dealing, victim, sealed)


def rubbish(attempt: Attempt, dealing: Dealing, d: Scalars, e: Scalars) -> Dealing:
    """An envelope that does not decrypt."""
    return with_envelope(dealing, attempt.index(VICTIM), bytes(48))


def with_envelope(dealing: Dealing, recipient: int, sealed: bytes) -> Dealing:
    envelopes = list(dealing.envelopes)
    envelopes[recipient - 1] = sealed
    return replace(dealing, envelopes=tuple(envelopes))


def others(trustees: Trustees) -> list[str]:
    return [id for id in trustees.kept if id != CHEAT]


def up_to_certify(forge: Callable[[Attempt, Dealing, Scalars, Scalars], Dealing]) -> Trustees:
    trustees = five()
    trustees.run_until("commit")
    act_with(trustees, CHEAT, forge)
    trustees.run(*others(trustees))
    act_with(trustees, CHEAT, forge)
    return trustees


def finish_without(trustees: Trustees, culprit: str) -> dict[str, Owed]:
    """The next attempt, which completes."""
    start_attempt(trustees.world, 2)
    last = trustees.run()
    assert trustees.world.state.keys is not None
    assert trustees.world.state.trustees == tuple(id for id in trustees.kept if id != culprit)
    return last


@pytest.mark.parametrize(
    ("forge", "fault"), [(bad_share, "contradicts its dealer's commitments"), (rubbish, "does not decrypt")]
)
def test_bad_share_gives_a_complaint_that_names_the_dealer(
    forge: Callable[[Attempt, Dealing, Scalars, Scalars], Dealing], fault: str
) -> None:
    trustees = up_to_certify(forge)
    trustees.act("t1")
    complained = trustees.act(VICTIM)
    assert isinstance(complained.entries[0], Complaint)
    assert fault in complained.says and f"The envelope from {CHEAT} to you" in complained.says
    culprits = trustees.world.state.culprits
    assert list(culprits) == [CHEAT] and fault in culprits[CHEAT]
    assert (
        f"Attempt 1 at the key ceremony has failed: trustee {CHEAT} is at fault" in trustees.look("t1").says
    )
    assert trustees.look(CHEAT).says.startswith("The log shows that you are at fault")
    last = finish_without(trustees, CHEAT)
    assert "Your part is over." in last[CHEAT].says


def test_complaint_comes_again_after_a_kill_and_names_the_same() -> None:
    trustees = up_to_certify(bad_share)
    before, after = trustees.look(VICTIM).entries[0], trustees.look(VICTIM).entries[0]
    assert isinstance(before, Complaint) and isinstance(after, Complaint)
    assert (before.accused, before.se, before.sd) == (after.accused, after.se, after.sd)


def test_victim_has_kept_no_share() -> None:
    trustees = up_to_certify(bad_share)
    trustees.act(VICTIM)
    own = trustees.kept[VICTIM].attempt(current(trustees).session_id)
    assert own is not None and own.share is None


def false_complaint(trustees: Trustees, accuser: str, accused: str) -> Complaint:
    attempt, secrets = current(trustees), trustees.kept[accuser]
    own = secrets.attempt(attempt.session_id)
    assert own is not None
    return messages.complain(trustees.world.state, attempt, secrets, own, accused)


def test_false_complaint_names_the_accuser() -> None:
    trustees = five()
    trustees.run_until("certify")
    post(trustees.world, false_complaint(trustees, "t3", "t1"))
    assert trustees.world.state.culprits == {"t3": "a false complaint"}
    assert "a false complaint" in trustees.look("t3").says
    finish_without(trustees, "t3")


def test_no_complaint_after_certify() -> None:
    trustees = five()
    trustees.run_until("certify")
    trustees.act("t3")
    with pytest.raises(Refusal, match="t3 has certified already"):
        post(trustees.world, false_complaint(trustees, "t3", "t1"))


def test_complaint_about_an_envelope_opens_no_other() -> None:
    """The Diffie–Hellman values of attempt 1 are nobody's in attempt 2 (ATTACKS 59, 68)."""
    trustees = up_to_certify(bad_share)
    complaint = trustees.act(VICTIM).entries[0]
    first = current(trustees)
    finish_without(trustees, CHEAT)
    second = current(trustees)
    assert first.session_id != second.session_id
    seen = {key.to_bytes() for key in first.keys.values()} | {d.E.to_bytes() for d in first.opened.values()}
    now = {key.to_bytes() for key in second.keys.values()} | {d.E.to_bytes() for d in second.opened.values()}
    assert not seen & now
    with pytest.raises(Refusal):
        post(trustees.world, complaint)


def test_no_complaint_about_a_dealing_without_its_proof() -> None:
    """It would make the victim a Diffie–Hellman oracle; the log refuses such a deal, so nobody acts on it."""
    trustees = five()
    trustees.run_until("deal")
    attempt, secrets = current(trustees), trustees.kept[CHEAT]
    own = secrets.attempt(attempt.session_id)
    assert own is not None
    dealing, _ = messages.dealing(attempt, own, CHEAT)
    deal = messages.deal(trustees.world.state, attempt, secrets, dealing.to_bytes(), Scalars.random(1))
    with pytest.raises(Refusal, match="the proof of the ephemeral key does not hold"):
        post(trustees.world, deal)
    last = trustees.run(*others(trustees))
    assert {owed.says for owed in last.values()} == {f"Waiting for {CHEAT} to send their shares."}
