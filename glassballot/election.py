"""glassballot election: what the election office does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from bulletin_board.folder import FolderBoard
from crypto.errors import EncodingError
from crypto.group import Scalars
from crypto.note import NoteKey, NoteSigner
from crypto.signing import SigningKey
from election.entries import entry_hash, parse
from election.manifest import Manifest
from election.manifest_check import check_manifest, look_alikes
from glassballot import drafts, keyring
from glassballot.console import (
    UsageError,
    check_new,
    clock,
    clock_option,
    log_key_option,
    many,
    read_file,
    say,
    write_new,
)
from glassballot.election_status import status
from glassballot.election_steps import (
    LOG_KEY,
    OFFICE_KEY,
    PATH,
    ceremony,
    close,
    credentials,
    keys_option,
    open_,
    publish,
    roll,
)
from glassballot.place import Place, RecordGroup, record_argument
from glassballot.remote import board_at


@click.group(
    name="election", short_help="What the election office does, from its keys to the result.", cls=RecordGroup
)
def group() -> None:
    """What the election office does: keys, manifest, roll, opening, closing, result."""


for step in (ceremony, credentials, roll, open_, close, publish, status):
    group.add_command(step)


@group.command()
@click.argument("folder", type=PATH)
@click.option("--origin", help="The log's name: a host and path that stay, without https://.")
def keys(folder: Path, origin: str | None) -> None:
    """Make the office's key in FOLDER and, with --origin, the key of a log that is a folder.

    Whoever runs a board makes the log's key with `glassballot board new`.

    \b
    Example:
      glassballot election keys keys --origin vote.example.org/council-2027
    """
    if origin is not None:
        keyring.check_origin(origin)
    names = [OFFICE_KEY] if origin is None else [OFFICE_KEY, LOG_KEY]
    for name in names:
        check_new(folder / name, "key file")
    signer = None if origin is None else keyring.make_log(folder / LOG_KEY, origin)
    keyring.make_office(folder / OFFICE_KEY)
    written = " and ".join(str(folder / name) for name in names)
    secret = "it secret, and a copy of it" if origin is None else "them secret, and copies of them"
    say(f"Wrote {written}. Keep {secret}.")
    if signer:
        say(f"The log's verifier key: {signer.key}")


@group.command()
@click.argument("draft", type=PATH)
def template(draft: Path) -> None:
    """Write a small complete manifest draft to start from.

    \b
    Example:
      glassballot election template draft.json
    """
    text = json.dumps(drafts.template(datetime.now(UTC)), ensure_ascii=False, indent=2) + "\n"
    write_new(draft, text.encode(), "draft")
    say(f"Wrote {draft}. Edit it; the trustees' .pub files are added when the record is created.")


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
    _report(_signed(draft, Scalars.random(1), log, trustees))


def _signed(draft: Path, office: Scalars, log: NoteKey, trustees: tuple[Path, ...]) -> Manifest:
    """The manifest of a draft, checked. Raises UsageError, ManifestError."""
    members = drafts.read_json(draft, "draft")
    public = [drafts.read_json(path, "trustee file") for path in trustees]
    if not public and isinstance(members, dict) and members.get("trustees") == []:
        raise UsageError(f"draft {draft} names no trustees: give the .pub file of each with --trustee")
    manifest = drafts.sign(members, office, log, public)
    check_manifest(manifest)
    return manifest


def _announce(manifest: Manifest, context: str, anchor: Path | None) -> None:
    if anchor is not None:
        write_new(anchor, f"{context}\n".encode(), "anchor")
    _report(manifest)
    say(f"The anchor of this election, for everybody to know:\n{context}")


def _report(m: Manifest) -> None:
    for warning in look_alikes(m):
        say(f"Warning: {warning}")
    k, n = m.ceremony.threshold, len(m.trustees)
    contests, units = many(len(m.contests), "contest", "contests"), many(len(m.units), "unit", "units")
    say(f"{contests}, {units}; any {k} of {n} trustees decrypt.")


@group.command()
@click.argument("record", type=PATH)
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
    manifest = _signed(draft, secret, signer.key, trustees)
    if anchor is not None:
        check_new(anchor, "anchor")
    now = clock(clock_offset)
    if manifest.voting.begin <= now():
        raise UsageError(
            f"draft {draft}: voting would have begun already, and the key ceremony comes before it"
        )
    board = FolderBoard.create(record, manifest, signer.secret, now)
    context = board.replay.state.context.hex()
    _announce(manifest, context, anchor)


@group.command(name="manifest")
@click.argument("file", type=PATH)
@click.option("--draft", type=PATH, required=True, help="The manifest draft.")
@click.option("--log", "log", type=PATH, required=True, help="The board's log.pub.")
@keys_option
@click.option("--trustee", "trustees", type=PATH, multiple=True, help="A trustee's .pub file; repeat it.")
@click.option("--anchor", type=PATH, help="Write the trust anchor to this file.")
def sign_manifest(
    file: Path, draft: Path, log: Path, keys: Path, trustees: tuple[Path, ...], anchor: Path | None
) -> None:
    """Sign the manifest of an election whose log is a board's, as a FILE for `glassballot board begin`.

    \b
    Example:
      glassballot election manifest manifest.entry --draft draft.json --log log.pub --keys keys \\
          --trustee anna.pub --anchor anchor
    """
    key = keyring.read_log_key(log)
    secret = keyring.load_office(keys / OFFICE_KEY)
    manifest = _signed(draft, secret, key, trustees)
    if anchor is not None:
        check_new(anchor, "anchor")
    context = entry_hash(manifest.to_bytes()).hex()
    write_new(file, manifest.to_bytes() + b"\n", "manifest")
    _announce(manifest, context, anchor)


@group.command()
@record_argument
@click.argument("files", type=PATH, nargs=-1, required=True)
@log_key_option
@clock_option
def append(record: Place, files: tuple[Path, ...], log_key: Path | None, clock_offset: int) -> None:
    """Append entries that others made without the log's key, one entry a line of FILES.

    \b
    Example:
      glassballot election append record from-anna.entries --log-key keys/log.key
    """
    entries = []
    for path in files:
        for number, line in enumerate(read_file(path, "entry file", 64 * 1024 * 1024).splitlines(), 1):
            try:
                entries.append(parse(line))
            except EncodingError as error:
                raise UsageError(f"entry file {path}, line {number}: {error}") from None
    if not entries:
        raise UsageError("append: there are no entries in what was given")
    board = board_at(record, log_key, clock_offset)
    for entry, known in zip(entries, board.append(entries), strict=True):
        say(f"Entry {known.number}: {entry.kind}")
