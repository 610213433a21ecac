"""Bad input to every command: one clear line, the right exit code, never a traceback, and nothing overwritten.

Every word of every line of good.py that is no option is replaced by everything that might stand there instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.door import Done, Door
from tests.cli.good import GOOD, words_of
from tests.cli.town import STAGES, Town

# A demonstration that would have been held.
HELD = "glassballot: held\n"
# What they find out is their answer on stdout, whatever the exit code.
ANSWERING = ("receipt", "challenge", "verify")

NUMBERS = ["", "x", "-1", "0", "1.5", "nan", "inf", "1e400", "9" * 30, "-" + "9" * 30, "9" * 5000]
TEXTS = ["", " ", "\udcff\udcfe", "x" * 100_000, "a\nb\x1b[31m", "../../x", "--", "%s{}", "[bold]x[/bold]"]
NO_FILES = [
    "",
    "no/such/file",
    "anna.pass/below",
    "x" * 300,
    "\udcff",
    "rubbish",
    "rubbish/loop",
    "rubbish/large",
]
RUBBISH = [f"rubbish/{name}" for name in ("empty", "binary", "latin-1", "nul", "deep", "object", "escapes")]
OTHER_FILES = [
    *("keys/office.key", "keys/log.key", "another-log.key", "foreign/log.key", "anna.key", "anna.key.pub"),
    *("log.pub", "foreign/anchor", "draft.json", "first.receipt", "opened.json", "unsent.entry"),
    *("voters/station-1.roll", "voting/checkpoint", "voting"),
]
BROKEN = [
    f"broken/{name}"
    for name in ("cut", "emptied", "bent", "unsigned", "garbled", "swapped", "tileless", "headless")
]
RECORDS = [
    *NO_FILES,
    *BROKEN,
    "keys",
    "anchor",
    "foreign/record",
    "resigned",
    "http://",
    "https://[",
    "http:///x",
]
IN_THE_WAY = [
    "anchor",
    "anna.key",
    "voters",
    "draft.json",
    "rubbish/empty",
    "keys",
    "voting",
    "keys/log.key/x",
]


MUST_FAIL = {*NO_FILES, *RUBBISH, *BROKEN}


def bad_words(word: str) -> list[str]:
    """What may stand in place of a word of a good line."""
    if word.lstrip("-").isdigit():
        return NUMBERS
    if word.startswith("new"):
        return [*IN_THE_WAY, *NO_FILES]
    if (Path(word) / "checkpoint").exists():
        return RECORDS
    if Path(word).exists():
        return [*NO_FILES, *RUBBISH, *OTHER_FILES]
    return TEXTS


def places() -> Iterator[tuple[str, int, bool]]:
    """Every line with the number of every word of it that can be bad; the same option of a command only once.

    And whether to be brief: an option that other commands have, too, is tried with everything at the first of them.
    """
    known: set[tuple[str, str]] = set()
    for command, lines in GOOD.items():
        for line in lines:
            words = line.split()
            for number in range(len(command.split()), len(words)):
                option = words[number - 1] if words[number - 1].startswith("--") else str(number)
                if not words[number].startswith("--") and (command, option) not in known:
                    yield line, number, option.startswith("--") and ("", option) in known
                    known |= {(command, option), ("", option)}


def run(door: Door, town: Town, words: list[str]) -> Done:
    """Run a command line. Whatever it ends with, it must end properly, and overwrite nothing that it should not."""
    done = door(*words)
    new, changed = town.restore()
    place = f"{words}: {done}"
    assert done.code in (0, 1, 2, 3), place
    if done.code in (1, 2):
        assert not changed, f"{place}: {changed}"
        if done.err or words[0] not in ANSWERING:
            (line,) = done.err.splitlines()
            assert "glassballot: " in line and len(line) > 16 and line.isprintable(), place
            assert "Traceback" not in line and "object at 0x" not in line, place
    if done.code == 2 and done.err != HELD:
        assert not new, f"{place}: {new}"
    for path in changed:
        assert path.parts[0] in STAGES or path.name.startswith("anna.key"), f"{place}: {path}"
    return done


@pytest.mark.parametrize("line", [line for lines in GOOD.values() for line in lines])
def test_good_lines_are_good(door: Door, town: Town, line: str) -> None:
    done = run(door, town, words_of(line))
    if line.startswith("demo"):
        assert done.err == HELD
    else:
        assert done.code == 0, done


@pytest.mark.parametrize(("line", "number", "brief"), list(places()))
def test_bad_word(door: Door, town: Town, line: str, number: int, brief: bool) -> None:
    words = words_of(line)
    for bad in bad_words(words[number])[:: 4 if brief else 1]:
        done = run(door, town, [*words[:number], bad, *words[number + 1 :]])
        if Path(words[number]).exists() and bad in MUST_FAIL and words[number - 1] != "--passphrase-file":
            assert done.code in (1, 2), f"{line}: {bad}: {done}"


@pytest.mark.parametrize("command", GOOD)
def test_missing_words(door: Door, town: Town, command: str) -> None:
    """A line that breaks off anywhere."""
    words = words_of(GOOD[command][0])
    for number in range(len(command.split()), len(words)):
        run(door, town, words[:number])


@pytest.mark.parametrize("command", GOOD)
def test_unknown_options_and_words_too_many(door: Door, town: Town, command: str) -> None:
    words = words_of(GOOD[command][0])
    for more in (["--nonsense"], ["--jsom"], ["-x"], ["--limit"], ["one-too-many", "\udcff"]):
        assert run(door, town, [*words, *more]).code in (1, 2), more
