"""glassballot vote, as a voter types it: one command, and the credential only after `cast` (ATTACKS 40, 72)."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from booth.credential import Credential
from booth.standing import standing
from bulletin_board.folder import FolderBoard
from crypto.sealing import Cost
from election.entries import Cast, Challenge, parse
from election.entry import Entry
from election.manifest import Contest, Option, Rule, Style, Term, Unit
from election.receipt import Receipt
from election.standing import Word
from glassballot import keyring
from tests.booth.home import Home
from tests.world import BEGIN, World, approval


def ballots(home: Home) -> list[Entry]:
    """What is in the record beyond what was there when the world wrote it."""
    entries = [parse(raw.content) for raw in home.reader().entries()]
    return [entry for entry in entries if isinstance(entry, Cast | Challenge)]


def test_cast(home: Home) -> None:
    done = home.vote("a", "c", input="cast\n")
    assert (done.code, done.error.count("Error")) == (0, 0)
    shown, cast = done.lines
    assert cast["tracker"] == shown["tracker"]
    assert (cast["cast"], cast["sequence"], cast["pseudonym"]) == (True, 1, home.anna.pseudonym)
    receipt = Receipt.parse((home.folder / "my.receipt").read_bytes())
    assert (receipt.tracker, receipt.index) == (shown["tracker"], cast["entry"])
    assert standing(receipt, home.reader()).word is Word.COUNTED
    assert not (home.folder / "my.receipt.pending").exists()
    (entry,) = ballots(home)
    assert isinstance(entry, Cast)


def test_words_for_people(home: Home) -> None:
    done = home.vote("a", "c", json=False, input="cast\n")
    assert "council: Option a (a), Option c (c)" in done.output
    tracker = Receipt.parse((home.folder / "my.receipt").read_bytes()).tracker
    assert f"\n    {tracker}\n" in done.output
    assert done.output.index(tracker) < done.output.index("is entry")
    assert "cast or challenge?" in done.error


def test_second_ballot(home: Home) -> None:
    assert home.vote("a", "--decision", "cast").code == 0
    done = home.vote("b", "--decision", "cast", "--receipt", home.folder / "second")
    assert done.lines[1]["sequence"] == 2
    first = Receipt.parse((home.folder / "my.receipt").read_bytes())
    assert standing(first, home.reader()).word is Word.SUPERSEDED


def test_challenge_then_cast(home: Home) -> None:
    done = home.vote("a", "--opening", home.folder / "opening", input="challenge\n")
    assert done.code == 0
    assert ballots(home) == []
    opened = parse((home.folder / "opening").read_bytes()[:-1])
    assert isinstance(opened, Challenge) and opened.choices == (1, 0, 0)
    assert (home.folder / "opening").stat().st_mode & 0o777 == 0o600
    again = home.vote("a", "--decision", "cast")
    (cast,) = ballots(home)
    assert isinstance(cast, Cast)
    assert cast.body.one_time_key != opened.body.one_time_key
    assert again.lines[0]["tracker"] != done.lines[0]["tracker"]


def test_challenge_needs_no_credential(home: Home) -> None:
    missing = home.folder / "missing"
    opening = home.folder / "opening"
    done = home.vote("a", "--credential", missing, "--opening", opening, input="challenge\n")
    assert done.code == 0


def test_challenge_published(home: Home) -> None:
    opening = home.folder / "opening"
    done = home.vote("a", "--opening", opening, "--publish", "--decision", "challenge")
    assert done.code == 0
    (entry,) = ballots(home)
    assert isinstance(entry, Challenge)
    receipt = Receipt.parse((home.folder / "my.receipt").read_bytes())
    assert standing(receipt, home.reader()).word is Word.CHALLENGED


def test_publishing_comes_with_a_warning(home: Home) -> None:
    done = home.vote("a", "--opening", home.folder / "opening", json=False, input="challenge\n")
    assert "voluntary" in done.output and "may guess" in done.output
    assert "challenge check" in done.output


def test_missing_credential_fails_only_after_the_decision(home: Home) -> None:
    done = home.vote("a", "--credential", home.folder / "missing", input="cast\n")
    assert done.code == 2
    assert "tracker" in done.lines[0]
    assert "missing" in done.error
    assert ballots(home) == []


def test_nothing_happens_without_a_decision(home: Home) -> None:
    for typed in ("", "maybe\n", "\n\n"):
        done = home.vote("a", input=typed)
        assert done.code != 0
    assert ballots(home) == []
    assert not list(home.folder.glob("my.receipt*")) and not list(home.folder.glob("opening*"))


def test_credential_is_opened_after_the_decision_and_not_before(home: Home) -> None:
    """The credential is a pipe: while the device waits for the decision, nobody has it open (ATTACKS 72)."""
    pipe = home.folder / "pipe"
    os.mkfifo(pipe)
    offset = BEGIN + 10 - int(time.time())
    command = "from glassballot.vote import command; command()"
    arguments = [
        *(home.record, "a", "--unit", "north", "--credential", pipe, "--log-key", home.log_key),
        *("--receipt", home.folder / "my.receipt", "--clock-offset", offset, "--json"),
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", command, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    assert "tracker" in process.stdout.readline()
    with pytest.raises(OSError) as caught:
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    assert caught.value.errno == errno.ENXIO
    process.stdin.write("cast\n")
    process.stdin.flush()
    secret = (home.folder / "anna.credential").read_bytes()
    threading.Thread(target=pipe.write_bytes, args=(secret,), daemon=True).start()
    output, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert '"cast": true' in output


def test_sealed_credential(home: Home) -> None:
    path, passphrase = home.folder / "sealed", home.folder / "passphrase"
    path.write_bytes(home.anna.to_bytes("correct horse", cost=Cost(1, 8)))
    passphrase.write_text("wrong horse\n")
    options = ("--credential", path, "--passphrase-file", passphrase)
    done = home.vote("a", *options, input="cast\n")
    assert done.code == 2 and "wrong passphrase" in done.error
    passphrase.write_text("correct horse\n")
    assert home.vote("a", *options, input="cast\n").code == 0


def test_without_the_log_key(home: Home) -> None:
    """The ballot goes to a file; when the office has appended it, the receipt can be fetched."""
    out = home.folder / "ballot"
    assert home.vote("a", "--out", out, input="cast\n").code == 0
    receipt = home.folder / "my.receipt"
    fetch = ("vote", home.record, "--resend", out, "--receipt", receipt)
    done = home.run(*fetch)
    assert done.code == 2 and "does not hold it" in done.error
    board(home).append([parse(out.read_bytes()[:-1])])
    assert home.run(*fetch).code == 0
    assert standing(Receipt.parse(receipt.read_bytes()), home.reader()).word is Word.COUNTED


def board(home: Home) -> FolderBoard:
    signer = keyring.load_log(home.log_key)
    return FolderBoard(home.record, signer.name, signer.secret, lambda: BEGIN + 10)


def resend(home: Home) -> Any:
    return home.vote("--resend", home.folder / "my.receipt.pending")


@pytest.mark.parametrize("error", [OSError("the line is dead"), KeyboardInterrupt()])
@pytest.mark.parametrize("logged", [False, True])
def test_unanswered(home: Home, monkeypatch: pytest.MonkeyPatch, logged: bool, error: BaseException) -> None:
    """The line breaks before or after the log has the ballot: the same bytes are sent again, and nothing else."""
    honest = FolderBoard.append

    def fail(self: FolderBoard, entries: Sequence[Entry]) -> object:
        if logged:
            honest(self, entries)
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(FolderBoard, "append", fail)
        done = home.vote("a", input="cast\n")
    assert done.code == 1
    assert (str(error) or "interrupted") in done.error and "send the same one again" in done.error
    pending = home.folder / "my.receipt.pending"
    sent = pending.read_bytes()
    assert len(ballots(home)) == logged

    refused = home.vote("b", input="cast\n")
    assert refused.code == 2 and "never answered" in refused.error

    assert resend(home).code == 0
    (entry,) = ballots(home)
    assert entry.to_bytes() == sent[:-1]
    assert not pending.exists()
    receipt = Receipt.parse((home.folder / "my.receipt").read_bytes())
    assert standing(receipt, home.reader()).word is Word.COUNTED


def test_pending_file_is_written_before_the_ballot_is_sent(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = FolderBoard.append
    synced: list[str] = []
    monkeypatch.setattr("os.fsync", lambda fd: synced.append(os.readlink(f"/proc/self/fd/{fd}")))

    def watch(self: FolderBoard, entries: Sequence[Entry]) -> object:
        pending = home.folder / "my.receipt.pending"
        assert pending.read_bytes() == entries[0].to_bytes() + b"\n"
        assert synced == [str(pending), str(home.folder)]
        return honest(self, entries)

    monkeypatch.setattr(FolderBoard, "append", watch)
    assert home.vote("a", input="cast\n").code == 0


def test_resend_twice_gives_one_ballot(home: Home) -> None:
    out = home.folder / "ballot"
    assert home.vote("a", "--out", out, input="cast\n").code == 0
    for receipt in ("one", "two"):
        done = home.vote("--resend", out, "--receipt", home.folder / receipt)
        assert done.code == 0
    assert len(ballots(home)) == 1
    assert (home.folder / "one").read_bytes() == (home.folder / "two").read_bytes()
    assert out.exists()


def test_refused_ballot_leaves_nothing_pending(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once: the other one was first, and this one's number is taken."""
    honest = FolderBoard.append

    def late(self: FolderBoard, entries: Sequence[Entry]) -> object:
        honest(self, [home.world.cast(home.anna.c, (0, 1, 0))])
        return honest(self, entries)

    monkeypatch.setattr(FolderBoard, "append", late)
    done = home.vote("a", input="cast\n")
    assert done.code == 1 and "sequence number 1 where 2 is due" in done.error
    assert not list(home.folder.glob("my.receipt*"))


