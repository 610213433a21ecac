"""What Prometheus reads: numbers about requests and about the log, none about a voter."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bulletin_board.board import Board
from bulletin_board.web.logs import route

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class Metrics:
    """The numbers of one board."""

    def __init__(self, board: Board) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("glassballot_requests", "Requests.", labels, registry=self._registry)
        self._seconds = Histogram(
            "glassballot_request_seconds", "Seconds to the answer.", ("route",), registry=self._registry
        )
        self.refused = Counter("glassballot_refused", "Refused entries.", ("check",), registry=self._registry)
        self.logged = Counter("glassballot_logged", "Acknowledged entries.", registry=self._registry)
        self._gauge("glassballot_log_size", "Entries of the log.", lambda: board.reader.size)
        self._gauge("glassballot_waiting", "Entries without an answer.", lambda: board.sequencer.waiting)
        self._gauge(
            "glassballot_stopped",
            "1 if nothing is logged any more.",
            lambda: board.sequencer.stopped is not None,
        )

    def _gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        Gauge(name, text, registry=self._registry).set_function(value)

    def to_bytes(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self._registry)

    def register(self, app: Flask) -> None:
        """Count every request."""

        @app.after_request
        def _(response: Response) -> Response:
            method = request.method if request.method in _METHODS else "other"
            self._requests.labels(method, route(), response.status_code).inc()
            self._seconds.labels(route()).observe(time.monotonic() - g.started)
            return response
