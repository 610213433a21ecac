"""The record's files over HTTP (C2SP tlog-tiles): everything but the checkpoint never changes."""

from __future__ import annotations

import re

from flask import Response

from bulletin_board.web.packing import pack
from bulletin_board.web.routes import BYTES
from crypto.errors import EncodingError
from crypto.merkle import HASH_SIZE
from crypto.note import MAX_NOTE_SIZE
from crypto.tiles import TILE_WIDTH, bundle_path, parse_tile_path
from election.record import CHECKPOINT, MAX_ENTRY, MAX_INLINE, WITNESSED, MissingFileError, Source

_LASTING = "public, max-age=31536000, immutable"
_BRIEF = "public, max-age=1"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Files:
    """Views of a record's files."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def checkpoint(self) -> Response:
        return self._checkpoint(CHECKPOINT)

    def witnessed(self) -> Response:
        return self._checkpoint(WITNESSED)

    def tile(self, level: int, name: str) -> Response:
        return self._lasting(_tile(f"tile/{level}/{name}"), TILE_WIDTH * HASH_SIZE)

    def bundle(self, name: str) -> Response:
        return pack(self._lasting(_bundle(name), TILE_WIDTH * (MAX_INLINE + 2)))

    def blob(self, prefix: str, digest: str) -> Response:
        if not _DIGEST.fullmatch(digest) or digest[:2] != prefix:
            raise MissingFileError("blob", "no such name")
        return self._lasting(f"blob/{prefix}/{digest}", MAX_ENTRY)

    def _checkpoint(self, path: str) -> Response:
        answer = Response(self._source.read(path, MAX_NOTE_SIZE), mimetype="text/plain")
        answer.headers["Cache-Control"] = _BRIEF
        return answer

    def _lasting(self, path: str, limit: int) -> Response:
        answer = Response(self._source.read(path, limit), mimetype=BYTES)
        answer.headers["Cache-Control"] = _LASTING
        return answer


def _tile(path: str) -> str:
    """The path, if it names a tile in the one way to spell it. Raises MissingFileError."""
    try:
        return parse_tile_path(path).path
    except EncodingError:
        raise MissingFileError("tile", "no such name") from None


def _bundle(name: str) -> str:
    try:
        tile = parse_tile_path(f"tile/0/{name}")
    except EncodingError:
        raise MissingFileError("tile/entries", "no such name") from None
    return bundle_path(tile.index, tile.width)
