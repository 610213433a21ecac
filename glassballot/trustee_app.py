"""glassballot trustee app: the trustee's steps as a page on the trustee's own machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from election import durable
from election.record import RecordReader
from election.record.http import HttpSource
from election.record.transport import Transport
from glassballot.console import UsageError, clock, clock_option, say
from glassballot.remote import RemoteBoard
from trustees.session import Submit

# Seconds after which a page says that the board does not answer.
_PATIENCE = 20.0
_LANGUAGES = ("fa", "en")


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where your key lies.  [default: ~/glassballot-keys]"
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, help="Of the page; without it, any that is free."
)
@click.option("--no-browser", is_flag=True, help="Only print the address of the page.")
@click.option("--language", type=click.Choice(_LANGUAGES), help="Of the page, to begin with.")
@clock_option
def app(folder: Path | None, port: int, no_browser: bool, language: str | None, clock_offset: int) -> None:
    """Do everything that a trustee does on a page in your browser, one button a step.

    The page is on this computer and for this computer only, and your key never leaves it. End it with its button or
    with Ctrl-C and start it again whenever you like: it goes on where it was.

    \b
    Example:
      glassballot trustee app --folder keys --language fa
    """
    try:
        from trustees.app import server
        from trustees.app.desk import Desk
    except ModuleNotFoundError as error:
        raise UsageError(f"the page needs {error.name}, too: pip install 'glassballot[app]'") from None
    folder = (folder or Path.home() / "glassballot-keys").absolute()
    durable.make_folder(folder)
    desk = Desk(folder, connect, clock(clock_offset), language=language or "")
    doors: list[Path] = []

    def ready(address: str) -> None:
        say(f"Your keys are in {folder}. Your page, for one browser, once:")
        say(address)
        if not no_browser:
            doors.append(server.open_browser(folder, address))

    try:
        server.serve(desk, port, ready)
    finally:
        for door in doors:
            durable.remove(door)
    say("Ended. Nothing is lost: start it again whenever you like.")


def connect(address: str) -> tuple[Callable[[], RecordReader], Submit]:
    """How to read the record of the board at an address, and how to send to it. Raises EncodingError."""
    way = Transport(address, patience=_PATIENCE)
    files, board = HttpSource(way), RemoteBoard(way.address, way)
    return (lambda: RecordReader(files)), board.append
