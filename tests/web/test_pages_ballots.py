"""Ballots by unit, ballots opened as a test, the log and its entries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bulletin_board.mirror import Mirror
from bulletin_board.web import create_app, create_mirror
from bulletin_board.web.pages.paging import window
from crypto.merkle import leaf_hash
from crypto.tlog_proof import TlogProof
from election import entries as e
from election.record import leaf_of
from election.tracker import pseudonym, tracker
from tests.board.tools import BLOB_ROLL, Place, roll
from tests.browser.serve import Stand, stand
from tests.world import World


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with stand("final", tmp_path_factory.mktemp("city")) as found:
        yield found


@pytest.fixture
def client(city: Stand) -> FlaskClient:
    return city.app.test_client()


def entry_numbers(html: str) -> list[int]:
    return [
        int(n)
        for n in re.findall(r'<li class="card">\n<p[^>]*><strong>Entry <a href="/en/entry/(\d+)"', html)
    ]


def test_units_with_their_ballots(client: FlaskClient) -> None:
    page = client.get("/en/ballots").text
    rows = re.findall(r'href="/en/ballots/([a-z0-9-]+)">.*?<td class="number">(\d+)</td>', page)
    assert rows == [("city", "31"), ("station-1", "15"), ("station-2", "12"), ("station-3", "4")]
    assert "by 30 voters" in page
    assert "شعبهٔ ۱" in client.get("/fa/ballots/city").text


def test_ballots_of_a_unit_newest_first(city: Stand, client: FlaskClient) -> None:
    page = client.get("/en/ballots/station-1").text
    numbers = entry_numbers(page)
    assert len(numbers) == 15 and numbers == sorted(numbers, reverse=True) and numbers[0] == city.town.counted
    cast = city.town.ballot(city.town.counted)
    assert isinstance(cast, e.Cast)
    shown = page.replace("<wbr>", "")
    assert tracker(cast.body.encoded) in shown and pseudonym(cast.credential.to_bytes()) in shown
    assert "ballot number 2 of this pseudonym" in page
    assert "Friday 18 June 2027, 20:20" in page


def test_no_ballot_is_said_to_count(city: Stand, client: FlaskClient) -> None:
    """PROTOCOL 4.2: not beside a tracker."""
    town = city.town
    for path in ("ballots/station-1", f"entry/{town.counted}", f"entry/{town.superseded}"):
        assert "counted" not in re.sub(r"<[^>]*>", "", client.get(f"/en/{path}").text).lower()


def test_a_replaced_ballot_names_the_one_in_its_place(city: Stand, client: FlaskClient) -> None:
    town, words = city.town, "Another ballot under this pseudonym stands in its place"
    for path in ("ballots/station-1", f"entry/{town.superseded}"):
        page = client.get(f"/en/{path}").text
        assert page.count(words) == 1
        assert f'href="/en/entry/{town.counted}"' in page.split(words)[1].split("</dl>")[0]
    assert words not in client.get(f"/en/entry/{town.counted}").text


def test_older_and_newer(client: FlaskClient) -> None:
    every = entry_numbers(client.get("/en/ballots/station-1").text)
    page = client.get(f"/en/ballots/station-1?before={every[9]}").text
    assert entry_numbers(page) == every[10:]
    assert "11 to 15 of 15" in page and ">Newer</a>" in page and ">Older</a>" not in page


@pytest.mark.parametrize("before", ["x", "-1", "٣", "1" * 5000, "01", "1.0", ""])
def test_no_number(client: FlaskClient, before: str) -> None:
    assert client.get(f"/en/ballots/station-1?before={before}").status_code == 404
    assert client.get(f"/en/entry/{before}").status_code == 404


def test_windows_cover_a_list() -> None:
    numbers = range(3, 100_003, 2)
    seen, before = [], None
    while True:
        found = window(numbers, before)
        seen += found.numbers
        assert found.last - found.first + 1 == len(found.numbers)
        if found.older is None:
            break
        before = found.older
    assert seen == list(reversed(numbers))
    second = window(numbers, window(numbers, None).older)
    assert (second.first, second.last, second.newer, second.newest) == (51, 100, None, False)
    third = window(numbers, second.older)
    assert third.newer is not None and window(numbers, third.newer) == second


def test_challenged_ballots_show_what_was_in_them(city: Stand, client: FlaskClient) -> None:
    for path in ("challenged", f"entry/{city.town.challenged}"):
        page = client.get(f"/en/{path}").text
        assert "Bahram Kazeminia" in page and "Nastaran Golestani" in page
        assert "Maryam Rostami" not in page


def test_every_entry_has_a_page_and_its_bytes(city: Stand, client: FlaskClient) -> None:
    world = city.town.world
    for number, content in enumerate(world.log.contents):
        for tag in ("fa", "en"):
            page = client.get(f"/{tag}/entry/{number}")
            assert page.status_code == 200
            assert hashlib.sha256(content).hexdigest() in page.text
        assert client.get(f"/entry/{number}.json").data == content
        proof = TlogProof.parse(client.get(f"/entry/{number}.proof").data)
        log = world.state.election.log
        assert proof.verify(leaf_hash(leaf_of(content)), log.origin, log.note_key).size == len(
            world.log.contents
        )


def test_no_such_entry(city: Stand, client: FlaskClient) -> None:
    size = len(city.town.world.log.contents)
    for path in (f"/en/entry/{size}", f"/entry/{size}.json", f"/entry/{size}.proof", "/entry/07.json"):
        assert client.get(path).status_code == 404
    assert client.get("/en/ballots/nowhere").status_code == 404
    assert client.get("/en/log?kind=<script>").status_code == 404


def test_the_log_by_kind(city: Stand, client: FlaskClient) -> None:
    size = len(city.town.world.log.contents)
    page = client.get("/en/log").text
    assert f"The log has {size} entries" in page and page.count('<th scope="row"') == 50
    only = client.get("/en/log?kind=challenge").text
    assert re.findall(r'href="/en/entry/(\d+)"', only) == [str(city.town.challenged)]


def test_hostile_titles_are_text(client: FlaskClient) -> None:
    for path in ("/en/challenged", "/en/entry/0", "/en/results/council"):
        assert "<script>alert" not in client.get(path).text


def test_a_large_entry_is_cut(tmp_path: Path) -> None:
    world = World()
    world.start()
    place = Place(f"sqlite:///{tmp_path}/board.db", world)
    with place.running() as board:
        client = create_app(board).test_client()
        number = board.submit(roll(world, BLOB_ROLL).to_bytes()).number
        page = client.get(f"/en/entry/{number}").text
        assert "It is long; this is its beginning" in page and len(page) < 40_000
        assert "1,600" in page


def test_void_ballots_are_named(tmp_path: Path) -> None:
    world = World()
    world.open()
    world.vote({"north": [(1, 0, 0)]})
    one, other = (world.cast(world.voters["north"][n], (1, 0, 0)) for n in (1, 2))
    number = world.put(replace(one, proof=other.proof))
    client = create_mirror(Mirror.of(world.write(tmp_path / "record"))).test_client()
    assert "Without effect" in client.get(f"/en/entry/{number}").text
    assert "without effect" in client.get("/en/log").text
    assert entry_numbers(client.get("/en/ballots/north").text) == [number - 1]
    assert f'href="/en/entry/{number}"' in client.get("/en/results").text
