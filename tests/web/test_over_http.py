"""Everybody works over HTTP: office, trustees, voters, verifiers (issue "The bulletin board as a service", 3)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bulletin_board.admission import Acknowledged, Incoming
from bulletin_board.board import Board
from bulletin_board.errors import RetryableError
from election.entries import parse
from election.examine import follow
from election.ledger import State
from election.record import RecordReader
from glassballot import place, stepping
from glassballot.remote import RemoteBoard
from tests.cli.door import Door
from tests.web.election import BEGIN, END, Election


@pytest.fixture
def election(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Election:
    monkeypatch.setattr(stepping, "LOOK_AGAIN_SECONDS", 0.05)
    return Election(tmp_path, Door())


def test_a_whole_election(election: Election) -> None:
    election.begin()
    folder, keys, anchor = election.folder, election.folder / "keys", election.folder / "anchor"

    def state() -> State:
        return follow(board.reader).state

    with election.served() as board, election.trustees("anna", "babak", "chen"):
        office = ("--keys", keys, "--board", election.url)
        election("election", "ceremony", *office)
        election.wait_for(lambda: board.state and board.state.keys)
        election(
            "election", "credentials", election.url, folder / "cards", "--unit", "station-1", "--count", 3
        )
        election(
            "election", "roll", *office, "--unit", "station-1", "--add", folder / "cards" / "station-1.roll"
        )
        assert "3 voters" in election("election", "open", *office).out
        election.now = BEGIN + 1
        cards = sorted((folder / "cards").glob("*.credential"))

        def vote(number: int, choice: str, receipt: str) -> None:
            files = ("--credential", cards[number], "--receipt", folder / receipt)
            election(
                "vote", "--board", election.url, choice, *files, "--decision", "cast", "--unit", "station-1"
            )

        vote(0, "omid", "first")
        vote(1, "parvin", "other")
        vote(0, "sima", "second")
        opening = (
            "--decision",
            "challenge",
            "--publish",
            "--receipt",
            folder / "c",
            "--opening",
            folder / "o",
        )
        election("vote", election.url, "omid", "--unit", "station-1", *opening)
        assert not list(folder.glob("*.pending"))
        election("receipt", "check", election.url, folder / "second")
        done = election.door("receipt", "check", election.url, folder / "first", "--json")
        assert (done.code, done.json["answer"]) == (1, "superseded")
        facts = election("receipt", "check", election.url, folder / "other", "--json").json
        names = ("--tracker", facts["tracker"], "--pseudonym", facts["pseudonym"])
        assert "Counted" in election("receipt", "find", "--board", election.url, *names).out
        assert election.door("verify", election.url, "--anchor-file", anchor, "--stage", "open").code == 0
        election.now = END
        election("election", "close", *office)
        election.wait_for(lambda: len(state().ready) == 3)
        election.now += 100
        election.wait_for(lambda: len({trustee for trustee, _ in state().partials}) >= 2)
        election("election", "publish", *office)
        assert election.door("verify", election.url).code == 3
        kept = folder / "kept"
        for _ in range(2):
            assert "PASSED" in election("verify", election.url, "--anchor-file", anchor, "--keep", kept).out
        assert "PASSED" in election("verify", kept, "--anchor-file", anchor).out
        assert RecordReader.of_folder(kept).root == board.reader.root
        table = election("result", "--board", election.url, "--anchor-file", anchor, "--format", "csv").out
        assert ",,2,sima,Sima,1" in table and ",,2,omid,Omid,0" in table
        copy = folder / "copy"
        election("board", "export", folder / "board", copy)
        election("verify", copy, "--anchor-file", anchor)
        assert RecordReader.of_folder(copy).root == board.reader.root
    passphrase = folder / "passphrase"
    passphrase.write_text("correct horse")
    with election.served():
        key = ("--key", folder / "anna.key", "--passphrase-file", passphrase)
        assert "The result is published" in election("trustee", "run", election.url, *key).out


def test_a_trustee_that_is_interrupted(election: Election, tmp_path: Path) -> None:
    """The command itself, in a process of its own: it waits, is stopped with Ctrl-C, and has lost nothing."""
    election.begin()
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse")
    with election.served() as board:
        election("election", "ceremony", "--keys", tmp_path / "keys", "--board", election.url)
        files = ["--key", str(tmp_path / "anna.key"), "--passphrase-file", str(passphrase)]
        command = [
            sys.executable,
            "-m",
            "glassballot",
            "trustee",
            "run",
            "--board",
            election.url,
            *files,
            "--json",
        ]
        for signal_ in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert process.stdout is not None
            said = [json.loads(process.stdout.readline())]
            while said[-1]["entries"]:
                said.append(json.loads(process.stdout.readline()))
            assert "Waiting for babak and chen" in said[-1]["says"]
            process.send_signal(signal_)
            rest, _ = process.communicate(timeout=30)
            assert process.returncode == 0
            assert "Nothing is lost" in json.loads(rest)["says"]
            assert [kind for line in said for kind in line["entries"]] == (
                ["register"] if signal_ is signal.SIGINT else []
            )
        assert board.state and board.state.attempt and list(board.state.attempt.keys) == ["anna"]


def test_a_vote_when_nobody_answers(election: Election, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ballot waits in its file, and the same bytes are sent again."""
    election.begin()
    folder, keys = election.folder, election.folder / "keys"
    monkeypatch.setattr(place, "PATIENCE", 0.0)
    with election.served() as board, election.trustees_until_key("anna", "babak", "chen"):
        office = ("--keys", keys, "--board", election.url)
        election("election", "ceremony", *office)
        election.wait_for(lambda: board.state and board.state.keys)
        election(
            "election", "credentials", election.url, folder / "cards", "--unit", "station-1", "--count", 1
        )
        election(
            "election", "roll", *office, "--unit", "station-1", "--add", folder / "cards" / "station-1.roll"
        )
        election("election", "open", *office)
        election.now = BEGIN + 1
        (card,) = (folder / "cards").glob("*.credential")
        honest, sent = Board.take, list[bytes]()

        def broken(self: Board, incoming: Incoming, **options: Any) -> Acknowledged:
            sent.append(incoming.content)
            found = honest(self, incoming, **options)
            if len(sent) == 1:
                raise RetryableError("the line breaks after the entry was logged")
            return found

        monkeypatch.setattr(Board, "take", broken)
        files = ("--credential", card, "--receipt", folder / "r", "--decision", "cast", "--unit", "station-1")
        done = election.door("vote", election.url, "omid", *files)
        assert done.code == 1 and "send the same one again" in done.err
        pending = folder / "r.pending"
        assert pending.read_bytes() == sent[0] + b"\n"
        election("vote", "--resend", pending, "--receipt", folder / "r", "--board", election.url)
        assert not pending.exists() and set(sent) == {sent[0]}
        election("receipt", "check", election.url, folder / "r")
        size = board.reader.size
        again = parse(sent[0])
        assert RemoteBoard(election.url).append([again])[0].number < size == board.reader.size


@pytest.mark.parametrize("arguments", [["verify"], ["result"], ["receipt", "find", "--tracker", "7" * 32]])
def test_nobody_there(election: Election, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setattr(place, "PATIENCE", 0.0)
    line = election.door.fails(2, *arguments, "--board", "http://127.0.0.1:9")
    assert "http://127.0.0.1:9 does not answer" in line


def test_addresses_that_are_none(election: Election) -> None:
    assert "has no user" in election.door.fails(2, "verify", "https://me:secret@board.example.org")
