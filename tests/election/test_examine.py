"""An honest record passes every check, and its totals are those of the votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from crypto import batch
from crypto.group import Points
from election import passes
from election.ballot import claims
from election.entries import Cast, Result, Roll, parse
from election.examine import Stage, examine
from election.parameters import Parameters
from election.record import RecordReader
from tests.attacks.cheats import Draft
from tests.election.freezing import frozen_state
from tests.world import World, approval

VOTES = {"north": [(1, 0, 0), (1, 1, 0), (0, 0, 0)], "south": [(0, 1, 0), (0, 0, 1)]}


def test_honest_election(tmp_path: Path) -> None:
    world = World()
    world.open()
    world.put(world.prepare((1, 0, 1)).challenge())
    world.vote(VOTES)
    world.vote({"north": [(0, 1, 1)]})
    world.finish()
    reader = RecordReader.of_folder(world.write(tmp_path / "record"))
    found = examine(reader, anchor=world.context)
    assert found.faults == []
    assert [line.status for line in found.checks] == ["passed"] * 10
    found.require()
    result = parse(reader.entry(reader.size - 1).content)
    assert isinstance(result, Result)
    (council,) = result.contests
    assert council.cells == (("north",), ("south",))
    assert council.ballots == (3, 2)
    assert council.totals == ((1, 2, 1), (0, 1, 1))


def test_earlier_stages(tmp_path: Path) -> None:
    world = World()
    world.open()
    world.vote(VOTES)
    reader = RecordReader.of_folder(world.write(tmp_path / "record"))
    assert examine(reader, Stage.OPEN).faults == []
    lines = examine(reader, Stage.CLOSED).checks
    assert [line.status for line in lines] == ["passed", "passed", "refused", *["not run"] * 7]


def test_a_fault_beyond_the_stage_hides_no_unfinished_ceremony(tmp_path: Path) -> None:
    """A roll entry that is refused at V4, and nothing behind it that could not be judged."""
    world = World()
    world.start()
    nobody = Points.identity(0)
    world.put(world.sign(Roll, add=nobody, remove=nobody, unit="north"))
    found = examine(RecordReader.of_folder(world.write(tmp_path / "record")), Stage.CEREMONY)
    assert [(fault.check, fault.entry) for fault in found.faults] == [(2, None)]
    assert "the key ceremony" in found.faults[0].reason


def test_cells_beyond_their_packing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """V7 looks at the real cells, even where the opening's bound had let too small a packing pass."""
    monkeypatch.setattr("election.ledger.setup.least_cell_bound", lambda *_: 1)
    world = World(contests=(approval(cell=1),), voters={"north": 2})
    world.open()
    world.vote({"north": [(1, 0, 0), (0, 1, 0)]})
    world.close()
    found = examine(RecordReader.of_folder(world.write(tmp_path / "record")), Stage.CLOSED)
    assert [(fault.check, fault.reason) for fault in found.fatal] == [
        (7, "council: a cell holds more than max_cell_ballots, 1")
    ]


def test_proofs_are_looked_into_once_however_often_the_log_is_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Junk in a voter's name makes her own ballot look out of order, until a second replay knows better."""
    world = World()
    world.open()
    c = world.voters["north"][0]
    junk = Draft.of(world, (1, 1, 1, 0, 0)).cast(world, c)
    void = [world.put(junk), world.put(Draft.of(world, (1, 1, 1, 0, 0)).cast(world, c))]
    world.vote(VOTES)
    world.finish()
    asked: list[Cast] = []

    def count(parameters: Parameters, cast: Cast) -> list[batch.Claim]:
        asked.append(cast)
        return claims(parameters, cast)

    monkeypatch.setattr(passes, "claims", count)
    found = examine(RecordReader.of_folder(world.write(tmp_path / "record")), anchor=world.context)
    assert [(fault.check, fault.entry, fault.void) for fault in found.faults] == [(5, n, True) for n in void]
    assert found.state.casts == 5 and len(asked) == 5 + 2
    assert frozen_state(found.state) == frozen_state(world.state)


def test_batches_are_bounded_by_what_they_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ballots of thousands of slots would fill the memory long before there are 512 proofs."""
    world = World()
    world.open()
    for c in world.voters["north"] * 2:
        world.put(world.cast(c, (1, 0, 0)))
    reader = RecordReader.of_folder(world.write(tmp_path / "record"))
    sizes: list[int] = []

    def count(found: Sequence[batch.Claim], basis: Mapping[str, Points]) -> list[int]:
        sizes.append(len(found))
        return find_bad(found, basis)

    find_bad = batch.find_bad
    monkeypatch.setattr(batch, "find_bad", count)
    for limit, due in (("BATCH_SLOTS", [4, 4, 4]), ("BATCH", [4, 4, 4])):
        with monkeypatch.context() as patch:
            patch.setattr(passes, limit, 4)
            assert examine(reader, Stage.OPEN).faults == []
        assert sizes == due
        sizes.clear()
    assert examine(reader, Stage.OPEN).faults == []
    assert sizes == [12]
