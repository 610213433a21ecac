"""A record folder that is cosigned by running witnesses, and verified: everything through the front door."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from crypto.note import NoteKey
from election.canonical import b64encode, encode
from election.manifest import Witnesses
from glassballot import keyring
from tests.attacks.museum import finished
from tests.cli.door import Door
from tests.world import END, ORIGIN, World

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("w1", "w2", "w3")
# The world's election was long ago.
CLOCK = ("--clock-offset", str(END + 60 - int(time.time())))


class Election:
    def __init__(self, folder: Path) -> None:
        self.folder, self.record = folder, folder / "record"
        keys = {name: keyring.make_witness(folder / name / "witness.key", name).key for name in NAMES}
        self.world = finished(World(witnesses=Witnesses(0, tuple(map(str, keys.values())), 2)))
        self.world.write(self.record)
        self.log_key = folder / "log.key"
        secret = b64encode(self.world.log_key.secret_bytes())
        public = self.world.state.election.log.key
        self.log_key.write_bytes(
            encode({"file": keyring.LOG, "origin": ORIGIN, "public": public, "secret": secret}) + b"\n"
        )

    def ask(self, urls: dict[str, str]) -> list[object]:
        at = [word for name, url in urls.items() for word in ("--at", f"{name}={url}")]
        return ["witness", "ask", self.record, "--log-key", self.log_key, *at, "--seconds", "5", *CLOCK]


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path)


@pytest.fixture
def urls(election: Election, door: Door) -> Iterator[dict[str, str]]:
    """Name -> URL of two running witnesses; the third is down."""
    urls = {"w3": "http://127.0.0.1:1"}
    with ExitStack() as stack:
        for name in NAMES[:2]:
            folder = election.folder / name
            assert door("witness", "log", folder, "--vkey", election.world.state.election.log.key).code == 0
            command = [sys.executable, "-m", "glassballot", "witness", "serve", str(folder)]
            process = stack.enter_context(
                subprocess.Popen(
                    [*command, "--listen", "127.0.0.1:0", *CLOCK],
                    cwd=ROOT,
                    env=os.environ | {"PYTHONUNBUFFERED": "1"},
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            urls[name] = found[0]
        yield urls


def test_cosigned_and_verified(election: Election, urls: dict[str, str], door: Door) -> None:
    anchor = ("--anchor", election.world.context.hex())
    before = door("verify", election.record, *anchor)
    assert before.code == 1 and "0 of 2 witnesses have cosigned" in before.out
    one = door(*election.ask({"w1": urls["w1"], "w3": urls["w3"]}))
    assert one.code == 1 and "1 of 2 witnesses have cosigned" in one.out and "w3: no answer" in one.out
    assert door("verify", election.record, *anchor).code == 1
    done = door(*election.ask(urls))
    assert done.code == 0 and "2 of 2 witnesses have cosigned" in done.out
    assert "2 witnesses who cosigned" in door("verify", election.record, *anchor).out
    assert door("verify", election.record, *anchor).code == 0
    (known,) = door("witness", "status", election.folder / "w1", "--json").json["logs"]
    assert known["root"] == election.world.state.tree.root().hex()


def test_addresses_that_are_none(election: Election, door: Door) -> None:
    for urls, reason in (
        ({"w4": "http://127.0.0.1:1"}, "names no witness w4"),
        ({"w1": "127.0.0.1:1"}, "NAME=URL was due here"),
        ({"": "http://127.0.0.1:1"}, "names no witness"),
    ):
        assert reason in door.fails(2, *election.ask(urls))


def test_policy(election: Election, door: Door) -> None:
    lines = door("witness", "policy", election.record).out.splitlines()
    assert lines[0] == f"log {election.world.state.election.log.key}"
    assert [NoteKey.parse(line.split(" ")[2]).name for line in lines[1:4]] == list(NAMES)
    assert lines[4:] == ["group witnesses 2 witness-1 witness-2 witness-3", "quorum witnesses"]
