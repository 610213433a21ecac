"""Manifest, roll, opening and clock: what may stand before and around voting (SPEC 8.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from election.entries import Clock, Opening, Roll
from election.errors import ManifestError
from election.faults import Refusal, refuse
from election.ledger.state import Phase, State, Voter
from election.manifest import Contest, Manifest
from election.manifest_check import check_manifest

Effect = Callable[[], None]


def manifest(state: State, entry: Manifest, hash: bytes) -> Effect:
    """V1."""
    try:
        check_manifest(entry)
    except ManifestError as error:
        raise Refusal(1, str(error)) from None

    def effect() -> None:
        state.manifest, state.context, state.phase = entry, hash, Phase.SETUP

    return effect


def clock(state: State, entry: Clock, hash: bytes) -> Effect:
    """V2: strictly increasing, never above the last deadline."""
    refuse(
        2, state.clock is not None and entry.time <= state.clock, f"the clock does not advance: {entry.time}"
    )
    refuse(2, entry.time > state.election.deadline, f"the clock is beyond the last deadline: {entry.time}")

    def effect() -> None:
        state.clock = entry.time
        state.clocks.append((state.size - 1, entry.time))

    return effect


def roll(state: State, entry: Roll, hash: bytes) -> Effect:
    """V4: known unit, no credential twice, none removed that is not there."""
    unit = state.election.by_id["units"].get(entry.unit)
    if unit is None or not unit.style:
        raise Refusal(4, f"there is no unit of voters {entry.unit}")
    add = [C.to_bytes() for C in entry.add]
    remove = [C.to_bytes() for C in entry.remove]
    refuse(4, not add and not remove, "a roll entry without credentials")
    for i, credential in enumerate(add):
        refuse(4, credential in state.roll, f"credential {i} is on the roll already")
    refuse(4, len({*add, *remove}) < len(add) + len(remove), "a credential occurs twice")
    for i, credential in enumerate(remove):
        voter = state.roll.get(credential)
        refuse(
            4,
            voter is None or voter.unit != entry.unit,
            f"removed credential {i} is not on the roll of this unit",
        )

    def effect() -> None:
        state.roll_hashes.extend(hash)
        for credential in remove:
            del state.roll[credential]
        state.roll.update((credential, Voter(entry.unit)) for credential in add)

    return effect


def opening(state: State, entry: Opening, hash: bytes) -> Effect:
    """V2 and V4: the key is there, the roll is the one named, and cells fit their packing (V1)."""
    refuse(2, state.keys is None, "voting cannot open before the key ceremony is complete")
    refuse(4, not state.roll, "voting cannot open without voters")
    refuse(4, entry.voters != len(state.roll), f"the roll has {len(state.roll)} voters, not {entry.voters}")
    refuse(4, entry.roll != state.roll_hash, "the roll is another one than the office opened")
    voters = Counter(voter.unit for voter in state.roll.values())
    for contest in state.election.contests:
        least = least_cell_bound(state.election, contest, voters)
        refuse(
            1,
            contest.max_cell_ballots < least,
            f"contests.{contest.id}: a cell may hold {least} ballots, max_cell_ballots is {contest.max_cell_ballots}",
        )

    def effect() -> None:
        state.phase = Phase.VOTING

    return effect


def least_cell_bound(m: Manifest, contest: Contest, voters: Mapping[str, int]) -> int:
    """The most ballots that merging can put into one cell (SPEC 8.1). voters: on the roll, by leaf unit."""
    rolls = {u.id: voters.get(u.id, 0) for u in m.units if m.votes_on(u.id, contest.id)}
    depths, extra = _depths(m), m.min_unit_ballots - 1
    levels = max(depths[unit] for unit in rolls)
    return min(sum(rolls.values()), max(*rolls.values(), 2 * extra) + levels * extra)


def _depths(m: Manifest) -> dict[str, int]:
    """Unit -> how many inner levels, the election itself included, stand above it."""
    depths = {"": 0}
    for unit in m.units:
        depths[unit.id] = depths[unit.parent] + 1
    return depths
