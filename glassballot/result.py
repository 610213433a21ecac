"""glassballot result: the totals, once they are verified."""

from __future__ import annotations

import json
from pathlib import Path

import click

from election.results import ContestSummary, final_result, summarize, to_csv, to_json
from glassballot.anchor import anchor_options, read_anchor, verify_record
from glassballot.console import UsageError, console, errors
from glassballot.place import Place, RecordCommand, record_argument
from glassballot.tables import LANGUAGES, tables
from verifier import Report


@click.command(
    name="result", short_help="Print the totals of a record, once it is verified.", cls=RecordCommand
)
@record_argument
@anchor_options
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", help="How to print it."
)
@click.option("--contest", "only", metavar="ID", help="Only this contest.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="Of titles, and of digits in tables."
)
def command(
    record: Place, anchor: str | None, anchor_file: Path | None, form: str, only: str | None, language: str
) -> None:
    """Print the totals of a record, contest by contest and unit by unit.

    The record is verified first, all checks, as `glassballot verify` does: one that does not pass is refused, and no
    number of it is shown. Without an anchor the totals are those of this record's election, whichever that is; a line
    on stderr says so, and "anchored" in the JSON object.

    Units that are too small are decrypted together and stand as one, "a+b". A contest with too few ballots in all is
    withheld: its numbers are null in JSON, empty in CSV. In CSV a contest's own totals are the rows without a unit.

    \b
    Exit code: 0 fine, 1 refused, 2 not a record or unusable arguments.

    \b
    Examples:
      glassballot result record --anchor-file anchor
      glassballot result record --contest council --format csv > council.csv
      glassballot result record --language fa
      glassballot result https://board.example.org --anchor-file anchor
    """
    report = verify_record(record, anchor=read_anchor(anchor, anchor_file))
    report.require()
    context = report.context.hex() if report.context else ""
    contests = _contests(report, only)
    if form == "json":
        found = {"anchored": report.anchored, "context": context, "contests": to_json(contests, language)}
        click.echo(json.dumps(found, ensure_ascii=False))
    elif form == "csv":
        click.echo(to_csv(contests, language), nl=False)
    else:
        for contest in contests:
            console.print(*tables(contest, language), sep="\n")
    if not report.anchored:
        errors.print(
            f"Verified but unanchored: the totals of the election with context {context}", soft_wrap=True
        )


def _contests(report: Report, only: str | None) -> list[ContestSummary]:
    assert report.examination is not None
    replay = report.examination.replay
    found = summarize(replay.state.election, final_result(replay))
    chosen = [one for one in found if only in (None, one.contest.id)]
    if not chosen:
        raise UsageError(f"there is no contest {only}, only {', '.join(one.contest.id for one in found)}")
    return chosen
