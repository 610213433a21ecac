"""A board behind an address: what FolderBoard is over a folder, for whoever has no key of the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bulletin_board.admission import Acknowledged
from crypto.errors import EncodingError, ProofError
from crypto.merkle import leaf_hash
from crypto.note import NoteKey
from crypto.tlog_proof import TlogProof
from election.entries import entry_hash, parse
from election.entry import Entry
from election.errors import UnreachableError
from election.examine import Stage, examine, follow
from election.faults import CHECKS, Refusal
from election.manifest import Manifest
from election.record import RecordReader, leaf_of
from election.record.transport import Answer, Transport
from election.replay import Replay
from glassballot import keyring, office
from glassballot.console import UsageError, clock, progress
from glassballot.place import Place, open_record, transport

_MAX_RECEIPT = 1024 * 1024


class AppendableBoard(Protocol):
    """A record and a way to append to it."""

    @property
    def reader(self) -> RecordReader: ...

    @property
    def replay(self) -> Replay: ...

    def append(self, entries: Sequence[Entry]) -> Sequence[Acknowledged]: ...


def board_at(place: Place, log_key: Path | None, clock_offset: int = 0) -> AppendableBoard:
    """The board at a place. log_key: of a folder's log, without which nobody appends to it. Raises UsageError."""
    if isinstance(place, str):
        return RemoteBoard(place)
    if log_key is None:
        raise UsageError(f"{place}: --log-key is needed to append to a folder")
    signer = keyring.load_log(log_key)
    try:
        open_record(place).signed.verify(signer.name, signer.key)
    except ProofError:
        raise UsageError(f"key file {log_key}: not the key of the log in {place}") from None
    return office.open_board(place, signer, clock(clock_offset))


class RemoteBoard:
    """Reads and appends over HTTP. What it answers is checked before anybody hears that an entry is logged."""

    def __init__(self, address: str, way: Transport | None = None) -> None:
        self.address = address
        self._transport = way or transport(address)
        self._log: tuple[str, NoteKey] | None = None

    @property
    def reader(self) -> RecordReader:
        """The record as it is now."""
        return open_record(self.address)

    @property
    def replay(self) -> Replay:
        """The log replayed, signed by the log that its manifest names; the proofs of ballots are not looked at."""
        reader = self.reader
        found = follow(reader)
        log = found.state.election.log
        reader.signed.verify(log.origin, log.note_key)
        return found

    def examined(self, stage: Stage) -> Replay:
        """The log replayed with every proof checked. Raises Refusal unless it passes."""
        with progress() as report:
            found = examine(self.reader, stage, progress=report)
        found.require()
        return found.replay

    def append(self, entries: Sequence[Entry]) -> list[Acknowledged]:
        """Send entries one after the other, each until it is answered, and always as the same bytes.

        Raises Refusal where the board refuses one, with those before it logged; UnreachableError where it does not
        answer; ProofError where what it answers is no receipt.
        """
        return [self._send(entry) for entry in entries]

    def _send(self, entry: Entry) -> Acknowledged:
        content = entry.to_bytes()
        origin, key = self._known_log(entry)
        answer = self._transport.request("POST", "append", _MAX_RECEIPT, content)
        if answer.status != 200:
            raise refusal_in(answer, self.address)
        try:
            proof = TlogProof.parse(answer.data)
        except EncodingError as error:
            raise ProofError(f"{self.address} answers with something else than a receipt: {error}") from None
        proof.verify(leaf_hash(leaf_of(content)), origin, key)
        return Acknowledged(proof.index, entry_hash(content), proof)

    def _known_log(self, entry: Entry) -> tuple[str, NoteKey]:
        """Origin and key of the log, out of the manifest; a new log's manifest is the entry that is sent."""
        if self._log is None:
            manifest = entry if isinstance(entry, Manifest) else parse(self.reader.entry(0).content)
            if not isinstance(manifest, Manifest):
                raise UsageError(f"{self.address}: its log does not begin with a manifest")
            self._log = manifest.log.origin, manifest.log.note_key
        return self._log


def refusal_in(answer: Answer, address: str) -> Exception:
    """What the board has refused, in its own words."""
    try:
        problem = json.loads(answer.data)
        check, reason = problem["check"], str(problem["reason"])[:1000]
    except (ValueError, TypeError, KeyError, RecursionError):
        return UnreachableError(f"{address}/append: answers {answer.status}")
    if isinstance(check, int) and check in CHECKS:
        return Refusal(check, reason)
    return UsageError(f"{address}: {reason}")


def appender(
    place: Place, log_key: Path | None, clock_offset: int
) -> Callable[[Sequence[Entry]], Sequence[Acknowledged]]:
    """`append` of the board at a place."""
    return board_at(place, log_key, clock_offset).append
