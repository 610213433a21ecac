"""glassballot result: verified totals as table, CSV and JSON."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.door import Door
from tests.world import World, approval

NAMES = "abc"
VOTERS = {"north": 3, "south": 2, "west": 2}
VOTES = {"north": [(1, 0, 0), (1, 1, 0), (0, 0, 0)], "south": [(0, 1, 0), (0, 0, 1)], "west": [(1, 0, 0)]}


@pytest.fixture(scope="module")
def world() -> World:
    """west is too small to stand alone, and joins the next smallest."""
    world = World(voters=VOTERS, min_unit_ballots=2)
    world.open()
    world.vote(VOTES)
    world.finish()
    return world


@pytest.fixture
def record(world: World, tmp_path: Path) -> Path:
    return world.write(tmp_path / "record")


def test_json(door: Door, record: Path, world: World) -> None:
    done = door("result", record, "--anchor", world.context.hex(), "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert done.json == {
        "anchored": True,
        "context": world.context.hex(),
        "contests": [
            {
                "id": "council",
                "title": "council",
                "ballots": 6,
                "totals": {"a": 3, "b": 2, "c": 1},
                "options": {"a": "Option a", "b": "Option b", "c": "Option c"},
                "units": [
                    {"id": "north", "title": "north", "ballots": 3, "totals": {"a": 2, "b": 1, "c": 0}},
                    {
                        "id": "south+west",
                        "title": "south + west",
                        "ballots": 3,
                        "totals": {"a": 1, "b": 1, "c": 1},
                    },
                ],
                "withheld": False,
            }
        ],
    }


def test_csv(door: Door, record: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(door("result", record, "--format", "csv").out)))
    assert len(rows) == 9
    assert {row["option"]: row["total"] for row in rows if not row["unit"]} == {"a": "3", "b": "2", "c": "1"}
    assert rows[-1] == {
        "contest": "council",
        "contest_title": "council",
        "unit": "south+west",
        "unit_title": "south + west",
        "ballots": "3",
        "option": "c",
        "option_title": "Option c",
        "total": "1",
    }


def test_table(door: Door, record: Path) -> None:
    done = door("result", record)
    assert done.code == 0
    assert "council. Ballots: 6" in done.out and "south + west" in done.out and "50.0%" in done.out


def test_table_in_persian(door: Door, record: Path) -> None:
    out = door("result", record, "--language", "fa").out
    assert "گزینه" in out and "۵۰٫۰٪" in out


def test_totals_without_an_anchor_are_said_to_be(door: Door, record: Path, world: World) -> None:
    done = door("result", record, "--format", "json")
    assert (done.code, done.json["anchored"]) == (0, False)
    assert f"unanchored: the totals of the election with context {world.context.hex()}" in done.err


def test_only_verified_totals_are_shown(door: Door, record: Path) -> None:
    assert door.fails(1, "result", record, "--anchor", "00" * 32).startswith("V1, entry 0: the context is")
    (bundle,) = (record / "tile/entries/000.p").iterdir()
    bundle.write_bytes(bundle.read_bytes()[:-1])
    assert door.fails(1, "result", record).startswith("V0, entry 0: ")


def test_election_without_a_result(door: Door, tmp_path: Path) -> None:
    world = World()
    world.open()
    line = door.fails(1, "result", world.write(tmp_path / "record"))
    assert line == "V2, record: the record has come to phase voting, short of stage final"


def test_one_contest_of_two(door: Door, tmp_path: Path) -> None:
    world = World(contests=(approval("council"), approval("budget", "xy")))
    world.open()
    world.vote({"north": [(1, 0, 0, 1, 1)]})
    world.finish()
    folder = world.write(tmp_path / "record")
    (only,) = door("result", folder, "--format", "json", "--contest", "budget").json["contests"]
    assert (only["id"], only["totals"]) == ("budget", {"x": 1, "y": 1})
    line = door.fails(2, "result", folder, "--contest", "mayor")
    assert line == "there is no contest mayor, only council, budget"


def test_withheld_contest_has_no_numbers(door: Door, tmp_path: Path) -> None:
    world = World(min_unit_ballots=5)
    world.open()
    world.vote({"north": [(1, 0, 0)]})
    world.finish()
    folder = world.write(tmp_path / "record")
    (contest,) = door("result", folder, "--format", "json").json["contests"]
    assert (contest["withheld"], contest["ballots"], contest["totals"], contest["units"]) == (
        True,
        None,
        {},
        [],
    )
    rows = list(csv.DictReader(io.StringIO(door("result", folder, "--format", "csv").out)))
    assert [(row["option"], row["ballots"], row["total"]) for row in rows] == [
        (name, "", "") for name in NAMES
    ]
    assert "council: withheld" in door("result", folder).out
