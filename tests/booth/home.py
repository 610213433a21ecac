"""A voter's folder beside a record, and the commands run in it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from booth.credential import Credential
from booth.delivery import acknowledged
from crypto.errors import GlassballotError
from crypto.group import Scalars
from election.canonical import b64encode, encode
from election.entries import Cast, Challenge
from election.faults import Refusal
from election.receipt import Receipt
from election.record import RecordReader
from glassballot import challenge, keyring, receipt, vote
from tests.world import BEGIN, ORIGIN, World

COMMANDS: dict[str, click.Command] = {
    "vote": vote.command,
    "challenge": challenge.group,
    "receipt": receipt.group,
}


@dataclass(frozen=True)
class Done:
    """What a command did: exit code, what it printed, and the error that main() would have printed."""

    code: int
    output: str
    error: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What --json printed."""
        return [json.loads(line) for line in self.output.splitlines()]


class Home:
    """record, log.key and anna.credential (the first voter of unit north) in one folder."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.log_key, self.record = folder / "log.key", folder / "record"
        members = {
            "file": keyring.LOG,
            "origin": ORIGIN,
            "public": world.state.election.log.key,
            "secret": b64encode(world.log_key.secret_bytes()),
        }
        self.log_key.write_bytes(encode(members) + b"\n")
        self.anna = self.credential(world.voters["north"][0])
        self.anna.save(folder / "anna.credential")
        world.write(self.record)

    def credential(self, c: Scalars, unit: str = "north") -> Credential:
        return Credential(self.world.context, unit, c)

    def reader(self) -> RecordReader:
        return RecordReader.of_folder(self.record)

    def publish(self, name: str = "record") -> RecordReader:
        """The world's log as it now is, as a record folder of that name."""
        return RecordReader.of_folder(self.world.write(self.folder / name))

    def receipt_of(self, entry: Cast | Challenge, reader: RecordReader) -> Receipt:
        assert self.world.state.parameters is not None
        found = acknowledged(entry, self.world.state.parameters, reader)
        assert found is not None
        return found

    def run(self, command: str, *arguments: object, input: str | None = None) -> Done:
        """Run a command; an error becomes the exit code that main() gives it."""
        done = CliRunner().invoke(COMMANDS[command], [str(a) for a in arguments], input=input)
        error = done.exception
        if error is None or isinstance(error, SystemExit):
            return Done(done.exit_code, done.stdout, done.stderr)
        if not isinstance(error, GlassballotError | OSError):
            raise error
        return Done(1 if isinstance(error, Refusal) else 2, done.stdout, str(error))

    def vote(self, *arguments: object, input: str | None = None, json: bool = True) -> Done:
        """`glassballot vote` during voting hours, into my.receipt if nothing else is said."""
        offset = BEGIN + 10 - int(time.time())
        options: list[object] = ["--clock-offset", offset, "--unit", "north"]
        given = set(map(str, arguments))
        if "--out" not in given:
            options += ["--log-key", self.log_key]
            options += [] if "--receipt" in given else ["--receipt", self.folder / "my.receipt"]
        if "--credential" not in given:
            options += ["--credential", self.folder / "anna.credential"]
        return self.run("vote", self.record, *arguments, *options, *(["--json"] if json else []), input=input)
