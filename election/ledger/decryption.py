"""Agreement on the closing, partial decryptions and result (SPEC 8.4)."""

from __future__ import annotations

from collections.abc import Callable

from election.entries import PartialDecryption, Ready, Result
from election.faults import Refusal, refuse
from election.ledger.state import Closing, Phase, State

Effect = Callable[[], None]


def ready(state: State, entry: Ready, hash: bytes) -> Effect:
    """V8: one signature a trustee, over the closing root."""
    _check_trustee(state, entry.trustee)
    _check_root(_closing(state), entry.root, entry.size)
    refuse(8, entry.trustee in state.ready, f"trustee {entry.trustee} is ready already")

    def effect() -> None:
        state.ready.add(entry.trustee)

    return effect


def partial(state: State, entry: PartialDecryption, hash: bytes) -> Effect:
    """V8: after the quorum of the manifest's one rule, once a trustee and contest."""
    _check_trustee(state, entry.trustee)
    _check_root(_closing(state), entry.root, entry.size)
    refuse(8, entry.contest not in state.election.by_id["contests"], f"there is no contest {entry.contest}")
    refuse(
        8,
        state.election.agreement == ("ready",) and len(state.ready) < state.quorum,
        f"decrypted when {len(state.ready)} of {state.quorum} trustees had agreed on the closing",
    )
    place = (entry.trustee, entry.contest)
    refuse(8, place in state.partials, f"trustee {entry.trustee} has decrypted {entry.contest} already")

    def effect() -> None:
        state.partials[place] = state.size - 1

    return effect


def result(state: State, entry: Result, hash: bytes) -> Effect:
    """V8: enough partial decryptions; V9: every contest once, in manifest order. Numbers are checked apart."""
    contests = [contest.contest for contest in entry.contests]
    refuse(9, contests != list(state.election.by_id["contests"]), "not every contest once, in manifest order")
    for contest in entry.contests:
        if contest.cells:
            missing = missing_partials(state, contest.contest)
            refuse(8, missing > 0, f"{contest.contest}: {missing} partial decryptions are missing")

    def effect() -> None:
        state.phase = Phase.FINAL

    return effect


def missing_partials(state: State, contest: str) -> int:
    """How many more trustees must decrypt this contest."""
    have = sum(1 for _, of in state.partials if of == contest)
    return max(0, state.election.ceremony.threshold - have)


def _closing(state: State) -> Closing:
    assert state.closing is not None
    return state.closing


def _check_trustee(state: State, trustee: str) -> None:
    refuse(8, trustee not in state.trustees, f"trustee {trustee} has no share of the key")


def _check_root(closing: Closing, root: bytes, size: int) -> None:
    if (root, size) != (closing.root, closing.size):
        raise Refusal(8, f"over another closing than entry {closing.size - 1}")
