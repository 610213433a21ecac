"""What the command line of `glassballot vote` says, and what it gives access to."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from booth.following import Ballot, Followed, follow, nothing
from booth.words import say
from election.entry import Entry
from election.record import RecordReader
from glassballot import keyring, office
from glassballot.anchor import read_anchor
from glassballot.console import UsageError, clock, open_record, progress

PENDING = ".pending"


@dataclass(frozen=True)
class Options:
    """See the options of glassballot.vote.command."""

    record: Path
    choices: tuple[str, ...]
    unit: str | None
    credential: Path | None
    passphrase_file: Path | None
    log_key: Path | None
    out: Path | None
    receipt: Path | None
    opening: Path | None
    decision: str | None
    publish: bool
    resend: Path | None
    paper: bool
    empty: bool
    anchor: str | None
    anchor_file: Path | None
    language: str
    as_json: bool
    clock_offset: int

    @property
    def pending(self) -> Path:
        """Where a ballot waits from before it is sent until its receipt is written."""
        assert self.receipt is not None
        return self.receipt.with_name(self.receipt.name + PENDING)

    def read(self) -> RecordReader:
        return open_record(self.record)

    def follow(self, concerns: Callable[[Ballot], bool] = nothing) -> Followed:
        anchor = read_anchor(self.anchor, self.anchor_file)
        with progress() as report:
            return follow(self.read(), concerns, anchor=anchor, progress=report)

    def submit(self, entries: Sequence[Entry]) -> object:
        """Append to the record, as the log."""
        assert self.log_key is not None
        signer = keyring.load_log(self.log_key)
        return office.open_board(self.record, signer, clock(self.clock_offset)).append(entries)

    def tell(self, sentence: str = "", **facts: object) -> None:
        """A sentence for people; with --json the facts instead, one object a line. Flushed at once."""
        if not self.as_json:
            click.echo(sentence)
        elif facts:
            click.echo(json.dumps(facts, ensure_ascii=False))
        sys.stdout.flush()

    def check_files(self) -> None:
        """Before there is a ballot: that there will be a place for everything, whatever the voter decides."""
        if (self.log_key is None) == (self.out is None):
            raise UsageError("vote: give either --log-key and --receipt, or --out")
        if self.log_key is not None and self.receipt is None:
            raise UsageError("vote: --receipt is needed with --log-key")
        if self.log_key is not None:
            keyring.load_log(self.log_key)
        if self.receipt is not None and self.pending.exists():
            raise UsageError(say("ballot.pending", file=self.pending))
        for path in (self.out, self.receipt, self.opening):
            if path is not None and path.exists():
                raise UsageError(f"{path} exists already, and nothing is overwritten")
            if path is not None and not path.parent.is_dir():
                raise UsageError(f"{path}: there is no folder {path.parent}")
