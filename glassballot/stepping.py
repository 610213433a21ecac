"""What `glassballot trustee step` does with its time: act, say what it waits for, look again, ask the owner."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from election import canonical
from glassballot.console import write_new
from trustees.errors import UnconfirmedError
from trustees.owed import Owed
from trustees.session import Session

LOOK_AGAIN_SECONDS = 1

# A round of everything that is owed now: what was done and, last, what is waited for.
Round = Callable[[], Iterator[Owed]]


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


def written(session: Session, out: Path) -> Iterator[Owed]:
    """What is owed, one entry a line of a new file, for whoever has the log's key. Raises UsageError."""
    owed = session.prepare()
    if owed.entries:
        write_new(out, b"".join(entry.to_bytes() + b"\n" for entry in owed.entries), "entry file")
    yield owed


def closing_root(text: str) -> bytes:
    """32 bytes. Raises EncodingError."""
    return canonical.hex32decode(text.strip().lower(), "the closing root")
