"""The results: what is missing before the end, the numbers after it, and what can be downloaded."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bulletin_board.mirror import Mirror
from bulletin_board.web import PageSettings, create_app, create_mirror
from bulletin_board.web.pages.archive import archive
from election.manifest import Contest, Option, Rule, Term
from election.record import FolderSource
from tests.attacks.views import COSIGNERS, witnessed_world
from tests.board.tools import BLOB_ROLL, Place, roll
from tests.browser.serve import Stand, stand
from tests.cli.conftest import door as door
from tests.cli.door import Door
from tests.world import World, approval
from verifier import verify

At = Callable[[str], Stand]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[At]:
    """The city's board at a phase."""
    known: dict[str, Stand] = {}
    with ExitStack() as stack:

        def found(phase: str) -> Stand:
            if phase not in known:
                known[phase] = stack.enter_context(stand(phase, tmp_path_factory.mktemp(phase)))
            return known[phase]

        yield found


@pytest.fixture
def client(at: At) -> FlaskClient:
    return at("final").app.test_client()


def rows(page: str) -> list[tuple[str, ...]]:
    """Rank, title and total of every option in a page."""
    found = re.findall(
        r'<td class="number">([\d,]+)</td><th scope="row">\s*<bdi>(.*?)</bdi>.*?<td class="number">([\d,]+)</td>',
        page,
        re.DOTALL,
    )
    return [tuple(row) for row in found]


MISSING = {
    "setup": "Voting has not begun.",
    "voting": "Ballots are taken until",
    "closed": "2 have agreed so far; 4 are needed.",
    "decrypting": "1 have decrypted so far; 3 are needed.",
}


@pytest.mark.parametrize(("phase", "words"), MISSING.items(), ids=MISSING.keys())
def test_before_the_end_it_says_what_is_missing(at: At, phase: str, words: str) -> None:
    client = at(phase).app.test_client()
    page = client.get("/en/results").text
    assert "There is no result yet" in page and words in page
    assert client.get("/fa/results").status_code == client.get("/en/results/council").status_code == 200
    assert client.get("/results.csv").status_code == client.get("/results.json").status_code == 404


def totals(world: World, contest: str) -> dict[str, int]:
    tally = world.replay.tally
    assert tally is not None
    place = [c.id for c in world.state.election.contests].index(contest)
    result = world.announcement().contests[place]
    ids = [option.id for option in world.state.election.contest(contest).options]
    return {id: sum(cell[i] for cell in result.totals) for i, id in enumerate(ids)}


def test_the_numbers(at: At, client: FlaskClient) -> None:
    world = at("final").town.world
    page = client.get("/en/results/park").text
    assert rows(page) == [
        ("1", "Yes", str(totals(world, "park")["yes"])),
        ("2", "No", str(totals(world, "park")["no"])),
    ]
    council = [int(row[2]) for row in rows(client.get("/en/results/council").text)]
    assert council == sorted(totals(world, "council").values(), reverse=True)[: len(council)]
    assert "30 of 40 voters on the roll" in page


def test_blanks_only_where_the_rules_tell(client: FlaskClient) -> None:
    park, council = (client.get(f"/en/results/{id}").text for id in ("park", "council"))
    assert "ballots without a mark in this contest" in park and "not counted separately" not in park
    assert "not counted separately" in council and "ballots without a mark" not in council


def test_a_unit_too_small_shows_with_the_one_it_was_joined_to(client: FlaskClient) -> None:
    pages = {client.get(f"/en/results/council?unit=station-{n}").text for n in (2, 3)}
    assert len({rows(page)[0] for page in pages}) == 1
    assert all("These units are counted together" in page for page in pages)
    for unit in ("city", "nowhere", "station-2+station-3", "<script>"):
        assert client.get("/en/results/council", query_string={"unit": unit}).status_code == 404
    assert client.get("/en/results/nothing").status_code == 404


def test_ties_are_visible(client: FlaskClient) -> None:
    page = client.get("/en/results/council").text
    found = rows(page)
    assert (
        len(re.findall(r"\bequal</span>", page))
        == sum(1 for r in found if [x[2] for x in found].count(r[2]) > 1)
        > 0
    )
    assert "Equal numbers share a place" in page


def test_a_withheld_contest_says_why(tmp_path: Path) -> None:
    world = World(min_unit_ballots=4)
    world.open()
    world.vote({"north": [(1, 0, 0)], "south": [(0, 1, 0)]})
    world.finish()
    client = create_mirror(Mirror.of(world.write(tmp_path / "record"))).test_client()
    for path in ("/en/results", "/en/results/council"):
        assert "Fewer than 4 ballots were cast in this contest" in client.get(path).text
    assert client.get("/results.json").get_json()["contests"][0]["withheld"] is True


def test_thousands_of_options_stay_light(tmp_path: Path) -> None:
    options = tuple(Option(f"c{n}", 1, {"en": f"Candidate {n}"}) for n in range(2_294))
    limit = Rule(2, 0, (Term("c0", 1), Term("c7", 1)))
    world = World(
        contests=[Contest("council", 100, options, 1, (limit,), {"en": "Council"})], voters={"north": 1}
    )
    world.open()
    choices = [0] * 2_294
    choices[7] = choices[2_000] = 1
    world.vote({"north": [choices]})
    world.finish()
    client = create_mirror(Mirror.of(world.write(tmp_path / "record"))).test_client()
    page, whole = (client.get(f"/en/results/council{more}").text for more in ("", "?all=1"))
    assert len(rows(page)) == 50 and rows(page)[:2] == [
        ("1", "Candidate 7", "1"),
        ("1", "Candidate 2000", "1"),
    ]
    assert len(rows(whole)) == 2_294
    assert len(page) < 60_000 and len(whole) < 700_000 and whole.count("<svg") < 100
    ballot = world.state.counted().popitem()[0]
    assert len(client.get(f"/en/entry/{ballot}").text) < 40_000


