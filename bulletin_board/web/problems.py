"""What is answered when something is refused or goes wrong: a status and {check, reason}, never a traceback."""

from __future__ import annotations

import logging
import math

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from bulletin_board.errors import BoardError, ClosedError, RetryableError
from crypto.errors import EncodingError, GlassballotError
from election.faults import Refusal
from election.record import MissingFileError

_log = logging.getLogger(__name__)
_LATER = 5.0


class Problem(Exception):
    """check: the number of the verifier's check that it belongs to; retry_after: seconds."""

    def __init__(
        self, status: int, reason: str, check: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(status, reason, check, retry_after)
        self.status, self.reason, self.check, self.retry_after = status, reason, check, retry_after

    def response(self) -> Response:
        answer = jsonify(check=self.check, reason=self.reason)
        answer.status_code = self.status
        answer.headers["Cache-Control"] = "no-store"
        if self.retry_after is not None:
            answer.headers["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        return answer


def problem_of(error: GlassballotError) -> Problem:
    """What a client is told of an error that the board has raised."""
    match error:
        case ClosedError():
            return Problem(410, error.fault.reason, error.fault.check)
        case Refusal():
            return Problem(422, error.fault.reason, error.fault.check)
        case EncodingError():
            return Problem(400, str(error), 0)
        case MissingFileError():
            return Problem(404, "the log has no such file")
        case RetryableError():
            return Problem(503, str(error), retry_after=error.retry_after)
        case BoardError():
            return Problem(503, str(error), retry_after=_LATER)
    _log.error("a request has failed", exc_info=error)
    return Problem(500, "an error of the board's own")


def register(app: Flask) -> None:
    """Answer every error as a problem."""

    @app.errorhandler(Problem)
    def _(error: Problem) -> Response:
        return error.response()

    @app.errorhandler(GlassballotError)
    def _(error: GlassballotError) -> Response:
        return problem_of(error).response()

    @app.errorhandler(HTTPException)
    def _(error: HTTPException) -> Response:
        answer = Problem(error.code or 500, str(error.name).lower()).response()
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(Exception)
    def _(error: Exception) -> Response:
        _log.error("a request has failed", exc_info=error)
        return Problem(500, "an error of the board's own").response()
