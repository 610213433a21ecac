"""glassballot board: run the public log of an election as a service."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crypto.checkpoint import Checkpoint, SignedCheckpoint
from crypto.errors import EncodingError
from crypto.note import MAX_NOTE_SIZE, NoteSigner
from election.entries import entry_hash, parse
from election.examine import follow
from election.manifest import Manifest
from election.record import MAX_ENTRY, RecordReader
from election.witnessing import witnessed
from glassballot import keyring
from glassballot.board_show import show
from glassballot.console import (
    REFUSED,
    UsageError,
    clock,
    clock_option,
    console,
    fail,
    json_option,
    progress,
    read_file,
    write_new,
)
from glassballot.extras import check_installed

if TYPE_CHECKING:
    from bulletin_board.config import Config
    from bulletin_board.store import Store

PATH = click.Path(path_type=Path)
LOG_KEY, LOG_PUB, RESTORED = "log.key", "log.pub", "restored"
folder_argument = click.argument("folder", type=PATH)


@click.group(name="board")
def group() -> None:
    """Run the bulletin board: the public log of an election, as a service.

    \b
    From nothing to a running board:
      glassballot board new board --origin vote.example.org/council-2027
      glassballot election manifest manifest.entry --log board/log.pub ...   (the office)
      glassballot board begin board manifest.entry
      glassballot board serve board
    """


group.add_command(show)


@group.command()
@folder_argument
@click.option("--origin", required=True, help="The log's name: a host and path that stay, without https://.")
@click.option(
    "--database",
    default="sqlite:///board.db",
    show_default=True,
    metavar="URL",
    help="sqlite:///PATH, in FOLDER, or postgresql://USER@HOST/NAME. Give a password in the environment only.",
)
def new(folder: Path, origin: str, database: str) -> None:
    """Make the log's key, the database and board.toml in FOLDER.

    \b
    Examples:
      glassballot board new board --origin vote.example.org/council-2027
      glassballot board new board --origin vote.example.org/council-2027 \\
          --database postgresql://board@localhost/board
    """
    check_installed("board", "board")
    from bulletin_board.config import FILE, TEMPLATE, database_in
    from bulletin_board.store import Store
    from bulletin_board.store.access import plainly
    from bulletin_board.store.migrate import migrate

    for name in (FILE, LOG_KEY, LOG_PUB):
        if (folder / name).exists():
            raise UsageError(f"{folder / name} exists already, and nothing is overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    with plainly():
        store = Store.open(database_in(folder, database))
        migrate(store.engine)
        store.close()
    signer = keyring.make_log(folder / LOG_KEY, origin)
    write_new(folder / LOG_PUB, f"{signer.key}\n".encode(), "log key")
    text = TEMPLATE.format(origin=origin, database=json.dumps(database))
    write_new(folder / FILE, text.encode(), "configuration", private=True)
    _print(f"Wrote {folder / LOG_KEY}: keep it secret, and keep a copy of it elsewhere.")
    _print(
        f"Wrote {folder / FILE}, and {folder / LOG_PUB}: give that to the election office for its manifest."
    )


@group.command()
@folder_argument
@click.argument("manifest", type=PATH)
def begin(folder: Path, manifest: Path) -> None:
    """Begin the log with the MANIFEST that the office has signed. Compare the anchor with the office's.

    \b
    Example:
      glassballot board begin board manifest.entry
    """
    config = _config(folder)
    from bulletin_board.board import create_board
    from bulletin_board.store.access import plainly

    try:
        entry = parse(read_file(manifest, "manifest", MAX_ENTRY + 1).removesuffix(b"\n"))
    except EncodingError as error:
        raise UsageError(f"manifest {manifest}: {error}") from None
    if not isinstance(entry, Manifest):
        raise UsageError(f"manifest {manifest}: it is a {entry.kind}")
    with plainly():
        create_board(config.database, entry, keyring.load_log(config.key).secret)
    _print(f"The log has begun. The anchor of its election:\n{entry_hash(entry.to_bytes()).hex()}")


@group.command()
@folder_argument
@click.option("--listen", metavar="HOST:PORT", help="Instead of the address in board.toml.")
@click.option(
    "--seen",
    type=PATH,
    multiple=True,
    help="A checkpoint of this log that somebody has kept; the database must hold at least that. Repeat it.",
)
@click.option(
    "--newest", is_flag=True, help="After a restore: you know that no newer state of this log exists."
)
@clock_option
def serve(folder: Path, listen: str | None, seen: tuple[Path, ...], newest: bool, clock_offset: int) -> None:
    """Serve the board until it is told to stop. Put a TLS proxy before it.

    It refuses to start where its witnesses, its published files or a --seen checkpoint hold more of the log than its
    database: signing from there would give the log two histories.

    \b
    Example:
      glassballot board serve board --listen 127.0.0.1:8080
    """

    config = _config(folder)
    from bulletin_board.errors import StaleError
    from bulletin_board.store.access import begun
    from bulletin_board.web import logs, serving

    config = replace(config, listen=listen) if listen else config
    signer = keyring.load_log(config.key)
    checkpoints = {str(path): _checkpoint(path, signer) for path in seen}
    restored = (folder / RESTORED).exists() and not newest
    with begun(config.database):
        logs.set_up()
    try:
        with serving.opened(
            config, signer.secret, clock(clock_offset), seen=checkpoints, restored=restored
        ) as (_, app):
            (folder / RESTORED).unlink(missing_ok=True)
            serving.run(
                app,
                config.listen,
                config.threads,
                config.settings.body,
                lambda address: click.echo(f"Serving {signer.name} at {address}"),
            )
    except StaleError as error:
        fail(str(error), REFUSED)


@group.command()
@folder_argument
def migrate(folder: Path) -> None:
    """Bring a database that an older version of this program made to the present schema. Stop the board first.

    \b
    Example:
      glassballot board migrate board
    """
    config = _config(folder)
    from bulletin_board.store import Store
    from bulletin_board.store.access import plainly
    from bulletin_board.store.migrate import migrate

    with plainly():
        store = Store.open(config.database)
        migrate(store.engine)
        store.close()
    _print("The database has the present schema.")


@group.command()
@folder_argument
@json_option
def status(folder: Path, as_json: bool) -> None:
    """Say how far the log in the database is. May be asked while the board runs.

    \b
    Example:
      glassballot board status board
    """
    facts = _with_store(folder, _facts)
    if as_json:
        click.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        _print(f"{name:>12}  {value}")


@group.command()
@folder_argument
@click.argument("out", type=PATH)
def export(folder: Path, out: Path) -> None:
    """Write the record as static files to OUT, or what an earlier export there lacks. The board may go on running.

    \b
    Example:
      glassballot board export board /srv/www/council-2027
    """
    size = _with_store(folder, lambda store: _back_up(store, out))
    _print(f"{out} holds the record of {size} entries.")


@group.command()
@folder_argument
@click.argument("out", type=PATH)
def backup(folder: Path, out: Path) -> None:
    """Back the log up to OUT, or add to an earlier backup there, and read it again. The board may go on running.

    A backup is the public record, so it may lie anywhere. The log's key and board.toml are not in it: keep copies of
    them in a safe place, once.

    \b
    Example:
      glassballot board backup board /backup/council-2027
    """
    size = _with_store(folder, lambda store: _back_up(store, out))
    _print(f"{out} holds all {size} entries, and was read again.")


@group.command()
@folder_argument
@click.argument("source", metavar="BACKUP", type=PATH)
def restore(folder: Path, source: Path) -> None:
    """Fill the empty database of FOLDER from a BACKUP, from an export, or from anybody's copy of the record.

    Before the board signs anything again it asks its witnesses whether this is the newest state of the log.

    \b
    Example:
      glassballot board restore board /backup/council-2027
    """
    config = _config(folder)
    from bulletin_board import restoring
    from bulletin_board.store.access import plainly

    signer = keyring.load_log(config.key)
    if not (folder / RESTORED).exists():
        write_new(folder / RESTORED, b"This database came out of a backup.\n", "mark")
    with plainly(), progress() as report:
        size = restoring.restore(config.database, source, signer, report)
    _print(f"The database holds {size} entries. The next start compares them with what the witnesses have.")


def _config(folder: Path) -> Config:
    check_installed("board", "board")
    from bulletin_board.config import Config

    return Config.load(folder)


def _with_store(folder: Path, use: Callable[[Store], Any]) -> Any:
    config = _config(folder)
    from bulletin_board.store.access import begun

    with begun(config.database) as store:
        return use(store)


def _back_up(store: Store, out: Path) -> int:
    from bulletin_board.restoring import back_up

    return back_up(store, out)


def _facts(store: Store) -> dict[str, Any]:
    reader = RecordReader(store)
    state = follow(reader).state
    return {
        "origin": reader.signed.checkpoint.origin,
        "context": state.context.hex(),
        "phase": state.phase.name.lower(),
        "entries": reader.size,
        "root": reader.root.hex(),
        "voters": len(state.roll),
        "cast": state.casts,
        "witnesses": witnessed(reader.signed, state.election).so_far,
    }


def _checkpoint(path: Path, signer: NoteSigner) -> Checkpoint:
    """A checkpoint that the log has signed. Raises UsageError, ProofError."""
    try:
        signed = SignedCheckpoint.parse(read_file(path, "checkpoint", MAX_NOTE_SIZE))
    except EncodingError as error:
        raise UsageError(f"checkpoint {path}: {error}") from None
    return signed.verify(signer.name, signer.key)


def _print(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)
