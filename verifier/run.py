"""Is there a record, and what do the checks say about it?"""

from __future__ import annotations

from collections.abc import Sequence

from crypto.checkpoint import SignedCheckpoint
from crypto.errors import EncodingError
from crypto.note import MAX_NOTE_SIZE
from crypto.tiles import bundle_path, tile_width
from election.errors import RecordError, TreeError
from election.examine import CheckLine, Progress, Stage, examine
from election.faults import CHECKS, Fault
from election.record import MissingFileError, RecordReader, Source
from election.record.bundles import MAX_LEAF
from verifier.across import across
from verifier.report import Report
from verifier.views import View, check_views


def verify(
    source: Source,
    stage: Stage = Stage.FINAL,
    *,
    anchor: bytes | None = None,
    size: int | None = None,
    views: Sequence[View] = (),
    progress: Progress | None = None,
) -> Report:
    """Run V0 … V9 as far as the stage asks, and V10 over what others have seen of the log.

    anchor: 32 bytes; size: judge only the first so many entries, though all of them are compared with the views.

    Raises ForeignViewError for a view that is not of this log, and RecordError where there is no record: no readable
    checkpoint, no entries, no file with the first of them, or fewer entries than are to be judged. What is wrong with a
    record that is there, the report says.
    """
    signed = _read_checkpoint(source)
    log_size = signed.checkpoint.size
    _check_first_entry(source, log_size)
    judged = log_size if size is None else size
    if not 0 < judged <= log_size:
        raise RecordError("record", f"it has {log_size} entries, {judged} were to be judged")
    try:
        reader = RecordReader(source)
        check_views(reader, views)
        found = examine(reader, stage, anchor=anchor, size=judged, progress=progress)
        return Report.of(found, anchor, across(found, reader, views))
    except RecordError as error:
        check = 2 if isinstance(error, TreeError) else 0
        return Report(stage, judged, _only(Fault(check, str(error))))


def _read_checkpoint(source: Source) -> SignedCheckpoint:
    try:
        return SignedCheckpoint.parse(source.read("checkpoint", MAX_NOTE_SIZE))
    except EncodingError as error:
        reason = str(error).removeprefix("checkpoint: ")
        raise RecordError("not a record", f"checkpoint: {reason}") from None
    except RecordError as error:
        raise RecordError("not a record", str(error)) from None


def _check_first_entry(source: Source, size: int) -> None:
    """Whether the file is there in which the first entry should be; what is in it is a matter of the checks."""
    if size == 0:
        raise RecordError("not a record", "the log is empty")
    width = tile_width(0, 0, size)
    for path in (bundle_path(0, width), bundle_path(0)):
        try:
            source.read(path, width * MAX_LEAF)
        except MissingFileError:
            continue
        except RecordError:
            return
        return
    raise RecordError("not a record", f"{bundle_path(0, width)}, with the first entry, is missing")


def _only(fault: Fault) -> tuple[CheckLine, ...]:
    """A fault that lets no check run."""
    return tuple(
        CheckLine(number, "refused", {}, (fault,))
        if number == fault.check
        else CheckLine(number, "not run", {}, ())
        for number in CHECKS
    )
