"""What is a record, how its tampered, truncated and early forms are judged, and at which check."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.note import NoteSigner
from election import entries as e
from election.errors import RecordError
from election.examine import Stage
from election.faults import Refusal
from election.record import FolderSource
from tests.world import BEGIN, ORIGIN, World, approval
from verifier import Report, verify

VOTES = {"north": [(1, 0, 0), (1, 1, 0), (0, 0, 0)], "south": [(0, 1, 0), (0, 0, 1)]}
BUNDLE, TILE = "tile/entries/000.p", "tile/0/000.p"


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    world.open()
    world.vote(VOTES)
    world.finish()
    return world


@pytest.fixture
def record(world: World, tmp_path: Path) -> Path:
    return world.write(tmp_path / "record")


def judge(
    folder: Path, stage: Stage = Stage.FINAL, anchor: bytes | None = None, size: int | None = None
) -> Report:
    return verify(FolderSource(folder), stage, anchor=anchor, size=size)


def statuses(report: Report) -> list[str]:
    """Of V0 … V9; nothing is there to compare with, so V10 has not run."""
    *own, across = report.checks
    assert (across.number, across.status) == (10, "not run")
    return [check.status for check in own]


def partial(folder: Path, name: str) -> Path:
    """The only partial tile or bundle of a small record."""
    (path,) = (folder / name).iterdir()
    return path


def test_honest_record_is_verified(world: World, record: Path) -> None:
    report = judge(record, anchor=world.context)
    assert (report.exit, report.verified, report.anchored) == (0, True, True)
    assert statuses(report) == ["passed"] * 10
    assert (report.context, report.root, report.phase) == (world.context, world.state.tree.root(), "final")
    report.require()


def test_without_anchor_it_is_not_verified(record: Path) -> None:
    report = judge(record)
    assert (report.exit, report.verified, report.anchored) == (3, False, False)
    report.require()


def test_other_anchor_is_refused_at_v1(record: Path) -> None:
    report = judge(record, anchor=bytes(32))
    assert (report.exit, report.anchored) == (1, False)
    assert [(fault.check, fault.entry) for fault in report.faults] == [(1, 0)]
    assert statuses(report) == ["passed", "refused", *["not run"] * 8]
    with pytest.raises(Refusal, match="V1, entry 0: the context is"):
        report.require()


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_up_to_the_one_reached(world: World, record: Path, stage: Stage) -> None:
    report = judge(record, stage, world.context)
    assert report.verified
    assert statuses(report) == ["passed"] * (stage + 1) + ["not run"] * (9 - stage)


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.FINAL])
def test_stage_not_reached_is_refused(tmp_path: Path, stage: Stage) -> None:
    world = World()
    world.open()
    folder = world.write(tmp_path / "record")
    assert judge(folder, Stage.OPEN, world.context).verified
    report = judge(folder, stage, world.context)
    assert report.exit == 1
    assert [(fault.check, fault.entry) for fault in report.faults] == [(2, None)]
    assert "short of stage" in report.faults[0].reason


def test_prefix_is_judged_alone(world: World, tmp_path: Path) -> None:
    closed = world.state.closing
    assert closed is not None
    folder = world.write(tmp_path / "record")
    report = judge(folder, Stage.CLOSED, world.context, closed.size)
    assert report.verified
    assert (report.size, report.root, report.phase) == (closed.size, closed.root, "closed")
    assert judge(folder, Stage.FINAL, world.context, closed.size).exit == 1


@pytest.mark.parametrize("size", [0, 10_000])
def test_more_entries_than_there_are(record: Path, size: int) -> None:
    with pytest.raises(RecordError, match=rf"{size} were to be judged"):
        judge(record, size=size)


def test_nothing_to_check_is_not_passed(tmp_path: Path) -> None:
    world = World()
    world.open()
    world.finish()
    report = judge(world.write(tmp_path / "record"), anchor=world.context)
    assert report.verified
    by_status = {
        status: [c.number for c in report.checks if c.status == status] for status in set(statuses(report))
    }
    assert by_status["empty"][0] == 5
    assert 9 in by_status["empty"]


def test_void_entry_is_apart_and_refuses_nobody(tmp_path: Path) -> None:
    world = World()
    world.open()
    mine, other = (world.cast(c, (1, 0, 0)) for c in world.voters["north"][:2])
    number = world.put(replace(mine, proof=other.proof))
    world.vote(VOTES)
    world.finish()
    report = judge(world.write(tmp_path / "record"), anchor=world.context)
    assert report.verified
    assert [(fault.check, fault.entry) for fault in report.void] == [(5, number)]
    assert report.faults == ()
    assert report.checks[5].counted["cast ballots"] == 5


def test_refused_entry_that_ends_the_replay_leaves_checks_incomplete(tmp_path: Path) -> None:
    world = World()
    world.start()
    world.ceremony()
    bad = world.put(world.sign(e.Opening, roll=bytes(32), voters=1))
    world.roll()
    folder = world.write(tmp_path / "record")
    for stage in (Stage.CEREMONY, Stage.FINAL):
        report = judge(folder, stage, world.context)
        assert report.exit == 1
        assert [(fault.check, fault.entry) for fault in report.faults] == [(4, bad)]
        assert statuses(report) == ["passed", *["incomplete"] * 3, "refused", *["not run"] * 5]


# What is no record at all.


def test_folder_without_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="not a record: checkpoint: missing"):
        judge(tmp_path)


@pytest.mark.parametrize("garbage", [b"", b"hello\n", b"\xff\n", b"a\n1\nAAAA\n\n", b"x" * 5_000_000])
def test_checkpoint_that_is_none(record: Path, garbage: bytes) -> None:
    (record / "checkpoint").write_bytes(garbage)
    with pytest.raises(RecordError, match="not a record: checkpoint"):
        judge(record)


def test_empty_log(world: World, tmp_path: Path) -> None:
    world = World()
    with pytest.raises(RecordError, match="not a record: the log is empty"):
        judge(world.write(tmp_path / "record"))


def test_first_entries_missing(record: Path) -> None:
    shutil.rmtree(record / "tile" / "entries")
    with pytest.raises(RecordError, match="with the first entry, is missing"):
        judge(record)


# What is a record, and damaged.


def refused(report: Report, check: int, reason: str) -> None:
    """At this check alone, for this reason."""
    assert report.exit == 1
    assert [fault.check for fault in report.faults] == [check]
    assert reason in report.faults[0].reason
    assert statuses(report)[check] == "refused"
    assert statuses(report)[check + 1 :] == ["not run"] * (9 - check)


def test_truncated_bundle(world: World, record: Path) -> None:
    path = partial(record, BUNDLE)
    path.write_bytes(path.read_bytes()[:-1])
    refused(judge(record, anchor=world.context), 0, f"{BUNDLE}/{path.name}: ends inside entry")


def test_bundle_with_another_entry(world: World, record: Path) -> None:
    path = partial(record, BUNDLE)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    refused(
        judge(record, anchor=world.context), 2, f"in {BUNDLE}/{path.name} is not the one that the tree holds"
    )


def test_missing_tile(world: World, record: Path) -> None:
    path = partial(record, TILE)
    path.unlink()
    report = judge(record, anchor=world.context)
    refused(report, 0, f"{TILE}/{path.name}: missing")
    assert statuses(report) == ["refused", *["not run"] * 9]
    assert (report.context, report.root, report.phase, report.anchored) == (None, None, None, False)


def test_tile_with_another_hash(world: World, record: Path) -> None:
    path = partial(record, TILE)
    path.write_bytes(bytes(len(path.read_bytes())))
    report = judge(record, anchor=world.context)
    refused(report, 2, "checkpoint: its root is not")
    assert statuses(report) == ["not run", "not run", "refused", *["not run"] * 7]


def test_checkpoint_of_another_key(world: World, record: Path) -> None:
    foreign = NoteSigner(ORIGIN, World().log_key)
    head = Checkpoint(ORIGIN, world.state.size, world.state.tree.root())
    (record / "checkpoint").write_bytes(sign_checkpoint(head, foreign).to_bytes())
    refused(judge(record, anchor=world.context), 2, "not signed by the manifest's log")


def test_last_bundle_missing_in_a_long_record(tmp_path: Path) -> None:
    world = World()
    world.open()
    world.put(*(e.Clock(BEGIN + i) for i in range(1, 300)))
    folder = world.write(tmp_path / "record")
    (path,) = (folder / "tile/entries/001.p").iterdir()
    path.unlink()
    report = judge(folder, Stage.OPEN, world.context)
    refused(report, 0, f"001.p/{path.name}: missing")
    assert report.faults[0].entry == 256


@pytest.mark.parametrize("name", ["checkpoint", BUNDLE, TILE])
def test_any_changed_byte_is_noticed(world: World, record: Path, name: str) -> None:
    path = record / name if name == "checkpoint" else partial(record, name)
    honest = path.read_bytes()
    for position in range(0, len(honest), max(1, len(honest) // 40)):
        path.write_bytes(honest[:position] + bytes([honest[position] ^ 0x11]) + honest[position + 1 :])
        try:
            assert judge(record, anchor=world.context).exit == 1
        except RecordError:
            assert name == "checkpoint"


# What a result shows about votes.


def test_unanimous_cells_are_warned_about(tmp_path: Path) -> None:
    world = World(contests=(approval(at_most=2),), voters={"alike": 2, "full": 2, "mixed": 2, "single": 1})
    world.open()
    world.vote(
        {
            "alike": [(1, 0, 0), (1, 0, 0)],
            "full": [(1, 1, 0), (1, 0, 0)],
            "mixed": [(1, 0, 0), (0, 1, 0)],
            "single": [(0, 1, 1)],
        }
    )
    world.finish()
    report = judge(world.write(tmp_path / "record"), anchor=world.context)
    assert report.verified
    assert [concern.reason for concern in report.warnings] == [
        "contests.council, alike: all 2 ballots are alike, so its totals show how each of them voted",
        "contests.council, full: every one of the 2 ballots gave its most to a",
        "contests.council, single: its totals are one voter's ballot",
    ]
