"""V10 in the report: when it runs, what it counts, and that it is never passed off as passed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from election.errors import RecordError
from election.examine import Stage
from election.record import WITNESSED, FolderSource, MissingFileError
from glassballot import anchor, awaiting
from glassballot.awaiting import await_quorum
from tests.attacks.museum import finished, voted
from tests.attacks.views import COSIGNERS, judged, kept, receipt, sign, witnessed_world
from tests.cli.door import Door
from tests.world import END, World
from verifier import Report, lines, verify

NOTHING = "V10 across views — not run — no witnesses are named, and no older checkpoint or receipt was given"


@pytest.fixture(scope="module")
def world() -> World:
    return finished()


@pytest.fixture(scope="module")
def witnessed() -> World:
    return finished(witnessed_world())


def line(report: Report) -> str:
    (found,) = [line.text for line in lines(report) if line.text.startswith("V10")]
    return found


def test_with_nothing_to_compare_it_has_not_run(world: World, tmp_path: Path) -> None:
    report = judged(world, tmp_path / "record", [])
    assert (report.checks[10].status, report.exit) == ("not run", 0)
    assert line(report) == NOTHING
    assert report.to_json()["checks"][10]["status"] == "not run"


def test_what_it_has_compared(world: World, witnessed: World, tmp_path: Path) -> None:
    views = [kept(world, 5), kept(world, 24), receipt(world, 24, 25)]
    assert line(judged(world, tmp_path / "record", [], *views)) == (
        "V10 across views — passed — 0 witnesses who cosigned, 2 older checkpoints, 1 receipt"
    )
    assert line(judged(witnessed, tmp_path / "witnessed", COSIGNERS)) == (
        "V10 across views — passed — 3 witnesses who cosigned, 33 entries under their quorum, "
        "0 older checkpoints, 0 receipts"
    )


def test_witnesses_are_due_at_every_stage(tmp_path: Path) -> None:
    world = voted(witnessed_world())
    for cosigners, code in ((COSIGNERS[:1], 1), (COSIGNERS[1:], 0)):
        folder = tmp_path / str(code)
        judged(world, folder, cosigners)
        report = verify(FolderSource(folder), Stage.OPEN, anchor=world.context)
        assert report.exit == code
    assert "only" not in line(report)


def test_a_prefix_is_judged_by_the_views_of_the_whole(witnessed: World, tmp_path: Path) -> None:
    judged(witnessed, tmp_path / "record", COSIGNERS)
    views = [kept(witnessed, witnessed.state.size)]
    report = verify(
        FolderSource(tmp_path / "record"), Stage.OPEN, anchor=witnessed.context, size=24, views=views
    )
    assert (report.exit, report.checks[10].status) == (0, "passed")


def test_nothing_passes_behind_a_fault(world: World, tmp_path: Path) -> None:
    """Another check refuses the record; that the views agree as far as they go is not said to be enough."""
    other = World(like=world)
    other.put(*world.log.contents[:22], b"{}", *world.log.contents[22:])
    report = judged(other, tmp_path / "record", [], kept(other, 21))
    assert report.checks[10].status == "not run"
    assert line(report).endswith("not run — not possible after what was refused")


def test_a_contradiction_is_named_behind_a_fault(world: World, tmp_path: Path) -> None:
    other = World(like=world)
    other.put(*world.log.contents[:22], b"{}", *world.log.contents[22:])
    report = judged(other, tmp_path / "record", [], kept(world, 23))
    assert report.checks[10].status == "refused" and "old" in report.evidence
    assert [fault.check for fault in report.faults][-1] == 10


def test_without_a_manifest_nothing_can_be_compared(world: World, tmp_path: Path) -> None:
    other = World(like=world)
    other.put(b"{}", *world.log.contents[1:])
    report = verify(FolderSource(other.write(tmp_path / "record")), views=[kept(world, 5)])
    assert (report.checks[10].status, report.exit) == ("not run", 1)


def test_an_unsigned_record_convicts_nobody(world: World, tmp_path: Path) -> None:
    """Whoever forges a record under another key must not make evidence against the log."""
    forger = World(like=world)
    forger.log_key = World().log_key
    forger.put(*world.log.contents[:20], b"{}", *world.log.contents[20:])
    report = judged(forger, tmp_path / "record", [], kept(world, 25))
    assert report.checks[10].status == "refused" and report.evidence == {}


def test_an_empty_checkpoint_is_a_prefix_of_everything(world: World, tmp_path: Path) -> None:
    assert judged(world, tmp_path / "record", [], kept(world, 0)).exit == 0


def test_a_record_that_is_taken_away_meanwhile_passes_nothing(world: World, tmp_path: Path) -> None:
    """What V0 has read is no longer there for V10."""
    folder = world.write(tmp_path / "record")

    class Flaky(FolderSource):
        gone = False

        def read(self, path: str, limit: int) -> bytes:
            if self.gone and path.startswith("tile/entries/"):
                raise RecordError(path, "gone")
            return super().read(path, limit)

    source = Flaky(folder)

    def then_gone(task: str, done: int, total: int) -> None:
        source.gone = done == total

    views = [receipt(world, 24, 25)]
    report = verify(source, anchor=world.context, views=views, progress=then_gone)
    assert (report.exit, report.checks[10].status) == (1, "not run")


@pytest.fixture
def record(witnessed: World, tmp_path: Path) -> Path:
    judged(witnessed, tmp_path / "record", COSIGNERS)
    return tmp_path / "record"


def test_since_an_older_checkpoint(door: Door, witnessed: World, record: Path, tmp_path: Path) -> None:
    (tmp_path / "monday").write_bytes(kept(witnessed, 9).signed.to_bytes())
    shutil.copy(record / "checkpoint", tmp_path / "tuesday")
    anchor = ("--anchor", witnessed.context.hex())
    done = door("verify", record, *anchor, "--since", tmp_path / "monday", "--since", tmp_path / "tuesday")
    assert (done.code, done.err) == (0, "")
    assert (
        "— passed — 3 witnesses who cosigned, 33 entries under their quorum, 2 older checkpoints" in done.out
    )


def test_a_contradiction_is_kept(door: Door, witnessed: World, record: Path, tmp_path: Path) -> None:
    old = tmp_path / "monday"
    old.write_bytes(sign(witnessed, 9, bytes(32)).to_bytes())
    for _ in range(2):
        done = door("verify", record, "--anchor", witnessed.context.hex(), "--since", old)
        assert done.code == 1
        assert f"Two checkpoints that convict the log are kept in {old}.evidence" in done.out.replace(
            "\n", ""
        )
        assert f"{old} shows another log: at 9 entries its root is {'0' * 64}" in done.out.replace("\n", "")
    assert {path.name for path in tmp_path.glob("*evidence*")} == {"monday.evidence"}
    done = door("verify", record, "--since", old, "--evidence", tmp_path / "elsewhere", "--json")
    assert done.json["evidence"] == [str(tmp_path / "elsewhere")]
    assert (tmp_path / "elsewhere").read_bytes() == (tmp_path / "monday.evidence").read_bytes()


def test_views_of_other_logs_and_files_that_are_none(
    door: Door, witnessed: World, record: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_bytes(kept(World(), 0).signed.to_bytes())
    assert "not of this record's log" in door.fails(2, "verify", record, "--since", foreign)
    foreign.write_bytes(b"no checkpoint\n")
    assert f"checkpoint {foreign}: note: " in door.fails(2, "verify", record, "--since", foreign)
    assert f"receipt {foreign}: " in door.fails(2, "verify", record, "--receipt", foreign)
    assert "No such file" in door.fails(2, "verify", record, "--since", tmp_path / "absent")


@pytest.fixture
def polling(tmp_path: Path) -> tuple[World, Path]:
    """A record of 25 entries before its closing, whose newest checkpoint one witness has cosigned."""
    world, folder = voted(witnessed_world()), tmp_path / "polling"
    judged(world, folder, COSIGNERS[:1])
    return world, folder


def open_report(world: World, folder: Path) -> Report:
    return verify(FolderSource(folder), Stage.OPEN, anchor=world.context)


def test_what_grows_is_covered_in_part(polling: tuple[World, Path]) -> None:
    world, folder = polling
    (folder / WITNESSED).write_bytes(kept(world, 23, *COSIGNERS[1:], time=END - 9).signed.to_bytes())
    report = open_report(world, folder)
    assert report.exit == 0
    assert "2 witnesses who cosigned, 23 entries under their quorum" in line(report)
    (warning,) = [one.reason for one in report.warnings if one.check == 10]
    assert warning == (
        f"the witnesses' quorum had cosigned the first 23 of 25 entries at {END - 9}; nothing newer is covered yet"
    )


def test_a_warning_only_where_something_is_not_covered(polling: tuple[World, Path]) -> None:
    world, folder = polling
    (folder / WITNESSED).write_bytes(kept(world, 25, *COSIGNERS[1:]).signed.to_bytes())
    report = open_report(world, folder)
    assert (report.exit, report.warnings) == (0, ())
    assert "25 entries under their quorum" in line(report)


def test_a_witnessed_checkpoint_needs_the_quorum(polling: tuple[World, Path]) -> None:
    world, folder = polling
    (folder / WITNESSED).write_bytes(kept(world, 23, *COSIGNERS[2:]).signed.to_bytes())
    report = open_report(world, folder)
    assert report.exit == 1
    (fault,) = report.faults
    assert fault.reason == "1 of 2 witnesses have cosigned its checkpoint; missing: w2, w3"


def test_a_witnessed_checkpoint_of_another_log(polling: tuple[World, Path]) -> None:
    world, folder = polling
    (folder / WITNESSED).write_bytes(sign(world, 23, bytes(32), *COSIGNERS).to_bytes())
    report = open_report(world, folder)
    assert report.exit == 1 and list(report.evidence) == [WITNESSED]
    assert report.faults[0].reason.startswith("checkpoint.witnessed shows another log: at 23 entries")
    (folder / WITNESSED).write_bytes(sign(world, 26, bytes(32), *COSIGNERS).to_bytes())
    assert "it has 26 entries, the record 25" in open_report(world, folder).faults[0].reason
    stranger = sign(World(), 23, bytes(32), *COSIGNERS)
    (folder / WITNESSED).write_bytes(stranger.to_bytes())
    assert "checkpoint.witnessed: not of this record's log" in open_report(world, folder).faults[0].reason
    (folder / WITNESSED).write_bytes(b"rubbish\n")
    report = open_report(world, folder)
    assert (report.exit, report.faults[0].check) == (1, 0)


def test_a_final_record_is_covered_to_its_end(witnessed: World, tmp_path: Path) -> None:
    folder = tmp_path / "final"
    judged(witnessed, folder, COSIGNERS[:1])
    for size, code in ((32, 1), (33, 0)):
        (folder / WITNESSED).write_bytes(kept(witnessed, size, *COSIGNERS[:2]).signed.to_bytes())
        report = verify(FolderSource(folder), anchor=witnessed.context)
        assert report.exit == code
        if code:
            assert report.faults[0].reason.endswith(
                "missing: w2, w3; their quorum covers no more than the first 32 of 33 entries"
            )


class LateWitnesses(FolderSource):
    """A board's record: its witnesses cosign once it has been looked at so many times."""

    def __init__(self, folder: Path, world: World, looks: int) -> None:
        super().__init__(folder)
        self.folder, self.world, self.looks = folder, world, looks

    def read(self, path: str, limit: int) -> bytes:
        if path != WITNESSED:
            return super().read(path, limit)
        self.looks -= 1
        if self.looks < 0:
            return kept(self.world, self.world.state.size, *COSIGNERS).signed.to_bytes()
        raise MissingFileError(path, "missing")


