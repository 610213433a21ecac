"""What else its user has seen of a log, as options of `verify`: older checkpoints and receipts (SPEC 9.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import click

from crypto.checkpoint import SignedCheckpoint
from crypto.errors import EncodingError
from crypto.note import MAX_NOTE_SIZE
from election.receipt import MAX_FILE, Receipt
from glassballot.console import UsageError, read_file, write_new
from verifier import Report, Shown, View

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path)


def view_options(command: _Command) -> _Command:
    """--since, --receipt and --evidence."""
    since = click.option(
        "--since",
        type=_FILE,
        multiple=True,
        metavar="FILE",
        help="A checkpoint seen before: what it covers must be the beginning of this record. Repeat it for several.",
    )
    receipt = click.option(
        "--receipt",
        "receipts",
        type=_FILE,
        multiple=True,
        metavar="FILE",
        help="A voter's receipt, which must agree with this record. Repeat it for several.",
    )
    evidence = click.option(
        "--evidence",
        type=_FILE,
        metavar="FILE",
        help="Where to keep what convicts the log; otherwise beside the file that contradicts it, as .evidence.",
    )
    return since(receipt(evidence(command)))


def read_views(since: Sequence[Path], receipts: Sequence[Path]) -> list[View]:
    """Raises UsageError."""
    return [*map(_read_checkpoint, since), *map(_read_receipt, receipts)]


def keep_evidence(report: Report, place: Path | None) -> Iterator[Path]:
    """Write what convicts the log; the files that hold it. Raises UsageError."""
    for name, evidence in report.evidence.items():
        yield _keep(place or Path(f"{name}.evidence"), evidence.to_bytes())


def _read_checkpoint(path: Path) -> View:
    data = read_file(path, "checkpoint", MAX_NOTE_SIZE)
    try:
        return View(str(path), SignedCheckpoint.parse(data))
    except EncodingError as error:
        raise UsageError(f"checkpoint {path}: {error}") from None


def _read_receipt(path: Path) -> View:
    data = read_file(path, "receipt", MAX_FILE)
    try:
        receipt = Receipt.parse(data)
    except EncodingError as error:
        raise UsageError(f"receipt {path}: {error}") from None
    return View.of_receipt(str(path), Shown(receipt.context, receipt.leaf_hash, receipt.proof))


def _keep(place: Path, data: bytes) -> Path:
    """Write evidence to this file, or beside other evidence that is there already; where it is."""
    for number in count(1):
        path = place if number == 1 else place.with_name(f"{place.name}.{number}")
        if not path.exists():
            write_new(path, data, "evidence")
            return path
        if read_file(path, "evidence", 4 * MAX_NOTE_SIZE) == data:
            return path
    raise AssertionError
