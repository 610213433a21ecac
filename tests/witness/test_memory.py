"""Nothing is answered that is not on the disk; requests at one time take turns (ATTACKS 50)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from election.record import DurableFolder
from tests.witness.tools import NOW, Log, Place
from witness import FolderError, WitnessFolder

ROOT = Path(__file__).resolve().parents[2]


def test_concurrent_requests_one_wins(place: Place, log: Log) -> None:
    """All from size 5 at once: exactly one goes first, the others are told where it has got to."""
    place.ask(log.request(0, 5))
    sizes = range(6, 14)
    barrier = Barrier(len(sizes))

    def ask(size: int) -> int:
        barrier.wait()
        return place.ask(log.request(5, size))

    with ThreadPoolExecutor(len(sizes)) as pool:
        statuses = list(pool.map(ask, sizes))
    assert Counter(statuses) == {200: 1, 409: len(sizes) - 1}
    assert place.size(log) == sizes[statuses.index(200)]


def test_concurrent_forks_one_wins(place: Place, log: Log) -> None:
    """Two trees of one size at once: never are both cosigned."""
    place.ask(log.request(0, 3))
    forks = [log, *(log.fork(at) for at in (3, 4, 5))]
    barrier = Barrier(len(forks))

    def ask(own: Log) -> int:
        barrier.wait()
        return place.ask(own.request(3, 8))

    with ThreadPoolExecutor(len(forks)) as pool:
        statuses = list(pool.map(ask, forks))
    assert Counter(statuses) == {200: 1, 409: len(forks) - 1}
    known = place.folder.log(log.signer.name)
    assert known is not None and len(known.evidence) == 1


def test_a_reader_of_the_log_never_rolls_back(place: Place, log: Log) -> None:
    """The race of the specification: the larger size is stored, then the smaller one must not be."""
    barrier = Barrier(8)

    def climb(_: int) -> list[int]:
        barrier.wait()
        seen, old = [], 0
        while old < len(log.leaves):
            if place.ask(log.request(old, old + 1)) == 200:
                seen.append(old + 1)
            old = max(old, place.size(log))
        return seen

    with ThreadPoolExecutor(8) as pool:
        climbed = [size for sizes in pool.map(climb, range(8)) for size in sizes]
    assert sorted(climbed) == list(range(1, 21)), "every size was cosigned once, in order"


def test_two_processes_share_a_folder(place: Place, log: Log) -> None:
    place.ask(log.request(0, 5))
    other = Place(place.path)
    assert other.ask(log.request(5, 8)) == 200
    assert place.ask(log.request(5, 9)) == 409
    assert place.ask(log.request(8, 9)) == 200


class FullDiskError(OSError):
    pass


@pytest.mark.parametrize("persisted", [False, True])
def test_a_write_that_fails(place: Place, log: Log, monkeypatch: pytest.MonkeyPatch, persisted: bool) -> None:
    """Fails, or fails though it is on the disk: no cosignature leaves either way, and no other tree is taken."""
    place.ask(log.request(0, 5))
    write = DurableFolder.write

    def fail(self: DurableFolder, files: Mapping[str, bytes]) -> None:
        if persisted:
            write(self, files)
        raise FullDiskError("no space")

    monkeypatch.setattr(DurableFolder, "write", fail)
    with pytest.raises(FullDiskError):
        place.ask(log.request(5, 8))
    again = log.request(8, 9) if persisted else log.request(5, 8)
    assert place.http("POST", "/add-checkpoint", again)[0].startswith("503")
    monkeypatch.undo()
    place.restart()
    size = place.size(log)
    assert size == (9 if persisted else 5)
    assert place.ask(log.fork(size - 1).request(size, size)) == 422
    assert place.ask(log.request(size, 13)) == 200


KILLED = """
import os, signal, sys
from pathlib import Path
from crypto.note import Cosigner
from crypto.signing import SigningKey
from witness import Witness, WitnessFolder

