"""Backups of a log: its record as files, from which any database can be made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bulletin_board.admission import Incoming
from bulletin_board.errors import BoardError
from bulletin_board.publish import publish
from bulletin_board.recovery import check_seen
from bulletin_board.store import Head, Store, Writer
from bulletin_board.store.migrate import migrate
from bulletin_board.tip import Growth
from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.errors import EncodingError
from crypto.merkle import EMPTY_ROOT
from crypto.note import MAX_NOTE_SIZE, NoteSigner
from crypto.tiles import TreeEdge
from election.examine import follow
from election.record import DurableFolder, FolderSource, MissingFileError, RecordReader, Source
from election.witnessing import cosigned

_ROWS = 2_000


def back_up(source: Source, folder: Path) -> int:
    """Write a record to a folder, or what an earlier backup there lacks, and read it again; how many entries.

    Raises StaleError where the folder has more than the record, or another log; BoardError for other files.
    """
    files = DurableFolder(folder)
    files.create()
    with files.locked():
        size = publish(source, files, _done(source, files, folder))
    copy = RecordReader(FolderSource(folder))
    if copy.recompute_root() != copy.root:
        raise BoardError(f"{folder}: it does not hold what was written to it; is the disk broken?")
    return size


def restore(
    database: str, folder: Path, signer: NoteSigner, progress: Callable[[str, int, int], None]
) -> int:
    """Make an empty database hold the log of a backup; how many entries.

    Nothing new is signed: every checkpoint on the way is of entries that the log has signed before. Raises
    BoardError, RecordError, Refusal or ProofError for a backup that is none of this log, or damaged.
    """
    reader = RecordReader(FolderSource(folder))
    reader.signed.verify(signer.name, signer.key)
    cosigned(reader, follow(reader).state.election)
    store = Store.open(database)
    try:
        migrate(store.engine)
        writer = Writer(store.engine)
        try:
            if writer.head() is not None:
                raise BoardError("the database has a log already; restore to an empty one")
            head = _fill(writer, reader, signer, progress)
        finally:
            writer.close()
        store.replace_checkpoint(head.checkpoint, reader.signed.to_bytes())
        if reader.witnessed:
            store.replace_witnessed(None, reader.witnessed.to_bytes())
    finally:
        store.close()
    return reader.size


def _fill(
    writer: Writer, reader: RecordReader, signer: NoteSigner, progress: Callable[[str, int, int], None]
) -> Head:
    edge = TreeEdge()
    empty = sign_checkpoint(Checkpoint(signer.name, 0, EMPTY_ROOT), signer)
    head = Head(0, EMPTY_ROOT, empty.to_bytes())
    writer.begin_log(head)
    entries: Iterator[Incoming] = (Incoming.parse(raw.content) for raw in reader.entries())
    while part := list(islice(entries, _ROWS)):
        growth = Growth.of(head, edge, part, signer)
        writer.commit(growth.batch)
        head, edge = growth.batch.new, growth.edge
        progress("entries", head.size, reader.size)
    if head.root != reader.root:
        raise BoardError("the database has come to another root than the backup")
    return head


def _done(source: Source, files: DurableFolder, folder: Path) -> int:
    """How many entries of this very log the folder has already."""
    try:
        seen = SignedCheckpoint.parse(FolderSource(folder).read("checkpoint", MAX_NOTE_SIZE)).checkpoint
    except MissingFileError:
        if not files.is_empty():
            raise BoardError(f"{folder} is not empty, and no backup of a log") from None
        return 0
    except EncodingError as error:
        raise BoardError(f"{folder} is no backup of a log: {error}") from None
    reader = RecordReader(source)
    if seen.origin != reader.signed.checkpoint.origin:
        raise BoardError(f"{folder} is a backup of {seen.origin}")
    check_seen(reader, seen, f"the backup {folder}")
    return seen.size
