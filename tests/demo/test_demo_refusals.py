"""What glassballot demo does not begin, or does not go on with: one clear line, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from glassballot.ballot_files import read_ballot_file
from glassballot.demo.made import make_ballot_files
from glassballot.demo.plan import plan
from glassballot.demo.run import TRUSTEES, Demo, DemoError
from tests.cli.door import Door

RANKS = 100


def pb(path: Path, *, title: str = "Council", options: Sequence[str] = "ab", kind: str = "approval") -> Path:
    """A file of three ballots."""
    meta = {"description": title, "num_projects": len(options), "num_votes": 3, "vote_type": kind}
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;name", *(f"{key};{key.upper()}" for key in options)]
    path.write_text("\n".join([*lines, "VOTES", "voter_id;vote", *(f"{i};{options[0]}" for i in range(3))]))
    return path


@pytest.fixture
def ballots(tmp_path: Path) -> Path:
    return pb(tmp_path / "ballots.pb")


def test_folder_that_is_not_empty(door: Door, ballots: Path, tmp_path: Path) -> None:
    line = door.fails(2, "demo", "--ballots", ballots, "--out", tmp_path)
    assert line == f"{tmp_path} exists and is not an empty folder; nothing is overwritten"
    assert [path.name for path in tmp_path.iterdir()] == ["ballots.pb"]


def test_file_in_place_of_a_folder(door: Door, ballots: Path) -> None:
    before = ballots.read_bytes()
    for out in (ballots, ballots / "out"):
        assert str(out) in door.fails(2, "demo", "--ballots", ballots, "--out", out)
    assert ballots.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.pb", None, "missing.pb: No such file or directory"),
        ("other.csv", b"a,b", "other.csv: neither a .cat file of PrefLib nor a .pb file of Pabulib"),
        ("empty.cat", b"", "empty.cat: an empty file"),
        ("garbage.pb", bytes(range(256)), "garbage.pb:2: not UTF-8"),
        ("bad.pb", b"META\nkey;value\nrule;\xff\n", "bad.pb:3: not UTF-8"),
        ("half.pb", b"META\nkey;value\n", "half.pb: the section META is missing or empty"),
        ("huge.cat", b"# NUMBER ALTERNATIVES: 99999999999999999999\n", "huge.cat: "),
        ("x\n\x1b[31m.pb", None, "x \\x1b[31m.pb: No such file"),
    ],
)
def test_file_that_is_no_file_of_ballots(
    door: Door, ballots: Path, tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    line = door.fails(2, "demo", "--ballots", ballots, "--ballots", path, "--out", tmp_path / "out")
    assert reason in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5", ""])
def test_limit_that_is_none(door: Door, ballots: Path, tmp_path: Path, limit: str) -> None:
    line = door.fails(2, "demo", "--ballots", ballots, "--limit", limit, "--out", tmp_path / "out")
    assert "--limit" in line
    assert not (tmp_path / "out").exists()


def test_ballots_that_are_too_large_for_an_election(door: Door, tmp_path: Path) -> None:
    """All of 100 projects may be ranked: 10,000 options, which is found out before anybody makes a key."""
    names = [f"p{i}" for i in range(RANKS)]
    file = pb(tmp_path / "ranks.pb", options=names, kind="ordinal")
    line = door.fails(2, "demo", "--ballots", file, "--out", tmp_path / "out")
    assert line.startswith("styles.ranks: ") and line.endswith("at most 8192 are allowed")
    assert not (tmp_path / "out").exists()


def test_trustee_that_fails_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The others, who would wait for it, are stopped."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        fails = "trustee-2" in arguments
        code = "raise SystemExit('no memory')" if fails else "import time; time.sleep(600)"
        pipe = subprocess.PIPE
        started.append(subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    monkeypatch.setattr(Demo, "_start", staticmethod(start))
    contests = plan([read_ballot_file(path) for path in make_ballot_files(tmp_path / "ballots")])
    with pytest.raises(DemoError, match="no memory"):
        Demo(tmp_path / "out", contests, lambda text: None, lambda *step: None).found()
    assert len(started) == len(TRUSTEES) and all(process.poll() is not None for process in started)


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (["Council"], "Council"),
        (["Council", "Council"], "Council"),
        (["Council: north", "Council: south"], "Council"),
        (["Council - a - north", "Council - a - south"], "Council - a"),
        (["District PB in Warszawa, Wola", "District PB in Warszawa, Ochota"], "District PB in Warszawa"),
        (["Orsay1", "Orsay5"], "Orsay1, Orsay5"),
        (["Saint-Denis", "Saint-Ouen"], "Saint-Denis, Saint-Ouen"),
        (["Council", "Council: south"], "Council, Council: south"),
        (["a", "b", "c", "d", "e", "f"], "a, b, c, d and 2 more"),
    ],
)
def test_title_of_several_files(tmp_path: Path, titles: list[str], title: str) -> None:
    files = [pb(tmp_path / f"{number}.pb", title=text) for number, text in enumerate(titles)]
    (contest,) = plan([read_ballot_file(file) for file in files])
    assert contest.title == title


def test_identifiers_are_all_different(tmp_path: Path) -> None:
    """Two files of one name, names that are no identifiers, and a name that looks like a spare one."""
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
    names = ["x/council", "y/council", "x/a b", "y/unit-1", "y/unit-2"]
    files = [pb(tmp_path / f"{name}.pb") for name in names]
    (contest,) = plan([read_ballot_file(file) for file in files])
    assert [file.path for file in contest.files.values()] == files
    assert list(contest.files) == ["council", "unit-3", "unit-4", "unit-1", "unit-2"]
    assert contest.id == "contest-1"


def test_several_contests(tmp_path: Path) -> None:
    """The same options under other rules are another contest; the same rules over other options are, too."""
    files = [pb(tmp_path / "a-1.pb"), pb(tmp_path / "a-2.pb"), pb(tmp_path / "b.pb", options="xyz")]
    files.append(pb(tmp_path / "c.pb", kind="choose-1"))
    contests = plan([read_ballot_file(file) for file in files])
    assert [(contest.id, list(contest.files)) for contest in contests] == [
        ("a", ["a-1", "a-2"]), ("b", ["b"]), ("c", ["c"])
    ]  # fmt: skip
