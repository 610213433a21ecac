"""Answers made smaller for slow lines."""

from __future__ import annotations

import gzip

from flask import Response, request

_WORTH_PACKING = 1024


def pack(answer: Response) -> Response:
    """The answer, compressed where its reader takes that. Nothing secret is ever in one, so lengths tell nothing."""
    answer.headers.add("Vary", "Accept-Encoding")
    data = answer.get_data()
    if len(data) >= _WORTH_PACKING and request.accept_encodings["gzip"] > 0:
        answer.set_data(gzip.compress(data, 1, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer
