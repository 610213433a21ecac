"""How the board itself is, for those who run it and for programs that use it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from bulletin_board.board import Board
from bulletin_board.web.asking import fresh
from bulletin_board.web.metrics import CONTENT_TYPE, Metrics
from bulletin_board.web.routes import openapi


class Condition:
    """Views about a board that takes entries."""

    def __init__(self, board: Board, metrics: Metrics) -> None:
        self._board, self._metrics = board, metrics

    def health(self) -> Response:
        stopped, publisher = self._board.sequencer.stopped, self._board.publisher
        facts: dict[str, Any] = {
            "status": "ok",
            "size": self._board.reader.size,
            "waiting": self._board.sequencer.waiting,
        }
        if stopped:
            facts |= {"status": "stopped", "reason": str(stopped)}
        elif publisher and publisher.failed:
            facts |= {"status": "not published"}
        answer = fresh(jsonify(facts))
        answer.status_code = 503 if stopped else 200
        return answer

    def metrics(self) -> Response:
        return fresh(Response(self._metrics.to_bytes(), content_type=CONTENT_TYPE))

    def openapi(self) -> Response:
        answer = jsonify(openapi())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer
