"""Elections as scripts: commands as somebody types them, and what they answer.

    # A remark.
    @ begin -6d                       from here on the clock shows the beginning of voting less six days (s, h, d)
    $ glassballot verify record       a command, which must end with 0 and print nothing on stderr
    > V9 result — passed              a line that it prints has this in it; several in this order
    ! 1 V2, entry 39: a reason        instead: it ends with 1, prints one line on stderr and nothing else
    ? some remark                     instead: beside what it prints, one line on stderr has this in it

`for T in a b c: command {T}` runs a command several times; `{2 folder/*.key}` is the second file of a pattern.
"""

from __future__ import annotations

import json
import math
import re
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.cli.door import Done, Door

# Commands that take --clock-offset.
_TIMED = re.compile(
    r"glassballot (vote|trustee (step|run)|election (create|ceremony|roll|open|close|publish|append))\b"
)
_PATTERN = re.compile(r"\{(\d+) ([^{}]+)\}")
_LOOP = re.compile(r"for (\w+) in ([^:]+): (.+)")


@dataclass
class _Step:
    line: int
    command: str
    now: str
    expected: list[str] = field(default_factory=list)
    refused: tuple[int, str] | None = None
    remark: str | None = None


def run_script(door: Door, script: Path, until: str = "") -> None:
    """Run a script in the current folder, or its part before a remark. AssertionError names its line."""
    text = script.read_text()
    for step in _steps(text[: text.index(f"# {until}")] if until else text):
        for command in _unrolled(step.command):
            _check(step, command, _run(door, command, step.now), f"{script.name}:{step.line}: {command}")


def _steps(text: str) -> list[_Step]:
    steps: list[_Step] = []
    now = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark, _, rest = line.partition(" ")
        if mark == "@":
            now = rest
        elif mark == "$":
            steps.append(_Step(number, rest, now))
        elif mark == ">":
            steps[-1].expected.append(rest)
        elif mark == "!":
            code, _, reason = rest.partition(" ")
            steps[-1].refused = int(code), reason
        elif mark == "?":
            steps[-1].remark = rest
        else:
            assert mark in ("", "#"), f"line {number}: {line}"
    return steps


def _unrolled(command: str) -> Iterator[str]:
    loop = _LOOP.fullmatch(command)
    if loop is None:
        yield command
    else:
        for word in loop[2].split():
            yield loop[3].replace(f"{{{loop[1]}}}", word)


def offset_of(moment: str) -> int:
    """The --clock-offset of now for a moment such as "end +1h", by the times of draft.json."""
    event, _, span = moment.partition(" ")
    time_of_event = datetime.fromisoformat(json.loads(Path("draft.json").read_text())["voting"][event])
    seconds = int(span[:-1]) * {"s": 1, "h": 3600, "d": 86_400}[span[-1]] if span else 0
    return math.ceil(time_of_event.timestamp() + seconds - time.time())


def _run(door: Door, command: str, now: str) -> Done:
    words = [_PATTERN.sub(_nth_file, word) for word in shlex.split(_PATTERN.sub(_quoted, command))]
    assert words[0] == "glassballot", command
    if now and _TIMED.match(command):
        words += ["--clock-offset", str(offset_of(now))]
    return door(*words[1:])


def _quoted(match: re.Match[str]) -> str:
    return f"'{match[0]}'"


def _nth_file(match: re.Match[str]) -> str:
    return str(sorted(Path().glob(match[2]))[int(match[1]) - 1])


def _check(step: _Step, command: str, done: Done, place: str) -> None:
    if step.refused is not None:
        code, reason = step.refused
        assert (done.code, done.out) == (code, ""), f"{place}: {done}"
        assert done.err.startswith("glassballot: ") and done.err.count("\n") == 1, f"{place}: {done}"
        assert reason in done.err, f"{place}: {done.err}"
        return
    assert done.code == 0, f"{place}: {done}"
    assert (step.remark or "") in done.err and done.err.count("\n") == (step.remark is not None), place
    lines = iter(done.out.splitlines())
    for part in step.expected:
        assert any(part in line for line in lines), f"{place}: {part!r} is missing in\n{done.out}"
