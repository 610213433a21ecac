"""glassballot verify: is this record true?"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from crypto.group import BACKEND
from election.examine import Stage
from election.record.source import CHECKPOINT
from election.texts import printable
from glassballot.anchor import anchor_options, read_anchor, verify_record
from glassballot.console import console, json_option
from glassballot.place import Place, RecordCommand, record_argument
from glassballot.views import keep_evidence, read_views, view_options
from verifier import Report, lines

_STAGES = {stage.name.lower(): stage for stage in Stage}
_STYLES = {
    "passed": "green",
    "refused": "bold red",
    "incomplete": "red",
    "unanchored": "bold yellow",
    "warning": "yellow",
    "not run": "dim",
}


@click.command(name="verify", cls=RecordCommand)
@record_argument
@anchor_options
@click.option(
    "--stage", type=click.Choice(list(_STAGES)), default="final", help="How far the election must have come."
)
@click.option("--size", type=click.IntRange(min=1), metavar="N", help="Judge only the first N entries.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Keep what a board sends in this folder: a copy of the record, once that has passed. Repeated, the "
    "verification goes on from there, and the record must continue the copy.",
)
@view_options
@json_option
def command(
    record: Place,
    anchor: str | None,
    anchor_file: Path | None,
    stage: str,
    size: int | None,
    keep: Path | None,
    since: tuple[Path, ...],
    receipts: tuple[Path, ...],
    evidence: Path | None,
    as_json: bool,
) -> None:
    """Check a record: every entry, every proof, every sum.

    Prints one line for each of the checks V0 to V10, with what it checked and how many; below it, every fault with its
    entry. Nothing in the record is believed but what the anchor pins: without an anchor, compare the context that is
    printed with the one that the election office published.

    Whether others see the same record, no single record shows: V10 asks for the witnesses' quorum, where the manifest
    names witnesses, and compares the record with what you have seen of its log before, --since and --receipt.

    \b
    Exit code: 0 all checks passed, 1 refused, 2 not a record or unusable
    arguments (such as a receipt of another log), 3 passed but unanchored.

    \b
    Examples:
      glassballot verify record --anchor-file anchor
      glassballot verify record --stage open --json
      glassballot verify record --anchor-file anchor --since checkpoint.monday
      glassballot verify https://board.example.org --anchor-file anchor --keep copy
    """
    context = read_anchor(anchor, anchor_file)
    views = read_views([*since, *_seen(keep, size)], receipts)
    report = verify_record(record, _STAGES[stage], anchor=context, size=size, keep=keep, views=views)
    kept = [str(path) for path in keep_evidence(report, evidence)]
    if as_json:
        click.echo(json.dumps(report.to_json() | {"evidence": kept}, ensure_ascii=False))
    else:
        _print(report, kept)
    sys.exit(report.exit)


def _seen(keep: Path | None, size: int | None) -> list[Path]:
    """The checkpoint of an earlier copy, before another takes its place."""
    checkpoint = keep and keep / CHECKPOINT
    return [checkpoint] if checkpoint and size is None and checkpoint.exists() else []


def _print(report: Report, evidence: Sequence[str]) -> None:
    console.print(f"Group arithmetic: {BACKEND}", style="dim")
    for path in evidence:
        console.print(f"Two checkpoints that convict the log are kept in {printable(path)}", markup=False)
    for line in lines(report):
        console.print(printable(line.text), style=_STYLES.get(line.mood), markup=False, soft_wrap=True)
