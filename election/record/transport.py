"""Requests to a board over HTTP: bounded in length and time, and repeated, as they were, until they are answered."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Timeout, parse_url

from crypto.errors import EncodingError
from election.errors import UnreachableError

Notice = Callable[[str, float], None]

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 60.0
SLOWEST = 20_000  # bytes a second, below which an answer is given up
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """An HTTP status and at most `limit` + 1 bytes of what came with it, unpacked; location: of a redirection."""

    status: int
    data: bytes
    retry_after: float = 0.0
    location: str = ""


class BrokenAnswerError(Exception):
    """An answer that stops early, takes too long, or is packed wrongly."""


def parse_address(text: str) -> str:
    """The address of a board without a slash at the end. Raises EncodingError unless it is a plain http(s) one."""
    try:
        url = parse_url(text)
    except LocationParseError:
        raise EncodingError(f"{text}: not an address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise EncodingError(f"{text}: an address begins with https:// and a host")
    if url.auth or url.query is not None or url.fragment is not None:
        raise EncodingError("the address of a board has no user, no query and no fragment")
    return url.url.rstrip("/")


class Transport:
    """The way to one board.

    patience: how many seconds a request is repeated before it is given up; notice: told of every pause, with why
    and how long.
    """

    def __init__(
        self,
        address: str,
        *,
        patience: float = 120.0,
        notice: Notice | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises EncodingError."""
        self.address = parse_address(address)
        self.patience, self._notice, self._sleep = patience, notice, sleep
        self._pool = urllib3.PoolManager(
            timeout=Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS), retries=False
        )

    def request(
        self, method: str, path: str, limit: int, body: bytes | None = None, *, fresh: bool = False
    ) -> Answer:
        """The board's answer, once there is one that is more than "later". Raises UnreachableError.

        fresh: caches on the way may not answer.
        """
        pause, give_up = FIRST_PAUSE, None
        while True:
            asked_to_wait = 0.0
            try:
                answer = self._once(method, path, limit, body, fresh)
                if answer.status not in _LATER:
                    return answer
                reason, asked_to_wait = f"it answers {answer.status}", answer.retry_after
            except (HTTPError, BrokenAnswerError, OSError) as error:
                reason = _in_words(error)
            now = time.monotonic()
            give_up = now + self.patience if give_up is None else give_up
            wait = max(asked_to_wait, pause * random.uniform(0.5, 1.0))
            if now + wait > give_up:
                raise UnreachableError(f"{self.address} does not answer: {reason}")
            if self._notice:
                self._notice(f"{self.address}: {reason}", wait)
            self._sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _once(self, method: str, path: str, limit: int, body: bytes | None, fresh: bool) -> Answer:
        headers = {"Accept-Encoding": "gzip, identity", "User-Agent": "glassballot"}
        if fresh:
            headers["Cache-Control"] = "no-cache"
        if body is not None:
            headers["Content-Type"] = "application/json"
        response = self._pool.request(
            method,
            f"{self.address}/{path}",
            body=body,
            headers=headers,
            preload_content=False,
            decode_content=False,
            redirect=False,
        )
        try:
            # What is packed may be a little longer than what it holds.
            data = _read(response, limit + limit // 100 + 1024)
        except BaseException:
            response.close()
            raise
        if len(data) <= limit:
            response.release_conn()
        else:
            response.close()
        data = _unpacked(data, response.headers.get("Content-Encoding", "identity"), limit)
        wait, location = response.headers.get("Retry-After", ""), response.headers.get("Location", "")
        return Answer(response.status, data, float(wait) if _is_seconds(wait) else 0.0, location)


def _is_seconds(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 6


def _read(response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    """Up to limit + 1 bytes. Raises BrokenAnswerError."""
    assert isinstance(response, urllib3.HTTPResponse)
    deadline = time.monotonic() + ANSWER_SECONDS + limit / SLOWEST
    parts, size = [], 0
    while size <= limit:
        if time.monotonic() > deadline:
            raise BrokenAnswerError("it answers too slowly")
        part = response.read1(min(_CHUNK, limit + 1 - size), decode_content=False)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _unpacked(data: bytes, encoding: str, limit: int) -> bytes:
    if encoding == "identity":
        return data[: limit + 1]
    if encoding != "gzip":
        raise BrokenAnswerError(f"it packs its answer as {encoding[:32]!r}")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(data, limit + 1)
    except zlib.error:
        raise BrokenAnswerError("its answer is packed wrongly") from None
    if len(unpacked) <= limit and not unpacker.eof:
        raise BrokenAnswerError("its answer stops early")
    return unpacked


def _in_words(error: Exception) -> str:
    """Without addresses of objects, which urllib3 puts into its messages."""
    if isinstance(error, BrokenAnswerError):
        return str(error)
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else None
    if cause is not None and cause.strerror:
        return cause.strerror
    names = {
        "NewConnectionError": "there is no connection",
        "NameResolutionError": "its name is not known",
        "ConnectTimeoutError": "there is no connection",
        "ReadTimeoutError": "it keeps silent",
        "SSLError": "its certificate is not trusted, or it speaks no TLS",
        "ProtocolError": "the connection broke",
        "IncompleteRead": "the connection broke",
    }
    return names.get(type(error).__name__, type(error).__name__)
