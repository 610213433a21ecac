"""The front door: every command by its name, and every error as one line with the right exit code."""

from __future__ import annotations

import importlib
import io
import os
import sys
from contextlib import suppress
from typing import Any

import click

from crypto.errors import GlassballotError, ProofError
from election.faults import Refusal
from glassballot.console import REFUSED, UNUSABLE, UsageError, fail

# Command -> its module, which has it as `command`, or as `group` where it has commands of its own.
_MODULES = {
    "demo": "glassballot.demo.command",
    "election": "glassballot.election",
    "board": "glassballot.board",
    "trustee": "glassballot.trustee",
    "vote": "glassballot.vote",
    "challenge": "glassballot.challenge",
    "receipt": "glassballot.receipt",
    "witness": "glassballot.witness",
    "verify": "glassballot.verify",
    "result": "glassballot.result",
}


class _FrontDoor(click.Group):
    """Imports a command's module when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        module = importlib.import_module(_MODULES[cmd_name])
        found: click.Command = getattr(module, "command", None) or module.group
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            _discard_output()
            raise UsageError("nobody reads the output any more") from None


def _tell_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        # Slow to import, and nobody else needs it.
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"glassballot {version('glassballot')}")
        except PackageNotFoundError:
            click.echo("glassballot, a checkout that is not installed")
        ctx.exit()


@click.group(cls=_FrontDoor)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Say which version this is.",
)
def front_door() -> None:
    """End-to-end verifiable voting: everyone can check the result, nobody can see a vote.

    \b
    Exit code of every command: 0 fine, 1 refused, 2 unusable arguments or
    files, 3 (verify only) passed but unanchored.

    \b
    Examples:
      glassballot demo
      glassballot verify record --anchor-file anchor
    """


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = None
    try:
        code = front_door.main(prog_name="glassballot", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = UNUSABLE
    except click.ClickException as error:
        fail(error.format_message(), UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        fail("stopped", UNUSABLE)
    except (Refusal, ProofError) as error:
        fail(str(error), REFUSED)
    except GlassballotError as error:
        fail(str(error), UNUSABLE)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), UNUSABLE)
    # A command that returns anything else has returned it to its own tests.
    sys.exit(code if isinstance(code, int) else 0)


def _discard_output() -> None:
    """So that the interpreter, when it flushes at the end, finds a reader."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
