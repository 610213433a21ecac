"""glassballot vote: encrypt, show the tracker, cast or challenge, keep the receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from booth.choices import ballot_paper, describe, read_choices
from booth.credential import Credential
from booth.delivery import acknowledged, deliver, read_ballot, write_ballot
from booth.errors import CredentialError, UnansweredError
from booth.following import Followed
from booth.voting import UndecidedBallot, check_open, make_ballot
from booth.words import LANGUAGES, say
from crypto.errors import SealError
from election import durable
from election.ballot import falsehood
from election.entries import Cast, Challenge
from election.faults import Refusal
from election.layout import Layout
from election.parameters import Parameters
from election.receipt import Receipt
from glassballot.anchor import anchor_options
from glassballot.console import (
    REFUSED,
    UsageError,
    clock_option,
    fail,
    json_option,
    log_key_option,
    naming,
    passphrase_option,
    read_passphrase,
)
from glassballot.place import RecordCommand, record_argument
from glassballot.vote_options import PENDING, Options

PATH = click.Path(path_type=Path)


@click.command(name="vote", short_help="Make a ballot; then cast it, or challenge it.", cls=RecordCommand)
@record_argument
@click.argument("choices", nargs=-1)
@click.option("--unit", help="The voter's unit; not needed where all units have the same ballot.")
@click.option("--credential", type=PATH, help="The voter's credential file. Opened only after `cast`.")
@passphrase_option
@log_key_option
@click.option(
    "--out", type=PATH, help="Instead of sending the ballot: write it to this file, to be appended."
)
@click.option("--receipt", type=PATH, help="Write the receipt to this new file.")
@click.option("--opening", type=PATH, help="After `challenge`: write the opening to this new file.")
@click.option(
    "--decision",
    type=click.Choice(["cast", "challenge"]),
    help="For scripts that need no protection from the device: decide beforehand.",
)
@click.option("--publish", is_flag=True, help="After `challenge`: put the opened ballot on the log as well.")
@click.option("--resend", type=PATH, help="Send the ballot in this file again, byte for byte; make no other.")
@click.option("--paper", is_flag=True, help="Print options and rules, and make no ballot.")
@click.option("--empty", is_flag=True, help="Mark nothing at all, where the rules allow it.")
@anchor_options
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Of titles and rules.")
@json_option
@clock_option
def command(**given: Any) -> None:
    """Make a ballot of CHOICES, show its tracker, and only then ask: cast or challenge?

    A choice is an option's id, title or number, where needed after its contest (council.anna), with a value
    where it takes one (anna=3). The credential is opened after `cast` and not before, so that the device
    cannot know which ballots will be checked. If no answer comes, the ballot waits in RECEIPT.pending for
    --resend.

    \b
    Exit codes: 0 done; 1 refused, or unanswered; 2 unusable arguments or files.

    \b
    Examples:
      glassballot vote record --unit station-1 --paper
      glassballot vote record anna babak --unit station-1 --credential my.credential \\
          --log-key keys/log.key --receipt my.receipt
      glassballot vote --board https://board.example.org anna --credential my.credential \\
          --receipt my.receipt
      glassballot vote record --resend my.receipt.pending --log-key keys/log.key --receipt my.receipt
    """
    options = Options(**given)
    try:
        _resend(options) if options.resend else _vote(options)
    except UnansweredError as error:
        fail(str(error), REFUSED)


def _vote(options: Options) -> None:
    followed = options.follow()
    parameters = _parameters(followed)
    layout = _layout(options, parameters)
    if options.paper:
        lines = ballot_paper(layout, options.language)
        options.tell("\n".join(lines), paper=lines)
        return
    check_open(followed.state)
    options.check_files()
    if bool(options.choices) == options.empty:
        raise UsageError("vote: give your choices, or --empty to mark nothing; --paper shows what there is")
    choices = read_choices(layout, options.choices, options.language)
    ballot = make_ballot(parameters, layout.style, choices)
    options.tell(say("ballot.chosen", options.language))
    options.tell("\n".join(describe(layout, choices, options.language)))
    options.tell(say("ballot.made"))
    options.tell(f"\n    {ballot.tracker}\n", tracker=ballot.tracker)
    if _decide(options) == "cast":
        _cast(options, ballot, parameters)
    else:
        _challenge(options, ballot, parameters)


def _parameters(followed: Followed) -> Parameters:
    if followed.state.parameters is None:
        raise Refusal(2, "the key ceremony is not complete")
    return followed.state.parameters


def _layout(options: Options, parameters: Parameters) -> Layout:
    """The ballot of the voter's unit."""
    manifest = parameters.manifest
    styles = {unit.id: unit.style for unit in manifest.units if unit.style}
    if options.unit is None and len(set(styles.values())) > 1:
        raise UsageError(f"vote: name the voter's unit with --unit: {', '.join(styles)}")
    if options.unit is not None and options.unit not in styles:
        raise UsageError(f"vote: no unit of voters is called {options.unit!r}: {', '.join(styles)}")
    return parameters.layouts[styles[options.unit] if options.unit else next(iter(styles.values()))]


