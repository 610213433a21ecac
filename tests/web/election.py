"""An election of which everything goes over HTTP, but for the administrator's own commands."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bulletin_board.board import Board
from bulletin_board.config import Config
from bulletin_board.web import serving
from election import canonical
from election.ledger import Phase
from election.manifest import Trustee
from election.record import RecordReader
from election.record.http import HttpSource
from election.record.transport import Transport
from glassballot import drafts, keyring
from glassballot.remote import RemoteBoard
from glassballot.stepping import until_final
from tests.cli.door import Done, Door
from tests.trustees.tools import CHEAP
from tests.web.tools import serve
from trustees.keyfile import KeyFile
from trustees.session import Session

BEGIN, END = 2_000, 3_000
PASSPHRASE = "correct horse"


@dataclass
class Election:
    """folder: of everybody's files; now: UTC seconds, for the board and the trustees alike."""

    folder: Path
    door: Door
    now: int = 1_000
    url: str = ""
    until: Phase = Phase.FINAL
    errors: list[BaseException] = field(default_factory=list)

    def __call__(self, *arguments: object) -> Done:
        """A command that succeeds."""
        done = self.door(*arguments)
        assert done.code == 0, done
        return done

    def begin(self, **members: Any) -> None:
        """Keys, manifest, and the log with its first entry."""
        names = ["anna", "babak", "chen"]
        for name in names:
            with KeyFile.create(self.folder / f"{name}.key", PASSPHRASE, name, cost=CHEAP) as key_file:
                trustee = Trustee(name, key_file.secrets.identity.public, {"en": name})
            (self.folder / f"{name}.key.pub").write_bytes(canonical.encode(trustee.to_json()))
        draft = drafts.template(datetime.now(UTC)) | {
            "voting": {"begin": BEGIN, "end": END},
            "complaint_seconds": 10,
            "deadline": 10_000,
            "min_unit_ballots": 1,
            "ceremony": {"min_trustees": 2, "single_trustee": 0, "threshold": 2},
            **members,
        }
        (self.folder / "draft").write_text(json.dumps(draft))
        board, keys = self.folder / "board", self.folder / "keys"
        self("board", "new", board, "--origin", "example.org/council")
        self("election", "keys", keys)
        public = [word for name in names for word in ("--trustee", self.folder / f"{name}.key.pub")]
        files = [
            "--draft",
            self.folder / "draft",
            "--log",
            board / "log.pub",
            "--anchor",
            self.folder / "anchor",
        ]
        self("election", "manifest", self.folder / "manifest", *files, "--keys", keys, *public)
        self("board", "begin", board, self.folder / "manifest")

    @contextmanager
    def served(self, **options: Any) -> Iterator[Board]:
        """The board up at `url`."""
        config = Config.load(self.folder / "board")
        key = keyring.load_log(config.key).secret
        given = {"seen": {}, "restored": False, **options}
        with ExitStack() as stack:
            board, app = stack.enter_context(serving.opened(config, key, lambda: self.now, **given))
            self.url = stack.enter_context(serve(app))
            yield board

    @contextmanager
    def trustees_until_key(self, *names: str) -> Iterator[None]:
        """These trustees at work, each in a thread, for the key ceremony only."""
        with self.trustees(*names, until=Phase.VOTING):
            yield

    @contextmanager
    def trustees(self, *names: str, until: Phase = Phase.FINAL) -> Iterator[None]:
        """These trustees at work, each in a thread, until the result is there."""
        self.until = until
        threads = [threading.Thread(target=self._work, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        assert not self.errors

    def _work(self, name: str) -> None:
        try:
            way = Transport(self.url)
            files = HttpSource(way)
            board = RemoteBoard(self.url, way)
            with KeyFile.open(self.folder / f"{name}.key", PASSPHRASE) as key_file:
                session = Session(key_file, lambda: RecordReader(files), lambda: self.now)
                for _ in until_final(session, lambda: session.step(board.append), 0.05):
                    if session.phase >= self.until:
                        return
        except BaseException as error:
            self.errors.append(error)

    def wait_for(self, what: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert not self.errors, self.errors
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.02)
