"""glassballot election: what the election office does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from bulletin_board.folder import FolderBoard
from crypto.errors import EncodingError
from crypto.group import Scalars
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from election.entries import entry_hash, parse
from election.examine import follow
from election.ledger.ceremony import ended
from election.ledger.state import State
from election.manifest import Manifest
from election.manifest_check import check_manifest, look_alikes
from glassballot import drafts, keyring
from glassballot.console import (
    UsageError,
    clock,
    clock_option,
    console,
    json_option,
    log_key_option,
    read_file,
    write_new,
)
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
from glassballot.place import Place, RecordGroup, open_record, record_argument
from glassballot.remote import board_at


@click.group(name="election", cls=RecordGroup)
def group() -> None:
    """What the election office does: keys, manifest, roll, opening, closing, result."""


for step in (ceremony, credentials, roll, open_, close, publish):
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
    names = [OFFICE_KEY, LOG_KEY] if origin else [OFFICE_KEY]
    for name in names:
        if (folder / name).exists():
            raise UsageError(f"key file {folder / name} exists already, and nothing is overwritten")
    signer = keyring.make_log(folder / LOG_KEY, origin) if origin else None
    keyring.make_office(folder / OFFICE_KEY)
    written = " and ".join(str(folder / name) for name in names)
    console.print(f"Wrote {written}. Keep them secret, and copies of them.", markup=False, soft_wrap=True)
    if signer:
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


def _announce(manifest: Manifest, context: str, anchor: Path | None) -> None:
    if anchor is not None:
        write_new(anchor, f"{context}\n".encode(), "anchor")
    _report(manifest)
    console.print(f"The anchor of this election, for everybody to know:\n{context}", soft_wrap=True)


def _report(m: Manifest) -> None:
    for warning in look_alikes(m):
        console.print(f"Warning: {warning}", markup=False)
    k, n = m.ceremony.threshold, len(m.trustees)
    console.print(f"{len(m.contests)} contests, {len(m.units)} units; any {k} of {n} trustees decrypt.")


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
    draft_json = drafts.read_json(draft, "draft")
    manifest = _checked(drafts.sign(draft_json, secret, signer.key, _public(trustees)))
    board = FolderBoard.create(record, manifest, signer.secret, clock(clock_offset))
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
    manifest = _checked(drafts.sign(drafts.read_json(draft, "draft"), secret, key, _public(trustees)))
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
    board = board_at(record, log_key, clock_offset)
    for entry, known in zip(entries, board.append(entries), strict=True):
        console.print(f"Entry {known.number}: {entry.kind}")


@group.command()
@record_argument
@json_option
def status(record: Place, as_json: bool) -> None:
    """Say how far the election has come, without checking its proofs.

    \b
    Example:
      glassballot election status record
    """
    facts = _facts(follow(open_record(record)).state)
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
