"""Verified ciphertexts a second and core, on a record: whole process, inner loop, and the curve alone."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.timing import side_by_side
from crypto import batch
from crypto.group import Points, Scalars, msm_vartime
from election.ballot import claims
from election.entries import Cast, parse
from election.examine import follow
from election.parameters import Parameters
from election.record import RecordReader

# Points that each ciphertext of a ballot brings into the one multiplication, and has to be decoded for.
POINTS_PER_CIPHERTEXT = 2


def verification(files: Sequence[Path], folder: Path) -> dict[str, float]:
    """Holds an election over the files, then verifies its record."""
    ballots = [part for path in files for part in ("--ballots", str(path))]
    demo = _glassballot("demo", *ballots, "--out", str(folder / "demo"), "--json")
    record, anchor = Path(demo["record"]), demo["anchor"]
    before = _children()
    _glassballot("verify", str(record), "--anchor", anchor, "--json")
    process = _children() - before
    contents, parameters = _casts(record)
    entries = [parse(content) for content in contents]
    proofs = [claim for entry in entries if isinstance(entry, Cast) for claim in claims(parameters, entry)]
    n = sum(len(entry.body.slots) for entry in entries if isinstance(entry, Cast))
    encoded = Points.concat(entry.body.slots.alpha for entry in entries if isinstance(entry, Cast)).to_bytes()
    weights = Scalars.random(n * POINTS_PER_CIPHERTEXT)

    def inner() -> object:
        return batch.holds(proofs, parameters.basis)

    def curve() -> object:
        return msm_vartime(weights, Points.from_bytes(encoded * POINTS_PER_CIPHERTEXT))

    parsing, checking, alone = side_by_side([lambda: [parse(c) for c in contents], inner, curve], rounds=3)
    return {
        "ciphertexts in cast ballots": float(n),
        "verified a second and core, whole process": n / process,
        "verified a second and core, equations only": n / checking,
        "parsed and decoded a second and core": n / parsing,
        "curve alone (decode and multiply), a second and core": n / alone,
        "  ratio, whole process to curve alone": process / alone,
        "  ratio, parse and equations to curve alone": (parsing + checking) / alone,
    }


def _casts(record: Path) -> tuple[list[bytes], Parameters]:
    reader = RecordReader.of_folder(record)
    parameters = follow(reader).state.parameters
    assert parameters is not None
    return [raw.content for raw in reader.entries() if b'"kind":"cast"' in raw.content], parameters


def _glassballot(*arguments: str) -> dict[str, str]:
    command = [sys.executable, "-m", "glassballot", *arguments]
    # One thread, so that seconds of CPU are seconds of one core.
    done = subprocess.run(
        command, stdout=subprocess.PIPE, env={**os.environ, "RAYON_NUM_THREADS": "1"}, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
