"""Making the ballots of all voters, in processes that know nothing but the public record and one credential each."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crypto.group import Scalars
from election.ballot import prepare
from election.entries import NO_PREDECESSOR, entry_hash
from election.examine import follow
from election.parameters import Parameters
from election.record import RecordReader

# Enough for one batch of proofs, small enough that a bar moves.
CHUNK = 64


@dataclass(frozen=True, repr=False)
class Voter:
    """What one voter does. credential: secret scalar, 32 bytes; first: a ballot that the last one replaces."""

    style: str
    credential: bytes
    choices: tuple[int, ...]
    challenge: bool = False
    first: tuple[int, ...] | None = None


def make_entries(record: Path, voters: Sequence[Voter]) -> Iterator[list[bytes]]:
    """For each chunk of voters the canonical entries that they submit, in order."""
    chunks = [voters[i : i + CHUNK] for i in range(0, len(voters), CHUNK)]
    workers = max(1, min(os.cpu_count() or 1, len(chunks)))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, _read_record, (record,)) as pool:
        with _uninterrupted():
            made = pool.map(_make_chunk, chunks)
        yield from made


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """The processes started here are stopped by this one, and not by the terminal's Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_known: list[Parameters] = []


def _read_record(record: Path) -> None:
    parameters = follow(RecordReader.of_folder(record)).state.parameters
    assert parameters is not None
    _known.append(parameters)


def _make_chunk(voters: Sequence[Voter]) -> list[bytes]:
    return [entry for voter in voters for entry in _entries(_known[0], voter)]


def _entries(parameters: Parameters, voter: Voter) -> Iterator[bytes]:
    """Perhaps a challenged ballot, perhaps a first one, then the one that counts: each from a seed of its own."""
    if voter.challenge:
        yield prepare(parameters, voter.style, voter.choices).challenge().to_bytes()
    c, predecessor = Scalars.from_bytes(voter.credential), NO_PREDECESSOR
    ballots = [voter.choices] if voter.first is None else [voter.first, voter.choices]
    for sequence, choices in enumerate(ballots, 1):
        entry = prepare(parameters, voter.style, choices).cast(c, sequence, predecessor).to_bytes()
        predecessor = entry_hash(entry)
        yield entry
