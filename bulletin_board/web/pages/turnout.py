"""How many have voted: in all, by unit, over time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from bulletin_board.web.register import Register, Seen
from election.ledger import State
from election.manifest import Manifest

POINTS = 96
"""Into so many parts the time of voting is divided for the curve, at most."""


@dataclass(frozen=True)
class Share:
    """Of those on the roll, so many have a ballot that was taken."""

    voted: int
    voters: int


@dataclass(frozen=True)
class Moment:
    """At this time (UTC seconds) so many had voted."""

    time: int
    voted: int


@dataclass(frozen=True)
class Turnout:
    """units: of every unit, inner ones too; curve: from the beginning of voting to the log's last clock."""

    all: Share
    units: Mapping[str, Share]
    curve: tuple[Moment, ...]


class _Count:
    """What was counted before, so that only what is new is looked at. To be used under the register's lock."""

    def __init__(self) -> None:
        self._roll, self._voters = -1, Counter[str]()
        self._firsts, self._done, self._voted = 0, Counter[str](), Counter[str]()
        self._size, self._turnout = -1, Turnout(Share(0, 0), {}, ())

    def turnout(self, seen: Seen) -> Turnout:
        if self._size != seen.state.size:
            voters, voted = self._count_voters(seen.state), self._count_voted(seen)
            units = _by_unit(seen.state.election, voters, voted)
            self._turnout = Turnout(Share(len(seen.firsts), len(seen.state.roll)), units, curve(seen))
            self._size = seen.state.size
        return self._turnout

    def _count_voters(self, state: State) -> Counter[str]:
        """By leaf unit."""
        if self._roll != len(state.roll_hashes):
            self._roll, self._voters = len(state.roll_hashes), Counter(v.unit for v in state.roll.values())
        return self._voters

    def _count_voted(self, seen: Seen) -> Counter[str]:
        """By leaf unit."""
        fresh = set(seen.firsts[self._firsts :])
        self._firsts = len(seen.firsts)
        for unit, numbers in seen.casts.items():
            if self._done[unit] < len(numbers):
                self._voted[unit] += sum(number in fresh for number in numbers[self._done[unit] :])
                self._done[unit] = len(numbers)
        return self._voted


_counts: WeakKeyDictionary[Register, _Count] = WeakKeyDictionary()


def turnout(register: Register, seen: Seen) -> Turnout:
    """As the log has it now. seen: of this register, which nobody else has meanwhile."""
    return _counts.setdefault(register, _Count()).turnout(seen)


def _by_unit(m: Manifest, voters: Counter[str], voted: Counter[str]) -> dict[str, Share]:
    sums = {unit.id: [voted[unit.id], voters[unit.id]] for unit in m.units}
    # Parents stand before their children in a manifest, so this way round every sum is complete when it is added.
    for unit in reversed(m.units):
        if unit.parent:
            sums[unit.parent][0] += sums[unit.id][0]
            sums[unit.parent][1] += sums[unit.id][1]
    return {id: Share(*both) for id, both in sums.items()}


def curve(seen: Seen) -> tuple[Moment, ...]:
    """Evenly over the time of voting, as far as the log's clock has come; () before voting begins."""
    voting, clocks, last = seen.state.election.voting, seen.state.clocks, seen.state.clock
    if last is None or last < voting.begin or not seen.firsts:
        return ()
    end = min(last, voting.end)
    step = max(1, -(-(voting.end - voting.begin) // POINTS))
    times = [*range(voting.begin, end, step), end]
    return tuple(Moment(time, _voted_until(seen, clocks, time)) for time in times)


def _voted_until(seen: Seen, clocks: list[tuple[int, int]], time: int) -> int:
    """First ballots before the log's clock passed this time."""
    after = bisect_right(clocks, time, key=lambda clock: clock[1])
    return bisect_left(seen.firsts, clocks[after][0]) if after < len(clocks) else len(seen.firsts)
