"""Nobody fills the board's memory, its threads or its shelf for all others (ATTACKS 57, 58)."""

from __future__ import annotations

import io
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from bulletin_board.mirror import Mirror
from bulletin_board.web import PageSettings, Settings, create_app, create_mirror
from bulletin_board.web.turns import LARGE, Turns
from election.receipt import MAX_FILE
from election.record import MAX_ENTRY
from tests.board.tools import Place
from tests.web.conftest import Open
from tests.web.finding import show
from tests.world import World

BOMB = b"[" + b"[]," * LARGE + b"[]]"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boards all of whose turns are taken by others."""
    original = Turns.__init__

    def init(turns: Turns, places: int = 2) -> None:
        original(turns, places)
        for _ in range(places):
            assert turns._places.acquire(blocking=False)

    monkeypatch.setattr(Turns, "__init__", init)
    monkeypatch.setattr("bulletin_board.web.turns._PATIENCE", 0.01)


def test_large_json_waits_for_its_turn_and_small_one_does_not(taken: None, at: Open, place: Place) -> None:
    client = at(place).client
    for answer in (show(client, "en", BOMB), client.post("/append", data=BOMB)):
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Cache-Control"] == "no-store"
    assert show(client, "en", b"[]").status_code == client.post("/append", data=b"[]").status_code == 400
    assert client.get("/en/entry/0").status_code == 200


def test_a_turn_is_given_back(at: Open, place: Place) -> None:
    client = at(place).client
    for _ in range(3):
        assert show(client, "en", BOMB).status_code == 400
        assert client.post("/append", data=BOMB).status_code == 400


def test_turns() -> None:
    turns = Turns(2)
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(turns.of(LARGE + 1))
        stack.enter_context(turns.of(LARGE))
        assert not turns._places.acquire(blocking=False)
    assert turns._places.acquire(blocking=False)


def test_a_receipt_is_hardly_longer_than_its_entry() -> None:
    assert MAX_FILE <= MAX_ENTRY + 1024 * 1024


def test_one_address_does_not_fill_the_shelf(at: Open, place: Place, tmp_path: Path) -> None:
    with place.running() as board:
        settings = Settings.of({"reports": {"per_second": 0.001, "burst": 2}})
        pages = PageSettings(reports=tmp_path / "reports")
        client = create_app(board, settings, page_settings=pages).test_client()

        def upload(address: str) -> int:
            form = {"report": (io.BytesIO(b"{}"), "report.json"), "name": ""}
            return client.post("/en/reports", data=form, environ_base={"REMOTE_ADDR": address}).status_code

        assert [upload("192.0.2.1") for _ in range(3)] == [400, 400, 429]
        assert upload("192.0.2.2") == 400


def test_a_mirror_shows_what_was_examined(tmp_path: Path) -> None:
    """Not what its folder holds later: nobody has looked at that."""
    world = World()
    world.open()
    folder = world.write(tmp_path / "record")
    before = (folder / "checkpoint").read_bytes()
    client = create_mirror(Mirror.of(folder)).test_client()
    world.put(world.cast(world.voters["north"][0], (1, 0, 0)))
    shutil.copytree(world.write(tmp_path / "newer"), folder, dirs_exist_ok=True)
    assert (folder / "checkpoint").read_bytes() != before
    assert client.get("/checkpoint").data == before
    assert before in client.get("/record.tar").data
    assert client.get("/checkpoint.witnessed").status_code == 404
