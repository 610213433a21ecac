"""glassballot trustee: make the election key with others, agree on the closing, decrypt, destroy the key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from election.examine import follow
from election.manifest import TITLE
from election.texts import check_identifier, check_text
from election.trustee_progress import progress
from glassballot.anchor import anchor_options, read_anchor
from glassballot.console import (
    UsageError,
    check_new,
    clock_option,
    console,
    json_option,
    log_key_option,
    passphrase_option,
    read_passphrase,
    write_new,
)
from glassballot.place import Place, RecordGroup, open_record, record_argument
from glassballot.remote import board_at
from glassballot.stepping import closing_root, key_option, once, session_of, until_done, written
from glassballot.trustee_app import app
from glassballot.trustee_restore import fingerprint, restore
from glassballot.trustee_run import run
from trustees.keyfile import LEFT_TO_THE_OWNER, KeyFile, is_destroyed
from trustees.owed import Owed
from trustees.public import path_of_public, public_file
from trustees.session import Session

PATH = click.Path(path_type=Path)


@click.group(
    name="trustee", short_help="What a trustee does, from the key ceremony to the end.", cls=RecordGroup
)
def group() -> None:
    """What a trustee does: hold a share of the election key, and decrypt the totals with the others."""


for _own in (app, run, restore, fingerprint):
    group.add_command(_own)


@group.command()
@click.argument("file", type=PATH)
@click.option("--id", "id_", required=True, help="A short name: letters, digits, '.', '_' and '-'.")
@click.option("--title", "titles", multiple=True, metavar="LANGUAGE=NAME", help="Your name; repeat it.")
@passphrase_option
def init(file: Path, id_: str, titles: tuple[str, ...], passphrase_file: Path | None) -> None:
    """Make a key FILE, and FILE.pub for the election office. A key serves one election.

    \b
    Example:
      glassballot trustee init anna.key --id anna --title 'en=Anna Berg' --title 'fa=آنا برگ'
    """
    check_identifier(id_, "--id")
    for title in titles:
        if "=" not in title:
            raise UsageError(f"--title {title}: LANGUAGE=NAME was due here, such as 'en={title}'")
    title = TITLE.decode(dict(t.split("=", 1) for t in titles) or {"en": id_}, "--title")
    for text in title.values():
        check_text(text, "--title")
    check_new(file, "key file")
    public = path_of_public(file)
    check_new(public, "public key")
    passphrase = read_passphrase(passphrase_file, confirm=True)
    with KeyFile.create(file, passphrase, id_) as key_file:
        content = public_file(key_file.secrets, title)
    write_new(public, content, "public key")
    _print(
        f"Wrote {file}: keep it secret, and the passphrase apart from it. Make no copy that you may forget."
    )
    _print(f"Wrote {public}: give it to the election office, and see that the manifest has it.")


@dataclass(frozen=True)
class Options:
    """What the command line of `step` says."""

    record: Place
    key: Path
    log_key: Path | None
    out: Path | None
    once: bool
    anchor: str | None
    anchor_file: Path | None
    closing_root: str | None
    passphrase_file: Path | None
    clock_offset: int
    as_json: bool

    @property
    def known_anchor(self) -> bytes | None:
        return read_anchor(self.anchor, self.anchor_file)


@group.command()
@record_argument
@key_option
@log_key_option
@click.option(
    "--out", type=PATH, help="Instead of sending it: write what you owe to this file, to be appended."
)
@click.option("--once", is_flag=True, help="Do what is owed now, and do not stay to wait for the others.")
@anchor_options
@click.option("--closing-root", metavar="HEX", help="The closing root as another trustee told it to you.")
@passphrase_option
@clock_option
@json_option
def step(**options: Any) -> None:
    """Do everything that you owe now, and say what comes next. Stop and repeat it whenever you like.

    \b
    Examples:
      glassballot trustee step record --key anna.key --log-key keys/log.key
      glassballot trustee step record --key anna.key --out from-anna.entries
    """
    _step(Options(**options))


def _step(o: Options) -> None:
    ways = (o.log_key is not None) + (o.out is not None)
    if ways == 2 or (ways == 0 and not isinstance(o.record, str)):
        raise UsageError("step: give either --log-key, to append to the record, or --out, to write a file")
    done: list[Owed] = []
    with session_of(o.record, o.key, o.passphrase_file, o.known_anchor, o.clock_offset) as session:
        bound = session.key_file.secrets.context
        session.confirmed = closing_root(o.closing_root) if o.closing_root else None
        for owed in _work(session, o):
            done.append(owed)
            if not o.as_json:
                _say(owed, bound)
            bound = owed.secrets.context
    if o.as_json:
        click.echo(json.dumps(_facts(done)))


def _work(session: Session, o: Options) -> Iterator[Owed]:
    if o.out is not None:
        out = o.out
        return once(session, lambda: written(session, out))
    board = board_at(o.record, o.log_key, o.clock_offset)
    return (once if o.once else until_done)(session, lambda: session.step(board.append))


def _say(owed: Owed, bound: bytes | None) -> None:
    """bound: the election that the key file served before."""
    _print(owed.says)
    if owed.secrets.context and not bound:
        _print(
            "From now on this key serves the election with this anchor; compare it with the published one:"
        )
        _print(owed.secrets.context.hex())


def _facts(done: Sequence[Owed]) -> dict[str, Any]:
    secrets = done[-1].secrets
    return {
        "trustee": secrets.trustee,
        "context": secrets.context.hex() if secrets.context else "",
        "did": [
            {"says": owed.says, "entries": [e.kind for e in owed.entries]} for owed in done if owed.entries
        ],
        "waits": "" if done[-1].entries else done[-1].says,
    }


@group.command()
@record_argument
@click.option("--key", type=PATH, help="Your key file, to see what you owe.")
@passphrase_option
@clock_option
@json_option
def status(
    record: Place, key: Path | None, passphrase_file: Path | None, clock_offset: int, as_json: bool
) -> None:
    """Say what every trustee has done and, with --key, what you owe. Nothing is changed.

    \b
    Example:
      glassballot trustee status record --key anna.key
    """
    state = follow(open_record(record)).state
    standing = {trustee.id: progress(state, trustee.id).words() for trustee in state.election.trustees}
    facts: dict[str, Any] = {"phase": state.phase.name.lower(), "trustees": standing}
    if key is not None:
        with session_of(record, key, passphrase_file, None, clock_offset) as session:
            owed = session.look()
        facts |= {"owes": [entry.kind for entry in owed.entries], "waits": "" if owed.entries else owed.says}
    if as_json:
        click.echo(json.dumps(facts))
        return
    table = Table("Trustee", "Has")
    for id_, done in standing.items():
        table.add_row(id_, ", ".join(done) or "done nothing yet")
    console.print(table)
    if key is not None:
        _print(f"You owe: {', '.join(facts['owes'])}." if facts["owes"] else facts["waits"])


@group.command()
@record_argument
@key_option
@anchor_options
@passphrase_option
def recover(
    record: Place, key: Path, anchor: str | None, anchor_file: Path | None, passphrase_file: Path | None
) -> None:
    """Bring your share of the election key back, from the record and your key file alone.

    \b
    Example:
      glassballot trustee recover record --key anna.key
    """
    with session_of(record, key, passphrase_file, read_anchor(anchor, anchor_file)) as session:
        changed = session.recover()
    _print(
        "Your share is back, and it is the right one." if changed else "Your share is there, and it is right."
    )


@group.command()
@record_argument
@key_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@anchor_options
@passphrase_option
def destroy(
    record: Place,
    key: Path,
    yes: bool,
    anchor: str | None,
    anchor_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Once the result is final: check the whole record, and destroy your key.

    \b
    Example:
      glassballot trustee destroy record --key anna.key
    """
    if is_destroyed(key):
        _print(f"{key} has been destroyed before.")
    else:
        with session_of(record, key, passphrase_file, read_anchor(anchor, anchor_file)) as session:
            if not yes:
                click.confirm(f"Destroy {key} for ever?", abort=True, err=True)
            session.destroy()
        _print(f"The record has passed, and {key} is overwritten.")
    _print("Whoever collects enough keys can open every ballot of this election. So destroy as well:")
    for rest in LEFT_TO_THE_OWNER:
        _print(f"  - {rest}")


def _print(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)
