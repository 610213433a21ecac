"""Reports that somebody has uploaded: a file each, named by the report's SHA-256. Deleting it takes the report away."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from crypto.errors import EncodingError
from election import canonical, durable
from election.reports import ReportFile

MOST = 500
MAX_CLAIM = 80
_NAME = re.compile(r"([0-9a-f]{64})\.json")
_MEMBERS = {"came", "claim", "report"}

_log = logging.getLogger(__name__)
_writing = threading.Lock()


@dataclass(frozen=True)
class Kept:
    """data: the report as it was uploaded; came: when, in UTC seconds; claim: who says to have made it, or ""."""

    data: bytes
    came: int
    claim: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hexadecimal, by which its author can own up to it elsewhere."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def report(self) -> ReportFile:
        """Raises EncodingError."""
        return ReportFile.parse(self.data)

    def to_bytes(self) -> bytes:
        return canonical.encode({"came": self.came, "claim": self.claim, "report": self.data.decode()})

    @classmethod
    def parse(cls, content: bytes) -> Kept:
        """Raises EncodingError for what `to_bytes` does not write, and for what is no report."""
        value: Any = canonical.decode(content)
        if not isinstance(value, dict) or value.keys() != _MEMBERS:
            raise EncodingError("not a report as the board keeps it")
        if type(value["came"]) is not int or not all(isinstance(value[n], str) for n in ("claim", "report")):
            raise EncodingError("not a report as the board keeps it")
        kept = cls(value["report"].encode(), value["came"], value["claim"])
        assert kept.report
        return kept


@dataclass(frozen=True)
class Heading:
    """What a list says of a kept report. context, root: 32 bytes, or None; void: how many entries without effect."""

    digest: str
    came: int
    claim: str
    exit: int
    context: bytes | None
    size: int
    root: bytes | None
    void: int

    @classmethod
    def of(cls, kept: Kept) -> Heading:
        one = kept.report
        own = kept.digest, kept.came, kept.claim
        return cls(*own, one.exit, one.context, one.size, one.root, len(one.void))


class Shelf:
    """A folder of at most MOST reports. It is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, kept: Kept) -> bool:
        """Put a report there, on the disk when this returns; of two with the same bytes the first stays.

        False where the shelf is full. Raises OSError.
        """
        with _writing:
            path = self._path(kept.digest)
            if path.exists():
                return True
            if len(self._names()) >= MOST:
                return False
            durable.make_folder(self._folder)
            durable.replace(path, kept.to_bytes(), private=False)
            return True

    def find(self, digest: str) -> Kept | None:
        """digest: 64 hexadecimal digits."""
        return _read(self._path(digest))

    def headings(self) -> list[Heading]:
        """Of all, the newest first."""
        found = (_heading(self._path(digest), mark) for digest, mark in self._names().items())
        return sorted((one for one in found if one), key=lambda one: (-one.came, one.digest))

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"

    def _names(self) -> dict[str, int]:
        """Digest -> when its file was written, by the file system."""
        if not self._folder.is_dir():
            return {}
        with os.scandir(self._folder) as there:
            found = ((_NAME.fullmatch(one.name), one.stat().st_mtime_ns) for one in there if one.is_file())
            return {match[1]: mark for match, mark in found if match}


def _read(path: Path) -> Kept | None:
    """None where there is no file of ours."""
    try:
        kept = Kept.parse(path.read_bytes())
        if f"{kept.digest}.json" == path.name:
            return kept
        _log.warning("a kept report is not the one that its name says", extra={"fields": {"file": path.name}})
    except FileNotFoundError:
        pass
    except (OSError, EncodingError) as error:
        fields = {"file": path.name, "error": str(error)}
        _log.warning("a kept report cannot be read", extra={"fields": fields})
    return None


@lru_cache(maxsize=2 * MOST)
def _heading(path: Path, mark: int) -> Heading | None:
    """mark: another one of another file under the same name."""
    kept = _read(path)
    return Heading.of(kept) if kept else None
