"""glassballot witness, as somebody who runs one sees it; and a real server, asked over a socket."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.note import NoteKey
from crypto.signing import SigningKey
from election.canonical import b64encode
from election.cosigning import Address, Collector, http_post
from glassballot import keyring
from tests.cli.door import Door
from tests.witness.tools import NOW, Log, Place

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(door: Door, tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    done = door("witness", "new", folder, "--name", "w1.example")
    assert done.code == 0
    assert NoteKey.parse(done.out.strip()) == keyring.load_witness(folder / "witness.key").key
    return folder


def test_the_key_is_its_owners_alone(folder: Path, door: Door) -> None:
    assert (folder / "witness.key").stat().st_mode & 0o777 == 0o600
    assert "nothing is overwritten" in door.fails(2, "witness", "new", folder, "--name", "w1.example")


def test_a_foreign_public_half_is_refused(folder: Path, door: Door) -> None:
    """ATTACKS 33: signing under it would give the secret away."""
    file = folder / "witness.key"
    other = json.loads(file.read_bytes())
    own = keyring.load_witness(file).secret.secret_bytes()
    mixed = own[:32] + SigningKey.generate().secret_bytes()[32:]
    for changed in ({"secret": b64encode(mixed)}, {"name": "w2.example"}):
        file.write_text(json.dumps(other | changed, separators=(",", ":"), sort_keys=True) + "\n")
        assert "witness.key" in door.fails(2, "witness", "status", folder)


def test_status(folder: Path, door: Door, log: Log) -> None:
    assert door("witness", "log", folder, "--vkey", str(log.signer.key)).code == 0
    assert "nothing cosigned yet" in door("witness", "status", folder).out
    place = Place(folder)
    place.cosigner = keyring.load_witness(folder / "witness.key")
    place.restart()
    place.ask(log.request(0, 8))
    place.ask(log.fork(3).request(8, 8))
    printed = door("witness", "status", folder).out
    assert f"example.org/log: 8 entries, cosigned at {NOW}" in printed
    assert "It has signed two roots for one size: " in printed and "evidence/8" in printed
    (known,) = door("witness", "status", folder, "--json").json["logs"]
    assert (known["size"], known["root"]) == (8, log.signed(8).checkpoint.root.hex())
    assert len(known["evidence"]) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("log", "absent", "--vkey", "x"), "absent"),
        (("status", "absent"), "absent"),
        (("serve", "absent"), "absent"),
        (("new", "w", "--name", "a+b"), "plus"),
    ],
)
def test_unusable(door: Door, tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    command, place, *rest = arguments
    assert reason in door.fails(2, "witness", command, tmp_path / place, *rest)


def test_keys_that_are_no_logs(folder: Path, door: Door) -> None:
    own = str(keyring.load_witness(folder / "witness.key").key)
    assert "0x01" in door.fails(2, "witness", "log", folder, "--vkey", own)
    assert "--vkey: " in door.fails(2, "witness", "log", folder, "--vkey", "log+00000000+AAAA")


@pytest.fixture
def server(folder: Path, log: Log, door: Door) -> Iterator[str]:
    """The URL of a running witness."""
    door("witness", "log", folder, "--vkey", str(log.signer.key))
    command = [
        sys.executable,
        "-m",
        "glassballot",
        "witness",
        "serve",
        str(folder),
        "--listen",
        "127.0.0.1:0",
    ]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"Listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line
        yield found[1]
        process.kill()


def test_asked_over_http(server: str, folder: Path, log: Log) -> None:
    key = keyring.load_witness(folder / "witness.key").key
    collector = Collector([Address(key, server)], http_post(10), lambda: int(time.time()))
    for size in (5, 5, 8, 13):
        signed = log.signed(size)
        found = collector.collect(signed, lambda old, size=size: log.proof(old, size))  # type: ignore[misc]
        assert not found.failures
        assert signed.with_signatures(found.signatures).cosignatures([key])
    fresh = Collector([Address(key, server + "/")], http_post(10), lambda: int(time.time()))
    assert not fresh.collect(log.signed(20), lambda old: log.proof(old, 20)).failures
    behind = fresh.collect(log.signed(8), lambda old: log.proof(old, 8))
    assert behind.ahead == 20


def test_listen_where_nobody_can(folder: Path, door: Door) -> None:
    for place in ("203.0.113.1:1", "8081", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999"):
        assert f"--listen {place}: " in door.fails(2, "witness", "serve", folder, "--listen", place)
