"""A served board, and a real server on a free port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from waitress import wasyncore
from waitress.server import create_server
from werkzeug.test import TestResponse

from bulletin_board.board import Board
from crypto.merkle import leaf_hash
from crypto.tlog_proof import TlogProof
from election.entry import Entry
from election.record import leaf_of


@dataclass(frozen=True)
class Served:
    """An open board, its application and a client of that."""

    board: Board
    app: Flask
    client: FlaskClient

    def append(self, entry: Entry | bytes, **options: Any) -> TestResponse:
        content = entry if isinstance(entry, bytes) else entry.to_bytes()
        return self.client.post("/append", data=content, content_type="application/json", **options)

    def logged(self, entry: Entry) -> TlogProof:
        """Append, and check the receipt."""
        answer = self.append(entry)
        assert answer.status_code == 200, answer.text
        proof = TlogProof.parse(answer.data)
        proof.verify(leaf_hash(leaf_of(entry.to_bytes())), self.board.signer.name, self.board.signer.key)
        return proof


@contextmanager
def serve(app: Any, **options: Any) -> Iterator[str]:
    """The address of a waitress server in a thread."""
    sockets: dict[Any, Any] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=16, **options)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.05, count=1, map=sockets)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        stop.set()
        thread.join(5)
        wasyncore.close_all(sockets)
