"""A public record and the trust anchor to judge it by, as options of a command (SPEC 1.4, 9.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from election.errors import RecordError
from election.examine import Stage
from election.record.http import KeptSource
from election.reports import REFUSED
from glassballot.awaiting import await_quorum
from glassballot.console import UsageError, progress, read_file
from glassballot.place import Place, source_of
from verifier import Report, View, verify

_Command = TypeVar("_Command", bound=Callable[..., Any])
_ANCHOR = re.compile(r"[0-9a-fA-F]{64}")


def anchor_options(command: _Command) -> _Command:
    """--anchor and --anchor-file."""
    text = click.option(
        "--anchor", metavar="HEX", help="The election's context, 64 hex digits, as the office published it."
    )
    file = click.option(
        "--anchor-file", type=click.Path(path_type=Path), help="A file that holds the anchor."
    )
    return text(file(command))


def read_anchor(text: str | None, file: Path | None) -> bytes | None:
    """32 bytes, or None where neither option was given. Raises UsageError."""
    if text is not None and file is not None:
        raise UsageError("--anchor and --anchor-file exclude each other")
    if file is not None:
        text = read_file(file, "anchor file", 4096).decode(errors="replace")
    if text is None:
        return None
    if not _ANCHOR.fullmatch(text.strip()):
        raise UsageError(f"{f'anchor file {file}' if file else '--anchor'}: an anchor has 64 hex digits")
    return bytes.fromhex(text.strip())


def verify_record(
    place: Place,
    stage: Stage = Stage.FINAL,
    *,
    anchor: bytes | None = None,
    size: int | None = None,
    keep: Path | None = None,
    views: Sequence[View] = (),
) -> Report:
    """Verify a record with a progress bar, a board's once its witnesses had time. keep: a folder for what it has sent,
    which is a copy of the record once that has passed as a whole.

    Raises UsageError where there is no record, UnreachableError where the board does not answer.
    """
    origin = source_of(place)
    kept = None if keep is None else KeptSource(origin, keep)
    source = kept or origin
    if isinstance(place, str):
        await_quorum(source)
    try:
        with progress() as report:
            found = verify(source, stage, anchor=anchor, size=size, views=views, progress=report)
    except RecordError as error:
        raise UsageError(f"{place}: {error}") from None
    if kept is not None and size is None and found.exit != REFUSED:
        kept.finish()
    return found
