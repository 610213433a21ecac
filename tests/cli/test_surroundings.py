"""What is around a command: permissions, a full disk, no terminal, a terminal without the letters."""

from __future__ import annotations

import builtins
import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.door import Door
from tests.cli.good import words_of
from tests.cli.town import Town

ROOT = Path(__file__).resolve().parents[2]
ANNA = "--key anna.key --passphrase-file anna.pass"
OPEN = "election open rolled --keys keys --clock-offset @setup"

# What may not be read, and a command that wants to.
UNREADABLE = [
    ("draft.json", "election check draft.json"),
    ("keys/office.key", OPEN),
    ("keys/log.key", OPEN),
    ("keys/log.key", "election append voting unsent.entry --log-key keys/log.key"),
    ("anna.key", f"trustee status voting {ANNA}"),
    ("anna.key.journal", f"trustee status voting {ANNA}"),
    ("anna.pass", f"trustee status voting {ANNA}"),
    ("anna.pass", "trustee init new --id a --passphrase-file anna.pass"),
    ("anna.key.pub", "election check draft.json --trustee anna.key.pub"),
    ("anchor", "verify final --anchor-file anchor"),
    ("final/checkpoint", "verify final"),
    ("final/checkpoint", "result final"),
    ("final/checkpoint", "election status final"),
    ("final/checkpoint", "receipt check final second.receipt"),
    ("voting/tile", "election status voting"),
    ("voting/tile", "vote voting --paper --unit station-1"),
    ("voting/tile", f"trustee status voting {ANNA}"),
    ("second.receipt", "receipt check voting second.receipt"),
    ("opened.json", "challenge check voting opened.json"),
    ("ballots.pb", "demo --ballots ballots.pb"),
    ("unsent.entry", "election append voting unsent.entry --log-key keys/log.key"),
    ("unsent.entry", "vote voting --resend unsent.entry --receipt new --log-key keys/log.key"),
    ("voters/station-1.roll", "election roll keyed --keys keys --unit station-1 --add voters/station-1.roll"),
]

# Where nothing may be written, and a command that wants to.
UNWRITABLE = [
    ("voters", "election template voters/new"),
    ("voters", "election keys voters/new --origin example.org/x"),
    ("voters", "trustee init voters/new --id a --passphrase-file anna.pass"),
    ("voters", "election credentials keyed voters/new --unit station-1 --count 2"),
    ("voters", "demo --ballots ballots.pb --out voters/new"),
    ("voters", "vote voting omid --unit station-1 --decision challenge --opening voters/new --out new"),
    (
        "voters",
        f"trustee step closed {ANNA} --out voters/new --closing-root {{closing-root}} --clock-offset @closing",
    ),
    ("rolled", OPEN),
]


def forbid(patch: pytest.MonkeyPatch, forbidden: str, *, writing: bool = False) -> None:
    """Nothing at or below a path can be opened any more, or only for reading. Modes would not bind the superuser."""

    def below(path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and Path(forbidden).resolve() in [
            (here := Path(path).absolute()),
            *here.parents,
        ]

    def guard(real: Callable[..., Any], writes: Callable[..., bool]) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, **options: Any) -> Any:
            if below(path) and (not writing or writes(*arguments, **options)):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return real(path, *arguments, **options)

        return call

    opening = guard(io.open, lambda mode="r", *_, **__: mode[0] != "r")
    patch.setattr(io, "open", opening)
    patch.setattr(builtins, "open", opening)
    patch.setattr(os, "open", guard(os.open, lambda flags, *_, **__: flags & (os.O_WRONLY | os.O_RDWR) != 0))
    patch.setattr(os, "mkdir", guard(os.mkdir, lambda *_, **__: True))


@pytest.mark.parametrize(("path", "line"), UNREADABLE)
def test_file_that_may_not_be_read(
    door: Door, town: Town, monkeypatch: pytest.MonkeyPatch, path: str, line: str
) -> None:
    with monkeypatch.context() as patch:
        forbid(patch, path)
        done = door(*words_of(line))
    new, changed = town.restore()
    assert done.code == 2 and not new and not changed, done
    said = done.err
    assert "Permission denied" in said and said.count("\n") == 1
    assert all(part in said for part in path.split("/")), said


@pytest.mark.parametrize(("path", "line"), UNWRITABLE)
def test_folder_that_may_not_be_written_to(
    door: Door, town: Town, monkeypatch: pytest.MonkeyPatch, path: str, line: str
) -> None:
    with monkeypatch.context() as patch:
        forbid(patch, path, writing=True)
        done = door(*words_of(line))
    _, changed = town.restore()
    assert done.code == 2 and not changed, done
    assert "Permission denied" in done.err and path in done.err and done.err.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        "election template new",
        "election keys new --origin example.org/x",
        "trustee init new --id a --passphrase-file anna.pass",
        OPEN,
        "vote voting omid --unit station-2 --credential voters/station-2-* --decision cast --out new",
    ],
)
def test_full_disk(door: Door, town: Town, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    words = words_of(line)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        done = door(*words)
    _, changed = town.restore()
    assert done.code == 2 and not changed
    assert "No space left on device" in done.err and done.err.count("\n") == 1


def glassballot(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, in the town, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "glassballot", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )


def test_no_terminal_to_type_a_passphrase_on(town: Town) -> None:
    done = glassballot("trustee", "status", "voting", "--key", "anna.key")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "glassballot: there is no terminal to type a passphrase on: give --passphrase-file\n"
    )


def test_terminal_without_the_letters(town: Town) -> None:
    """Escapes in place of Persian, and no traceback."""
    done = glassballot("result", "final", "--language", "fa", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\u06f1" in done.stdout and "Traceback" not in done.stderr


def test_nobody_reads_the_output(town: Town) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "glassballot", "verify", "final"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, env=environ, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, "glassballot: nobody reads the output any more\n")


def test_version_in_a_checkout_and_installed() -> None:
    done = glassballot("--version")
    assert done.returncode == 0 and done.stdout.startswith("glassballot")
    assert done.stdout.count("\n") == 1 and done.stderr == ""
