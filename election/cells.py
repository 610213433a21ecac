"""Which units are decrypted together, so that no published number is about too few ballots (SPEC 10.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from election.manifest import Manifest


@dataclass(frozen=True)
class Cell:
    """units: leaf units in the order in which they were joined; ballots: how many count in all of them."""

    units: tuple[str, ...]
    ballots: int


def cells(manifest: Manifest, contest: str, ballots: Mapping[str, int]) -> tuple[Cell, ...]:
    """The partition of a contest's counted ballots that is decrypted; () where the contest is withheld.

    ballots: counted ballots by leaf unit, 0 where absent. Units merge from the leaves up, only where they must.
    """
    least = manifest.min_unit_ballots
    lists: dict[str, list[Cell]] = {}
    # Parents stand before their children in a manifest, so this way round all children come first.
    for unit in reversed(manifest.units):
        if children := manifest.children[unit.id]:
            lists[unit.id] = _merge([cell for child in children for cell in lists.pop(child.id)], least)
        else:
            own = Cell((unit.id,), ballots.get(unit.id, 0))
            lists[unit.id] = [own] if manifest.votes_on(unit.id, contest) else []
    joined = _merge([cell for child in manifest.children[""] for cell in lists[child.id]], least)
    if len(joined) == 1 and joined[0].ballots < least:
        return ()
    return tuple(joined)


def _merge(cells: Sequence[Cell], least: int) -> list[Cell]:
    """The list of a node: while one of several is too small, the two smallest become one, in the earlier place."""
    found = dict(enumerate(cells))
    # Of equals the earlier comes first.
    smallest = [(cell.ballots, place) for place, cell in found.items()]
    heapify(smallest)
    while len(smallest) > 1 and smallest[0][0] < least:
        earlier, later = sorted((heappop(smallest)[1], heappop(smallest)[1]))
        one, other = found[earlier], found.pop(later)
        found[earlier] = Cell(one.units + other.units, one.ballots + other.ballots)
        heappush(smallest, (found[earlier].ballots, earlier))
    return list(found.values())
