"""glassballot election status: how far an election has come, and what comes next."""

from __future__ import annotations

import json
from typing import Any

import click

from election.examine import follow
from election.ledger import Phase, State
from election.ledger.ceremony import ended
from election.results import title_in
from glassballot.console import json_option, many, say, utc
from glassballot.place import Place, RecordCommand, open_record, record_argument


@click.command(cls=RecordCommand)
@record_argument
@json_option
def status(record: Place, as_json: bool) -> None:
    """Say how far the election has come and what comes next, without checking its proofs.

    \b
    Example:
      glassballot election status record
    """
    state = follow(open_record(record)).state
    if as_json:
        click.echo(json.dumps(_facts(state), ensure_ascii=False))
        return
    lines = _lines(state)
    width = max(map(len, lines))
    for name, value in lines.items():
        say(f"{name:<{width}}  {value}")


def _ceremony(state: State) -> str:
    if state.attempt is None:
        return "not started"
    return "complete" if state.keys else ended(state, state.attempt) or "going on"


def _facts(state: State) -> dict[str, Any]:
    contests = state.election.contests
    return {
        "context": state.context.hex(),
        "phase": state.phase.name.lower(),
        "entries": state.size,
        "ceremony": _ceremony(state),
        "voters": len(state.roll),
        "cast": state.casts,
        "challenged": state.challenges,
        "agreed": sorted(state.ready),
        "decrypted": {c.id: sorted(t for t, of in state.partials if of == c.id) for c in contests},
    }


def _lines(state: State) -> dict[str, str]:
    m, facts = state.election, _facts(state)
    agreed = ", ".join(facts["agreed"]) or "nobody yet"
    lines = {
        "Election": title_in(m.title, "en"),
        "Anchor": facts["context"],
        "Phase": facts["phase"],
        "Log": many(state.size, "entry", "entries"),
        "Key ceremony": facts["ceremony"],
        "Voting": f"{utc(m.voting.begin)} to {utc(m.voting.end)}",
        "Roll": many(len(state.roll), "voter", "voters"),
        "Ballots": f"{state.casts:,} cast, {state.challenges:,} challenged",
    }
    if state.phase >= Phase.CLOSED:
        lines["Agreed"] = f"{agreed} ({state.quorum} are needed)"
        for contest, trustees in facts["decrypted"].items():
            lines[f"Decrypted {contest}"] = (
                f"{', '.join(trustees) or 'nobody yet'} ({m.ceremony.threshold} are needed)"
            )
    return lines | {"Next": _next(state)}


def _next(state: State) -> str:
    if state.phase is Phase.SETUP and state.keys is None:
        going = state.attempt is not None and not ended(state, state.attempt)
        return "the trustees: glassballot trustee step" if going else "glassballot election ceremony"
    if state.phase is Phase.SETUP:
        return f"glassballot election {'open' if state.roll else 'credentials and election roll'}"
    if state.phase is Phase.VOTING:
        return f"the voters: glassballot vote; after {utc(state.election.voting.end)}: glassballot election close"
    if state.phase is Phase.CLOSED and len(state.ready) < state.quorum:
        return "the trustees: glassballot trustee step"
    if state.phase is Phase.CLOSED:
        return "the trustees: glassballot trustee step; then glassballot election publish"
    return "everybody: glassballot verify, glassballot result; the trustees: glassballot trustee destroy"
