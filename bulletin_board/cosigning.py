"""The manifest's witnesses and this board: asked before anything is signed, and again after every entry."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from bulletin_board.board import Board
from bulletin_board.errors import BoardError, StaleError
from election.cosigning import Address, AheadError, Collected, Collector, http_post
from election.manifest import Manifest
from election.record import RecordReader
from election.witnessing import keys_of, witnessed

SECONDS = 10.0

_log = logging.getLogger(__name__)


def collector(manifest: Manifest, urls: Mapping[str, str], now: Callable[[], int]) -> Collector:
    """urls: a witness's name in the manifest -> where it is. Raises BoardError for a stranger."""
    keys = {key.name: key for key in keys_of(manifest.witnesses)}
    for name in urls:
        if name not in keys:
            raise BoardError(f"witnesses: the manifest names no witness {name}")
    return Collector([Address(keys[name], url) for name, url in urls.items()], http_post(SECONDS), now)


def check_not_behind(
    reader: RecordReader, manifest: Manifest, witnesses: Collector, *, restored: bool
) -> None:
    """Raises StaleError where a witness has seen more of the log than this database holds.

    restored: the database came out of a backup, so that silence is not enough: the quorum has to cosign what it
    holds, or BoardError. That shows them nothing that they have not seen signed before.
    """
    if not manifest.witnesses.keys:
        return
    collected = witnesses.collect(reader.signed, reader.consistency_proof, seconds=SECONDS)
    for name, error in collected.failures.items():
        if isinstance(error, AheadError):
            raise StaleError(
                f"the witness {name} has cosigned {error.size} entries, the database holds {reader.size}: it is an "
                "older backup. Restore a newer one; to go on from here would give the log two histories"
            )
        _log.warning("the witness %s does not cosign: %s", name, error)
    agreed = witnessed(reader.signed.with_signatures(collected.signatures), manifest)
    if restored and not agreed.reached:
        raise BoardError(
            f"this database is a restored backup, and only {agreed.so_far} say that it is the newest; "
            f"without an answer: {', '.join(agreed.missing)}"
        )


class Cosigning:
    """Has every new checkpoint cosigned, in a thread of its own: nobody waits for witnesses."""

    def __init__(self, board: Board, witnesses: Collector, *, every: float) -> None:
        self._board, self._witnesses, self._every = board, witnesses, every
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cosigning", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self.ask()
            except Exception:
                _log.exception("witnesses could not be asked")
            self._closing.wait(self._every)

    def ask(self) -> Collected | None:
        """One round, about the newest checkpoint; None where all have cosigned it already."""
        reader = self._board.reader
        if not witnessed(reader.signed, self._board.manifest).missing:
            return None
        collected = self._witnesses.collect(reader.signed, reader.consistency_proof, seconds=SECONDS)
        if collected.ahead:
            _log.critical("a witness has cosigned %d entries, the log has %d", collected.ahead, reader.size)
        for name, error in collected.failures.items():
            _log.warning("the witness %s does not cosign: %s", name, error)
        if collected.signatures:
            self._board.add_signatures(collected.signatures, reader.signed)
        return collected
