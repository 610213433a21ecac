"""make crash: the board is killed again and again under load; nothing that it acknowledged may be lost.

python -m tests.board.crash [--kills N] [--seed N]: both databases, half of the kills at named write points in turn,
half at random. After each restart every acknowledged entry must be at its number, every checkpoint ever seen a
prefix of the newest, no number used twice.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from bulletin_board.board import create_board
from bulletin_board.points import POINTS
from bulletin_board.store import Store
from crypto.note import NoteSigner
from election.record import RecordReader
from tests.board.load import LoadConfig
from tests.board.postgres import PostgresServer
from tests.board.serve import ServerConfig
from tests.board.tools import manifest_of
from tests.world import ORIGIN, World

BETWEEN_KILLS = 20
CLIENTS = 4
PATIENCE = 60.0
ROOT = Path(__file__).resolve().parents[2]


class Child:
    """A module of ours in another process, that ends with this one."""

    def __init__(self, module: str, config: str, *wrapper: str) -> None:
        command = [*wrapper, sys.executable, "-m", module, config]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )

    def line(self) -> bytes:
        """Its next line; b"" once it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def end(self) -> int:
        """Tell it to end and wait until it has; its exit status."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return status


@dataclass
class Book:
    """What the load tool has told, and what must hold of it."""

    numbers: dict[int, str] = field(default_factory=dict)
    roots: dict[int, str] = field(default_factory=dict)
    acknowledged: int = 0

    def take(self, line: dict[str, Any]) -> None:
        if "refused" in line:
            raise AssertionError(f"a valid entry was refused: {line['refused']}")
        root = self.roots.setdefault(line["size"], line["root"])
        assert root == line["root"], f"two checkpoints of size {line['size']}"
        if "number" in line:
            self.acknowledged += 1
            hash = self.numbers.setdefault(line["number"], line["hash"])
            assert hash == line["hash"], f"number {line['number']} was used twice"

    def check(self, reader: RecordReader) -> None:
        """Everything acknowledged is in its place, every checkpoint seen is of a prefix."""
        hashes = [entry.hash.hex() for entry in reader.entries()]
        assert len(set(hashes)) == len(hashes), "an entry was logged twice"
        for number, hash in self.numbers.items():
            assert number < len(hashes) and hashes[number] == hash, f"entry {number} is lost"
        for size, root in self.roots.items():
            assert reader.root_at(size).hex() == root, f"the checkpoint of size {size} is of another log"


class Load(Child):
    """The load tool, and its book."""

    def __init__(self, config: LoadConfig) -> None:
        super().__init__("tests.board.load", config.to_json())
        self._book, self._fault, self._news = Book(), "", threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, count: int) -> None:
        """Until so many acknowledgements are written down."""
        with self._news:
            done = self._news.wait_for(lambda: self._fault or self._book.acknowledged >= count, PATIENCE)
        assert done and not self._fault, self._fault or "the load tool gets no answers"

    def snapshot(self) -> Book:
        """What is written down by now; a record read later has to have all of it."""
        with self._news:
            assert not self._fault, self._fault
            return Book(dict(self._book.numbers), dict(self._book.roots), self._book.acknowledged)

    @property
    def acknowledged(self) -> int:
        return self._book.acknowledged

    def _listen(self) -> None:
        while line := self.line():
            with self._news:
                try:
                    self._book.take(json.loads(line))
                except AssertionError as error:
                    self._fault = str(error)
                self._news.notify_all()


class Rehearsal:
    """One election in set-up, one database, one load tool, and one board after the other."""

    def __init__(self, database: str, folder: Path, seed: int) -> None:
        self._random = random.Random(seed)
        self._database, self._folder = database, folder
        self._world = World()
        self._world.start()
        create_board(database, manifest_of(self._world), self._world.log_key)
        self._socket = str(folder / "socket")

    def __enter__(self) -> Rehearsal:
        self._load = Load(
            LoadConfig(
                socket=self._socket,
                office=self._world.office.to_bytes().hex(),
                context=self._world.context.hex(),
                key=str(NoteSigner(ORIGIN, self._world.log_key).key),
                book=str(self._folder / "book"),
                clients=CLIENTS,
            )
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._load.kill()

    def die(self, point: str = "") -> None:
        """A board's life: it starts, is checked, answers at least 20 times, is killed at this point, or whenever."""
        due = self._load.acknowledged + BETWEEN_KILLS
        board = self._start(point)
        try:
            self.check()
            self._load.wait_for(due)
            if not point:
                time.sleep(self._random.uniform(0, 0.1))
                board.process.kill()
            status = board.process.wait(PATIENCE)
            assert status == -9, f"the board ended with {status} instead of being killed at {point}"
        finally:
            board.kill()

    def live(self) -> int:
        """A last life without a violent end; how many acknowledgements there were."""
        board = self._start("")
        try:
            self._load.wait_for(self._load.acknowledged + BETWEEN_KILLS)
            self.check()
        finally:
            status = board.end()
        assert status == 0
        return self.check().acknowledged

    def check(self) -> Book:
        """Whatever was acknowledged until now is in the database, and what is published is a part of it."""
        book = self._load.snapshot()
        published = self._folder / "record"
        if published.exists():
            files = RecordReader.of_folder(published).signed.checkpoint
            book.take({"size": files.size, "root": files.root.hex()})
        store = Store.open(self._database)
        try:
            book.check(RecordReader(store))
        finally:
            store.close()
        return book

    def _start(self, point: str) -> Child:
        config = ServerConfig(
            database=self._database,
            key=self._world.log_key.secret_bytes().hex(),
            socket=self._socket,
            folder=str(self._folder / "record"),
            kill=point,
            after=BETWEEN_KILLS + CLIENTS,  # what is on its way to a client may not arrive
        )
        board = Child("tests.board.serve", config.to_json())
        assert board.line() == b"ready\n", "the board does not start"
        return board


def rehearse(database: str, folder: Path, points: Sequence[str], seed: int) -> int:
    """Kill once at each of these points, "" for at random; how many acknowledgements were checked."""
    with Rehearsal(database, folder, seed) as rehearsal:
        for number, point in enumerate(points, 1):
            try:
                rehearsal.die(point)
            except AssertionError as error:
                raise AssertionError(f"kill {number} at {point or 'random'}, seed {seed}: {error}") from error
        return rehearsal.live()


def plan(kills: int) -> list[str]:
    """Every named point in turn, and one at random after each."""
    return ["" if i % 2 else POINTS[i // 2 % len(POINTS)] for i in range(kills)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, PostgresServer() as server:
        databases = {"sqlite": f"sqlite:///{folder}/board.db", "postgresql": server.create("board")}
        for name, database in databases.items():
            place = Path(folder, name)
            place.mkdir()
            count = rehearse(database, place, plan(given.kills), given.seed)
            print(f"{name}: {given.kills} kills, {count} acknowledgements, none lost (seed {given.seed})")


if __name__ == "__main__":
    main()
