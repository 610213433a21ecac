"""Where a record is: in a folder, or behind the address of a board. Every command that takes RECORD takes both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crypto.errors import EncodingError
from election.errors import RecordError
from election.record import FolderSource, RecordReader, Source
from election.record.http import HttpSource
from election.record.transport import Transport, parse_address
from election.texts import printable
from glassballot.console import UsageError, errors

Place = Path | str

# Seconds for which a board is asked again before a command gives it up.
PATIENCE = 120.0

# Told only of pauses that somebody would wonder about.
_WORTH_SAYING = 1.0
_TRANSPORTS = "glassballot.place.transports"


class PlaceType(click.ParamType[Place]):
    """A folder as a Path, or the address of a board as a str."""

    name = "record"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        if isinstance(value, Path) or not str(value).lower().startswith(("http:", "https:")):
            return Path(value)
        try:
            return parse_address(str(value))
        except EncodingError as error:
            self.fail(str(error), param, ctx)


class RecordCommand(click.Command):
    """A command for which `--board URL` is another way to write its first argument, RECORD."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _board_first(args))


class RecordGroup(click.Group):
    """A group of such commands."""

    command_class = RecordCommand


def _board_first(args: Sequence[str]) -> list[str]:
    rest = list(args)
    for i, word in enumerate(rest):
        if word == "--":
            break
        if word == "--board" and i + 1 < len(rest):
            return [rest[i + 1], *rest[:i], *rest[i + 2 :]]
        if word.startswith("--board="):
            return [word.removeprefix("--board="), *rest[:i], *rest[i + 1 :]]
    return rest


def record_argument(command: Any) -> Any:
    """RECORD, and --board in its place; for a RecordCommand."""
    board = click.option(
        "--board", metavar="URL", expose_value=False, help="A board's address in place of RECORD."
    )
    return click.argument("record", type=PlaceType())(board(command))


def transport(address: str) -> Transport:
    """The way to a board, one for a whole command; pauses are told on stderr."""
    context = click.get_current_context(silent=True)
    known: dict[str, Transport] = context.find_root().meta.setdefault(_TRANSPORTS, {}) if context else {}
    if address not in known:
        known[address] = Transport(address, patience=PATIENCE, notice=_say)
    return known[address]


def _say(reason: str, seconds: float) -> None:
    if seconds >= _WORTH_SAYING:
        text = printable(f"{reason}; asking again in {seconds:.0f} s")
        errors.print(text, style="dim", markup=False, soft_wrap=True)


def source_of(place: Place) -> Source:
    """The files of a record. Raises UsageError where there is no such folder."""
    if isinstance(place, str):
        context = click.get_current_context(silent=True)
        known: dict[str, Source] = context.find_root().meta.setdefault(__name__, {}) if context else {}
        return known.setdefault(place, HttpSource(transport(place)))
    if not place.is_dir():
        raise UsageError(f"record {place}: {'not a folder' if place.exists() else 'no such folder'}")
    return FolderSource(place)


def open_record(place: Place) -> RecordReader:
    """A record at its checkpoint. Raises UsageError; UnreachableError for a board that does not answer."""
    try:
        return RecordReader(source_of(place))
    except RecordError as error:
        raise UsageError(f"record {place}: {error}") from None
