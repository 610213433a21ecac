"""A copy of a record, shown by somebody else than the board: only what has passed, and nothing is taken in."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bulletin_board.mirror import Mirror
from bulletin_board.web import create_mirror
from election.faults import Refusal
from election.tracker import tracker
from tests.cli.door import Door
from tests.world import World


def client(world: World, folder: Path) -> FlaskClient:
    return create_mirror(Mirror.of(world.write(folder), anchor=world.context)).test_client()


@pytest.fixture
def world() -> World:
    world = World()
    world.open()
    return world


def test_pages_and_files_without_a_door_for_entries(world: World, tmp_path: Path) -> None:
    world.put(world.cast(world.voters["north"][0], (1, 0, 0)))
    shown = client(world, tmp_path / "record")
    page = shown.get("/en/")
    assert page.status_code == 200 and "copy of the record" in page.text
    assert shown.get("/checkpoint").data == (tmp_path / "record" / "checkpoint").read_bytes()
    assert shown.get("/entries?kinds=cast").status_code == 200
    for path in ("/append", "/health", "/metrics"):
        assert shown.post(path, data=b"{}").status_code == shown.get(path).status_code == 404


def test_a_false_ballot_stays_void(world: World, tmp_path: Path) -> None:
    """The register believes the proofs; what the examination has found about them goes before."""
    good = world.cast(world.voters["north"][0], (1, 0, 0))
    other = world.cast(world.voters["north"][1], (0, 1, 0))
    world.put(type(good)(good.body, good.credential, good.predecessor, other.proof, good.sequence), other)
    mirror = Mirror.of(world.write(tmp_path / "record"))
    number = world.state.size - 2
    assert list(mirror.void) == [number]
    asked = {"tracker": tracker(good.body.encoded)}
    found = create_mirror(mirror).test_client().get("/lookup", query_string=asked)
    assert found.json is not None and found.json["answer"] == "void"


@pytest.mark.parametrize(
    "path", ["/blob/../checkpoint", "/blob/%2e%2e/checkpoint", "/blob/ab/..", "/blob/a/b"]
)
def test_no_path_leads_elsewhere(world: World, tmp_path: Path, path: str) -> None:
    assert client(world, tmp_path / "record").get(path).status_code == 404


def test_a_refused_record_is_not_shown(world: World, tmp_path: Path) -> None:
    door = Door()
    forged = world.opening()
    world.put(forged)
    record = world.write(tmp_path / "record")
    with pytest.raises(Refusal):
        Mirror.of(record)
    done = door("board", "show", record)
    assert done.code == 1 and "entry" in done.err
    assert door("board", "show", tmp_path / "nowhere").code == 2
    assert door("board", "show", record, "--time-zone", "Moon/Crater").code == 2