def _decide(options: Options) -> str:
    if options.decision is not None:
        return options.decision
    choice: str = click.prompt(
        say("ballot.ask"),
        type=click.Choice(["cast", "challenge"]),
        show_choices=False,
        prompt_suffix=" ",
        err=True,
    )
    return choice


def _cast(options: Options, ballot: UndecidedBallot, parameters: Parameters) -> None:
    if options.credential is None:
        raise UsageError("vote: --credential is needed to cast")
    try:
        credential = Credential.load(options.credential, lambda: read_passphrase(options.passphrase_file))
    except OSError as error:
        raise UsageError(f"credential {options.credential}: {error.strerror}") from None
    except (CredentialError, SealError) as error:
        raise UsageError(f"credential {options.credential}: {error}") from None
    voter = credential.C.to_bytes()
    state = options.follow(
        lambda known: isinstance(known, Cast) and known.credential.to_bytes() == voter
    ).state
    entry = ballot.cast(credential, state)
    if options.out is not None:
        write_ballot(options.out, entry)
        options.tell(say("ballot.out", file=options.out), file=str(options.out))
        return
    write_ballot(options.pending, entry)
    try:
        receipt = deliver(entry, options.pending, parameters, options.submit)
    except Refusal:
        durable.remove(options.pending)
        raise
    _keep(options, receipt)
    durable.remove(options.pending)


def _keep(options: Options, receipt: Receipt) -> None:
    """Write the receipt and say what it is for."""
    assert options.receipt is not None
    durable.create(options.receipt, receipt.to_bytes())
    facts: dict[str, Any] = {
        "entry": receipt.index,
        "tracker": receipt.tracker,
        "receipt": str(options.receipt),
    }
    if isinstance(receipt.entry, Challenge):
        options.tell(say("ballot.published", number=receipt.index), challenged=True, **facts)
        return
    own: dict[str, Any] = {"sequence": receipt.entry.sequence, "pseudonym": receipt.pseudonym}
    sentence = say("ballot.cast", number=receipt.index, file=options.receipt, **own)
    options.tell(sentence, cast=True, **facts, **own)


def _challenge(options: Options, ballot: UndecidedBallot, parameters: Parameters) -> None:
    entry = ballot.challenge()
    file = options.opening or Path(f"opening-{ballot.tracker}.json")
    write_ballot(file, entry)
    options.tell(say("ballot.opened", file=file), opening=str(file))
    options.tell(say("ballot.voluntary"))
    if options.publish and options.out is not None:
        write_ballot(options.out, entry)
        options.tell(say("ballot.out", file=options.out), file=str(options.out))
    elif options.publish:
        _keep(options, deliver(entry, file, parameters, options.submit))
    options.tell(say("ballot.again"))


def _resend(options: Options) -> None:
    """The same bytes again, unless the log has them: then only the receipt was lost."""
    assert options.resend is not None
    if options.receipt is None:
        raise UsageError("vote: --receipt is needed with --resend")
    if options.receipt.exists():
        raise UsageError(f"{options.receipt} exists already, and nothing is overwritten")
    with naming(options.resend, "ballot"):
        entry = read_ballot(options.resend)
    parameters = _parameters(options.follow())
    receipt = acknowledged(entry, parameters, options.read())
    if receipt is None:
        if why := falsehood(parameters, entry):
            raise UsageError(f"{options.resend}: damaged, or a ballot of another election: {why}")
        if not options.sends:
            raise UsageError(f"{options.resend}: the record does not hold it; --log-key would send it again")
        receipt = deliver(entry, options.resend, parameters, options.submit)
    _keep(options, receipt)
    if options.resend.suffix == PENDING:
        durable.remove(options.resend)
