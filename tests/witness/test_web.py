"""The witness over HTTP: paths, methods, content types, and nothing for strangers when it fails."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest

from crypto.checkpoint import SignedCheckpoint
from crypto.tlog_witness import MAX_REQUEST, SIZE_TYPE
from tests.witness.tools import Log, Place

TEXT = "text/plain; charset=utf-8"


def monitoring(log: Log) -> str:
    return f"/{hashlib.sha256(log.signer.name.encode()).hexdigest()}/checkpoint"


def test_cosigned(place: Place, log: Log) -> None:
    status, headers, body = place.http("POST", "/add-checkpoint", log.request(0, 5))
    assert (status, headers["Content-Type"]) == ("200 OK", TEXT)
    assert headers["Content-Length"] == str(len(body)) and body.startswith("— witness.example ".encode())


def test_conflict_has_its_own_type(place: Place, log: Log) -> None:
    place.ask(log.request(0, 5))
    status, headers, body = place.http("POST", "/add-checkpoint", log.request(3, 8))
    assert (status, headers["Content-Type"], body) == ("409 Conflict", SIZE_TYPE, b"5\n")
    assert SIZE_TYPE == "text/x.tlog.size"


def test_monitors_get_what_was_cosigned_last(place: Place, log: Log) -> None:
    assert place.http("GET", monitoring(log))[0].startswith("404")
    place.ask(log.request(0, 5))
    place.ask(log.request(5, 8))
    status, headers, body = place.http("GET", monitoring(log))
    assert (status, headers["Content-Type"]) == ("200 OK", TEXT)
    signed = SignedCheckpoint.parse(body)
    assert signed.verify(log.signer.name, log.signer.key) == log.signed(8).checkpoint
    assert [own.time for own in signed.cosignatures([place.cosigner.key])] == [place.now]
    assert place.http("HEAD", monitoring(log))[::2] == ("200 OK", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/add-checkpoint/",
        "/checkpoint",
        "/../witness.key",
        "/" + "0" * 64 + "/checkpoint",
        "/%2e%2e",
    ],
)
def test_no_other_path(place: Place, path: str) -> None:
    for method in ("GET", "POST"):
        status, _, body = place.http(method, path)
        assert status[:3] in ("404", "405") and len(body) < 30


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_only_post_adds(place: Place, method: str) -> None:
    status, headers, _ = place.http(method, "/add-checkpoint")
    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "POST")


def test_only_get_monitors(place: Place, log: Log) -> None:
    assert place.http("POST", monitoring(log))[1]["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "٣", "9" * 30, " 1"])
def test_lengths_that_are_none(place: Place, length: str) -> None:
    assert place.http("POST", "/add-checkpoint", b"old 0", CONTENT_LENGTH=length)[0].startswith("400")


def test_too_long_is_not_read(place: Place) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    unread: dict[str, Any] = {"wsgi.input": Unread()}
    answer = place.http("POST", "/add-checkpoint", CONTENT_LENGTH=str(MAX_REQUEST + 1), **unread)
    assert answer[0].startswith("413")


def test_ends_early(place: Place, log: Log) -> None:
    data = log.request(0, 5)
    assert place.http("POST", "/add-checkpoint", data[:-9], CONTENT_LENGTH=str(len(data)))[0].startswith(
        "400"
    )
    assert place.http("POST", "/add-checkpoint", CONTENT_LENGTH="")[0].startswith("400")
    assert place.size(log) == 0
