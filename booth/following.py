"""The log as one voter has to see it: what she relies on is checked, the proofs of others are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crypto.errors import EncodingError
from crypto.note import NoteKey
from election.ballot import falsehood
from election.entries import Closing, parse
from election.errors import RecordError
from election.examine import Progress, Stage, examine
from election.faults import Refusal
from election.ledger import State
from election.manifest import Manifest
from election.record import RecordReader
from election.replay import Replay, logged
from election.standing import Ballot, Sighting

_STEP = 64


@dataclass
class Followed:
    """The state at the closing, or where the log ends before it, and the ballots that were looked for."""

    state: State
    sightings: list[Sighting] = field(default_factory=list)


def nothing(ballot: Ballot) -> bool:
    """Looks for no ballots."""
    return False


def follow(
    reader: RecordReader,
    concerns: Callable[[Ballot], bool] = nothing,
    *,
    anchor: bytes | None = None,
    progress: Progress | None = None,
) -> Followed:
    """Replay the log up to its closing; proofs are checked of the ballots that concern the caller.

    Junk in other voters' names has no effect on hers. If the ledger stumbles over it all the same, every
    proof is checked, and only a record that is refused even then is a Refusal. Raises RecordError and
    ProofError as well.
    """
    check_log(reader, anchor)
    try:
        return _replay(reader, concerns, {}, progress)
    except Refusal:
        found = examine(reader, Stage.OPEN, anchor=anchor, progress=progress)
        if found.fatal:
            raise Refusal(found.fatal[0].check, found.fatal[0].reason, found.fatal[0].entry) from None
        false = {fault.entry: fault.reason for fault in found.void if fault.entry is not None}
        return _replay(reader, concerns, false, progress)


def manifest_of(reader: RecordReader) -> tuple[Manifest, bytes]:
    """The manifest and its entry hash, the context. Raises RecordError."""
    if reader.size == 0:
        raise RecordError("record", "the log is empty")
    raw = reader.entry(0)
    try:
        entry = parse(raw.content)
    except EncodingError as error:
        raise RecordError("entry 0", str(error)) from None
    if not isinstance(entry, Manifest):
        raise RecordError("entry 0", f"a log begins with a manifest, not with a {entry.kind}")
    return entry, raw.hash


def check_log(reader: RecordReader, anchor: bytes | None = None) -> None:
    """The record is signed by the log that its own manifest names, and is the election that was asked for."""
    manifest, context = manifest_of(reader)
    reader.signed.verify(manifest.log.origin, log_key(manifest))
    if anchor is not None and context != anchor:
        raise Refusal(1, f"the context is {context.hex()}, the anchor {anchor.hex()}", 0)


def log_key(manifest: Manifest) -> NoteKey:
    """The key that the manifest pins. Raises RecordError."""
    try:
        return manifest.log.note_key
    except EncodingError as error:
        raise RecordError("entry 0", str(error)) from None


def _replay(
    reader: RecordReader,
    concerns: Callable[[Ballot], bool],
    false: Mapping[int, str],
    progress: Progress | None,
) -> Followed:
    replay = Replay(reader)
    found = Followed(replay.state)
    for raw in reader.entries():
        if progress and (raw.index % _STEP == 0 or raw.index + 1 == reader.size):
            progress("entries", raw.index + 1, reader.size)
        try:
            entry = logged(raw)
        except EncodingError as error:
            raise RecordError(f"entry {raw.index}", str(error)) from None
        ballot = entry.entry if isinstance(entry.entry, Ballot) and concerns(entry.entry) else None
        void = false.get(raw.index, "")
        if ballot is not None and replay.state.parameters is not None:
            void = void or falsehood(replay.state.parameters, ballot)
        try:
            replay.take(entry, void, trusting=True)
        except Refusal as refusal:
            if not refusal.fault.void:
                raise
            replay.pass_over(raw)
        if ballot is not None:
            found.sightings.append(Sighting(raw.index, ballot, void))
        if isinstance(entry.entry, Closing):
            break
    return found
