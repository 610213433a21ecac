"""What the command line of `glassballot vote` says, and what it gives access to."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from booth.following import Followed, follow, nothing
from booth.words import say
from bulletin_board.admission import Acknowledged
from election.entry import Entry
from election.record import RecordReader
from election.standing import Ballot
from glassballot.anchor import read_anchor
from glassballot.console import UsageError, progress
from glassballot.place import Place, open_record
from glassballot.remote import board_at

PENDING = ".pending"


@dataclass(frozen=True)
class Options:
    """See the options of glassballot.vote.command."""

    record: Place
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

    @property
    def sends(self) -> bool:
        """Whether a ballot goes to a board, or as the log into a folder, and not into a file."""
        return self.out is None and (isinstance(self.record, str) or self.log_key is not None)

    def submit(self, entries: Sequence[Entry]) -> Sequence[Acknowledged]:
        """Append to the record."""
        return board_at(self.record, self.log_key, self.clock_offset).append(entries)

    def tell(self, sentence: str = "", **facts: object) -> None:
        """A sentence for people; with --json the facts instead, one object a line. Flushed at once."""
        if not self.as_json:
            click.echo(sentence)
        elif facts:
            click.echo(json.dumps(facts, ensure_ascii=False))
        sys.stdout.flush()

    def check_files(self) -> None:
        """Before there is a ballot: that there will be a place for everything, whatever the voter decides."""
        ways = [self.log_key is not None, self.out is not None]
        if sum(ways) != 1 and not (isinstance(self.record, str) and not any(ways)):
            raise UsageError(
                "vote: give either --log-key and --receipt, or --out, or a board's address and --receipt"
            )
        if self.out is None and self.receipt is None:
            raise UsageError("vote: --receipt is needed to keep the answer")
        if self.sends:
            board_at(self.record, self.log_key)
        for path in (self.out, self.receipt, self.opening):
            if path is not None and os.path.lexists(path):
                raise UsageError(f"{path} exists already, and nothing is overwritten")
            if path is not None and not path.parent.is_dir():
                raise UsageError(f"{path}: there is no folder {path.parent}")
        if self.receipt is not None and self.pending.exists():
            raise UsageError(say("ballot.pending", file=self.pending))
