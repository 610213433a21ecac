"""A record that a board serves over HTTP (C2SP tlog-tiles), read like a folder: nothing in it is believed."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from election.errors import RecordError, UnreachableError
from election.record.files import DurableFolder
from election.record.source import CHECKPOINT, WITNESSED, FolderSource, MissingFileError, Source
from election.record.transport import Transport

_CHANGING = (CHECKPOINT, WITNESSED)
_CACHED_BYTES = 32 * 1024 * 1024
_GONE = (404, 410)


class HttpSource:
    """What a board serves. Everything but the checkpoints never changes, so some of it is remembered.

    UnreachableError where the board does not answer: that is no fault of the record.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._cache: OrderedDict[str, bytes] = OrderedDict()
        self._cached = 0

    def read(self, path: str, limit: int) -> bytes:
        data = self._cache.get(path)
        if data is None:
            data = self._fetch(path, limit)
        if len(data) > limit:
            raise RecordError(path, f"longer than {limit} bytes")
        if path not in _CHANGING:
            self._remember(path, data)
        return data

    def _fetch(self, path: str, limit: int) -> bytes:
        answer = self._transport.request("GET", path, limit, fresh=path in _CHANGING)
        if answer.status in _GONE:
            raise MissingFileError(path, "missing")
        if answer.status != 200:
            elsewhere = f", {answer.location[:200]!r}" if answer.location else ""
            raise UnreachableError(f"{self._transport.address}/{path}: answers {answer.status}{elsewhere}")
        return answer.data

    def _remember(self, path: str, data: bytes) -> None:
        if path in self._cache:
            self._cache.move_to_end(path)
            return
        self._cache[path] = data
        self._cached += len(data)
        while self._cached > _CACHED_BYTES:
            self._cached -= len(self._cache.popitem(last=False)[1])


class KeptSource:
    """A source whose lasting files are kept in a folder and not asked for again, so that a long reading can go on
    where it was broken off. What is kept is believed no more than what is fetched.
    """

    def __init__(self, source: Source, folder: Path) -> None:
        self._source, self._folder = source, DurableFolder(folder)
        self._folder.create()
        self._kept = FolderSource(folder)
        self._passing: dict[str, bytes] = {}

    def read(self, path: str, limit: int) -> bytes:
        if not _lasts(path):
            return self._pass(path, limit)
        try:
            return self._kept.read(path, limit)
        except MissingFileError:
            data = self._source.read(path, limit)
            with self._folder.locked():
                self._folder.write({path: data})
            return data

    def finish(self) -> None:
        """Once all of a record was read: keep its right edge and, last of all, its checkpoint. Now it is a copy."""
        checkpoint = self._passing[CHECKPOINT]
        with self._folder.locked():
            self._folder.write({path: data for path, data in self._passing.items() if path != CHECKPOINT})
            self._folder.write({CHECKPOINT: checkpoint})

    def _pass(self, path: str, limit: int) -> bytes:
        if path == CHECKPOINT:  # of the edge of an earlier one nothing is kept
            self._passing = {name: data for name, data in self._passing.items() if name == WITNESSED}
        self._passing.pop(path, None)
        self._passing[path] = self._source.read(path, limit)
        return self._passing[path]


def _lasts(path: str) -> bool:
    """Full tiles, full bundles and blobs; partial ones are soon replaced."""
    return path not in _CHANGING and ".p/" not in path
