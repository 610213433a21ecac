"""(state, entry, are its proofs false?) → state or refusal (SPEC 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crypto import sigma
from crypto.errors import GlassballotError
from election import entries as e
from election.entry import Entry, Signed
from election.faults import Refusal, refuse
from election.ledger import ceremony, decryption, setup, voting
from election.ledger.state import Phase, State
from election.manifest import Manifest


@dataclass(frozen=True)
class Logged:
    """An entry where it stands: its number, content hash and leaf hash (32 bytes each)."""

    number: int
    entry: Entry
    hash: bytes
    leaf: bytes


Effect = Callable[[], None]
# A rule raises Refusal, or returns what the entry does to the state.
Rule = Callable[[State, Any, bytes], Effect]

# Kind -> its rule, the check that its signature and phase belong to, and the phases in which it may stand.
_RULES: dict[type[Entry], tuple[Rule, int, tuple[Phase, ...]]] = {
    Manifest: (setup.manifest, 1, (Phase.EMPTY,)),
    e.CeremonyStart: (ceremony.start, 3, (Phase.SETUP,)),
    e.Register: (ceremony.register, 3, (Phase.SETUP,)),
    e.Commit: (ceremony.commit, 3, (Phase.SETUP,)),
    e.Deal: (ceremony.deal, 3, (Phase.SETUP,)),
    e.Certify: (ceremony.certify, 3, (Phase.SETUP,)),
    e.Complaint: (ceremony.complaint, 3, (Phase.SETUP,)),
    e.Key: (ceremony.key, 3, (Phase.SETUP,)),
    e.Roll: (setup.roll, 4, (Phase.SETUP,)),
    e.Opening: (setup.opening, 2, (Phase.SETUP,)),
    e.Clock: (setup.clock, 2, (Phase.SETUP, Phase.VOTING, Phase.CLOSED)),
    e.Cast: (voting.cast, 5, (Phase.VOTING,)),
    e.Challenge: (voting.challenge, 5, (Phase.VOTING,)),
    e.Closing: (voting.closing, 2, (Phase.VOTING,)),
    e.Ready: (decryption.ready, 8, (Phase.CLOSED,)),
    e.PartialDecryption: (decryption.partial, 8, (Phase.CLOSED,)),
    e.Result: (decryption.result, 9, (Phase.CLOSED,)),
}


def proofs_hold() -> str:
    """For a caller who has discharged an entry's proofs, or relies on somebody who has."""
    return ""


def apply(state: State, logged: Logged, falsehood: Callable[[], str] = proofs_hold) -> None:
    """Let the state take one entry in, or raise Refusal and leave it as it was.

    falsehood: asked last, says why the entry's own proofs or opening are false, "" where they hold. An entry that
    passes all else is then void: refused, but nobody's record is. It speaks of ballots, openings and partial
    decryptions; everything else is checked here.
    """
    rule, check, phases = _RULES[type(logged.entry)]
    try:
        if state.phase not in phases:
            raise Refusal(2, _wrong_phase(state.phase, logged.entry))
        _check_signature(state, logged.entry, check)
        effect = rule(state, logged.entry, logged.hash)
        if why := falsehood():
            raise Refusal(check, why, void=True)
    except Refusal as refusal:
        raise refusal.at(logged.number) from None
    state.tree.append(logged.leaf)
    effect()
    state.announcements.update(_announcements(state, logged.entry))


def _wrong_phase(phase: Phase, entry: Entry) -> str:
    if phase is Phase.EMPTY:
        return f"a log begins with a manifest, not with a {entry.kind}"
    article = "an" if entry.kind.startswith("o") else "a"
    return f"{article} {entry.kind} has no place in phase {phase.name.lower()}"


def _check_signature(state: State, entry: Entry, check: int) -> None:
    """Of the office or of the trustee that the entry names, under the key that the manifest pins."""
    if not isinstance(entry, Signed) or isinstance(entry, Manifest):
        return
    trustee = getattr(entry, "trustee", None)
    signer = f"trustee {trustee}" if trustee else "the office"
    refuse(check, bool(trustee) and trustee not in state.election.by_id["trustees"], f"there is no {signer}")
    key = state.election.trustee(trustee).key if trustee else state.election.office_key
    try:
        entry.check_signature(state.context, key)
    except GlassballotError:
        raise Refusal(check, f"not signed by {signer}") from None
    announced = _announcements(state, entry)
    again = len({*announced}) < len(announced) or not state.announcements.isdisjoint(announced)
    refuse(check, again, f"{signer} repeats an announcement")


def _announcements(state: State, entry: Entry) -> list[bytes]:
    """k·G of every proof in a trustee's entry: one k in two of them would give everybody the trustee's secret."""
    if not hasattr(entry, "trustee"):
        return []
    proofs = [value for value in vars(entry).values() if isinstance(value, sigma.Proof)]
    announced = [proof.R.to_bytes()[:32] for proof in proofs]
    if isinstance(entry, e.Certify):
        announced.append(entry.signature[:32])
    if isinstance(entry, e.Deal):
        possession = entry.msg1[32 * state.election.ceremony.threshold :]
        announced.append(possession[:32])
    return announced
