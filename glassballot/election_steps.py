"""glassballot election: the steps of an election, from the ceremony to the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from booth.credential import make_credentials
from crypto.errors import EncodingError
from crypto.group import Points, Scalars
from election import canonical
from election.entry import Entry
from election.examine import Stage, follow
from election.faults import Refusal
from election.ledger import Phase
from election.replay import Replay
from glassballot import keyring, office
from glassballot.console import (
    Span,
    UsageError,
    check_new,
    clock,
    clock_option,
    many,
    progress,
    read_file,
    say,
    utc,
    write_new,
)
from glassballot.place import Place, RecordCommand, open_record, record_argument
from glassballot.remote import AppendableBoard, RemoteBoard, board_at

PATH = click.Path(path_type=Path)
MAX_HOURS, MAX_ROLL_FILE = 10 * 366 * 24, 64 * 1024 * 1024
OFFICE_KEY, LOG_KEY = "office.key", "log.key"
keys_option = click.option(
    "--keys",
    type=PATH,
    required=True,
    help=f"The folder of {OFFICE_KEY} and, to append to a folder, {LOG_KEY}.",
)


def _act(
    record: Place,
    keys: Path,
    clock_offset: int,
    make: Callable[[AppendableBoard, Scalars], list[Entry]],
    done: str,
) -> AppendableBoard:
    """Append what `make` returns, and say so; nothing where that is nothing. The board."""
    secret = keyring.load_office(keys / OFFICE_KEY)
    board = board_at(record, keys / LOG_KEY, clock_offset)
    entries = make(board, secret)
    for entry in board.append(entries) if entries else []:
        say(f"Entry {entry.number}: {done}")
    return board


@click.command(cls=RecordCommand)
@record_argument
@keys_option
@click.option(
    "--hours",
    type=Span(max=MAX_HOURS),
    help="Until the deadline of this attempt; without it, until voting begins.",
)
@clock_option
def ceremony(record: Place, keys: Path, hours: float | None, clock_offset: int) -> None:
    """Start the key ceremony, or its next attempt where one has failed.

    \b
    Example:
      glassballot election ceremony record --keys keys --hours 48
    """

    def make(board: AppendableBoard, secret: Scalars) -> list[Entry]:
        begin = board.replay.state.election.voting.begin
        deadline = begin if hours is None else min(begin, clock(clock_offset)() + int(hours * 3600))
        entries = office.start_ceremony(board.replay, secret, deadline)
        if not entries:
            say("Nothing is due: the key is complete, or an attempt goes on.")
        return entries

    _act(record, keys, clock_offset, make, "the trustees may register")


@click.command(cls=RecordCommand)
@record_argument
@click.argument("folder", type=PATH)
@click.option("--unit", required=True, help="The unit whose voters they are for.")
@click.option("--count", type=click.IntRange(1, 1_000_000), required=True, help="How many.")
def credentials(record: Place, folder: Path, unit: str, count: int) -> None:
    """Make credentials: a secret file a voter in FOLDER, and UNIT.roll with their public keys.

    \b
    Example:
      glassballot election credentials record credentials --unit station-1 --count 400
      glassballot election roll record --keys keys --unit station-1 --add credentials/station-1.roll
    """
    state = follow(open_record(record)).state
    if state.phase is not Phase.SETUP:
        raise Refusal(4, f"the roll is frozen in phase {state.phase.name.lower()}")
    voting = [unit.id for unit in state.election.units if unit.style]
    if unit not in voting:
        raise UsageError(f"credentials: there is no unit of voters {unit}, only {', '.join(voting)}")
    roll_file = folder / f"{unit}.roll"
    check_new(roll_file, "roll file")
    made = make_credentials(state.context, unit, count)
    with progress() as report:
        for number, credential in enumerate(made, 1):
            path = folder / f"{unit}-{credential.pseudonym}.credential"
            write_new(path, credential.to_bytes(), "credential", private=True)
            report("credentials", number, count)
    # Last, so that nobody is on the roll whose credential was not written.
    lines = [canonical.b64encode(credential.C.to_bytes()) for credential in made]
    write_new(roll_file, ("\n".join(lines) + "\n").encode(), "roll file")
    say(
        f"Wrote {many(count, 'credential', 'credentials')}, one a file with the voter's pseudonym in its name."
    )
    say(f"Wrote {roll_file}: their public keys, for glassballot election roll.")


@click.command(cls=RecordCommand)
@record_argument
@keys_option
@click.option("--unit", required=True, help="The unit whose voters they are.")
@click.option("--add", type=PATH, help="Credentials to add: a file of public keys, one a line.")
@click.option("--remove", type=PATH, help="Credentials to remove, likewise.")
@clock_option
def roll(
    record: Place, keys: Path, unit: str, add: Path | None, remove: Path | None, clock_offset: int
) -> None:
    """Add credentials to the roll of a unit, or remove them. After the opening it is frozen.

    \b
    Example:
      glassballot election roll record --keys keys --unit station-1 --add credentials/station-1.roll
    """
    if add is None and remove is None:
        raise UsageError("roll: give --add, --remove or both")

    def make(board: AppendableBoard, secret: Scalars) -> list[Entry]:
        added, removed = _credentials(add), _credentials(remove)
        return office.roll_entries(board.replay.state.context, secret, unit, added, removed)

    _act(record, keys, clock_offset, make, "the roll has changed")


def _credentials(path: Path | None) -> list[Points]:
    if path is None:
        return []
    found: list[Points] = []
    data = read_file(path, "roll file", MAX_ROLL_FILE)
    for number, line in enumerate(data.decode("ascii", "replace").splitlines(), 1):
        try:
            found.append(Points.from_bytes(canonical.b64decode(line.strip(), "credential", length=32)))
        except EncodingError as error:
            raise UsageError(f"roll file {path}, line {number}: {error}") from None
    if not found:
        raise UsageError(f"roll file {path}: it holds no credentials")
    return found


@click.command(name="open", cls=RecordCommand)
@record_argument
@keys_option
@clock_option
def open_(record: Place, keys: Path, clock_offset: int) -> None:
    """Freeze the roll and open voting; ballots are taken from the manifest's begin on.

    \b
    Examples:
      glassballot election open record --keys keys
      glassballot election open --board https://board.example.org --keys keys
    """

    board = _act(
        record, keys, clock_offset, lambda board, x: [office.opening(board.replay.state, x)], "voting is open"
    )
    say(f"On the roll: {many(len(board.replay.state.roll), 'voter', 'voters')}.")


@click.command(cls=RecordCommand)
@record_argument
@keys_option
@clock_option
def close(record: Place, keys: Path, clock_offset: int) -> None:
    """Close voting. Refused before the manifest's end.

    \b
    Example:
      glassballot election close record --keys keys
    """

    def make(board: AppendableBoard, secret: Scalars) -> list[Entry]:
        state = board.replay.state
        end = state.election.voting.end
        # The clock of a board far away is its own.
        if state.phase is Phase.VOTING and isinstance(record, Path) and clock(clock_offset)() < end:
            raise Refusal(2, f"voting goes on until {utc(end)}")
        return [office.closing(state, secret)]

    _act(record, keys, clock_offset, make, "voting is closed")


@click.command(cls=RecordCommand)
@record_argument
@keys_option
@clock_option
def publish(record: Place, keys: Path, clock_offset: int) -> None:
    """Combine the trustees' partial decryptions and publish the result.

    \b
    Example:
      glassballot election publish record --keys keys
    """

    def make(board: AppendableBoard, secret: Scalars) -> list[Entry]:
        replay = _decrypted(board)
        with progress() as report:
            return [office.result(replay, secret, lambda done, all: report("totals", done, all))]

    _act(record, keys, clock_offset, make, "the result is published")


def _decrypted(board: AppendableBoard) -> Replay:
    """The log with its partial decryptions. Whoever holds a folder has checked them; a board far away may not have."""
    return board.examined(Stage.CLOSED) if isinstance(board, RemoteBoard) else board.replay