def test_resent_ballot_of_another_election(home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    twin = World(like=home.world, nonce=bytes(32))
    twin.open()
    other = Home(twin, tmp_path_factory.mktemp("other"))
    assert other.vote("a", "--out", other.folder / "ballot", input="cast\n").code == 0
    done = home.vote("--resend", other.folder / "ballot")
    assert done.code == 2 and "another election" in done.error
    assert ballots(home) == []


def test_credential_of_another_election(home: Home) -> None:
    path = home.folder / "other"
    Credential(bytes(32), "north", home.anna.c).save(path)
    done = home.vote("a", "--credential", path, input="cast\n")
    assert done.code == 2 and "another election" in done.error


def test_credential_that_is_not_on_the_roll(home: Home) -> None:
    path = home.folder / "other"
    home.credential(home.anna.c * 2).save(path)
    done = home.vote("a", "--credential", path, input="cast\n")
    assert done.code == 2 and "not on the roll" in done.error


def test_closed_election(home: Home) -> None:
    home.world.close()
    home.publish("closed")
    home.record = home.folder / "closed"
    done = home.vote("a", input="cast\n")
    assert done.code == 1 and "has ended" in done.error
    assert done.output == ""


def test_another_election_than_the_anchor(home: Home) -> None:
    done = home.vote("a", "--anchor", "00" * 32, input="cast\n")
    assert done.code == 1 and "anchor" in done.error
    assert home.vote("a", "--anchor", home.world.context.hex(), input="cast\n").code == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["a", "b", "c"], "at most 2"),
        (["nobody"], "is called"),
        ([], "--empty"),
        (["a", "--empty"], "--empty"),
        (["a", "--unit", "nowhere"], "no unit of voters"),
        (["a", "--receipt", "no/such/folder/r"], "no folder"),
        (["a", "--log-key", "missing"], "missing"),
        (["--resend", "missing"], "missing"),
        (["--resend", "record/checkpoint"], "not"),
    ],
)
def test_bad_arguments(
    home: Home, monkeypatch: pytest.MonkeyPatch, arguments: list[str], reason: str
) -> None:
    monkeypatch.chdir(home.folder)
    options = ["--unit", "north", "--log-key", home.log_key, "--receipt", "my.receipt", *arguments]
    done = home.run("vote", home.record, *options, input="cast\n")
    assert done.code == 2
    assert reason in done.error
    assert not (home.folder / "my.receipt").exists()


