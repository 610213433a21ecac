"""Whatever goes wrong in a command, there is one line on stderr, the right exit code and no traceback."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import click
import pytest

from crypto.errors import EncodingError, GlassballotError, ProofError, SealError
from election.errors import RecordError
from election.faults import Refusal
from glassballot import cli, verify
from glassballot.console import UsageError
from tests.cli.door import Door


def fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Makes `glassballot verify` raise this."""

    @click.command()
    def command() -> None:
        raise error

    monkeypatch.setattr(verify, "command", command)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (Refusal(6, "a repetition", 12), 1, "V6, entry 12: a repetition"),
        (ProofError("a false proof"), 1, "a false proof"),
        (EncodingError("strange bytes"), 2, "strange bytes"),
        (RecordError("checkpoint", "missing"), 2, "checkpoint: missing"),
        (SealError("wrong passphrase"), 2, "wrong passphrase"),
        (UsageError("two\nlines\x1b[31m"), 2, "two lines\\x1b[31m"),
        (GlassballotError("[bold]any[/bold]"), 2, "[bold]any[/bold]"),
        (FileNotFoundError(2, "No such file or directory", "a file"), 2, "a file: No such file or directory"),
        (OSError("no space"), 2, "no space"),
        (click.UsageError("which?"), 2, "which?"),
        (BrokenPipeError(), 2, "nobody reads the output any more"),
        (click.Abort(), 2, "stopped"),
    ],
)
def test_errors(door: Door, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, line: str) -> None:
    fails_with(monkeypatch, error)
    monkeypatch.setattr(cli, "_discard_output", lambda: None)
    assert door.fails(code, "verify") == line


def test_interrupted(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, KeyboardInterrupt())
    done = door("verify")
    assert (done.code, done.out, done.err.strip()) == (2, "", "glassballot: stopped")


def test_nothing_given_shows_the_help(door: Door) -> None:
    done = door()
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: glassballot") and "Commands:" in done.err


def test_unknown_command(door: Door) -> None:
    assert door.fails(2, "vreify").startswith("No such command 'vreify'.")


def test_every_command_has_help_with_an_example() -> None:
    def check(name: str, command: click.Command) -> None:
        if isinstance(command, click.Group):
            for sub in command.commands.values():
                check(f"{name} {sub.name}", sub)
        else:
            assert f"glassballot {name}" in (command.help or ""), name

    for name, module in cli._MODULES.items():
        found = importlib.import_module(module)
        check(name, getattr(found, "command", None) or found.group)


def leaves(name: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below, with the words that lead to it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from leaves((*name, sub), found)
    else:
        yield name, command


COMMANDS = dict(leaves((), cli.front_door))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_refuses_what_it_does_not_know(door: Door, words: tuple[str, ...]) -> None:
    assert door.fails(2, *words, "--nonsense").startswith("No such option '--nonsense'.")
    if any(parameter.required for parameter in COMMANDS[words].params):
        assert door.fails(2, *words).startswith("Missing ")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help(door: Door, words: tuple[str, ...]) -> None:
    done = door(*words, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"Usage: glassballot {' '.join(words)} " in done.out and "Example" in done.out
