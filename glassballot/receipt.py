"""glassballot receipt: what became of a ballot."""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path

import click

from booth.following import manifest_of
from booth.standing import Answer, look_up, standing
from booth.words import say
from election import durable
from election.receipt import MAX_FILE, Receipt
from election.standing import Word
from election.tracker import parse_pseudonym, parse_tracker
from glassballot import receipt_print
from glassballot.anchor import anchor_options, read_anchor
from glassballot.console import (
    REFUSED,
    UNANCHORED,
    UNUSABLE,
    json_option,
    naming,
    progress,
    read_file,
)
from glassballot.place import Place, RecordGroup, open_record, record_argument

_EXIT = {Word.COUNTED: 0, Word.NOT_OURS: UNUSABLE, Word.CAST_BY: UNANCHORED}
_FILE = click.Path(path_type=Path)


@click.group(name="receipt", short_help="Find out what became of a ballot.", cls=RecordGroup)
def group() -> None:
    """Find out what became of a ballot: by its receipt, or by tracker and pseudonym."""


group.add_command(receipt_print.command)


@group.command()
@record_argument
@click.argument("receipt", type=_FILE)
@click.option(
    "--evidence",
    type=_FILE,
    help="Where to keep a contradiction; otherwise beside the receipt, as .evidence.",
)
@json_option
def check(record: Place, receipt: Path, evidence: Path | None, as_json: bool) -> None:
    """Check RECEIPT against RECORD: signature, place in the log, the ballot's proofs, what became of it.

    The receipt itself names the election. If the log contradicts what it has signed, both checkpoints are
    kept as evidence.

    \b
    Answers and exit codes:
      0  counted
      1  superseded, challenged, void, not there, unwitnessed, contradicted
      2  not our receipt: signed by another log, for another election, or damaged

    \b
    Example:
      glassballot receipt check record my.receipt
    """
    with naming(receipt, "receipt"):
        own = Receipt.parse(read_file(receipt, "receipt", MAX_FILE))
    reader = open_record(record)
    with progress() as report:
        answer = standing(own, reader, report)
    sentences = list(answer.sentences)
    kept: dict[str, str] = {}
    if answer.evidence is not None:
        place = _keep(evidence or receipt.with_name(receipt.name + ".evidence"), answer.evidence.to_bytes())
        sentences.append(say("contradicted.kept", file=place))
        kept = {"evidence": str(place)}
    facts = {"tracker": own.tracker, "pseudonym": own.pseudonym, **kept}
    _tell(answer, sentences, facts, as_json)


@group.command()
@record_argument
@click.option("--tracker", "wanted", required=True, help="The tracker that the device showed.")
@click.option("--pseudonym", "asked", help="The pseudonym on the voter's card.")
@anchor_options
@json_option
def find(
    record: Place, wanted: str, asked: str | None, anchor: str | None, anchor_file: Path | None, as_json: bool
) -> None:
    """Look up a ballot by its tracker. It is counted as yours only if the pseudonym is yours, too.

    A device could show two voters one tracker; their pseudonyms differ. Case, spaces, dashes, O for 0 and I
    or L for 1 are forgiven; parts of a tracker are not.

    \b
    Answers and exit codes:
      0  counted
      1  superseded, challenged, void, not there, another voter's
      2  no such record, or no whole tracker
      3  cast by: found, but whether it is yours only your card can tell

    \b
    Example:
      glassballot receipt find record --tracker "7K3M-..." --pseudonym "Q2XA-..."
    """
    tracker = parse_tracker(wanted)
    pseudonym = None if asked is None else parse_pseudonym(asked)
    context = read_anchor(anchor, anchor_file)
    reader = open_record(record)
    with progress() as report:
        answer = look_up(reader, tracker, pseudonym, anchor=context, progress=report)
    sentences = list(answer.sentences)
    own = manifest_of(reader)[1].hex()
    if context is None:
        sentences.append(say("context", context=own))
    _tell(answer, sentences, {"tracker": tracker, "context": own}, as_json)


def _keep(place: Path, data: bytes) -> Path:
    """Write evidence to this file, or beside other evidence that is there already; where it is."""
    for number in count(2):
        try:
            durable.create(place, data)
        except FileExistsError:
            if read_file(place, "evidence", 2 * MAX_FILE) != data:
                place = place.with_name(f"{place.name}.{number}")
                continue
        break
    return place


def _tell(answer: Answer, sentences: list[str], facts: dict[str, str], as_json: bool) -> None:
    if as_json:
        entry = {} if answer.number is None else {"entry": answer.number}
        members = {"answer": answer.word, **entry, **facts, "text": sentences}
        click.echo(json.dumps(members, ensure_ascii=False))
    else:
        click.echo("\n".join([*sentences, say("scope")]))
    sys.exit(_EXIT.get(answer.word, REFUSED))
