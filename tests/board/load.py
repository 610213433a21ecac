"""A load tool in a process of its own: sends entries, and writes every acknowledgement down so that it stays.

python -m tests.board.load CONFIG: the fields of LoadConfig as JSON. Goes on through every crash of the board, sending
the same bytes again until it knows. Prints each line once it is on the disk. Ends when its standard input does.
"""

from __future__ import annotations

import base64
import json
import os
import random
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass
from io import BufferedRWPair
from typing import Any

from crypto.group import G, Points, Scalars
from crypto.merkle import leaf_hash
from crypto.note import NoteKey
from crypto.tlog_proof import TlogProof
from election import entries as e
from election.record import leaf_of

BLOB_ROLL = 1600
ONE_BLOB_IN = 40


@dataclass(frozen=True)
class LoadConfig:
    """office, context: hex; key: the log's verifier key; book: where acknowledgements are written down."""

    socket: str
    office: str
    context: str
    key: str
    book: str
    clients: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class Connection:
    """To whatever board listens on the socket at the moment."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BufferedRWPair | None = None

    def ask(self, request: bytes) -> dict[str, Any]:
        """Waits for a board that answers; asks again where the connection broke."""
        while True:
            try:
                answer = self._once(request)
                if answer:
                    return answer
            except OSError:
                pass
            self._file = None
            time.sleep(0.01)

    def _once(self, request: bytes) -> dict[str, Any]:
        file = self._file = self._file or self._connect()
        file.write(request + b"\n")
        file.flush()
        line = file.readline()
        found: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
        return found

    def _connect(self) -> BufferedRWPair:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._path)
            return connection.makefile("rwb")


class Book:
    """Lines that are on the disk before anybody relies on them."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def write(self, line: dict[str, Any]) -> None:
        data = json.dumps(line).encode() + b"\n"
        with self._lock:
            os.write(self._file, data)
            os.fsync(self._file)
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


class Client(threading.Thread):
    """One voter after the other, or here: one roll entry after the other."""

    def __init__(self, config: LoadConfig, book: Book) -> None:
        super().__init__(daemon=True)
        self._config, self._book = config, book
        self._office = Scalars.from_bytes(bytes.fromhex(config.office))
        self._context, self._key = bytes.fromhex(config.context), NoteKey.parse(config.key)

    def run(self) -> None:
        connection = Connection(self._config.socket)
        while True:
            content = self._entry()
            answer = connection.ask(base64.b64encode(content))
            while "error" in answer:
                if not answer["error"].startswith(("Retryable", "QueueFull", "Stopped")):
                    self._book.write({"refused": answer["error"]})
                answer = connection.ask(base64.b64encode(content))
            self._note(content, answer)
            seen = connection.ask(b"checkpoint")
            self._book.write({"size": seen["size"], "root": seen["root"]})

    def _note(self, content: bytes, answer: dict[str, Any]) -> None:
        proof = TlogProof.parse(base64.b64decode(answer["proof"]))
        checkpoint = proof.verify(leaf_hash(leaf_of(content)), self._key.name, self._key)
        assert answer["hash"] == e.entry_hash(content).hex() and answer["number"] == proof.index
        seen = {"size": checkpoint.size, "root": checkpoint.root.hex()}
        self._book.write({"number": proof.index, "hash": answer["hash"], **seen})

    def _entry(self) -> bytes:
        count = BLOB_ROLL if random.randrange(ONE_BLOB_IN) == 0 else 1
        add = Points.progression(Scalars.random(1) * G, Scalars.random(1) * G, count)
        roll = e.Roll.sign(self._context, self._office, add=add, remove=Points.identity(0), unit="north")
        return roll.to_bytes()


def main() -> None:
    config = LoadConfig(**json.loads(sys.argv[1]))
    book = Book(config.book)
    for _ in range(config.clients):
        Client(config, book).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
