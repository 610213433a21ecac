"""Go's own note and tlog packages read our records: real clients that are not ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crypto.signing import SigningKey
from election.record import RecordWriter
from tests.interop.conftest import RecordCheck

ORIGIN = "example.org/log"
SIZES = (1, 2, 255, 256, 257, 700)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[Path]]:
    """A folder, its verifier key, and the checkpoints that it had at all SIZES."""
    folder = tmp_path_factory.mktemp("log")
    writer = RecordWriter(folder / "record", ORIGIN, SigningKey.generate())
    writer.create()
    seen = []
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        writer.append([b"%d" % number * (number % 40 + 1) for number in range(before, size)])
        seen.append(folder / f"checkpoint-{size}")
        shutil.copy(folder / "record/checkpoint", seen[-1])
    return folder / "record", str(writer.key), seen


def test_folder(log: tuple[Path, str, list[Path]], record_check: RecordCheck) -> None:
    record, key, seen = log
    done = record_check(record, key, *seen)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "700 entries included, 6 checkpoints are prefixes\n"


def test_blob(tmp_path: Path, record_check: RecordCheck) -> None:
    writer = RecordWriter(tmp_path / "record", ORIGIN, SigningKey.generate())
    writer.create()
    writer.append([b"small", b"large" * 20_000])
    assert record_check(tmp_path / "record", writer.key).returncode == 0


def test_it_sees_what_is_wrong(
    log: tuple[Path, str, list[Path]], record_check: RecordCheck, tmp_path: Path
) -> None:
    record, key, seen = log
    other = RecordWriter(tmp_path / "other", ORIGIN, SigningKey.generate())
    assert "no verifiable signatures" in record_check(record, other.key).stderr
    copy = shutil.copytree(record, tmp_path / "copy")
    bundle = copy / "tile/entries/000"
    bundle.write_bytes(bundle.read_bytes().replace(b"100", b"101", 1))
    assert record_check(copy, key).returncode == 1
    shutil.copy(seen[2], copy / "checkpoint")
    assert record_check(copy, key, seen[5]).returncode == 1
