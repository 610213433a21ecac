"""Questions about the log and about the board."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from bulletin_board.board import Board
from bulletin_board.web.metrics import CONTENT_TYPE, Metrics
from bulletin_board.web.problems import Problem
from bulletin_board.web.register import Register
from bulletin_board.web.routes import JSON_LINES, openapi
from election.entries import KINDS
from election.tracker import parse_pseudonym, parse_tracker

_PAGE, _PAGE_BYTES = 256, 4 * 1024 * 1024
_MAX_NUMBER = 2**53 - 1


class Asking:
    """Views that are not files of the record."""

    def __init__(self, board: Board, register: Register, metrics: Metrics) -> None:
        self._board, self._register, self._metrics = board, register, metrics

    def lookup(self) -> Response:
        """Raises EncodingError for what is no whole tracker or pseudonym."""
        asked = request.args.get("pseudonym")
        tracker = parse_tracker(request.args.get("tracker", "")[:200])
        pseudonym = parse_pseudonym(asked[:200]) if asked is not None else None
        found, size = self._register.look_up(tracker, pseudonym)
        entry = {} if found.number is None else {"entry": found.number}
        return _fresh(jsonify(answer=found.word, tracker=tracker, size=size, **entry, **found.facts))

    def entries(self) -> Response:
        kinds = [kind for kind in request.args.get("kinds", "").split(",") if kind]
        if strange := [kind for kind in kinds if kind not in KINDS]:
            raise Problem(400, f"there is no kind {strange[0][:64]!a}")
        start, limit = _number("from", 0, 0, _MAX_NUMBER), _number("limit", _PAGE, 1, _PAGE)
        lines: list[bytes] = []
        size = 0
        for entry in self._register.entries(set(kinds), start, limit):
            size += len(entry.content)
            if lines and size > _PAGE_BYTES:
                break
            lines.append(b'{"entry":%s,"index":%d}\n' % (entry.content, entry.index))
        return _fresh(Response(b"".join(lines), mimetype=JSON_LINES))

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
        answer = _fresh(jsonify(facts))
        answer.status_code = 503 if stopped else 200
        return answer

    def metrics(self) -> Response:
        return _fresh(Response(self._metrics.to_bytes(), content_type=CONTENT_TYPE))

    def openapi(self) -> Response:
        answer = jsonify(openapi())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _number(name: str, default: int, low: int, high: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and low <= int(text) <= high):
        raise Problem(400, f"{name}: a number from {low} to {high} was due here")
    return int(text)
