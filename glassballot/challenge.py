"""glassballot challenge: look into a ballot that was opened instead of cast."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from booth.challenge import check_challenge, parse_opening
from booth.choices import read_choices
from booth.following import follow
from booth.words import LANGUAGES, say
from election.entries import Challenge
from election.errors import ChoiceError
from election.faults import Refusal
from election.parameters import Parameters
from election.record import MAX_ENTRY
from election.tracker import parse_tracker
from glassballot.anchor import anchor_options, read_anchor
from glassballot.console import REFUSED, json_option, naming, progress, read_file
from glassballot.place import Place, RecordGroup, open_record, record_argument


@click.group(name="challenge", cls=RecordGroup)
def group() -> None:
    """Check a ballot that a device opened, on another device."""


@group.command()
@record_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("choices", nargs=-1)
@click.option("--tracker", "shown", help="The tracker that the device showed before the decision.")
@anchor_options
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Of titles and rules.")
@json_option
def check(
    record: Place,
    file: Path,
    choices: tuple[str, ...],
    shown: str | None,
    anchor: str | None,
    anchor_file: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """Encrypt the ballot in FILE again and say what the device put into it.

    Give the tracker that you were shown and the CHOICES that you marked, and both are compared; otherwise
    that is left to you. The election key comes from RECORD, whose key ceremony is checked.

    \b
    Exit codes: 0 the opening holds, and is what you gave; 1 it is false, or something else; 2 no such file
    or record.

    \b
    Example:
      glassballot challenge check record opening.json anna babak --tracker "7K3M-..."
    """
    with naming(file, "opening"):
        challenge = parse_opening(read_file(file, "opening", MAX_ENTRY + 1))
    known = parse_tracker(shown) if shown is not None else None
    context = read_anchor(anchor, anchor_file)
    with progress() as report:
        state = follow(open_record(record), anchor=context, progress=report).state
    if state.parameters is None:
        raise Refusal(2, "the key ceremony is not complete")
    marked = _marked(state.parameters, challenge, choices)
    verdict = check_challenge(state.parameters, challenge, known, marked, language)
    if as_json:
        facts = {"answer": verdict.word, "tracker": verdict.tracker, "held": verdict.held}
        click.echo(json.dumps({**facts, "context": state.context.hex()}, ensure_ascii=False))
    else:
        click.echo("\n".join(verdict.sentences))
        if context is None:
            click.echo(say("context", context=state.context.hex()))
    sys.exit(0 if verdict.word == "opens" else REFUSED)


def _marked(parameters: Parameters, challenge: Challenge, choices: tuple[str, ...]) -> tuple[int, ...] | None:
    if not choices:
        return None
    layout = parameters.layouts.get(challenge.body.style)
    if layout is None:
        raise ChoiceError(f"this election has no style {challenge.body.style}")
    return read_choices(layout, choices)
