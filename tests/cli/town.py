"""A folder with all that any command reads: an election at every stage, its keys, a foreign election, and rubbish."""

from __future__ import annotations

import os
import shutil
from contextlib import chdir
from pathlib import Path

import pytest

from crypto.note import NoteSigner
from crypto.sealing import Cost
from election.canonical import b64encode, encode
from election.entries import parse
from election.receipt import Receipt
from election.record import RecordReader
from glassballot import keyring
from tests.cli.beginnings import beginning
from tests.cli.door import Door
from tests.cli.script import run_script
from tests.world import ORIGIN, World
from trustees.keyfile import KeyFile

SCRIPT = Path(__file__).parent / "scripts" / "election.txt"
TRUSTEES = ("anna", "babak", "chen", "dana", "emil")
# A guess at a passphrase costs nothing here, so that the tests cost little.
CHEAP = Cost(passes=1, memory=8)
BALLOTS = """\
META
key;value
num_projects;2
num_votes;2
vote_type;approval
PROJECTS
project_id;name
1;A path
2;A bench
VOTES
voter_id;vote
1;1
2;1,2
"""
# Record -> the kind of its last entry.
STAGES = {
    "begun": "manifest",
    "keyed": "key",
    "rolled": "roll",
    "voting": "cast",
    "closed": "closing",
    "decrypted": "partial-decryption",
    "final": "result",
}


def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key files that are made from here on cost next to nothing to guess at."""
    monkeypatch.setitem(vars(KeyFile)["create"].__func__.__kwdefaults__, "cost", CHEAP)


def write_passphrases(folder: Path) -> None:
    for name in TRUSTEES:
        (folder / f"{name}.pass").write_text(f"passphrase of {name}\n")


def build_town(folder: Path) -> None:
    """About a hundred small files; see the names below."""
    write_passphrases(folder)
    with chdir(folder):
        run_script(Door(), SCRIPT, until="The trustees destroy")
        for receipt in [*folder.glob("1-*.receipt"), *folder.glob("2-*.receipt")]:
            receipt.unlink()
        _stages(Path("record"))
        _foreign(Path("foreign"))
        _broken(Path("voting"))
        _rubbish()
        own = Receipt.parse(Path("second.receipt").read_bytes())
        Path("tracker").write_text(own.tracker)
        Path("pseudonym").write_text(own.pseudonym)
        Path("closing-root").write_text(RecordReader.of_folder(Path("closed")).root.hex())
        Path("ballots.pb").write_text(BALLOTS)
        vote = ("vote", "voting", "parvin", "--unit", "station-2", "--decision", "cast", "--credential")
        last = max(Path("voters").glob("station-2-*"))
        assert Door()(*vote, last, "--out", "unsent.entry").code == 0
        Path("log.pub").write_text(f"{keyring.load_log(Path('keys/log.key')).key}\n")


def _stages(record: Path) -> None:
    kinds = [parse(raw.content).kind for raw in RecordReader.of_folder(record).entries()]
    log = keyring.load_log(Path("keys/log.key"))
    for name, last in STAGES.items():
        size = max(number for number, kind in enumerate(kinds, 1) if kind == last)
        beginning(record, size, Path(name), log)
    beginning(
        Path("voting"), RecordReader.of_folder(Path("voting")).size, Path("resigned"), _another_log(log)
    )


def _another_log(log: NoteSigner) -> NoteSigner:
    """Another key under the same name."""
    return keyring.make_log(Path("another-log.key"), log.name)


def _foreign(folder: Path) -> None:
    """Another election, with its keys, up to its result."""
    world = World()
    world.open()
    world.vote({"north": [(1, 0, 0)], "south": [(0, 1, 0)]})
    world.finish()
    folder.mkdir()
    world.write(folder / "record")
    secret = b64encode(world.office.to_bytes())
    public = b64encode(world.state.election.office_key.to_bytes())
    _key_file(folder / "office.key", {"file": keyring.OFFICE, "public": public, "secret": secret})
    key = {
        "origin": ORIGIN,
        "public": world.state.election.log.key,
        "secret": b64encode(world.log_key.secret_bytes()),
    }
    _key_file(folder / "log.key", {"file": keyring.LOG, **key})
    (folder / "anchor").write_text(world.context.hex())


def _key_file(path: Path, members: dict[str, str]) -> None:
    path.write_bytes(encode(members) + b"\n")


def _broken(record: Path) -> None:
    """Records that a disk or a stranger has got at."""
    for name, path, change in (
        ("cut", "tile/entries/*.p/*", lambda data: data[:-1]),
        ("emptied", "tile/entries/*.p/*", lambda data: b""),
        ("bent", "tile/0/*.p/*", lambda data: bytes([data[0] ^ 1]) + data[1:]),
        ("unsigned", "checkpoint", lambda data: data.split(b"\n\n")[0] + b"\n"),
        ("garbled", "checkpoint", lambda data: bytes(range(256))),
        ("swapped", "checkpoint", lambda data: Path("foreign/record/checkpoint").read_bytes()),
    ):
        folder = shutil.copytree(record, Path("broken") / name)
        (file,) = folder.glob(path)
        file.write_bytes(change(file.read_bytes()))
    for name, path in (("tileless", "tile"), ("headless", "checkpoint")):
        folder = shutil.copytree(record, Path("broken") / name)
        shutil.rmtree(folder / path) if path == "tile" else (folder / path).unlink()


def _rubbish() -> None:
    """What may stand where a file was meant."""
    Path("rubbish").mkdir()
    files = {
        "empty": b"",
        "binary": bytes(range(256)) * 16,
        "latin-1": "شورا ".encode() + b"\xe9t\xe9",
        "nul": bytes(4096),
        "deep": b"[" * 100_000,
        "object": b"{}",
        "escapes": b"\x1b[2J\x1b[31mred\n",
    }
    for name, data in files.items():
        (Path("rubbish") / name).write_bytes(data)
    with Path("rubbish/large").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    os.symlink("loop", "rubbish/loop")


class Town:
    """The folder, which every command finds as it was at first. Paths are relative to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stats = self._look()
        self._data = {path: path.read_bytes() for path in self._stats if path.name != "large"}
        self._folders = self._look_for_folders()

    def _look_for_folders(self) -> set[Path]:
        return {Path(folder) for folder, _, _ in os.walk(self.folder) if not folder.endswith(".writer")}

    def _look(self) -> dict[Path, tuple[int, int]]:
        """When each file was written, and its length."""
        found = {}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = Path(folder, name)
                if name not in ("lock", "loop"):
                    stat = path.stat()
                    found[path] = stat.st_mtime_ns, stat.st_size
        return found

    def restore(self) -> tuple[set[Path], set[Path]]:
        """Undo what has changed, in place: files and folders that were new, files that were changed or removed."""
        now = self._look()
        new = now.keys() - self._stats.keys()
        touched = [path for path, stat in self._stats.items() if now.get(path) != stat]
        changed = {path for path in touched if path not in now or path.read_bytes() != self._data[path]}
        for path in new:
            path.unlink()
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._data[path])
        for path in touched:
            self._stats[path] = path.stat().st_mtime_ns, path.stat().st_size
        folders = self._look_for_folders() - self._folders
        for path in folders:
            shutil.rmtree(path, ignore_errors=True)
        return self._relative(new | folders), self._relative(changed)

    def _relative(self, paths: set[Path]) -> set[Path]:
        return {path.relative_to(self.folder) for path in paths}
