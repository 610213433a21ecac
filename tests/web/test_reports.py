"""Reports that anybody uploads: held against the board's own log, kept if they say something about it, and inert."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bulletin_board.web import PageSettings, Settings, create_app
from bulletin_board.web.pages import report_shelf
from bulletin_board.web.settings import Rate
from election.examine import Stage
from election.reports import MAX_FILE
from tests.board.tools import Place
from tests.browser.serve import UNLIMITED
from tests.verifier.test_report_files import BENT, NO_JSON
from tests.world import World
from verifier import verify

UNANCHORED = {"anchored": False, "exit": 3, "verified": False}
CARD = '<li class="card">'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    world = World()
    world.open()
    found = Place(f"sqlite:///{tmp_path_factory.mktemp('place')}/board.db", world)
    with found.running() as board:
        found.open_voting(board)
    yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "reports"


Serve = Callable[..., FlaskClient]


@pytest.fixture
def serve(place: Place) -> Iterator[Serve]:
    """A client of the board with this folder for reports, or with none."""
    with place.running() as board:
        yield lambda folder, settings=UNLIMITED: create_app(
            board, settings, page_settings=PageSettings(reports=folder)
        ).test_client()


@pytest.fixture
def client(serve: Serve, folder: Path) -> FlaskClient:
    return serve(folder)


@pytest.fixture(scope="module")
def reports(place: Place) -> list[dict[str, Any]]:
    """Of verifications that somebody has made of this very board: of all of it, and of its beginning."""
    with place.running() as board:
        whole = verify(board.store, Stage.OPEN, anchor=place.world.context)
        size = board.reader.size - 1
        part = verify(board.store, Stage.CEREMONY, anchor=place.world.context, size=size)
    assert whole.verified and part.verified
    return [whole.to_json(), part.to_json()]


@pytest.fixture
def report(reports: list[dict[str, Any]]) -> dict[str, Any]:
    return reports[0]


def upload(
    client: FlaskClient, report: dict[str, Any] | bytes, name: str = "", tag: str = "en"
) -> TestResponse:
    data = report if isinstance(report, bytes) else json.dumps(report).encode()
    return client.post(f"/{tag}/reports", data={"report": (io.BytesIO(data), "report.json"), "name": name})


def kept(client: FlaskClient, report: dict[str, Any], name: str = "") -> str:
    """The text of the page that a report has got."""
    answer = upload(client, report, name)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return page.text


def shown(client: FlaskClient, report: dict[str, Any]) -> str:
    """The text about a report that is not kept."""
    answer = upload(client, report)
    assert answer.status_code == 200
    assert CARD not in client.get("/en/reports").text
    return answer.text


def test_a_good_report_has_a_page_and_is_listed(
    client: FlaskClient, folder: Path, report: dict[str, Any]
) -> None:
    page = kept(client, report, "  People's   watch ")
    digest = hashlib.sha256(json.dumps(report).encode()).hexdigest()
    assert "everything was checked and holds" in page and digest in page and "up to the voting" in page
    assert "People&#39;s watch" in page and "so says whoever uploaded it" in page and "no proof" in page
    for path in ("results", "reports"):
        assert f"/en/reports/{digest}" in client.get(f"/en/{path}").text
    assert client.get(f"/fa/reports/{digest}").status_code == 200
    assert client.get(f"/reports/{digest}.json").data == json.dumps(report).encode()
    assert [path.name for path in folder.iterdir()] == [f"{digest}.json"]


def test_an_older_report_is_about_the_beginning_of_the_log(
    client: FlaskClient, reports: list[dict[str, Any]]
) -> None:
    assert "they are those that this board shows" in kept(client, reports[1])


CONTRADICTIONS = {"another root": {"root": "ab" * 32}, "a longer log": {"size": 10**9}}


@pytest.mark.parametrize("members", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_contradiction_is_kept(
    client: FlaskClient, report: dict[str, Any], members: dict[str, Any]
) -> None:
    page = kept(client, report | members)
    assert "This report contradicts this board" in page and "everything was checked and holds" not in page
    assert "contradicts this board" in client.get("/en/results").text


def test_unanchored(client: FlaskClient, report: dict[str, Any]) -> None:
    page = kept(client, report | UNANCHORED)
    assert "Its author gave no anchor" in page


def test_refused_with_reasons(client: FlaskClient, report: dict[str, Any]) -> None:
    faults = [{"entry": n, "reason": f"reason {n} \u202e<script>alert(1)</script>"} for n in range(30)]
    checks = [
        *report["checks"][:5],
        report["checks"][5] | {"status": "refused", "faults": faults},
        *report["checks"][6:],
    ]
    page = kept(client, report | {"checks": checks, "exit": 1, "verified": False})
    assert "says that the record was refused" in page
    assert "reason 19" in page and "reason 20" not in page and "and 10 more" in page
    assert "<script>alert" not in page and "\u202e" not in page and "\\u202e" in page


FOREIGN = {
    "another election": {"context": "cd" * 32},
    "no election": {"context": None, **UNANCHORED},
    "no root": {"root": None},
}


@pytest.mark.parametrize("members", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_cannot_be_compared_is_shown_only(
    client: FlaskClient, report: dict[str, Any], members: dict[str, Any]
) -> None:
    assert "has not kept this report" in shown(client, report | members)


def test_a_board_that_keeps_none(serve: Serve, report: dict[str, Any]) -> None:
    client = serve(None)
    assert "everything was checked and holds" in shown(client, report)
    assert "does not keep it" in client.get("/en/reports").text
    assert client.get(f"/en/reports/{'ab' * 32}").status_code == 404


@pytest.mark.parametrize("data", NO_JSON.values(), ids=NO_JSON.keys())
def test_no_json(client: FlaskClient, folder: Path, data: bytes) -> None:
    answer = upload(client, data)
    assert answer.status_code == 400 and "This is no report" in answer.text
    assert not folder.exists()


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT.keys())
def test_no_report(
    client: FlaskClient, folder: Path, report: dict[str, Any], bend: Callable[[dict[str, Any]], Any]
) -> None:
    bent = json.loads(json.dumps(report | UNANCHORED))
    bend(bent)
    answer = upload(client, bent)
    assert answer.status_code == 400 and "<script>" not in answer.text
    assert not folder.exists()


def test_too_long(client: FlaskClient) -> None:
    assert upload(client, b" " * (MAX_FILE + 100_000)).status_code == 413


def test_no_file(client: FlaskClient) -> None:
    for data in ({}, {"report": "text"}, {"name": "x"}):
        assert client.post("/en/reports", data=data).status_code == 400
    assert client.post("/en/reports", data=b"{}", content_type="application/json").status_code == 400


@pytest.mark.parametrize("name", ["x" * 81, "a\u202eb", "a\x00b", "\ufeff"])
def test_hostile_names_are_refused(client: FlaskClient, report: dict[str, Any], name: str) -> None:
    assert upload(client, report, name).status_code == 400


def test_markup_in_a_name_is_text(client: FlaskClient, report: dict[str, Any]) -> None:
    page = kept(client, report, '<script>alert("1")</script>')
    for text in (page, client.get("/fa/results").text, client.get("/en/reports").text):
        assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_the_first_to_bring_a_report_names_it(client: FlaskClient, report: dict[str, Any]) -> None:
    kept(client, report, "first")
    assert "first" in kept(client, report, "second")
    assert client.get("/en/reports").text.count(CARD) == 1


def test_the_newest_first_and_after_a_restart(
    serve: Serve, folder: Path, report: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        monkeypatch.setattr("time.time", lambda n=n: 1_000_000.0 * (n + 1))
        kept(serve(folder), report | {"size": 10**9 + n}, f"claim {n}")
    page = serve(folder).get("/en/reports").text
    places = [page.index(f"claim {n}") for n in range(3)]
    assert places == sorted(places, reverse=True)


def test_a_full_shelf_shows_and_keeps_none(
    client: FlaskClient, folder: Path, report: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_shelf, "MOST", 5)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: upload(client, report | {"size": 10**9 + n}), range(12)))
    assert sorted(answer.status_code for answer in answers) == 7 * [200] + 5 * [303]
    assert len(list(folder.iterdir())) == 5


def test_an_administrator_deletes_one(client: FlaskClient, folder: Path, report: dict[str, Any]) -> None:
    kept(client, report, "one")
    kept(client, report | {"size": 10**9}, "two")
    digest = hashlib.sha256(json.dumps(report).encode()).hexdigest()
    (folder / f"{digest}.json").unlink()
    assert client.get("/en/reports").text.count(CARD) == 1
    assert (
        client.get(f"/en/reports/{digest}").status_code
        == client.get(f"/reports/{digest}.json").status_code
        == 404
    )


def test_other_files_in_the_folder_are_passed_over(
    client: FlaskClient, folder: Path, report: dict[str, Any]
) -> None:
    kept(client, report)
    (one,) = folder.iterdir()
    (folder / f"{'ab' * 32}.json").write_bytes(one.read_bytes())
    (folder / f"{'cd' * 32}.json").write_bytes(b"{")
    (folder / f"{'ef' * 32}.json").mkdir()
    (folder / "notes").write_text("mine")
    assert client.get("/en/reports").text.count(CARD) == 1
    for name in ("ab", "cd", "ef"):
        assert client.get(f"/en/reports/{name * 32}").status_code == 404


def test_a_disk_that_refuses(serve: Serve, tmp_path: Path, report: dict[str, Any]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "has not kept this report" in shown(serve(tmp_path / "file"), report)


def test_only_so_often(serve: Serve, folder: Path, report: dict[str, Any]) -> None:
    client = serve(folder, Settings(questions=Rate(0.001, 2)))
    assert [upload(client, report).status_code for _ in range(3)] == [303, 303, 429]


STRANGE = ["/en/reports/../../etc/passwd", "/en/reports/AB", "/reports/..%2f.json", "/reports/x.json"]


@pytest.mark.parametrize("path", STRANGE)
def test_no_such_report(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