folder, request, kill_at = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), int(sys.argv[3])
calls = 0

def at_a_write_point(name):
    real = getattr(os, name)
    def call(*arguments):
        global calls
        calls += 1
        if calls == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)
    setattr(os, name, call)

at_a_write_point("fsync")
at_a_write_point("replace")
witness = Witness(WitnessFolder(folder), Cosigner("witness.example", SigningKey.from_seed(bytes(32))), lambda: 1)
answer = witness.add_checkpoint(request)
Path(sys.argv[4]).write_bytes(answer)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("kill_at", range(1, 9))
def test_killed_anywhere_before_the_answer(place: Place, log: Log, tmp_path: Path, kill_at: int) -> None:
    """At every fsync and rename: what was answered is remembered, and what was not answered does no harm."""
    place.ask(log.request(0, 5))
    place.ask(log.request(5, 6))
    request, answer = tmp_path / "request", tmp_path / "answer"
    request.write_bytes(log.request(6, 13))
    command = [sys.executable, "-c", KILLED, str(place.path), str(request), str(kill_at), str(answer)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -signal.SIGKILL
    place.restart()
    size = place.size(log)
    assert size in (6, 13)
    if answer.exists():
        assert size == 13, "answered, so remembered"
    if size == 13:
        assert place.ask(log.fork(8).request(13, 13)) == 422
    assert place.ask(log.request(size, 13)) == 200
    known = place.folder.log(log.signer.name)
    assert known is not None and known.cosigned(6) is not None and known.cosigned(13) is not None


def test_what_was_cosigned_before_is_kept(place: Place, log: Log) -> None:
    for old, new in ((0, 5), (5, 8), (8, 13)):
        place.ask(log.request(old, new))
        place.now += 60
    known = place.folder.log(log.signer.name)
    assert known is not None
    for number, size in enumerate((5, 8, 13)):
        found = known.cosigned(size)
        assert found is not None and found.checkpoint == log.signed(size).checkpoint
        (own,) = found.cosignatures([place.cosigner.key])
        assert own.time == NOW + 60 * number
    assert known.cosigned(6) is None


@pytest.mark.parametrize("damage", [b"", b"garbage\n", None])
def test_damaged_memory_is_no_fresh_start(place: Place, log: Log, damage: bytes | None) -> None:
    """A witness that forgot would cosign anything."""
    place.ask(log.request(0, 5))
    place.ask(log.request(5, 8))
    (file,) = place.path.glob("logs/*/checkpoint")
    file.unlink() if damage is None else file.write_bytes(damage)
    with pytest.raises(FolderError):
        place.ask(log.request(0, 3))
    status, _, body = place.http("POST", "/add-checkpoint", log.request(0, 3))
    assert status.startswith("503") and str(place.path).encode() not in body


def test_another_logs_folder_is_not_taken_for_this_ones(place: Place, log: Log) -> None:
    other = Log(origin="example.org/other")
    place.folder.add_log(other.signer.key)
    names = {vkey.read_text(): vkey.parent for vkey in place.path.glob("logs/*/vkey")}
    mine, foreign = names[f"{log.signer.key}\n"], names[f"{other.signer.key}\n"]
    shutil.copy(foreign / "vkey", mine / "vkey")
    with pytest.raises(FolderError, match="not the key of this folder's log"):
        place.ask(log.request(0, 3))


def test_no_folder(tmp_path: Path, log: Log) -> None:
    absent = WitnessFolder(tmp_path / "absent")
    with pytest.raises(FolderError, match="no such folder"):
        absent.add_log(log.signer.key)
    assert absent.logs() == []


def test_nothing_private_is_stored_with_the_checkpoints(place: Place, log: Log) -> None:
    place.ask(log.request(0, 5))
    secret = place.cosigner.secret.secret_bytes()[:32]
    files = [path for path in place.path.rglob("*") if path.is_file()]
    assert files and not any(secret in path.read_bytes() for path in files)
