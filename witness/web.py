"""The service over HTTP, as a WSGI application: add-checkpoint, and the checkpoint cosigned last for monitors."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from crypto.errors import GlassballotError
from crypto.tlog_witness import MAX_REQUEST, SIZE_TYPE
from witness.decision import Refused
from witness.service import Witness

_MONITORING = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_TEXT = "text/plain; charset=utf-8"
_log = logging.getLogger("glassballot.witness")


@dataclass(frozen=True)
class Answer:
    status: HTTPStatus
    body: bytes
    type: str = _TEXT
    allow: str = ""


class Application:
    """POST /add-checkpoint and GET /<origin hash>/checkpoint."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(environ)
        headers = [
            ("Content-Type", answer.type),
            ("Content-Length", str(len(answer.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if answer.allow:
            headers.append(("Allow", answer.allow))
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        try:
            return self._route(environ)
        except Refused as refused:
            if refused.size is not None:
                return Answer(HTTPStatus.CONFLICT, f"{refused.size}\n".encode(), SIZE_TYPE)
            return Answer(HTTPStatus(refused.status), f"{refused}\n".encode())
        except (GlassballotError, OSError) as error:
            # It cannot remember what it would cosign. What is wrong here is nothing for strangers.
            _log.error("no cosignature: %s", error)
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, b"this witness cannot cosign at present\n")

    def _route(self, environ: WSGIEnvironment) -> Answer:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == "/add-checkpoint":
            if method != "POST":
                return _wrong_method("POST")
            return Answer(HTTPStatus.OK, self._witness.add_checkpoint(_body(environ)))
        if match := _MONITORING.fullmatch(path):
            if method not in ("GET", "HEAD"):
                return _wrong_method("GET, HEAD")
            if (found := self._witness.latest(match[1])) is not None:
                return Answer(HTTPStatus.OK, found)
        return Answer(HTTPStatus.NOT_FOUND, b"not found\n")


def _wrong_method(allow: str) -> Answer:
    return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"method not allowed\n", allow=allow)


def _body(environ: WSGIEnvironment) -> bytes:
    """Raises Refused where it is too long, or shorter than it says."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal() and len(length) < 20):
        raise Refused(400, "no such length")
    if int(length) > MAX_REQUEST:
        raise Refused(413, f"longer than {MAX_REQUEST} bytes")
    data: bytes = environ["wsgi.input"].read(int(length))
    if len(data) != int(length):
        raise Refused(400, "the request ends early")
    return data