def test_csv(at: At, client: FlaskClient) -> None:
    answer = client.get("/results.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="results.csv"' in answer.headers["Content-Disposition"]
    found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    whole = {
        row["option"]: int(row["total"]) for row in found if not row["unit"] and row["contest"] == "park"
    }
    assert whole == totals(at("final").town.world, "park")
    assert (found[0]["contest_title_fa"], found[0]["contest_title_en"]) == (
        "اعضای شورای شهر",
        "Members of the city council",
    )
    assert {row["unit"] for row in found} == {"", "station-1", "station-2+station-3"}


def test_json(at: At, client: FlaskClient) -> None:
    world = at("final").town.world
    found = client.get("/results.json?language=fa").get_json()
    assert (found["context"], found["size"]) == (world.context.hex(), world.state.size)
    assert found["root"] == world.state.tree.root().hex()
    assert found["contests"][0]["title"] == "اعضای شورای شهر"
    assert client.get("/results.json?language=xx").status_code == 400


def unpacked(data: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        tar.extractall(folder, filter="data")
    return folder / "record"


@pytest.mark.parametrize("phase", ["setup", "final"])
def test_the_record_unpacks_and_verifies(at: At, tmp_path: Path, door: Door, phase: str) -> None:
    own = at(phase)
    record = unpacked(own.app.test_client().get("/record.tar", buffered=True).data, tmp_path)
    stage = "final" if phase == "final" else "ceremony"
    done = door("verify", record, "--anchor", own.town.world.context.hex(), "--stage", stage, "--json")
    size = json.loads(done.out)["size"]
    assert (done.code, size) == ((0 if phase == "final" else 1), len(own.town.world.log.contents))
    if phase == "final":
        assert "PASSED" in door("verify", record, "--anchor", own.town.world.context.hex()).out


def test_a_record_with_blobs_full_bundles_and_witnesses(tmp_path: Path) -> None:
    world = witnessed_world()
    world.start()
    place = Place(f"sqlite:///{tmp_path}/board.db", world)
    with place.running() as board:
        board.submit(roll(world, BLOB_ROLL).to_bytes())
        old = board.reader.signed
        board.add_signatures([own.sign(old.checkpoint.text, 5_000) for own in COSIGNERS], old)
        for _ in range(300):
            board.submit(roll(world).to_bytes())
        pieces = archive(board.store)
        first = next(pieces)
        board.submit(roll(world).to_bytes())
        record = unpacked(first + b"".join(pieces), tmp_path)
        size = board.reader.size - 1
    reader = verify(FolderSource(record)).examination
    assert reader is not None and reader.size == reader.judged == size
    assert (record / "checkpoint.witnessed").exists() and len(list((record / "blob").glob("*/*"))) == 1
    assert (record / "tile/entries/000").exists() and (record / "tile/0/000").exists()


def test_few_at_a_time_may_download_the_record(client: FlaskClient) -> None:
    for _ in range(10):
        assert client.head("/record.tar", buffered=True).status_code == 200
    waiting = [client.get("/record.tar", buffered=False) for _ in range(4)]
    assert {answer.status_code for answer in waiting} == {200}
    late = client.get("/record.tar", buffered=True)
    assert late.status_code == 503 and int(late.headers["Retry-After"]) > 0
    for answer in waiting:
        answer.close()
    assert client.get("/record.tar", buffered=True).status_code == 200


@pytest.mark.parametrize("tag", ["fa", "en"])
def test_the_command_has_anchor_and_address(client: FlaskClient, at: At, tag: str) -> None:
    page = re.sub(r"</?span>", "", client.get(f"/{tag}/results").text)
    assert (
        f"glassballot verify https://board.example.org --anchor {at('final').town.world.context.hex()}"
        in page
    )


def test_without_an_address_nobody_can_put_one_in(tmp_path: Path) -> None:
    world = World()
    world.start()
    with Place(f"sqlite:///{tmp_path}/board.db", world).running() as board:
        client = create_app(board, page_settings=PageSettings()).test_client()
        answers = [client.get("/en/results", headers=h).text for h in ({}, {"Host": "evil.example"})]
    assert answers[0] == answers[1] and "https://ADDRESS" in answers[0] and "address.js" in answers[0]


def test_a_contest_without_options_marked(tmp_path: Path) -> None:
    """All zero: no bar, no division by it, no tie."""
    world = World(contests=[approval()], voters={"north": 2})
    world.open()
    world.vote({"north": [(0, 0, 0), (0, 0, 0)]})
    world.finish()
    client = create_mirror(Mirror.of(world.write(tmp_path / "record"))).test_client()
    page = client.get("/en/results/council").text
    assert {row[2] for row in rows(page)} == {"0"} and "equal</span>" not in page
    assert "<dt>Blank</dt><dd>2 " in page