def waited(source: LateWitnesses, capsys: pytest.CaptureFixture[str]) -> int:
    """How often somebody slept before this record was judged by its address."""
    slept: list[float] = []
    now = iter(range(1000))
    await_quorum(source, sleep=slept.append, monotonic=lambda: float(next(now)))
    told = capsys.readouterr().err
    assert told.count("waiting for it, 30 s at the most") == bool(slept)
    return len(slept)


def test_a_boards_witnesses_are_waited_for(
    witnessed: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(witnessed, tmp_path / "final", [])
    for looks, expected in ((0, 0), (3, 3), (1000, 29)):
        source = LateWitnesses(tmp_path / "final", witnessed, looks)
        assert waited(source, capsys) == expected


def test_an_address_is_waited_for_and_a_folder_is_not(
    witnessed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "final"
    judged(witnessed, folder, [])
    monkeypatch.setattr(awaiting, "PAUSE", 0.0)
    for place, code in (("https://board.example", 0), (folder, 1)):
        monkeypatch.setattr(anchor, "source_of", lambda _: LateWitnesses(folder, witnessed, 2))
        assert anchor.verify_record(place, anchor=witnessed.context).exit == code


def test_who_has_no_witnesses_is_not_waited_for(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = LateWitnesses(world.write(tmp_path / "record"), world, 1000)
    assert waited(source, capsys) == 0
