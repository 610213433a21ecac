"""glassballot receipt: check and find, their words and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from election.entries import Clock
from election.receipt import Receipt
from election.record import RecordWriter
from tests.booth.home import Done, Home
from tests.world import BEGIN, ORIGIN, World


@pytest.fixture
def receipt(home: Home) -> Receipt:
    """Of anna's first ballot, in my.receipt."""
    assert home.vote("a", "c", "--decision", "cast").code == 0
    return Receipt.parse((home.folder / "my.receipt").read_bytes())


def check(home: Home, record: str = "record", *options: object) -> Done:
    return home.run("receipt", "check", home.folder / record, home.folder / "my.receipt", "--json", *options)


def find(home: Home, *options: object) -> Done:
    return home.run("receipt", "find", home.record, "--json", *options)


def test_counted(home: Home, receipt: Receipt) -> None:
    done = check(home)
    assert done.code == 0
    (answer,) = done.lines
    assert answer["answer"] == "counted"
    assert (answer["entry"], answer["tracker"]) == (receipt.index, receipt.tracker)
    spoken = home.run("receipt", "check", home.record, home.folder / "my.receipt")
    assert spoken.output.startswith("Counted: ballot number 1")
    assert "glassballot verify" in spoken.output


def test_superseded_is_not_fine(home: Home, receipt: Receipt) -> None:
    assert home.vote("b", "--decision", "cast", "--receipt", home.folder / "second").code == 0
    done = check(home)
    assert (done.code, done.lines[0]["answer"]) == (1, "superseded")


def test_older_copy(home: Home, receipt: Receipt) -> None:
    home.publish("older")
    done = check(home, "older")
    assert (done.code, done.lines[0]["answer"]) == (1, "not there")


def test_contradicted_leaves_evidence(home: Home, receipt: Receipt) -> None:
    def fork(name: str, clocks: int) -> None:
        writer = RecordWriter(home.folder / name, ORIGIN, home.world.log_key)
        writer.create()
        clock = [Clock(BEGIN + 1 + i).to_bytes() for i in range(clocks)]
        writer.append([*home.world.log.contents, *clock])

    fork("fork", 5)
    fork("fork2", 6)
    place = home.folder / "my.receipt.evidence"
    for _ in range(2):
        done = check(home, "fork")
        assert (done.code, done.lines[0]["answer"]) == (1, "contradicted")
        assert done.lines[0]["evidence"] == str(place)
    kept = json.loads(place.read_bytes())
    assert Receipt.parse(kept["receipt"].encode()) == receipt
    assert ORIGIN in kept["checkpoint"]
    other = check(home, "fork2").lines[0]["evidence"]
    assert other == f"{place}.2"
    named = check(home, "fork", "--evidence", home.folder / "elsewhere")
    assert named.lines[0]["evidence"] == str(home.folder / "elsewhere")


def test_not_ours(home: Home, receipt: Receipt) -> None:
    stranger = World()
    stranger.open()
    stranger.write(home.folder / "stranger")
    done = check(home, "stranger")
    assert (done.code, done.lines[0]["answer"]) == (2, "not our receipt")
    assert not list(home.folder.glob("*.evidence"))


@pytest.mark.parametrize("damage", ["cut", "junk", "entry", "gone"])
def test_damaged(home: Home, receipt: Receipt, damage: str) -> None:
    path = home.folder / "my.receipt"
    data = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes({"cut": data[:300], "junk": b"junk", "entry": receipt.entry.to_bytes()}[damage])
    done = check(home)
    assert done.code == 2
    assert len(done.error.splitlines()) == 1


def test_not_a_record(home: Home, receipt: Receipt) -> None:
    for folder, reason in ((".", "checkpoint"), ("missing", "no such folder"), ("log.key", "not a folder")):
        done = check(home, folder)
        assert done.code == 2 and reason in done.error and len(done.error.splitlines()) == 1


def test_find(home: Home, receipt: Receipt) -> None:
    done = find(home, "--tracker", receipt.tracker, "--pseudonym", receipt.pseudonym)
    assert (done.code, done.lines[0]["answer"]) == (0, "counted")
    assert done.lines[0]["context"] == home.world.context.hex()


def test_find_forgives_how_it_is_typed(home: Home, receipt: Receipt) -> None:
    sloppy = receipt.tracker.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    done = find(home, "--tracker", sloppy, "--pseudonym", receipt.pseudonym.replace("-", "").lower())
    assert done.lines[0]["answer"] == "counted"


def test_tracker_alone_is_never_counted(home: Home, receipt: Receipt) -> None:
    done = find(home, "--tracker", receipt.tracker)
    assert (done.code, done.lines[0]["answer"]) == (3, "cast by")
    spoken = home.run("receipt", "find", home.record, "--tracker", receipt.tracker).output
    assert f"Cast by {receipt.pseudonym}, number 1" in spoken and "only if that is on your card" in spoken
    assert "counted:" not in spoken.lower()
    assert home.world.context.hex() in spoken


def test_another_voters(home: Home, receipt: Receipt) -> None:
    other = home.credential(home.world.voters["north"][1]).pseudonym
    done = find(home, "--tracker", receipt.tracker, "--pseudonym", other)
    assert (done.code, done.lines[0]["answer"]) == (1, "another voter's")


def test_nothing_found(home: Home) -> None:
    done = find(home, "--tracker", "0" * 32, "--pseudonym", "0" * 16)
    assert (done.code, done.lines[0]["answer"]) == (1, "not there")


@pytest.mark.parametrize("letters", [1, 4, 16, 28, 31, 33])
def test_part_of_a_tracker_is_not_enough(home: Home, receipt: Receipt, letters: int) -> None:
    typed = (receipt.tracker.replace("-", "") * 2)[:letters]
    done = find(home, "--tracker", typed)
    assert done.code == 2 and "32 letters" in done.error


def test_other_anchor(home: Home, receipt: Receipt) -> None:
    done = find(home, "--tracker", receipt.tracker, "--anchor", "00" * 32)
    assert done.code == 1 and "anchor" in done.error
    ours = home.world.context.hex()
    assert find(home, "--tracker", receipt.tracker, "--anchor", ours).code == 3


def test_whole_way(home: Home, tmp_path: Path) -> None:
    """Challenge, cast, correct, close, count: every receipt keeps its answer."""
    opening = home.folder / "opening"
    first = home.vote("a", "--opening", opening, "--publish", "--decision", "challenge")
    assert first.code == 0
    (home.folder / "my.receipt").rename(home.folder / "challenged")
    assert home.vote("a", "--decision", "cast", "--receipt", home.folder / "first").code == 0
    assert home.vote("b", "--decision", "cast").code == 0
    answers = [
        home.run("receipt", "check", home.record, home.folder / name, "--json").lines[0]["answer"]
        for name in ("challenged", "first", "my.receipt")
    ]
    assert answers == ["challenged", "superseded", "counted"]
