"""Questions about the log."""

from __future__ import annotations

from flask import Response, jsonify, request

from bulletin_board.web.problems import Problem
from bulletin_board.web.register import Register
from bulletin_board.web.routes import JSON_LINES
from election.entries import KINDS
from election.tracker import parse_pseudonym, parse_tracker

_PAGE, _PAGE_BYTES = 256, 4 * 1024 * 1024
_MAX_NUMBER = 2**53 - 1


class Asking:
    """Views of what the register knows."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def lookup(self) -> Response:
        """Raises EncodingError for what is no whole tracker or pseudonym."""
        asked = request.args.get("pseudonym")
        tracker = parse_tracker(request.args.get("tracker", "")[:200])
        pseudonym = parse_pseudonym(asked[:200]) if asked is not None else None
        found, size = self._register.look_up(tracker, pseudonym)
        entry = {} if found.number is None else {"entry": found.number}
        return fresh(jsonify(answer=found.word, tracker=tracker, size=size, **entry, **found.facts))

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
        return fresh(Response(b"".join(lines), mimetype=JSON_LINES))


def fresh(answer: Response) -> Response:
    """Not to be kept by anybody on the way."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _number(name: str, default: int, low: int, high: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and low <= int(text) <= high):
        raise Problem(400, f"{name}: a number from {low} to {high} was due here")
    return int(text)
