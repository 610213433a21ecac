"""The published record: a folder of C2SP tlog-tiles, with blobs for large entries (SPEC 3.1).

    checkpoint                    origin, size, root, signatures
    checkpoint.witnessed          the newest one that the witnesses' quorum has cosigned, if any
    tile/<level>/<n>[.p/<w>]      256 hashes, or w
    tile/entries/<n>[.p/<w>]      256 entries, or w, each after its length (u16, big-endian)
    blob/<xx>/<sha256>            the content of an entry above 65,535 bytes

RecordReader believes nothing: it checks tiles and entries against the checkpoint's root before anybody gets
them. RecordWriter appends; the checkpoint, written last, is the commit point.
"""

from election.record.blobs import MAX_ENTRY, MAX_INLINE, leaf_of
from election.record.files import DurableFolder
from election.record.reader import LogEntry, RecordReader
from election.record.source import CHECKPOINT, WITNESSED, FolderSource, MissingFileError, Source
from election.record.writer import Head, RecordWriter

__all__ = [
    "CHECKPOINT",
    "MAX_ENTRY",
    "MAX_INLINE",
    "WITNESSED",
    "DurableFolder",
    "FolderSource",
    "Head",
    "LogEntry",
    "MissingFileError",
    "RecordReader",
    "RecordWriter",
    "Source",
    "leaf_of",
]
