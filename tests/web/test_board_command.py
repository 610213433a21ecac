"""glassballot board: from nothing to a running board, and back from a backup (LOG "Commit order", 5)."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
import urllib3

from bulletin_board.config import Config
from bulletin_board.cosigning import Cosigning, check_not_behind, collector
from bulletin_board.errors import BoardError, StaleError
from crypto.note import Cosigner, NoteKey
from crypto.signing import SigningKey
from election.entries import CeremonyStart
from election.record import RecordReader
from election.witnessing import witnessed
from glassballot import keyring
from tests.cli.door import Door
from tests.web.election import Election
from tests.web.tools import serve
from witness import Witness, WitnessFolder
from witness.web import Application


@pytest.fixture(autouse=True)
def logs_stay_with_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulletin_board.web.logs.set_up", lambda: None)


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path, Door())


def start(election: Election, deadline: int = 1_900) -> None:
    """One more entry on the log."""
    office = keyring.load_office(election.folder / "keys" / "office.key")
    with election.served() as board:
        assert board.state is not None
        entry = CeremonyStart.sign(
            board.state.context, office, attempt=1, deadline=deadline, trustees=("anna", "babak", "chen")
        )
        board.submit(entry.to_bytes())


def test_new_board(election: Election) -> None:
    board = election.folder / "board"
    out = election("board", "new", board, "--origin", "example.org/council").out
    assert "keep it secret" in out
    assert {path.name for path in board.iterdir()} >= {"board.db", "board.toml", "log.key", "log.pub"}
    assert (board / "log.key").stat().st_mode & 0o777 == 0o600
    assert "nothing is overwritten" in election.door.fails(2, "board", "new", board, "--origin", "x.example")
    assert "has not begun" in election.door.fails(2, "board", "status", board)
    assert "has not begun" in election.door.fails(2, "board", "serve", board)


def test_begin(election: Election) -> None:
    election.begin()
    board, anchor = election.folder / "board", (election.folder / "anchor").read_text().strip()
    facts = election("board", "status", board, "--json").json
    assert (facts["context"], facts["entries"], facts["phase"]) == (anchor, 1, "setup")
    manifest = election.folder / "manifest"
    assert "a log already" in election.door.fails(2, "board", "begin", board, manifest)
    manifest.write_bytes(b'{"kind":"clock","time":1}\n')
    assert "it is a clock" in election.door.fails(2, "board", "begin", board, manifest)


def test_serve_as_a_process(election: Election) -> None:
    """It says where it listens, answers, and goes in peace when it is told to."""
    election.begin()
    command = [sys.executable, "-m", "glassballot", "board", "serve", str(election.folder / "board")]
    process = subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    found = re.fullmatch(
        r"Serving example.org/council at (http://127\.0\.0\.1:\d+)\n", process.stdout.readline()
    )
    assert found
    pool = urllib3.PoolManager()
    assert pool.request("GET", f"{found[1]}/health").json()["status"] == "ok"
    assert pool.request("GET", f"{found[1]}/checkpoint").data.startswith(b"example.org/council\n1\n")
    assert "Server" not in pool.request("GET", f"{found[1]}/nothing").headers
    second = election.door("board", "serve", election.folder / "board", "--listen", "127.0.0.1:0")
    assert second.code == 2 and "another" in second.err
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["route"] for line in lines if line["message"] == "request"} == {
        "/health",
        "/checkpoint",
        "unknown",
    }


def test_backup_and_restore(election: Election) -> None:
    election.begin()
    board, backup = election.folder / "board", election.folder / "backup"
    assert "all 1 entries" in election("board", "backup", board, backup).out
    start(election)
    assert "all 3 entries" in election("board", "backup", board, backup).out
    nowhere = {"GLASSBALLOT_BOARD_DATABASE": "postgresql://nobody@127.0.0.1:9/board"}
    with patch.dict(os.environ, nowhere):
        assert "the database: " in election.door.fails(2, "board", "status", board)
    root = RecordReader.of_folder(backup).root
    assert "a log already" in election.door.fails(2, "board", "restore", board, backup)
    assert "present schema" in election("board", "migrate", board).out
    (board / "board.db").rename(election.folder / "broken")
    assert "3 entries" in election("board", "restore", board, backup).out
    assert election("board", "status", board, "--json").json["root"] == root.hex()
    assert "--newest" in election.door.fails(2, "board", "serve", board, "--listen", "127.0.0.1:0")


def test_an_older_backup_never_serves(election: Election) -> None:
    election.begin()
    board, backup = election.folder / "board", election.folder / "backup"
    election("board", "backup", board, backup)
    start(election)
    newer = election.folder / "newer"
    election("board", "export", board, newer)
    (board / "board.db").rename(election.folder / "broken")
    election("board", "restore", board, backup)
    line = election.door.fails(
        1, "board", "serve", board, "--seen", newer / "checkpoint", "--listen", "127.0.0.1:0"
    )
    assert "older backup" in line
    assert (board / "restored").exists()
    assert "has seen 3 entries" in election.door.fails(2, "board", "backup", board, newer)


def test_backup_of_another_log(election: Election, tmp_path: Path) -> None:
    election.begin()
    stranger = Election(tmp_path / "other", Door())
    stranger.folder.mkdir()
    stranger.begin()
    backup = tmp_path / "backup"
    stranger("board", "backup", stranger.folder / "board", backup)
    board = election.folder / "board"
    assert "another log" in election.door.fails(2, "board", "backup", board, backup)
    (board / "board.db").unlink()
    assert election.door("board", "restore", board, backup).code == 1


def cosigner(name: str) -> Cosigner:
    return Cosigner(name, SigningKey.generate())


@contextmanager
def watching(election: Election, own: Cosigner, folder: Path) -> Iterator[str]:
    """A witness of the election's log; its URL."""
    files = WitnessFolder(folder)
    folder.mkdir(exist_ok=True)
    key = NoteKey.parse((election.folder / "board" / "log.pub").read_text().strip())
    if not files.logs():
        files.add_log(key)
    with serve(Application(Witness(files, own, lambda: election.now))) as url:
        yield url


