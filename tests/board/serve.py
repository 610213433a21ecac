"""A board in a process of its own, behind a socket: what an HTTP server will be, with as little around it as possible.

python -m tests.board.serve CONFIG: the fields of ServerConfig as JSON. Prints a line when it takes entries, ends when
its standard input does.

A request is one line: an entry in base64, or `checkpoint`. The answer is one line of JSON.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socketserver
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from bulletin_board.board import Board
from bulletin_board.store import engine, writer
from crypto.errors import GlassballotError
from crypto.signing import SigningKey


@dataclass(frozen=True)
class ServerConfig:
    """key: the log's, in hex; kill: the write point to die at, `after` so many acknowledgements."""

    database: str
    key: str
    socket: str
    folder: str = ""
    kill: str = ""
    after: int = 0
    synchronous: str = "FULL"

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class Killer:
    """Ends this process at a write point, with no chance for anybody to clean up."""

    def __init__(self, config: ServerConfig) -> None:
        self.point, self.left = config.kill, config.after

    def __call__(self, point: str) -> None:
        if point == self.point and self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, config: ServerConfig) -> None:
        self.killer = Killer(config)
        folder = Path(config.folder) if config.folder else None
        key = SigningKey(bytes.fromhex(config.key))
        self.board = Board(
            config.database, key, lambda: 1_000, folder=folder, reach=self.killer, publish_interval=0.02
        )
        Path(config.socket).unlink(missing_ok=True)
        super().__init__(config.socket, Handler)


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        for line in self.rfile:
            answer = self._answer(line.strip())
            self.server.killer.left -= "number" in answer
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    def _answer(self, request: bytes) -> dict[str, Any]:
        try:
            if request == b"checkpoint":
                signed = self.server.board.reader.signed
                return {"size": signed.checkpoint.size, "root": signed.checkpoint.root.hex()}
            receipt = self.server.board.submit(base64.b64decode(request))
        except GlassballotError as error:
            return {"error": f"{type(error).__name__}: {error}"}
        proof = base64.b64encode(receipt.proof.to_bytes()).decode()
        return {"number": receipt.number, "hash": receipt.hash.hex(), "proof": proof}


def _do_not_wait_for_the_disk(level: str) -> None:
    """What must not be: for the test that shows that another test would notice."""
    honest = engine._set_up_sqlite

    def set_up(connection: Any, record: object) -> None:
        honest(connection, record)
        connection.execute(f"PRAGMA synchronous={level}")

    mock.patch.object(engine, "_set_up_sqlite", set_up).start()
    mock.patch.object(writer, "check_durable").start()


def main() -> None:
    config = ServerConfig(**json.loads(sys.argv[1]))
    if config.synchronous != "FULL":
        _do_not_wait_for_the_disk(config.synchronous)
    with Server(config) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print("ready", flush=True)
        sys.stdin.read()
        server.shutdown()
        server.board.close()


if __name__ == "__main__":
    main()
