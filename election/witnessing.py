"""What the manifest's witnesses have cosigned, and when (SPEC 3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crypto.checkpoint import SignedCheckpoint
from crypto.errors import ProofError
from crypto.note import NoteKey
from election.manifest import Manifest, Witnesses
from election.record import WITNESSED, RecordReader

CLOCK_TOLERANCE = 600
"""Seconds by which the log's clock and a witness's may differ."""


@dataclass(frozen=True)
class Witnessed:
    """How far one checkpoint is cosigned. times: of each witness that has, by its key, the earliest; POSIX seconds."""

    witnesses: Witnesses
    size: int
    times: Mapping[NoteKey, int]

    @property
    def reached(self) -> bool:
        """Whether the quorum has cosigned; also where there are no witnesses, whose quorum is 0."""
        return len(self.times) >= self.witnesses.quorum

    @property
    def missing(self) -> list[str]:
        """The names of those that have not cosigned."""
        return [key.name for key in keys_of(self.witnesses) if key not in self.times]

    @property
    def so_far(self) -> str:
        """Such as: 1 of 2 witnesses."""
        return f"{len(self.times)} of {self.witnesses.quorum} witnesses"


def witnessed(signed: SignedCheckpoint, manifest: Manifest) -> Witnessed:
    """Raises ProofError where a line of one of the manifest's witnesses is not its cosignature.

    Whether the log itself has signed is the caller's question.
    """
    times: dict[NoteKey, int] = {}
    for own in signed.cosignatures(keys_of(manifest.witnesses)):
        times[own.key] = min(own.time, times.get(own.key, own.time))
    return Witnessed(manifest.witnesses, signed.checkpoint.size, times)


def cosigned(reader: RecordReader, manifest: Manifest) -> list[Witnessed]:
    """How far a record's checkpoint is cosigned and, where it has one, the witnessed checkpoint beside it.

    Raises ProofError where a cosignature is false, and for a witnessed checkpoint that the log has not signed or that
    does not cover a beginning of this record; RecordError where the record does not hang together.
    """
    found = [witnessed(reader.signed, manifest)]
    if reader.witnessed is not None:
        seen = reader.witnessed.verify(manifest.log.origin, manifest.log.note_key)
        if seen.size > reader.size or reader.root_at(seen.size) != seen.root:
            raise ProofError(f"{WITNESSED}: the log has signed it, and it covers no beginning of this record")
        found.append(witnessed(reader.witnessed, manifest))
    return found


def covered(views: Iterable[Witnessed]) -> int:
    """How many entries the quorum has cosigned, by all these views of one log; 0 if none."""
    return max((view.size for view in views if view.reached), default=0)


def keys_of(witnesses: Witnesses) -> list[NoteKey]:
    """Of the manifest's witnesses, in its order. EncodingError where V1 would refuse the manifest."""
    return [NoteKey.parse(text) for text in witnesses.keys]


def tlog_policy(manifest: Manifest) -> str:
    """The log, its witnesses and their quorum as a C2SP tlog-policy, for tools that are not ours."""
    names = [f"witness-{number}" for number, _ in enumerate(manifest.witnesses.keys, 1)]
    lines = [f"log {manifest.log.key}"]
    lines += [f"witness {name} {key}" for name, key in zip(names, manifest.witnesses.keys, strict=True)]
    if names:
        lines.append(f"group witnesses {manifest.witnesses.quorum} {' '.join(names)}")
    lines.append(f"quorum {'witnesses' if names else 'none'}")
    return "".join(f"{line}\n" for line in lines)


def quorum_time(views: Iterable[Witnessed], quorum: int) -> int | None:
    """When the quorum had first cosigned, by all these views together; None if it has not.

    The quorum is more than may be faulty, so at least one honest witness had cosigned by then.
    """
    return _order_statistic(views, quorum, earliest=True)


def quorum_last_time(views: Iterable[Witnessed], quorum: int) -> int | None:
    """Until when the quorum has gone on cosigning these views, None if it never did: one honest witness at least."""
    return _order_statistic(views, quorum, earliest=False)


def _order_statistic(views: Iterable[Witnessed], quorum: int, *, earliest: bool) -> int | None:
    times: dict[NoteKey, int] = {}
    choose = min if earliest else max
    for view in views:
        for key, time in view.times.items():
            times[key] = choose(time, times.get(key, time))
    ordered = sorted(times.values(), reverse=not earliest)
    return ordered[quorum - 1] if 0 < quorum <= len(ordered) else None
