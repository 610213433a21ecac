"""The log's clock against the witnesses' (SPEC 9.5; ATTACKS 76)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from election.faults import ACROSS_VIEWS, Fault
from election.ledger import State
from election.witnessing import CLOCK_TOLERANCE, Witnessed, quorum_last_time, quorum_time
from verifier.concerns import Concern


def time_faults(state: State, views: Sequence[Witnessed]) -> Iterator[Fault]:
    """Clock entries that run ahead of a witness, and a closing that witnesses saw before the end."""
    yield from _runaway_clocks(state, views)
    end, closing = state.election.voting.end, state.closing
    if closing is None:
        return
    covering = [view for view in views if view.size >= closing.size]
    first = quorum_time(covering, state.election.witnesses.quorum)
    if first is not None and first < end:
        reason = f"the witnesses' quorum had cosigned the closing by {first}, before voting ends at {end}"
        yield Fault(ACROSS_VIEWS, reason, closing.size - 1)


def late_ballots(state: State, views: Sequence[Witnessed]) -> Iterator[Concern]:
    """A frozen clock: a counted ballot that was not in the log when the quorum cosigned it, long after the end.

    No more than a warning: anybody can have an old checkpoint cosigned again, as long as the witnesses have not been
    shown a newer one.
    """
    end, last = state.election.voting.end, max(state.counted(), default=0)
    shorter = [view for view in views if view.size <= last]
    seen = quorum_last_time(shorter, state.election.witnesses.quorum)
    if seen is not None and seen > end + CLOCK_TOLERANCE:
        reason = (
            f"entry {last}: a ballot that the witnesses had not seen at {seen}, though voting ended at {end}"
        )
        yield Concern(ACROSS_VIEWS, reason)


def _runaway_clocks(state: State, views: Sequence[Witnessed]) -> Iterator[Fault]:
    """Of every cosignature the first clock entry under it that is too far above its time."""
    numbers, clocks = [number for number, _ in state.clocks], [clock for _, clock in state.clocks]
    named: set[int] = set()
    for view in views:
        for key, time in view.times.items():
            i = bisect_right(clocks, time + CLOCK_TOLERANCE)
            if i == len(clocks) or numbers[i] >= view.size or numbers[i] in named:
                continue
            named.add(numbers[i])
            reason = f"the clock says {clocks[i]}, but {key.name} had cosigned it at {time}"
            yield Fault(ACROSS_VIEWS, reason, numbers[i])
