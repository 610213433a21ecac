"""Records as they were earlier, signed by their own log."""

from __future__ import annotations

from pathlib import Path

from crypto.note import NoteSigner
from election.record import RecordReader, RecordWriter


def beginning(record: Path, size: int, folder: Path, log: NoteSigner) -> Path:
    """The first `size` entries of a record, as the record in a new folder."""
    reader = RecordReader.of_folder(record)
    writer = RecordWriter(folder, log.name, log.secret)
    writer.create()
    writer.append([entry.content for entry in reader.entries(0, size)])
    return folder
