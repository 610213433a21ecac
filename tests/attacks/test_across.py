"""Boards that show different things to different people: rows 39, 49, 50, 53 and 76; all are V10.

What a witness does with two roots of one size is shown in tests/witness/, a voter's own check in tests/booth/.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crypto.merkle import leaf_hash
from crypto.note import Cosigner, NoteSigner
from crypto.signing import SigningKey
from election.record import FolderSource
from tests.attacks.museum import closed, finished, voted
from tests.attacks.views import (
    COSIGNERS,
    LATER,
    judged,
    kept,
    receipt,
    sign,
    witnessed_world,
)
from tests.world import BEGIN, END, ORIGIN, World
from verifier import ForeignViewError, Report, View, verify
from verifier.report import PASSED, REFUSED


@pytest.fixture(scope="module")
def world() -> World:
    return finished(witnessed_world())


@pytest.fixture(scope="module")
def twin(world: World) -> World:
    """The same log as others see it: the ballot of entry 24 is missing, everything else goes on as well."""
    other = World(like=world)
    other.shares = world.shares
    other.put(*world.log.contents[:24])
    other.close()
    other.decrypt()
    other.put(other.announcement())
    return other


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "record"


def refused(report: Report, reason: str, entry: int | None = None) -> None:
    """V0 … V9 have passed; V10 alone refuses, for this."""
    assert [line.status for line in report.checks[:10]] == ["passed"] * 10
    assert (report.checks[10].status, report.exit) == ("refused", REFUSED)
    (fault,) = report.faults
    assert (fault.check, fault.entry) == (10, entry)
    assert reason in fault.reason, fault


def passed(report: Report) -> None:
    assert [line.status for line in report.checks] == ["passed"] * 11, report.faults
    assert report.exit == PASSED


def test_the_honest_record_passes(world: World, folder: Path) -> None:
    views = [kept(world, size) for size in range(1, world.state.size + 1)]
    passed(judged(world, folder, COSIGNERS[:2], *views, receipt(world, 24, 25)))


def test_row_49_two_roots_of_one_size(world: World, twin: World, folder: Path) -> None:
    size = min(world.state.size, twin.state.size)
    report = judged(world, folder, COSIGNERS, kept(twin, size))
    refused(report, f"old shows another log: at {size} entries its root is")
    evidence = report.evidence["old"]
    evidence.verify(NoteSigner(ORIGIN, world.log_key).key)
    assert evidence.first == kept(twin, size).signed
    assert evidence.second.checkpoint.root == world.state.tree.root()


def test_row_49_two_roots_of_two_sizes(world: World, twin: World, folder: Path) -> None:
    report = judged(world, folder, COSIGNERS, kept(world, 24), kept(twin, 25))
    refused(report, "old shows another log: at 25 entries")
    report.evidence["old"].verify(NoteSigner(ORIGIN, world.log_key).key)


@pytest.mark.parametrize("cosigners", [[], COSIGNERS[:1], COSIGNERS[:1] * 2])
def test_row_49_no_quorum_of_witnesses(world: World, folder: Path, cosigners: list[Cosigner]) -> None:
    report = judged(world, folder, cosigners)
    refused(report, f"{len(set(cosigners))} of 2 witnesses have cosigned its checkpoint; missing: ")


def test_row_49_strangers_make_no_quorum(world: World, folder: Path) -> None:
    strangers = [Cosigner(own.name, SigningKey.generate()) for own in COSIGNERS]
    refused(judged(world, folder, [COSIGNERS[0], *strangers]), "1 of 2 witnesses")


def test_row_49_a_cosignature_of_another_tree(world: World, folder: Path) -> None:
    """One line that holds for another root: the witness has not seen this one."""
    other = sign(world, world.state.size, bytes(32), COSIGNERS[2])
    world.write(folder)
    record = folder / "checkpoint"
    lines = "".join(f"{line}\n" for line in other.signatures[1:]).encode()
    good = kept(world, world.state.size, *COSIGNERS[:2]).signed.to_bytes()
    record.write_bytes(good + lines)
    report = verify(FolderSource(folder), anchor=world.context)
    refused(report, "a cosignature of its checkpoint is false: note signed by w3")


def test_row_50_an_older_snapshot_is_no_prefix(world: World, folder: Path) -> None:
    """Two ballots swapped after somebody had looked."""
    swapped = World(like=world)
    swapped.put(*world.log.contents[:20], *world.log.contents[21:19:-1])
    report = judged(world, folder, COSIGNERS, kept(swapped, 22))
    refused(report, "at 22 entries its root is")


def test_row_50_rolled_back(world: World, folder: Path) -> None:
    """A restored backup: the record is a prefix of what somebody has seen."""
    longer = World(like=world)
    longer.put(*world.log.contents, b"what the log had then")
    report = judged(world, folder, COSIGNERS, kept(longer, longer.state.size))
    size = world.state.size
    refused(report, f"it has {size + 1} entries, the record {size}: an older copy, or entries taken back")


def test_row_50_a_dropped_ballot(world: World, twin: World, folder: Path) -> None:
    """A receipt's entry is another one in the record that everybody else is shown."""
    report = judged(twin, folder, COSIGNERS, receipt(world, 24, 25))
    refused(report, "receipt has the log's word for another entry", 24)
    report.evidence["receipt"].verify(NoteSigner(ORIGIN, world.log_key).key)


