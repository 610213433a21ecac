"""POST /append: canonical bytes of an entry in, a receipt out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response, request

from bulletin_board.admission import Acknowledged, Incoming
from bulletin_board.board import Board
from bulletin_board.errors import QueueFullError
from bulletin_board.web.limits import Buckets, Quota
from bulletin_board.web.metrics import Metrics
from bulletin_board.web.problems import Problem
from bulletin_board.web.settings import Settings
from bulletin_board.web.turns import Turns
from election.entries import Cast
from election.faults import Refusal

_FULL = 2.0


class Appending:
    """caller: the key of whoever sends the present request."""

    def __init__(self, board: Board, settings: Settings, metrics: Metrics, caller: Callable[[], str]) -> None:
        self._board, self._settings, self._metrics, self._caller = board, settings, metrics, caller
        self._places = threading.BoundedSemaphore(settings.appends)
        self._addresses = Buckets(settings.append)
        self._credentials = Quota(settings.credential)
        self._turns = Turns()

    def append(self) -> Response:
        """A place, the length, the rates, the bytes: in this order, so that no work is done for what is not wanted."""
        with self._place():
            if (request.content_length or 0) > self._settings.body:
                raise Problem(413, f"an entry has at most {self._settings.body} bytes")
            if wait := self._addresses.take(self._caller()):
                raise Problem(429, "too many entries from this address", retry_after=wait)
            data = request.get_data(cache=False)
            with self._turns.of(len(data)):
                incoming = Incoming.parse(data)
            answer = Response(self._log(incoming).proof.to_bytes(), mimetype="text/plain")
            answer.headers["Cache-Control"] = "no-store"
            return answer

    def _log(self, incoming: Incoming) -> Acknowledged:
        credential = incoming.entry.credential.to_bytes() if isinstance(incoming.entry, Cast) else None
        if credential and (wait := self._credentials.wait(credential)):
            raise Problem(429, "too many ballots of this credential", retry_after=wait)
        state = self._board.state
        size = state.size if state else 0
        try:
            acknowledged = self._board.take(incoming, timeout=self._settings.timeout)
        except Refusal as refusal:
            self._metrics.refused.labels(f"V{refusal.fault.check}").inc()
            raise
        self._metrics.logged.inc()
        if credential:
            self._credentials.count(credential, acknowledged.number, size)
        return acknowledged

    @contextmanager
    def _place(self) -> Iterator[None]:
        """One of the threads that may wait for the sequencer; the others are left to readers."""
        if not self._places.acquire(blocking=False):
            raise QueueFullError("too many entries are waiting", _FULL)
        try:
            yield
        finally:
            self._places.release()
