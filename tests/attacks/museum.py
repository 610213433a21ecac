"""What the museum shows: a forged record goes through the public door and is refused at one check, by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from election.examine import Examination, Stage, examine
from election.record import FolderSource, RecordReader
from tests.world import World
from verifier.report import PASSED, REFUSED, Report
from verifier.run import verify

VOTES = {"north": [(1, 0, 0), (1, 1, 0), (0, 0, 0)], "south": [(0, 1, 0), (0, 0, 1)]}


def opened(world: World | None = None) -> World:
    """An election in which voting has begun."""
    world = world or World()
    world.open()
    return world


def voted(world: World | None = None) -> World:
    """Five of six voters have voted: entries 20 … 24 of the standard world."""
    world = opened(world)
    world.vote(VOTES)
    return world


def closed(world: World | None = None) -> World:
    world = voted(world)
    world.close()
    return world


def agreed(world: World | None = None) -> World:
    """All trustees are ready, none has decrypted: the next entry of the standard world is 30."""
    world = closed(world)
    world.put(*(world.ready(trustee) for trustee in world.state.trustees))
    return world


def decrypted(world: World | None = None) -> World:
    """All but the result is there."""
    world = closed(world)
    world.decrypt()
    return world


def finished(world: World | None = None) -> World:
    world = decrypted(world)
    world.put(world.announcement())
    return world


@dataclass(frozen=True)
class Museum:
    """Examines records in an empty folder of its own."""

    folder: Path

    def examined(
        self,
        world: World,
        *,
        anchor: bytes | None = None,
        stage: Stage = Stage.FINAL,
        record: Path | None = None,
    ) -> Examination:
        """The record of this world, or a folder made of it, against its own context if no other is given."""
        record = record or world.write(self.new_folder())
        return examine(RecordReader.of_folder(record), stage, anchor=anchor or world.context)

    def refused(
        self,
        world: World,
        check: int,
        entry: int | None,
        reason: str,
        *,
        anchor: bytes | None = None,
        record: Path | None = None,
    ) -> Examination:
        """One fault, fatal, at exactly this check and entry; what comes before has passed, nothing after has run."""
        record = record or world.write(self.new_folder())
        report = verify(FolderSource(record), anchor=anchor or world.context)
        found = report.examination
        assert found is not None
        assert [(f.check, f.entry, f.void) for f in found.faults] == [(check, entry, False)], found.faults
        assert reason in found.faults[0].reason
        check_lines(found)
        assert report.exit == REFUSED
        return found

    def unreadable(self, record: Path, check: int, reason: str) -> Report:
        """Files of a record that do not hang together: refused at this check, and no other has run to its end."""
        report = verify(FolderSource(record))
        (fault,) = report.faults
        assert (fault.check, report.exit) == (check, REFUSED)
        assert reason in str(fault), fault
        assert all(line.status in ("not run", "incomplete") for line in report.checks if line.number != check)
        return report

    def void(self, world: World, check: int, entry: int, reason: str) -> Examination:
        """The entry is named and has no effect: the election goes on to its end, and its record stands."""
        return self.all_void(world, [(check, entry)], reason)

    def all_void(self, world: World, places: list[tuple[int, int]], reason: str) -> Examination:
        """The same of several entries, given as (check, entry)."""
        if world.state.closing is None:
            world.close()
        if not world.state.partials:
            world.decrypt()
        world.put(world.announcement())
        report = verify(FolderSource(world.write(self.new_folder())), anchor=world.context)
        found = report.examination
        assert found is not None
        assert [(f.check, f.entry, f.void) for f in found.faults] == [(*place, True) for place in places], (
            found.faults
        )
        assert all(reason in fault.reason for fault in found.faults), found.faults
        found.require()
        check_lines(found)
        assert report.exit == PASSED
        return found

    def new_folder(self) -> Path:
        return self.folder / f"record{len(list(self.folder.iterdir()))}"


def check_lines(found: Examination) -> None:
    """No check that comes before the first refused one is refused; none that did not run prints as passed."""
    first = min((fault.check for fault in found.fatal), default=len(found.checks))
    for line in found.checks:
        if line.number < first:
            assert line.status in ("passed", "empty")
        elif line.number == first:
            assert line.status == "refused"
        else:
            assert line.status in ("not run", "refused")
        assert line.status == "passed" if any(line.counted.values()) and not line.faults else True