def test_row_50_a_dropped_ballot_of_a_longer_log(world: World, twin: World, folder: Path) -> None:
    """Its receipt was given late, under a checkpoint that is longer than the record."""
    longer = World(like=world)
    longer.put(*world.log.contents, *[b"more"] * 9)
    report = judged(twin, folder, COSIGNERS, receipt(longer, 24, len(longer.log.contents)))
    refused(report, "receipt has the log's word for another entry", 24)


def test_row_53_what_is_no_receipt_of_this_log(world: World, folder: Path) -> None:
    """Another answer than that the board has dropped a ballot: nothing is said about the record."""
    good = receipt(world, 24, 25)
    shown = good.receipt
    assert shown is not None
    other_key = World(witnesses=world.members["witnesses"])
    checkpoint = shown.proof.signed.checkpoint
    stranger = NoteSigner("example.org/other", world.log_key)
    other_origin = replace(
        shown.proof.signed,
        checkpoint=replace(checkpoint, origin=stranger.name),
        signatures=(stranger.sign(replace(checkpoint, origin=stranger.name).text),),
    )
    cases = {
        "another key": replace(
            shown, proof=replace(shown.proof, signed=sign(other_key, checkpoint.size, checkpoint.root))
        ),
        "another origin": replace(shown, proof=replace(shown.proof, signed=other_origin)),
        "another size": replace(
            shown, proof=replace(shown.proof, signed=sign(world, checkpoint.size + 9, checkpoint.root))
        ),
        "another index": replace(shown, proof=replace(shown.proof, index=23)),
        "another leaf": replace(shown, leaf=leaf_hash(b"another ballot")),
        "an inner node as leaf": replace(shown, leaf=checkpoint.root),
        "another election": replace(shown, context=bytes(32)),
        "a false witness": replace(
            shown,
            proof=replace(
                shown.proof,
                signed=shown.proof.signed.with_signatures([COSIGNERS[0].sign("another text\n", LATER)]),
            ),
        ),
    }
    for name, case in cases.items():
        with pytest.raises(ForeignViewError, match=f"{name}: (not of this|it names another)"):
            judged(world, folder / name, COSIGNERS, View.of_receipt(name, case))


def test_row_53_what_is_no_checkpoint_of_this_log(world: World, folder: Path) -> None:
    with pytest.raises(ForeignViewError, match="old: not of this record's log"):
        judged(world, folder, COSIGNERS, kept(World(), 0))