def test_witnesses(election: Election) -> None:
    """They cosign what the board logs, and convict it when it has forgotten."""
    own, folder = cosigner("witness.example"), election.folder / "witness"
    election.begin(witnesses={"faulty": 0, "keys": [str(own.key)], "quorum": 1})
    board, backup, at = election.folder / "board", election.folder / "backup", "witness.example"
    election("board", "backup", board, backup)
    start(election)
    with watching(election, own, folder) as url:
        with election.served() as running:
            cosigning = Cosigning(
                running, collector(running.manifest, {at: url}, lambda: election.now), every=60
            )
            election.wait_for(lambda: witnessed(running.reader.signed, running.manifest).reached)
            assert cosigning.ask() is None
            cosigning.close()
        (board / "board.db").rename(election.folder / "broken")
        election("board", "restore", board, backup)
        with election.served() as running:
            witnesses = collector(running.manifest, {at: url}, lambda: election.now)
            for restored in (False, True):
                with pytest.raises(StaleError, match="witness.example has cosigned 3 entries"):
                    check_not_behind(running.reader, running.manifest, witnesses, restored=restored)
    seen = {"an observer": RecordReader.of_folder(backup).signed.checkpoint}
    with pytest.raises(BoardError, match="only 0 of 1 witnesses"), election.served(seen=seen, restored=True):
        pass
    with election.served() as running:
        silent = collector(running.manifest, {at: url}, lambda: election.now)
        check_not_behind(running.reader, running.manifest, silent, restored=False)
        with pytest.raises(BoardError, match="only 0 of 1 witnesses"):
            check_not_behind(running.reader, running.manifest, silent, restored=True)
        with pytest.raises(BoardError, match="no witness stranger"):
            collector(running.manifest, {"stranger": url}, lambda: election.now)


BAD = [
    ("nonsense = 1", "nonsense"),
    ("database = 7", "database"),
    ('database = "mysql://x/y"', "SQLite or PostgreSQL"),
    ('database = "sqlite://"', "in memory"),
    ("threads = 0", "threads"),
    ("threads = true", "threads"),
    ("threads = 10", "appends"),
    ("limits = 1", "limits"),
    ("[limits]\nnonsense = 1", "limits.nonsense"),
    ("[limits]\nappend = 5", "limits.append"),
    ("[limits]\nappend = { per_second = -1, burst = 5 }", "limits.append"),
    ('[limits]\nproxies = ["not an address"]', "limits.proxies"),
    ("[limits]\nproxies = 5", "limits.proxies"),
    ("[witnesses]\nx = 5", "witnesses.x"),
    ("this is = = no TOML", "board.toml"),
]


@pytest.mark.parametrize(("text", "place"), BAD)
def test_bad_configuration(election: Election, text: str, place: str) -> None:
    board = election.folder / "board"
    board.mkdir()
    (board / "board.toml").write_text(text)
    assert place in election.door.fails(2, "board", "status", board)


def test_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "board.toml").write_text('listen = "127.0.0.1:1"\npublish = "public"\n')
    database = "postgresql://board:secret@db/council"
    environment = {"GLASSBALLOT_BOARD_LISTEN": "[::1]:2", "GLASSBALLOT_BOARD_DATABASE": database}
    config = Config.load(tmp_path, environment)
    assert (config.listen, config.database, config.publish) == ("[::1]:2", database, tmp_path / "public")
    assert "secret" not in repr(config)
