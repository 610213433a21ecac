"""What all commands share: output, progress, passphrases, the clock, and one clear line for every error."""

from __future__ import annotations

import math
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from getpass import GetPassWarning
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from crypto.errors import EncodingError, GlassballotError
from election import durable
from election.texts import printable

REFUSED, UNUSABLE, UNANCHORED = 1, 2, 3
_CENTURY = 100 * 366 * 86_400


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # rich would exit with 1, which here means refused.
        raise BrokenPipeError


console = _Console(highlight=False, emoji=False)
errors = _Console(stderr=True, highlight=False, emoji=False)


class UsageError(GlassballotError):
    """Arguments or files that a command cannot work with: exit code 2."""


def fail(message: str, code: int) -> None:
    """One line on stderr, and the end."""
    one_line = " ".join(message.split("\n"))
    errors.print(f"glassballot: {printable(one_line)}", markup=False, soft_wrap=True)
    sys.exit(code)


def say(text: str = "") -> None:
    """Lines for people on stdout, as they are: no markup, no folding, nothing that controls a terminal."""
    for line in text.split("\n"):
        console.print(printable(line), markup=False, soft_wrap=True)


def many(number: int, one: str, more: str) -> str:
    """A number with its word: 1 voter, 1,710 voters."""
    return f"{number:,} {one if number == 1 else more}"


def utc(seconds: int) -> str:
    """A time for people, where the calendar goes so far."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return f"second {seconds}"


@contextmanager
def progress(screen: Console | None = None) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr for every task under way, where that is a terminal. Yields report(task, done, total).

    screen: where lines are printed meanwhile; if that is a terminal, bars belong there, to keep out of their way.
    """
    screen = screen if screen and screen.is_terminal else errors
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def report(task: str, done: int, total: int) -> None:
            if task not in tasks:
                tasks[task] = bars.add_task(task, total=total)
            bars.update(tasks[task], completed=done, total=total, visible=done < total)

        yield report


def read_file(path: Path, what: str, limit: int = 8 * 1024 * 1024) -> bytes:
    """The bytes of a file. Raises UsageError."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{what} {path}: {error.strerror or error}") from None
    if len(data) > limit:
        raise UsageError(f"{what} {path}: longer than {limit} bytes")
    return data


@contextmanager
def naming(path: Path, what: str) -> Iterator[None]:
    """An encoding that is refused within is that of this file. Raises UsageError."""
    try:
        yield
    except EncodingError as error:
        raise UsageError(f"{what} {path}: {error}") from None


def check_new(path: Path, what: str) -> None:
    """Before other things are done: nothing is in the way of a new file, and its folder is there. Raises UsageError."""
    try:
        with suppress(FileNotFoundError):
            # Not what a link leads to: one that leads nowhere is in the way, too.
            path.lstat()
            raise UsageError(f"{what} {path} exists already, and nothing is overwritten")
        durable.make_folder(path.parent)
    except OSError as error:
        raise UsageError(f"{what} {path}: {error.strerror or error}") from None


def write_new(path: Path, data: bytes, what: str, *, private: bool = False) -> None:
    """Write a file that is not there yet, durably. Raises UsageError; nothing is ever overwritten."""
    check_new(path, what)
    try:
        durable.create(path, data, private=private)
    except FileExistsError:
        raise UsageError(f"{what} {path} exists already, and nothing is overwritten") from None
    except OSError as error:
        raise UsageError(f"{what} {path}: {error.strerror or error}") from None


def read_passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """From a file (its first line) or typed. Raises UsageError."""
    if file is None:
        return _typed_passphrase(confirm)
    try:
        lines = read_file(file, "passphrase file").decode().splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"passphrase file {file}: not UTF-8") from None
    if not lines or not lines[0]:
        raise UsageError(f"passphrase file {file}: empty")
    return lines[0]


def _typed_passphrase(confirm: bool) -> str:
    with warnings.catch_warnings():
        # Without a terminal it would be read where everybody sees it.
        warnings.simplefilter("error", GetPassWarning)
        try:
            typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
        except GetPassWarning:
            raise UsageError("there is no terminal to type a passphrase on: give --passphrase-file") from None
    return typed


def clock(offset: int) -> Callable[[], int]:
    """UTC seconds, shifted by an offset in rehearsals and demonstrations."""
    return lambda: int(time.time()) + offset


class Span(click.FloatRange):
    """A length of time above 0: neither nan, which is within every range, nor infinite."""

    def __init__(self, max: float) -> None:
        super().__init__(min=0, min_open=True, max=max)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value!r} is not a length of time.", param, ctx)
        return found


passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="Read the passphrase from the first line of this file.",
)
log_key_option = click.option(
    "--log-key", type=click.Path(path_type=Path), help="The log's key file, to append to the record itself."
)
clock_option = click.option(
    "--clock-offset",
    type=click.IntRange(-_CENTURY, _CENTURY),
    default=0,
    metavar="SECONDS",
    help="Shift this process's clock: for rehearsals.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
