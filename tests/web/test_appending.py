"""POST /append: receipts, refusals, and who has to wait (ATTACKS 58)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bulletin_board.board import Board
from bulletin_board.errors import QueueFullError, RetryableError, StoppedError
from bulletin_board.web import Settings
from bulletin_board.web.settings import Rate
from crypto.group import Scalars
from election import entries as e
from election.entries import Cast, parse
from tests.board.tools import Place, roll
from tests.web.conftest import Open
from tests.web.tools import Served
from tests.world import END


def refused(answer: Any, status: int, check: int | None, *words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    problem = answer.get_json()
    assert problem.keys() == {"check", "reason"} and problem["check"] == check
    for word in words:
        assert word in problem["reason"]
    assert answer.headers["Cache-Control"] == "no-store"


def cast(place: Place, voter: int = 0, choices: tuple[int, ...] = (1, 0, 0)) -> Cast:
    return place.world.cast(place.world.voters["north"][voter], choices)


@pytest.fixture
def served(at: Open, polling_place: Place) -> Served:
    served = at(polling_place)
    polling_place.open_voting(served.board)
    return served


def test_receipt(at: Open, place: Place) -> None:
    served = at(place)
    entry = roll(place.world)
    proof = served.logged(entry)
    assert served.board.reader.entry(proof.index).content == entry.to_bytes()


def test_the_same_bytes_again_have_the_same_place(at: Open, place: Place) -> None:
    served = at(place)
    entry = roll(place.world)
    first = served.logged(entry)
    served.logged(roll(place.world))
    assert served.logged(entry).index == first.index


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ""),
        (b"{}", "names its kind"),
        (b"[" * 100_000, ""),
        (b'{"kind":"cast"}', "cast"),
        (b"\xff\xfe", ""),
        (b'{"a":1,"a":2}', ""),
        (b'{"kind":NaN}', ""),
        (b'{"kind":' + b"9" * 5000 + b"}", ""),
        (b'{"time": 1,"kind":"clock"}', ""),
    ],
)
def test_what_is_no_entry(at: Open, place: Place, content: bytes, reason: str) -> None:
    refused(at(place).append(content), 400, 0, reason)


def test_what_the_ledger_refuses(served: Served, polling_place: Place) -> None:
    refused(served.append(roll(polling_place.world)), 422, 2, "a roll has no place in phase voting")
    stranger = polling_place.world.prepare((1, 0, 0)).cast(Scalars.random(1), 1, bytes(32))
    refused(served.append(stranger), 422, 4, "not on the roll")
    refused(served.append(e.Clock(5_000)), 422, 2, "the board itself says")


def test_closed(served: Served, polling_place: Place) -> None:
    polling_place.now = END
    refused(served.append(cast(polling_place)), 410, 2, "ended")


def test_too_long(at: Open, place: Place) -> None:
    served = at(place, Settings(body=100))
    refused(served.append(b"x" * 101), 413, None, "100 bytes")
    refused(served.append(b"x" * 100), 400, 0)


def test_rate_of_an_address(at: Open, place: Place) -> None:
    served = at(place, Settings(append=Rate(0.001, 2)))
    assert [served.append(b"{}").status_code for _ in range(3)] == [400, 400, 429]
    answer = served.append(b"{}", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 400
    assert 0 < int(served.append(b"{}").headers["Retry-After"]) <= 1000


def test_rate_of_a_credential(at: Open, polling_place: Place) -> None:
    served = at(polling_place, Settings(credential=Rate(0.001, 2)))
    polling_place.open_voting(served.board)
    world = polling_place.world
    first = cast(polling_place)
    for _ in range(5):
        served.logged(first)  # her own ballot, sent again by whomever, costs her nothing
    junk = world.prepare((0, 1, 0)).cast(world.voters["south"][0], 1, bytes(32))
    forged = Cast(junk.body, first.credential, first.predecessor, junk.proof, 2)
    for _ in range(5):
        assert served.append(forged).status_code == 422  # nor does junk in her name
    world.put(first)
    second = cast(polling_place)
    served.logged(second)
    world.put(second)
    answer = served.append(cast(polling_place))
    refused(answer, 429, None, "this credential")
    assert int(answer.headers["Retry-After"]) > 1
    assert served.append(cast(polling_place, voter=1)).status_code == 200


def test_forwarded_addresses_count_only_from_our_proxies(at: Open, place: Place) -> None:
    settings = Settings.of({"append": {"per_second": 0.001, "burst": 1}, "proxies": ["10.0.0.0/8"]})
    served = at(place, settings)

    def status(remote: str, forwarded: str) -> int:
        environ, headers = {"REMOTE_ADDR": remote}, {"X-Forwarded-For": forwarded}
        return served.append(b"{}", environ_base=environ, headers=headers).status_code

    assert [status("192.0.2.1", f"198.51.100.{i}") for i in range(2)] == [400, 429]
    assert [status("10.0.0.1", f"203.0.113.{i}") for i in range(2)] == [400, 400]
    assert status("10.0.0.1", "203.0.113.0") == 429
    assert status("10.0.0.1", "8.8.8.8, 203.0.113.0, 10.9.9.9") == 429
    assert status("10.0.0.1", "rubbish") == 400
    assert status("10.0.0.1", "more rubbish") == 429


def test_full(at: Open, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all places are taken, the next one is told so before its entry is looked at."""
    served = at(place, Settings(appends=1))
    inside, go_on = threading.Event(), threading.Event()

    def wait(self: Board, *arguments: Any, **options: Any) -> None:
        inside.set()
        assert go_on.wait(30)
        raise RetryableError("nobody knows", 7.5)

    monkeypatch.setattr(Board, "take", wait)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.append, roll(place.world))
        assert inside.wait(30)
        answer = served.app.test_client().post("/append", data=b"this is no entry")
        go_on.set()
        refused(answer, 503, None, "waiting")
        assert answer.headers["Retry-After"] == "2"
        refused(waiting.result(), 503, None, "nobody knows")
        assert waiting.result().headers["Retry-After"] == "8"


@pytest.mark.parametrize("error", [QueueFullError("full", 3.0), StoppedError("another sequencer")])
def test_a_board_that_cannot(
    at: Open, place: Place, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(self: Board, *arguments: Any, **options: Any) -> None:
        raise error

    monkeypatch.setattr(Board, "take", fail)
    answer = at(place).append(roll(place.world))
    refused(answer, 503, None, str(error))
    assert "Retry-After" in answer.headers


def test_an_error_of_our_own_shows_nothing(at: Open, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Board, *arguments: Any, **options: Any) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(Board, "take", fail)
    answer = at(place).append(roll(place.world))
    refused(answer, 500, None, "an error of the board's own")
    assert "42" not in answer.text and "Traceback" not in answer.text


def test_parallel_casts_of_one_credential(served: Served, polling_place: Place) -> None:
    """Exactly one has sequence number 1 (ATTACKS 58)."""
    ballots = [cast(polling_place, choices=(i % 2, 0, 1)) for i in range(8)]
    start = threading.Barrier(len(ballots))

    def send(ballot: Cast) -> int:
        client = served.app.test_client()
        start.wait(30)
        return client.post("/append", data=ballot.to_bytes()).status_code

    with ThreadPoolExecutor(len(ballots)) as pool:
        assert sorted(pool.map(send, ballots)) == [200] + [422] * 7
    logged = [parse(raw.content) for raw in served.board.reader.entries()]
    (entry,) = [entry for entry in logged if isinstance(entry, Cast)]
    assert entry.sequence == 1
