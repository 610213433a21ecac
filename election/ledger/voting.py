"""Ballots cast and challenged, and the end of voting (SPEC 8.3)."""

from __future__ import annotations

from collections.abc import Callable

from crypto.errors import EncodingError
from crypto.group import G
from election.ballot import check_length
from election.entries import Body, Cast, Challenge, Closing
from election.faults import Refusal, refuse
from election.ledger import state as ledger
from election.ledger.state import Phase, State, Voter

Effect = Callable[[], None]
_BASE = G.to_bytes()


def cast(state: State, entry: Cast, hash: bytes) -> Effect:
    """V4: who votes; V5: a body of the voter's style; V6: nothing used twice, sequence and predecessor."""
    _check_time(state)
    voter = state.roll.get(entry.credential.to_bytes())
    if voter is None:
        raise Refusal(4, "the credential is not on the roll")
    style = state.election.unit(voter.unit).style
    refuse(5, entry.body.style != style, f"the voter's style is {style}, not {entry.body.style}")
    _check_body(state, entry.body)
    one_time_key = entry.body.one_time_key.to_bytes()
    refuse(6, one_time_key in state.one_time_keys, "the one-time key was used before")
    _check_sequence(state, voter, entry)

    def effect() -> None:
        number = state.size - 1
        state.bodies.add(entry.body.hash)
        state.one_time_keys.add(one_time_key)
        state.casts += 1
        voter.sequence, voter.last = entry.sequence, hash
        if voter.counted is None or state.election.revoting == "last":
            voter.counted = number

    return effect


def challenge(state: State, entry: Challenge, hash: bytes) -> Effect:
    """V5, V6: a body of some style that no earlier entry has."""
    _check_time(state)
    _check_body(state, entry.body)

    def effect() -> None:
        state.bodies.add(entry.body.hash)
        state.challenges += 1

    return effect


def closing(state: State, entry: Closing, hash: bytes) -> Effect:
    """V2: not before the manifest's end."""
    end = state.election.voting.end
    refuse(2, state.clock is None or state.clock < end, f"closed before voting ends at {end}")

    def effect() -> None:
        state.phase = Phase.CLOSED
        state.closing = ledger.Closing(state.tree.root(), state.size)

    return effect


def _check_time(state: State) -> None:
    voting = state.election.voting
    refuse(2, state.clock is None or state.clock < voting.begin, "a ballot before voting begins")
    refuse(2, state.clock is not None and state.clock >= voting.end, "a ballot after voting has ended")


def _check_body(state: State, body: Body) -> None:
    """V5: its length; V6: that it is new, and that its randomness is not visibly broken."""
    assert state.parameters is not None
    try:
        check_length(state.parameters, body)
    except EncodingError as error:
        raise Refusal(5, str(error)) from None
    refuse(6, body.hash in state.bodies, "an earlier entry has the same body")
    alpha = body.slots.alpha.to_bytes()
    seen = {alpha[i : i + 32] for i in range(0, len(alpha), 32)}
    refuse(6, len(seen) < len(body.slots), "two ciphertexts share their randomness")
    refuse(6, _BASE in seen, "a ciphertext whose randomness is 1")


def _check_sequence(state: State, voter: Voter, entry: Cast) -> None:
    none = state.election.revoting == "none"
    refuse(6, none and voter.sequence > 0, "the voter has voted, and this election allows no second ballot")
    due = voter.sequence + 1
    refuse(6, entry.sequence != due, f"sequence number {entry.sequence} where {due} is due")
    refuse(6, entry.predecessor != voter.last, "another predecessor than the voter's last accepted ballot")