def test_no_place_to_send_it(home: Home) -> None:
    done = home.run("vote", home.record, "a", "--unit", "north", input="cast\n")
    assert done.code == 2 and "--log-key" in done.error and done.output == ""


@pytest.mark.parametrize("option", ["--receipt", "--opening", "--out"])
def test_nothing_is_overwritten(home: Home, option: str) -> None:
    path = home.folder / "there"
    path.write_bytes(b"precious")
    done = home.vote("a", option, path, input="cast\n")
    assert done.code == 2 and "exists already" in done.error
    assert done.output == ""
    assert path.read_bytes() == b"precious"


def test_not_a_record(home: Home) -> None:
    done = home.run("vote", home.folder, "a", "--paper")
    assert done.code == 2 and "checkpoint" in done.error


def test_empty_ballot(home: Home) -> None:
    done = home.vote("--empty", json=False, input="cast\n")
    assert "nothing is marked" in done.output
    assert done.code == 0


def test_paper(home: Home) -> None:
    done = home.run("vote", home.record, "--paper")
    assert done.code == 0
    assert "Mark at most 2 of all 3 options." in done.output and "Option b (b)" in done.output
    persian = home.run("vote", home.record, "--paper", "--language", "fa")
    assert "حداکثر ۲" in persian.output


def test_units_with_different_ballots(tmp_path: Path) -> None:
    one, two = approval("council", "abc"), approval("mayor", "xyz", at_most=1)
    styles = (Style(("council",), (0, 0, 0), "s"), Style(("council", "mayor"), (0,) * 6, "t"))
    units = (Unit("north", "", "s", {"en": "N"}), Unit("south", "", "t", {"en": "S"}))
    world = World(contests=(one, two), styles=styles, units=units)
    world.open()
    home = Home(world, tmp_path)
    done = home.run("vote", home.record, "--paper")
    assert done.code == 2 and "north, south" in done.error
    assert "mayor" in home.run("vote", home.record, "--paper", "--unit", "south").output
    wrong = home.run(
        *("vote", home.record, "x", "--unit", "south", "--out", tmp_path / "out"),
        *("--credential", tmp_path / "anna.credential"),
        input="cast\n",
    )
    assert (
        wrong.code == 2
        and "this ballot has style t; unit north of the credential votes with s" in wrong.error
    )


