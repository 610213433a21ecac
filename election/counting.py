"""How much each check V0 … V9 has looked at, in words for a report (SPEC 9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from election.replay import Replay


def _entries(r: Replay) -> dict[str, int]:
    return {"entries": r.state.size}


def _manifest(r: Replay) -> dict[str, int]:
    m = r.state.election
    rules = sum(len(contest.rules) for contest in m.contests)
    return {"contests": len(m.contests), "rules": rules, "styles": len(m.styles), "units": len(m.units)}


def _log(r: Replay) -> dict[str, int]:
    return {"leaves": r.state.size, "checkpoint signatures": 1, "clock entries": len(r.state.clocks)}


def _ceremony(r: Replay) -> dict[str, int]:
    attempt = r.state.attempt
    done = len(attempt.certificates) if attempt and r.state.keys else 0
    return {"attempts": attempt.start.attempt if attempt else 0, "trustees who certified": done}


def _roll(r: Replay) -> dict[str, int]:
    return {"credentials": len(r.state.roll)}


def _proofs(r: Replay) -> dict[str, int]:
    return {"cast ballots": r.state.casts, "challenged ballots opened": r.state.challenges}


def _ballots(r: Replay) -> dict[str, int]:
    counted = len(r.state.counted())
    return {"counted": counted, "superseded": r.state.casts - counted, "challenged": r.state.challenges}


def _aggregates(r: Replay) -> dict[str, int]:
    tally = r.tally
    if tally is None:
        return {}
    cells = sum(len(contest.cells) for contest in tally.contests.values())
    return {"cells": cells, "aggregates": sum(len(contest.aggregates) for contest in tally.contests.values())}


def _decryptions(r: Replay) -> dict[str, int]:
    partials = sum(len(M) for of in r.partials.values() for M in of.values())
    return {"trustees who agreed": len(r.state.ready), "partial decryptions": partials}


def _result(r: Replay) -> dict[str, int]:
    tally = r.tally
    if tally is None:
        return {}
    return {"totals": sum(len(c.cells) * len(c.contest.options) for c in tally.contests.values())}


_COUNTS: Mapping[int, Callable[[Replay], dict[str, int]]] = {
    0: _entries,
    1: _manifest,
    2: _log,
    3: _ceremony,
    4: _roll,
    5: _proofs,
    6: _ballots,
    7: _aggregates,
    8: _decryptions,
    9: _result,
}


def count(replay: Replay, check: int) -> dict[str, int]:
    """What check number `check` has looked at: name -> how many."""
    return _COUNTS[check](replay) if check == 0 or replay.state.manifest else {}
