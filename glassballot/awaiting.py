"""Waiting for a board's witnesses: what a log has taken in last, they cosign a moment later."""

from __future__ import annotations

import time
from collections.abc import Callable

from crypto.errors import EncodingError, ProofError
from election.entries import Result, parse
from election.errors import RecordError
from election.manifest import Manifest
from election.record import RecordReader, Source
from election.witnessing import cosigned, covered
from glassballot.console import errors

SECONDS, PAUSE = 30.0, 1.0


def await_quorum(
    source: Source,
    *,
    sleep: Callable[[float], object] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Wait until the witnesses' quorum covers what V10 asks of a record, or it has had its time; told on stderr.

    Nothing is judged here, so a record that is none, or is wrong, is not waited for.
    Raises UnreachableError where the board does not answer.
    """
    deadline = monotonic() + SECONDS
    told = False
    while (missing := _missing(source)) and monotonic() < deadline:
        if not told:
            text = f"{missing}; waiting for it, {SECONDS:.0f} s at the most"
            errors.print(text, style="dim", markup=False, soft_wrap=True)
            told = True
        sleep(PAUSE)


def _missing(source: Source) -> str:
    """What the quorum has still to cosign, in words; "" for nothing."""
    try:
        reader = RecordReader(source)
        manifest = parse(reader.entry(0).content) if reader.size else None
        if not isinstance(manifest, Manifest) or not manifest.witnesses.keys:
            return ""
        size = covered(cosigned(reader, manifest))
        is_final = isinstance(parse(reader.entry(reader.size - 1).content), Result)
    except (EncodingError, ProofError, RecordError):
        return ""
    if size >= (reader.size if is_final else 1):
        return ""
    return f"the witnesses' quorum has cosigned {size:,} of {reader.size:,} entries"
