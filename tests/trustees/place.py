"""An election in a folder: the record, its board, a key file for each trustee, one clock for all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bulletin_board.folder import FolderBoard
from crypto.group import G, Points
from election import manifest as m
from election.entries import CeremonyStart, Closing, Opening, Roll
from election.entry import Entry
from election.ledger import State
from election.record import RecordReader, RecordWriter
from glassballot import keyring, office
from tests.trustees.tools import CHEAP
from tests.world import BEGIN, END, ORIGIN, World
from trustees.keyfile import KeyFile
from trustees.owed import Owed
from trustees.secrets import Secrets
from trustees.session import Session, Submit

VOTES = {"north": [[1, 0, 0], [1, 1, 0], [0, 0, 1]], "south": [[0, 1, 1], [1, 0, 0]]}
TOTALS = ((2, 1, 1), (1, 1, 1))
PASSPHRASE = "correct horse"


class KilledError(Exception):
    """The process ends here."""


class Place:
    """The ceremony of n trustees, of whom k decrypt, is started. now: UTC seconds; members: of the manifest."""

    def __init__(self, folder: Path, n: int = 3, k: int = 2, **members: Any) -> None:
        self.folder, self.record, self.now = folder, folder / "record", 1_000
        self.ids = [f"t{i}" for i in range(1, n + 1)]
        self.world = World(trustees=n, threshold=k, **members)
        log = keyring.make_log(self.log_key, ORIGIN)
        self.world.log_key = log.secret
        self.world.members["log"] = m.Log(str(log.key), ORIGIN)
        self.world.members["trustees"] = tuple(self._trustee(id) for id in self.ids)
        manifest = m.Manifest.sign(m.MANIFEST_CONTEXT, self.world.office, **self.world.members)
        self.board = FolderBoard.create(self.record, manifest, self.world.log_key, lambda: self.now)
        self.context = self.state.context
        self.by_office(CeremonyStart, attempt=1, deadline=BEGIN, trustees=tuple(self.ids))

    def _trustee(self, id: str) -> m.Trustee:
        with KeyFile.create(self.key(id), PASSPHRASE, id, cost=CHEAP) as key_file:
            return m.Trustee(id, key_file.secrets.identity.public, {"en": id})

    def key(self, id: str) -> Path:
        return self.folder / f"{id}.key"

    @property
    def log_key(self) -> Path:
        return self.folder / "log.key"

    @property
    def state(self) -> State:
        return self.board.replay.state

    def sign(self, kind: type[Any], **members: Any) -> Any:
        """An entry of the office."""
        return kind.sign(self.context, self.world.office, **members)

    def by_office(self, kind: type[Any], **members: Any) -> None:
        self.board.append([self.sign(kind, **members)])

    def forge(self, *entries: Entry | bytes) -> int:
        """Log whatever one likes, as whoever has the log's key can; the number of the first of them."""
        contents = [entry if isinstance(entry, bytes) else entry.to_bytes() for entry in entries]
        return RecordWriter(self.record, ORIGIN, self.world.log_key).append(contents).size - len(contents)

    def open(self, id: str) -> KeyFile:
        return KeyFile.open(self.key(id), PASSPHRASE)

    def secrets(self, id: str) -> Secrets:
        with self.open(id) as key_file:
            return key_file.secrets

    def session(self, key_file: KeyFile, **options: Any) -> Session:
        return Session(key_file, lambda: RecordReader.of_folder(self.record), lambda: self.now, **options)

    def step(self, id: str, submit: Submit | None = None, **options: Any) -> list[Owed]:
        """One run of the tool: all that is owed now."""
        with self.open(id) as key_file:
            return list(self.session(key_file, **options).step(submit or self.board.append))

    def run(self, *ids: str) -> None:
        """Until none of them owes anything."""
        going = True
        while going:
            going = any([len(self.step(id)) > 1 for id in ids or self.ids])

    def run_until(self, kind: str) -> None:
        """Until all owe an entry of this kind, have kept what they need for it, and are killed."""

        def submit(entries: Sequence[Entry]) -> None:
            if entries[0].kind == kind:
                raise KilledError
            self.board.append(entries)

        killed: set[str] = set()
        while len(killed) < len(self.ids):
            for id in self.ids:
                try:
                    self.step(id, submit)
                except KilledError:
                    killed.add(id)

    def vote(self) -> None:
        """Roll, opening, ballots."""
        for unit, secrets in self.world.voters.items():
            self.by_office(
                Roll, add=Points.concat(c * G for c in secrets), remove=Points.identity(0), unit=unit
            )
        self.by_office(Opening, roll=self.state.roll_hash, voters=len(self.state.roll))
        self.now = BEGIN
        self.world.replay = self.board.replay
        for unit, ballots in VOTES.items():
            for c, choices in zip(self.world.voters[unit], ballots, strict=False):
                self.board.append([self.world.cast(c, choices)])

    def close(self) -> None:
        self.now = END
        self.by_office(Closing)

    def publish(self) -> tuple[tuple[int, ...], ...]:
        """Totals by cell, then option."""
        result = office.result(self.board.replay, self.world.office)
        self.board.append([result])
        return result.contests[0].totals
