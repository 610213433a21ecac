"""What `glassballot trustee step` and `run` do with their time: act, say what is waited for, look again."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from election import canonical
from election.errors import UnreachableError
from election.ledger import Phase
from glassballot.console import REFUSED, clock, fail, progress, read_passphrase, write_new
from glassballot.place import Place, open_record
from trustees.errors import DutyError, UnconfirmedError
from trustees.keyfile import KeyFile
from trustees.owed import Owed
from trustees.session import Session

LOOK_AGAIN_SECONDS = 1

key_option = click.option(
    "--key", type=click.Path(path_type=Path), required=True, help="The trustee's key file."
)

# A round of everything that is owed now: what was done and, last, what is waited for.
Round = Callable[[], Iterator[Owed]]


@contextmanager
def session_of(
    record: Place, key: Path, passphrase_file: Path | None, anchor: bytes | None, clock_offset: int = 0
) -> Iterator[Session]:
    """The key file at work; what the trustee refuses ends the command with one line and exit code 1."""
    with KeyFile.open(key, read_passphrase(passphrase_file)) as key_file:
        try:
            yield Session(
                key_file, lambda: open_record(record), clock(clock_offset), anchor=anchor, progress=progress
            )
        except UnconfirmedError as error:
            fail(f"{error}; --closing-root tells it", REFUSED)
        except DutyError as error:
            fail(str(error), REFUSED)


def once(session: Session, work: Round) -> Iterator[Owed]:
    """One round. The owner of what may be a copy is asked for the closing root, if there is somebody to ask."""
    try:
        yield from work()
    except UnconfirmedError as error:
        if not sys.stdin.isatty():
            raise
        click.echo(f"Stop: {error}.", err=True)
        session.confirmed = closing_root(click.prompt("The closing root that you were told", err=True))
        yield from work()


def until_done(session: Session, work: Round) -> Iterator[Owed]:
    """Rounds for as long as the others may act at any moment; what is waited for, each time that it changes."""
    said = ""
    while True:
        for owed in once(session, work):
            if owed.entries or owed.says != said:
                yield owed
            said = owed.says
        if not owed.soon:
            return
        time.sleep(LOOK_AGAIN_SECONDS)


def until_final(session: Session, work: Round, every: float) -> Iterator[Owed | UnreachableError]:
    """Rounds until the result is there, `every` so many seconds; a board that does not answer is waited for."""
    said = ""
    while True:
        try:
            for owed in once(session, work):
                if owed.entries or owed.says != said:
                    yield owed
                said = owed.says
        except UnreachableError as error:
            if said:
                yield error
            said = ""
        if session.phase is Phase.FINAL:
            return
        time.sleep(LOOK_AGAIN_SECONDS if said and owed.soon else every)


def written(session: Session, out: Path) -> Iterator[Owed]:
    """What is owed, one entry a line of a new file, for whoever has the log's key. Raises UsageError."""
    owed = session.prepare()
    if owed.entries:
        write_new(out, b"".join(entry.to_bytes() + b"\n" for entry in owed.entries), "entry file")
    yield owed


def closing_root(text: str) -> bytes:
    """32 bytes. Raises EncodingError."""
    return canonical.hex32decode(text.strip().lower(), "the closing root")
