"""glassballot trustee run: stay with an election until its result is there."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import click

from election.errors import UnreachableError
from glassballot.anchor import anchor_options, read_anchor
from glassballot.console import Span, clock_option, console, json_option, log_key_option, passphrase_option
from glassballot.place import Place, RecordCommand, record_argument
from glassballot.remote import board_at
from glassballot.stepping import closing_root, key_option, session_of, until_final
from trustees.owed import Owed


@click.command(name="run", cls=RecordCommand)
@record_argument
@key_option
@log_key_option
@anchor_options
@click.option(
    "--closing-root", "told", metavar="HEX", help="The closing root as another trustee told it to you."
)
@click.option(
    "--every",
    type=Span(max=86_400),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look while nothing is expected.",
)
@passphrase_option
@clock_option
@json_option
def run(
    record: Place,
    key: Path,
    log_key: Path | None,
    anchor: str | None,
    anchor_file: Path | None,
    told: str | None,
    every: float,
    passphrase_file: Path | None,
    clock_offset: int,
    as_json: bool,
) -> None:
    """Wait, and do what you owe in every phase, until the result is published.

    It says what it does and what it waits for. Stop it with Ctrl-C and start it again whenever you like: what has to be
    kept is on the disk before anything is sent, and what is owed follows from the log.

    \b
    Example:
      glassballot trustee run --board https://board.example.org --key anna.key --anchor-file anchor
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    known = read_anchor(anchor, anchor_file)
    try:
        with session_of(record, key, passphrase_file, known, clock_offset) as session:
            session.confirmed = closing_root(told) if told else None
            board = board_at(record, log_key, clock_offset)
            for event in until_final(session, lambda: session.step(board.append), every):
                _tell(event, as_json)
    except KeyboardInterrupt:
        _say("Stopped. Nothing is lost: start it again whenever you like.", as_json)


def _tell(event: Owed | UnreachableError, as_json: bool) -> None:
    if isinstance(event, UnreachableError):
        _say(f"{event}. Nothing is lost by that; going on when it does.", as_json)
    else:
        _say(event.says, as_json, *(entry.kind for entry in event.entries))


def _say(text: str, as_json: bool, *entries: str) -> None:
    if as_json:
        click.echo(json.dumps({"says": text, "entries": entries}, ensure_ascii=False))
    else:
        console.print(text, markup=False, soft_wrap=True)
