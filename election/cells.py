"""Which units are decrypted together, so that no published number is about too few ballots (PROTOCOL 6; SPEC 10.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
    joined = _merge(manifest, contest, "", ballots)
    if len(joined) == 1 and joined[0].ballots < manifest.min_unit_ballots:
        return ()
    return tuple(joined)


def _merge(manifest: Manifest, contest: str, unit: str, ballots: Mapping[str, int]) -> list[Cell]:
    """The cells of one node of the tree of units, "" being the whole election."""
    children = manifest.children[unit]
    if unit and not children:
        return [Cell((unit,), ballots.get(unit, 0))] if manifest.votes_on(unit, contest) else []
    found = [cell for child in children for cell in _merge(manifest, contest, child.id, ballots)]
    while len(found) > 1 and min(cell.ballots for cell in found) < manifest.min_unit_ballots:
        first, second = sorted(range(len(found)), key=lambda i: (found[i].ballots, i))[:2]
        earlier, later = min(first, second), max(first, second)
        together = Cell(
            found[earlier].units + found[later].units, found[earlier].ballots + found[later].ballots
        )
        found[earlier] = together
        del found[later]
    return found
