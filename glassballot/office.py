"""What the election office does to a record, step by step; the commands and the demonstration call these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bulletin_board.folder import FolderBoard
from crypto.group import Points, Scalars
from crypto.note import NoteSigner
from election.announcement import announce
from election.entries import CeremonyStart, Closing, Opening, Result, Roll
from election.entry import Entry
from election.faults import Refusal
from election.ledger.ceremony import ended, next_trustees
from election.ledger.state import Phase, State
from election.replay import Replay

# So many credentials go into one roll entry: 32 bytes each, well below what the log carries without a blob.
ROLL_CHUNK = 1000


def start_ceremony(replay: Replay, office: Scalars, deadline: int) -> list[Entry]:
    """The first attempt, or the next one; nothing where an attempt goes on or the key is there. Raises Refusal."""
    state, old = replay.state, replay.state.attempt
    if state.keys is not None or (old is not None and not ended(state, old)):
        return []
    number = old.start.attempt + 1 if old else 1
    trustees = next_trustees(state)
    return [CeremonyStart.sign(state.context, office, attempt=number, deadline=deadline, trustees=trustees)]


def roll_entries(
    context: bytes, office: Scalars, unit: str, add: Sequence[Points], remove: Sequence[Points] = ()
) -> list[Entry]:
    """Roll entries that add and remove credentials of one unit, in chunks."""
    none = Points.identity(0)

    def chunks(credentials: Sequence[Points]) -> list[Points]:
        steps = range(0, len(credentials), ROLL_CHUNK)
        return [Points.concat(credentials[i : i + ROLL_CHUNK]) for i in steps]

    removed = [Roll.sign(context, office, add=none, remove=part, unit=unit) for part in chunks(remove)]
    added = [Roll.sign(context, office, add=part, remove=none, unit=unit) for part in chunks(add)]
    return [*removed, *added]


def opening(state: State, office: Scalars) -> Opening:
    """Opens voting over the roll as it stands."""
    return Opening.sign(state.context, office, roll=state.roll_hash, voters=len(state.roll))


def closing(state: State, office: Scalars) -> Closing:
    """Closes voting."""
    return Closing.sign(state.context, office)


def result(replay: Replay, office: Scalars, progress: Callable[[int, int], None] | None = None) -> Result:
    """Combines the partial decryptions on the log. Raises Refusal where some are still missing."""
    state, tally = replay.state, replay.tally
    if state.phase is not Phase.CLOSED or tally is None:
        raise Refusal(2, f"a result has no place in phase {state.phase.name.lower()}")
    k = state.election.ceremony.threshold
    for contest, own in tally.contests.items():
        have = len(replay.partials.get(contest, {}))
        if own.cells and have < k:
            raise Refusal(8, f"{contest}: {have} of {k} trustees have decrypted")
    return announce(tally, replay.numbered_partials, office, progress)


def open_board(record: Path, signer: NoteSigner, now: Callable[[], int]) -> FolderBoard:
    """The board over a record folder, for whoever holds the log's key."""
    return FolderBoard(record, signer.name, signer.secret, now)