def test_row_39_a_receipt_that_does_not_count(folder: Path) -> None:
    """In the log, and superseded: no fault of the record, and not passed over in silence."""
    world = voted(witnessed_world())
    again = world.put(world.cast(world.voters["north"][0], (0, 0, 1)))
    world.finish()
    report = judged(world, folder, COSIGNERS, receipt(world, 20, 25), receipt(world, again, again + 1, "new"))
    passed(report)
    (warning,) = [one.reason for one in report.warnings if one.check == 10]
    assert warning.startswith("receipt: entry 20 does not count")


def early(world: World, at: int) -> View:
    """The whole record, cosigned by one witness at that time."""
    return kept(world, world.state.size, COSIGNERS[2], time=at)


def test_row_76_a_clock_that_ran_away(folder: Path) -> None:
    """It says that voting has ended; a witness has cosigned that before it can have been true."""
    world = closed(witnessed_world())
    world.decrypt()
    world.put(world.announcement())
    begin, end = (number for number, time in world.state.clocks if time in (BEGIN, END))
    assert (begin, end) == (19, 25)
    passed(judged(world, folder / "0", COSIGNERS, early(world, END - 600)))
    reason = f"the clock says {END}, but w3 had cosigned it at {END - 601}"
    refused(judged(world, folder / "1", COSIGNERS, early(world, END - 601)), reason, end)
    reason = f"the clock says {BEGIN}, but w3 had cosigned it at {BEGIN - 601}"
    refused(judged(world, folder / "2", COSIGNERS, early(world, BEGIN - 601)), reason, begin)


def test_row_76_a_cosignature_says_nothing_about_later_entries(world: World, folder: Path) -> None:
    passed(judged(world, folder, COSIGNERS, kept(world, 25, COSIGNERS[0], time=BEGIN)))


def test_row_76_the_records_own_cosignatures_count_as_well(world: World, folder: Path) -> None:
    report = judged(world, folder, COSIGNERS[:2], time=END - 601)
    faults = [(fault.check, fault.entry, fault.reason) for fault in report.faults]
    assert [(check, entry) for check, entry, _ in faults] == [(10, 25), (10, 26)]
    assert "the clock says 3000" in faults[0][2] and "had cosigned the closing by 2399" in faults[1][2]


def test_row_76_closed_before_the_end(world: World, folder: Path) -> None:
    """The log's clock ran less than the tolerance ahead, and the closing came early by as much."""
    closing = world.state.closing
    assert closing is not None
    views = [kept(world, closing.size, own, time=END - 1, name=own.name) for own in COSIGNERS]
    passed(judged(world, folder / "one", COSIGNERS, views[0]))
    reason = f"the witnesses' quorum had cosigned the closing by {END - 1}, before voting ends at {END}"
    refused(judged(world, folder / "two", COSIGNERS, *views[:2]), reason, closing.size - 1)
    before = [kept(world, closing.size - 1, own, time=END - 1) for own in COSIGNERS]
    passed(judged(world, folder / "before", COSIGNERS, *before))


def test_row_76_a_clock_that_stood_still(folder: Path) -> None:
    """Long after the end the witnesses saw the log without a ballot that was counted: somebody should ask."""
    world = finished(witnessed_world())
    assert world.state.clocks[-1] == (25, END)
    late = [kept(world, 24, own, time=END + 601) for own in COSIGNERS[:2]]
    report = judged(world, folder / "late", COSIGNERS, *late)
    passed(report)
    (warning,) = [one.reason for one in report.warnings if one.check == 10]
    assert "entry 24: a ballot that the witnesses had not seen at 3601" in warning
    for name, views in {
        "one witness": late[:1],
        "in time": [kept(world, 24, own, time=END + 600) for own in COSIGNERS[:2]],
        "with the ballot": [kept(world, 25, own, time=END + 601) for own in COSIGNERS[:2]],
    }.items():
        report = judged(world, folder / name, COSIGNERS, *views)
        assert not [one for one in report.warnings if one.check == 10]
