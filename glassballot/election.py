"""glassballot election: what the election office does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from booth.credential import make_credentials
from bulletin_board.folder import FolderBoard
from crypto.errors import EncodingError
from crypto.group import Points, Scalars
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from election import canonical
from election.entries import parse
from election.entry import Entry
from election.examine import follow
from election.ledger.ceremony import ended
from election.ledger.state import State
from election.manifest import Manifest
from election.manifest_check import check_manifest, look_alikes
from election.record import RecordReader
from glassballot import drafts, keyring, office
from glassballot.console import (
    UsageError,
    clock,
    clock_option,
    console,
    json_option,
    log_key_option,
    progress,
    read_file,
    record_argument,
    write_new,
)

PATH = click.Path(path_type=Path)
OFFICE_KEY, LOG_KEY = "office.key", "log.key"
keys_option = click.option(
    "--keys", type=PATH, required=True, help=f"The folder of {OFFICE_KEY} and {LOG_KEY}."
)


@click.group(name="election")
def group() -> None:
    """What the election office does: keys, manifest, roll, opening, closing, result."""


@group.command()
@click.argument("folder", type=PATH)
@click.option("--origin", required=True, help="The log's name: a host and path that stay, without https://.")
def keys(folder: Path, origin: str) -> None:
    """Make the office's key and the log's key in FOLDER.

    \b
    Example:
      glassballot election keys keys --origin vote.example.org/council-2027
    """
    for name in (OFFICE_KEY, LOG_KEY):
        if (folder / name).exists():
            raise UsageError(f"key file {folder / name} exists already, and nothing is overwritten")
    signer = keyring.make_log(folder / LOG_KEY, origin)
    keyring.make_office(folder / OFFICE_KEY)
    console.print(
        f"Wrote {folder / OFFICE_KEY} and {folder / LOG_KEY}. Keep both secret, and copies of both."
    )
    console.print(f"The log's verifier key: {signer.key}", markup=False, soft_wrap=True)


@group.command()
@click.argument("draft", type=PATH)
def template(draft: Path) -> None:
    """Write a small complete manifest draft to start from.

    \b
    Example:
      glassballot election template draft.json
    """
    text = json.dumps(drafts.template(), ensure_ascii=False, indent=2) + "\n"
    write_new(draft, text.encode(), "draft")
    console.print(f"Wrote {draft}. Edit it, add the trustees' .pub files when you create the record.")


@group.command()
@click.argument("draft", type=PATH)
@click.option("--trustee", "trustees", type=PATH, multiple=True, help="A trustee's .pub file; repeat it.")
def check(draft: Path, trustees: tuple[Path, ...]) -> None:
    """Check a manifest draft: every refusal with its place, warnings for titles that look alike.

    \b
    Example:
      glassballot election check draft.json --trustee anna.pub --trustee babak.pub --trustee chen.pub
    """
    log = NoteSigner("check.invalid", SigningKey.generate()).key
    _report(
        _checked(drafts.sign(drafts.read_json(draft, "draft"), Scalars.random(1), log, _public(trustees)))
    )


def _public(files: tuple[Path, ...]) -> list[Any]:
    return [drafts.read_json(path, "trustee file") for path in files]


def _checked(manifest: Manifest) -> Manifest:
    check_manifest(manifest)
    return manifest


def _report(m: Manifest) -> None:
    for warning in look_alikes(m):
        console.print(f"Warning: {warning}", markup=False)
    k, n = m.ceremony.threshold, len(m.trustees)
    console.print(f"{len(m.contests)} contests, {len(m.units)} units; any {k} of {n} trustees decrypt.")


@group.command()
@record_argument
@click.option("--draft", type=PATH, required=True, help="The manifest draft.")
@keys_option
@click.option("--trustee", "trustees", type=PATH, multiple=True, help="A trustee's .pub file; repeat it.")
@click.option("--anchor", type=PATH, help="Write the trust anchor to this file.")
@clock_option
def create(
    record: Path, draft: Path, keys: Path, trustees: tuple[Path, ...], anchor: Path | None, clock_offset: int
) -> None:
    """Sign the manifest and begin a public record with it. Publish the anchor it prints, everywhere.

    \b
    Example:
      glassballot election create record --draft draft.json --keys keys --trustee anna.pub --anchor anchor
    """
    signer = keyring.load_log(keys / LOG_KEY)
    secret = keyring.load_office(keys / OFFICE_KEY)
    draft_json = drafts.read_json(draft, "draft")
    manifest = _checked(drafts.sign(draft_json, secret, signer.key, _public(trustees)))
    board = FolderBoard.create(record, manifest, signer.secret, clock(clock_offset))
    context = board.replay.state.context.hex()
    if anchor is not None:
        write_new(anchor, f"{context}\n".encode(), "anchor")
    _report(manifest)
    console.print(f"The anchor of this election, for everybody to know:\n{context}", soft_wrap=True)


def _act(
    record: Path,
    keys: Path,
    clock_offset: int,
    make: Callable[[FolderBoard, Scalars], list[Entry]],
    done: str,
) -> None:
    """Append what `make` returns, and say so."""
    board = office.open_board(record, keyring.load_log(keys / LOG_KEY), clock(clock_offset))
    entries = make(board, keyring.load_office(keys / OFFICE_KEY))
    acknowledged = board.append(entries) if entries else []
    for entry in acknowledged:
        console.print(f"Entry {entry.number}: {done}")
    if not acknowledged:
        console.print("Nothing is due.")


@group.command()
@record_argument
@keys_option
@click.option(
    "--hours", type=float, help="Until the deadline of this attempt; without it, until voting begins."
)
@clock_option
def ceremony(record: Path, keys: Path, hours: float | None, clock_offset: int) -> None:
    """Start the key ceremony, or its next attempt where one has failed.

    \b
    Example:
      glassballot election ceremony record --keys keys --hours 48
    """

    def make(board: FolderBoard, secret: Scalars) -> list[Entry]:
        begin = board.replay.state.election.voting.begin
        deadline = begin if hours is None else min(begin, clock(clock_offset)() + int(hours * 3600))
        return office.start_ceremony(board.replay, secret, deadline)

    _act(record, keys, clock_offset, make, "the trustees may register")


@group.command()
@record_argument
@click.argument("folder", type=PATH)
@click.option("--unit", required=True, help="The unit whose voters they are for.")
@click.option("--count", type=click.IntRange(1, 1_000_000), required=True, help="How many.")
def credentials(record: Path, folder: Path, unit: str, count: int) -> None:
    """Make credentials: a secret file a voter in FOLDER, and UNIT.roll with their public keys.

    \b
    Example:
      glassballot election credentials record credentials --unit station-1 --count 400
      glassballot election roll record --keys keys --unit station-1 --add credentials/station-1.roll
    """
    state = follow(RecordReader.of_folder(record)).state
    found = state.election.by_id["units"].get(unit)
    if found is None or not found.style:
        raise UsageError(f"credentials: there is no unit of voters {unit}")
    made = make_credentials(state.context, unit, count)
    lines = [canonical.b64encode(credential.C.to_bytes()) for credential in made]
    write_new(folder / f"{unit}.roll", ("\n".join(lines) + "\n").encode(), "roll file")
    with progress() as report:
        for number, credential in enumerate(made, 1):
            path = folder / f"{unit}-{credential.pseudonym}.credential"
            write_new(path, credential.to_bytes(), "credential", private=True)
            report("credentials", number, count)
    console.print(f"Wrote {count} credentials and {folder / unit}.roll. A voter's pseudonym is in its file's name.")


@group.command()
@record_argument
@keys_option
@click.option("--unit", required=True, help="The unit whose voters they are.")
@click.option("--add", type=PATH, help="Credentials to add: a file of public keys, one a line.")
@click.option("--remove", type=PATH, help="Credentials to remove, likewise.")
@clock_option
def roll(
    record: Path, keys: Path, unit: str, add: Path | None, remove: Path | None, clock_offset: int
) -> None:
    """Add credentials to the roll of a unit, or remove them. After the opening it is frozen.

    \b
    Example:
      glassballot election roll record --keys keys --unit station-1 --add credentials/station-1.roll
    """
    if add is None and remove is None:
        raise UsageError("roll: give --add, --remove or both")

    def make(board: FolderBoard, secret: Scalars) -> list[Entry]:
        added, removed = _credentials(add), _credentials(remove)
        return office.roll_entries(board.replay.state.context, secret, unit, added, removed)

    _act(record, keys, clock_offset, make, "the roll has changed")


def _credentials(path: Path | None) -> list[Points]:
    if path is None:
        return []
    found = []
    for number, line in enumerate(read_file(path, "roll file").decode("ascii", "replace").splitlines(), 1):
        try:
            found.append(Points.from_bytes(canonical.b64decode(line.strip(), "credential", length=32)))
        except EncodingError as error:
            raise UsageError(f"roll file {path}, line {number}: {error}") from None
    return found


@group.command(name="open")
@record_argument
@keys_option
@clock_option
def open_(record: Path, keys: Path, clock_offset: int) -> None:
    """Freeze the roll and open voting; ballots are taken from the manifest's begin on.

    \b
    Example:
      glassballot election open record --keys keys
    """
    _act(
        record, keys, clock_offset, lambda board, x: [office.opening(board.replay.state, x)], "voting is open"
    )


@group.command()
@record_argument
@keys_option
@clock_option
def close(record: Path, keys: Path, clock_offset: int) -> None:
    """Close voting. Refused before the manifest's end.

    \b
    Example:
      glassballot election close record --keys keys
    """
    _act(
        record,
        keys,
        clock_offset,
        lambda board, x: [office.closing(board.replay.state, x)],
        "voting is closed",
    )


@group.command()
@record_argument
@keys_option
@clock_option
def publish(record: Path, keys: Path, clock_offset: int) -> None:
    """Combine the trustees' partial decryptions and publish the result.

    \b
    Example:
      glassballot election publish record --keys keys
    """

    def make(board: FolderBoard, secret: Scalars) -> list[Entry]:
        with progress() as report:
            return [office.result(board.replay, secret, lambda done, all: report("totals", done, all))]

    _act(record, keys, clock_offset, make, "the result is published")


@group.command()
@record_argument
@click.argument("files", type=PATH, nargs=-1, required=True)
@log_key_option
@clock_option
def append(record: Path, files: tuple[Path, ...], log_key: Path | None, clock_offset: int) -> None:
    """Append entries that others made without the log's key, one entry a line of FILES.

    \b
    Example:
      glassballot election append record from-anna.entries --log-key keys/log.key
    """
    if log_key is None:
        raise UsageError("append: --log-key is needed")
    entries = []
    for path in files:
        for number, line in enumerate(read_file(path, "entry file", 64 * 1024 * 1024).splitlines(), 1):
            try:
                entries.append(parse(line))
            except EncodingError as error:
                raise UsageError(f"entry file {path}, line {number}: {error}") from None
    board = office.open_board(record, keyring.load_log(log_key), clock(clock_offset))
    for entry, known in zip(entries, board.append(entries), strict=True):
        console.print(f"Entry {known.number}: {entry.kind}")


@group.command()
@record_argument
@json_option
def status(record: Path, as_json: bool) -> None:
    """Say how far the election has come, without checking its proofs.

    \b
    Example:
      glassballot election status record
    """
    facts = _facts(follow(RecordReader.of_folder(record)).state)
    if as_json:
        console.print(json.dumps(facts, ensure_ascii=False), markup=False, soft_wrap=True)
        return
    for name, value in facts.items():
        console.print(f"{name.replace('_', ' '):>12}  {value}", markup=False, soft_wrap=True)


def _facts(state: State) -> dict[str, Any]:
    m, attempt = state.election, state.attempt
    going = "not started"
    if attempt is not None:
        going = ended(state, attempt) or "going on"
    return {
        "context": state.context.hex(),
        "phase": state.phase.name.lower(),
        "entries": state.size,
        "ceremony": "complete" if state.keys else going,
        "voters": len(state.roll),
        "cast": state.casts,
        "challenged": state.challenges,
        "agreed": sorted(state.ready),
        "decrypted": {c.id: sorted(t for t, of in state.partials if of == c.id) for c in m.contests},
    }
