"""A copy of a record, examined by whoever holds it, to be shown to others: it takes no entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from election.examine import Progress, examine
from election.manifest import Manifest
from election.record import CHECKPOINT, WITNESSED, FolderSource, MissingFileError, RecordReader, Source


@dataclass(frozen=True)
class Mirror:
    """The record as it was examined. void: entry number -> why it is without effect."""

    reader: RecordReader
    store: Source
    manifest: Manifest
    void: Mapping[int, str]

    @classmethod
    def of(cls, folder: Path, *, anchor: bytes | None = None, progress: Progress | None = None) -> Mirror:
        """Examine the record in a folder as far as its election has come. anchor: 32 bytes.

        Raises RecordError where there is none, and Refusal, naming the first fault, unless it passes.
        """
        source = FolderSource(folder)
        reader = RecordReader(source)
        found = examine(reader, None, anchor=anchor, progress=progress)
        found.require()
        return cls(
            reader,
            _AsExamined(source, reader),
            found.state.election,
            {f.entry: f.reason for f in found.void if f.entry is not None},
        )


class _AsExamined:
    """The files of a record under the checkpoints that were examined, whatever its folder has become since."""

    def __init__(self, source: Source, reader: RecordReader) -> None:
        self._source = source
        self._notes = {CHECKPOINT: reader.signed, WITNESSED: reader.witnessed}

    def read(self, path: str, limit: int) -> bytes:
        if path not in self._notes:
            return self._source.read(path, limit)
        note = self._notes[path]
        if note is None:
            raise MissingFileError(path, "missing")
        return note.to_bytes()