def test_mixed_ballot_is_refused_with_its_rule(tmp_path: Path) -> None:
    """One list, or up to two names, or blank."""
    lists, names = ("l1", "l2"), ("a", "b", "c")
    options = tuple(Option(id, 1, {"en": id.upper()}) for id in (*lists, *names, "blank"))
    terms = [*(Term(id, 2) for id in lists), *(Term(id, 1) for id in names), Term("blank", 2)]
    rules = (Rule(2, 0, tuple(terms)), Rule(2, 1, tuple(Term(o.id, 1) for o in options)))
    contest = Contest("council", 100, options, 1, rules, {"en": "Council"})
    style = Style(("council",), (1, 0, 0, 0, 0, 0), "s")
    world = World(contests=(contest,), styles=(style,))
    world.open()
    home = Home(world, tmp_path)
    done = home.vote("l1", "a", input="cast\n")
    assert done.code == 2
    assert "either one of L1, L2 and BLANK, or at most 2 of A, B and C; not both" in done.error
    for number, choices in enumerate((["l1"], ["a", "c"], ["blank"])):
        receipt = tmp_path / f"receipt{number}"
        options_ = (*choices, "--receipt", receipt)
        assert home.vote(*options_, input="cast\n").code == 0
    assert len(ballots(home)) == 3
    lengths = {len(entry.to_bytes()) for entry in ballots(home)}
    assert len(lengths) == 1


def test_record_grows_while_the_voter_thinks(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Her other device casts while this one waits: number and predecessor are read after the decision."""
    from glassballot import vote

    def think(options: object) -> str:
        board(home).append([home.world.cast(home.anna.c, (0, 1, 0))])
        return "cast"

    monkeypatch.setattr(vote, "_decide", think)
    done = home.vote("a")
    assert done.lines[1]["sequence"] == 2
