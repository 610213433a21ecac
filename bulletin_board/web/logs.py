"""Structured logs: one JSON object a line, without contents, credentials, trackers or whole addresses."""

from __future__ import annotations

import json
import logging
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

_log = logging.getLogger(__name__)
_MOST = 300


class JsonFormatter(logging.Formatter):
    """time, level, logger, message, and what `extra={"fields": …}` gives."""

    def format(self, record: logging.LogRecord) -> str:
        members: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            members |= _in_short(record.exc_info[1])
        return json.dumps(members, ensure_ascii=False)


def _in_short(error: BaseException) -> dict[str, str]:
    """Where and what; messages of database drivers go on with the values of a statement, after the first line."""
    message = (str(error).splitlines() or [""])[0][:_MOST]
    stack = "".join(traceback.format_tb(error.__traceback__))
    return {"error": f"{type(error).__name__}: {message}", "stack": stack}


def set_up(level: int = logging.INFO) -> None:
    """Send everything that is logged in this process to stderr in that form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def route() -> str:
    """The pattern of the path asked for: never the path itself, nor its query, which holds trackers."""
    return request.url_rule.rule if request.url_rule else "unknown"


def register(app: Flask) -> None:
    """One line a request."""

    @app.before_request
    def _() -> None:
        g.started = time.monotonic()

    @app.after_request
    def _(response: Response) -> Response:
        fields = {
            "method": request.method if request.method in _METHODS else "other",
            "route": route(),
            "status": response.status_code,
            "milliseconds": round((time.monotonic() - g.started) * 1000, 1),
        }
        _log.info("request", extra={"fields": fields})
        return response


_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
