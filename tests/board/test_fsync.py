"""SIGKILL leaves the page cache alone, so the system calls are watched: no acknowledgement before its fsync."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bulletin_board.board import create_board
from tests.board.crash import Child
from tests.board.load import Connection
from tests.board.serve import ServerConfig
from tests.board.tools import manifest_of, missing, roll
from tests.world import World

ENTRIES = 6
CALLS = "write,pwrite64,sendto,sendmsg,fsync,fdatasync"


@dataclass(frozen=True)
class Call:
    """One system call: the lines of the trace in which it began and ended."""

    name: str
    arguments: str
    began: int
    ended: int


def calls(trace: str) -> Iterator[Call]:
    """What strace -f has written down; a call that another thread interrupted stands in two lines."""
    begun: dict[str, tuple[int, str, str]] = {}
    for number, line in enumerate(trace.splitlines()):
        if whole := re.match(r"(\d+) +(\w+)\((.*)\) += +\d+", line):
            yield Call(whole[2], whole[3], number, number)
        elif start := re.match(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>", line):
            begun[start[1]] = number, start[2], start[3]
        elif end := re.match(r"(\d+) +<\.\.\. (\w+) resumed>.*\) += +\d+", line):
            at, name, arguments = begun.pop(end[1])
            assert name == end[2]
            yield Call(name, arguments, at, number)


def check_order(trace: str, entries: list[bytes]) -> None:
    """Each entry's bytes reach the write-ahead log, then a sync of it ends, then the acknowledgement begins."""
    found = list(calls(trace))
    log = [call for call in found if "-wal>" in call.arguments]
    syncs = [call for call in log if call.name in ("fsync", "fdatasync")]
    answers = [call for call in found if "socket:" in call.arguments and r"\"number\"" in call.arguments]
    assert len(answers) == len(entries), "not every acknowledgement is in the trace"
    for entry, answer in zip(entries, answers, strict=True):
        mark = entry[8:51].decode()  # the credential in base64
        writes = [call for call in log if mark in call.arguments and call.ended < answer.began]
        assert writes, "an acknowledgement before its entry was written"
        assert any(writes[0].ended < s.began and s.ended < answer.began for s in syncs), (
            "no completed fsync between the write of an entry and its acknowledgement"
        )


def watch(folder: Path, synchronous: str) -> tuple[str, list[bytes]]:
    """The trace of a board that takes a few entries, one after the other."""
    if not shutil.which("strace"):
        missing("strace is not here; tools/system-packages installs it")
    world = World()
    world.start()
    database = f"sqlite:///{folder}/board.db"
    create_board(database, manifest_of(world), world.log_key)
    key = world.log_key.secret_bytes().hex()
    config = ServerConfig(database, key, str(folder / "socket"), synchronous=synchronous)
    trace = folder / "trace"
    options = ("-f", "-y", "-s", "10000", "-e", f"trace={CALLS}", "-o", str(trace))
    board = Child("tests.board.serve", config.to_json(), "strace", *options)
    assert board.line() == b"ready\n"
    entries = [roll(world).to_bytes() for _ in range(ENTRIES)]
    connection = Connection(config.socket)
    for entry in entries:
        assert "number" in connection.ask(base64.b64encode(entry))
    assert board.end() == 0
    return trace.read_text(errors="replace"), entries


def test_every_acknowledged_entry_was_synced(tmp_path: Path) -> None:
    check_order(*watch(tmp_path, "FULL"))


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_without_synchronous_it_is_noticed(tmp_path: Path, level: str) -> None:
    with pytest.raises(AssertionError, match="no completed fsync"):
        check_order(*watch(tmp_path, level))
