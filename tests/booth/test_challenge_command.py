"""glassballot challenge check: what the device encrypted, and whether the voter saw the same (ATTACKS 40)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from election.ballot import prepare
from election.entries import Challenge
from tests.booth.home import Done, Home
from tests.world import World


@pytest.fixture
def opened(home: Home) -> Challenge:
    """An honest device's ballot of a and c, opened into the file opening."""
    entry = home.world.prepare((1, 0, 1)).challenge()
    write(home, entry)
    return entry


def write(home: Home, entry: Challenge) -> None:
    (home.folder / "opening").write_bytes(entry.to_bytes() + b"\n")


def check(home: Home, *arguments: object, json: bool = True) -> Done:
    options = ["--json"] if json else []
    return home.run("challenge", "check", home.record, home.folder / "opening", *arguments, *options)


def test_as_the_vote_command_writes_it(home: Home) -> None:
    shown = home.vote("a", "c", "--opening", home.folder / "opening", input="challenge\n").lines[0]["tracker"]
    done = check(home, "a", "c", "--tracker", shown)
    assert done.code == 0
    assert done.lines == [
        {
            "answer": "opens",
            "tracker": shown,
            "held": ["council: Option a (a), Option c (c)"],
            "context": home.world.context.hex(),
        }
    ]


def test_it_says_no_more_than_it_knows(home: Home, opened: Challenge) -> None:
    spoken = check(home, json=False).output
    assert "encrypted exactly this:\ncouncil: Option a (a), Option c (c)" in spoken
    assert "Compare the tracker with what the device showed before you decided" in spoken
    assert "Compare the choices with what you had marked" in spoken
    assert "you gave" not in spoken


def test_other_tracker(home: Home, opened: Challenge) -> None:
    """The device shows one ballot's tracker and opens another, honest one."""
    shown = home.world.prepare((0, 1, 0)).tracker
    done = check(home, "--tracker", shown)
    assert (done.code, done.lines[0]["answer"]) == (1, "other tracker")
    assert shown in check(home, "--tracker", shown, json=False).output


def test_other_choices(home: Home, opened: Challenge) -> None:
    """The device encrypted something else than the voter marked, and opens it truly."""
    done = check(home, "b")
    assert (done.code, done.lines[0]["answer"]) == (1, "other choices")
    assert "the device has changed them" in check(home, "b", json=False).output


def test_opening_that_lies(home: Home, opened: Challenge) -> None:
    """The device claims the choices that the voter marked for a ballot that holds others."""
    write(home, replace(opened, choices=(0, 1, 0)))
    done = check(home, "b")
    assert (done.code, done.lines[0]["answer"]) == (1, "false")
    assert done.lines[0]["held"] == []
    spoken = check(home, json=False).output
    assert "does not open its ballot" in spoken and "exactly this" not in spoken


def test_choices_against_the_rules(home: Home, opened: Challenge) -> None:
    write(home, replace(opened, choices=(1, 1, 1)))
    assert check(home).lines[0]["answer"] == "false"


def test_changed_root(home: Home, opened: Challenge) -> None:
    for place in (0, 31, 63):
        root = bytearray(opened.root)
        root[place] ^= 1
        write(home, replace(opened, root=bytes(root)))
        assert check(home).lines[0]["answer"] == "false"


def test_ballot_of_another_election(home: Home) -> None:
    twin = World(like=home.world, nonce=bytes(32))
    twin.open()
    write(home, twin.prepare((1, 0, 1)).challenge())
    assert check(home).lines[0]["answer"] == "false"


def test_ballot_under_another_key(home: Home) -> None:
    parameters = home.world.state.parameters
    assert parameters is not None
    write(home, prepare(replace(parameters, K=parameters.K * 2), "s", (1, 0, 1)).challenge())
    assert check(home).lines[0]["answer"] == "false"


def test_unknown_style(home: Home, opened: Challenge) -> None:
    write(home, replace(opened, body=replace(opened.body, style="other")))
    assert check(home).lines[0]["answer"] == "false"
    done = check(home, "a")
    assert done.code == 2 and "no style other" in done.error


@pytest.mark.parametrize("content", [b"", b"junk", b"{}", b'{"kind":"clock","time":1}'])
def test_no_opening(home: Home, content: bytes) -> None:
    (home.folder / "opening").write_bytes(content)
    done = check(home)
    assert done.code == 2 and done.output == ""


def test_cast_ballot_is_not_opened(home: Home) -> None:
    entry = home.world.cast(home.anna.c, (1, 0, 1))
    (home.folder / "opening").write_bytes(entry.to_bytes())
    done = check(home)
    assert done.code == 2 and "not an opened ballot but a cast" in done.error


def test_missing_file_and_record(home: Home, opened: Challenge) -> None:
    assert home.run("challenge", "check", home.record, home.folder / "missing").code == 2
    assert home.run("challenge", "check", home.folder, home.folder / "opening").code == 2


def test_before_the_key_is_made(home: Home, opened: Challenge) -> None:
    early = World()
    early.start()
    early.write(home.folder / "early")
    done = home.run("challenge", "check", home.folder / "early", home.folder / "opening")
    assert done.code == 1 and "key ceremony" in done.error


def test_anchor(home: Home, opened: Challenge) -> None:
    assert home.world.context.hex() in check(home, json=False).output
    assert check(home, "--anchor", "00" * 32).code == 1
    ours = check(home, "--anchor", home.world.context.hex(), json=False)
    assert ours.code == 0 and home.world.context.hex() not in ours.output
