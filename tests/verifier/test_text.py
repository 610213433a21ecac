"""The report in words: one line a check, faults and void entries by number, the verdict last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from election import entries as e
from election.examine import Stage
from election.record import FolderSource
from tests.world import BEGIN, World
from verifier import Report, lines, verify


def report_of(world: World, folder: Path, stage: Stage = Stage.FINAL, *, anchored: bool = True) -> Report:
    source = FolderSource(world.write(folder / "record"))
    return verify(source, stage, anchor=world.context if anchored else None)


def text(report: Report) -> list[str]:
    return [line.text for line in lines(report)]


@pytest.fixture
def world() -> World:
    world = World()
    world.open()
    world.put(world.prepare((1, 0, 1)).challenge())
    return world


def test_one_line_a_check_with_counts(world: World, tmp_path: Path) -> None:
    world.vote({"north": [(1, 0, 0), (1, 1, 0)], "south": [(0, 1, 0), (0, 0, 1)]})
    world.finish()
    printed = text(report_of(world, tmp_path))
    assert [line.split(" ")[0] for line in printed[:10]] == [f"V{n}" for n in range(10)]
    assert printed[5] == "V5 ballot proofs — passed — 4 cast ballots, 1 challenged ballot opened"
    assert printed[6] == "V6 set of ballots — passed — 4 counted, 0 superseded, 1 challenged"
    assert f"Context — {world.context.hex()}" in printed
    assert printed[-1] == "PASSED up to stage final, as the election of this anchor; 0 void entries"


def test_unanchored_is_said_last_and_the_context_printed(world: World, tmp_path: Path) -> None:
    world.finish()
    printed = text(report_of(world, tmp_path, anchored=False))
    assert f"Context — {world.context.hex()}" in printed
    assert printed[-1].startswith("UNANCHORED: passed up to stage final, true if ")
    assert not any("PASSED" in line for line in printed)


def test_nothing_to_check_is_said(tmp_path: Path) -> None:
    world = World()
    world.open()
    assert text(report_of(world, tmp_path, Stage.OPEN))[5] == "V5 ballot proofs — nothing to check"


def test_checks_beyond_the_stage_did_not_run(world: World, tmp_path: Path) -> None:
    printed = text(report_of(world, tmp_path, Stage.OPEN))
    assert printed[7:10] == [
        f"V{n} {title} — not run — stage open does not ask for it"
        for n, title in ((7, "aggregates"), (8, "partial decryptions"), (9, "result"))
    ]


def test_faults_stand_below_their_check(world: World, tmp_path: Path) -> None:
    c = world.voters["north"][0]
    again = replace(world.cast(c, (1, 0, 0)), sequence=7)
    numbers = world.put(again), world.put(again)
    printed = text(report_of(world, tmp_path, Stage.OPEN))
    at = printed.index("V6 set of ballots — refused — 2 faults")
    for line, number in zip(printed[at + 1 :], numbers, strict=False):
        assert line == f"   entry {number}: sequence number 7 where 1 is due"
    assert printed[at - 1].startswith("V5 ballot proofs — passed")
    assert printed[-1] == "REFUSED at V6; 0 void entries"


def test_void_entries_are_apart_and_counted_last(world: World, tmp_path: Path) -> None:
    mine, other = (world.cast(c, (1, 0, 0)) for c in world.voters["north"][:2])
    number = world.put(replace(mine, proof=other.proof))
    world.put(mine)
    printed = text(report_of(world, tmp_path, Stage.OPEN))
    assert printed[5] == "V5 ballot proofs — passed — 1 cast ballot, 1 challenged ballot opened"
    assert f"Void — V5 — entry {number}: the cast proof or the ballot proof is false" in printed
    assert printed[-1] == "PASSED up to stage open, as the election of this anchor; 1 void entry"


def test_what_was_seen_in_part_is_incomplete(world: World, tmp_path: Path) -> None:
    world.put(world.opening(), world.opening(), e.Clock(BEGIN + 1))
    printed = text(report_of(world, tmp_path))
    size = world.state.size
    assert printed[0] == f"V0 encoding and archive — passed — {size} entries"
    assert printed[1] == (
        f"V1 manifest and parameters — incomplete — only {size - 2} of {size} entries could be judged"
    )
    assert "V3 key ceremony — not run — not possible after what was refused" in printed
    assert printed[-1] == "REFUSED at V2; 0 void entries"
