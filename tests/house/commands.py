"""The command lines that a text shows, held against the commands and options that there are."""

from __future__ import annotations

import html
import re
import shlex
from collections.abc import Iterator

import click

from glassballot.cli import front_door

_LINE = re.compile(r"^ *(?:[A-Z_]+=\S+ )?(?:env/bin/)?glassballot (.+)$", re.MULTILINE)


def commands(text: str) -> Iterator[str]:
    """What stands behind "glassballot", on lines of their own or in backquotes, continued lines joined."""
    joined = text.replace("\\\n", " ")
    yield from _LINE.findall(joined)
    yield from re.findall(r"`glassballot ([^`]+)`", joined)


def commands_of_page(page: str) -> Iterator[str]:
    """The same, of the preformatted parts of a page in HTML."""
    for part in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL):
        yield from commands(html.unescape(re.sub(r"<[^>]+>", "", part)))


def check_command(line: str) -> None:
    """Raises AssertionError, naming what does not exist."""
    command: click.Command = front_door
    context = click.Context(command)
    for word in shlex.split(line, comments=True):
        if isinstance(command, click.Group) and not word.startswith("-"):
            found = command.get_command(context, word)
            assert found is not None, f"there is no command {word} in: glassballot {line}"
            command = found
        elif word.startswith("--"):
            known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
            assert word in known, f"there is no option {word} in: glassballot {line}"
