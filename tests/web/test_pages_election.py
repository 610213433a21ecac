"""The first page at every stage of an election: what is voted on, by whom, and how many have voted."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bulletin_board.web.pages import stage
from bulletin_board.web.pages.turnout import Moment, Share, curve, turnout
from bulletin_board.web.register import Register
from election import entries as e
from election import manifest as m
from election.record import RecordReader
from tests.attacks.ceremonies import failed, registered, started
from tests.web.shown import Open, Show, english_in, show_with, text_of
from tests.world import BEGIN, COMPLAINTS, END, World


@pytest.fixture
def show(at: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    return show_with(at, tmp_path, monkeypatch.setattr)


def steps(client: FlaskClient) -> list[str]:
    """The states of the six steps of the picture."""
    return re.findall(r'<li class="(\w+)"', client.get("/en/").text.split('class="steps"', 1)[1])[:6]


def opened(now: int = BEGIN) -> World:
    """Opened, with the log's clock at this time, which may be before voting begins."""
    world = World()
    world.start()
    world.ceremony()
    world.roll()
    world.put(world.opening())
    if now >= BEGIN:
        world.put(e.Clock(now))
    return world


def closed() -> World:
    world = opened()
    world.vote({"north": [(1, 0, 0)]})
    world.close()
    return world


def begun() -> World:
    world = World()
    world.start()
    return world


def keyed() -> World:
    world = begun()
    world.ceremony()
    return world


def agreed() -> World:
    world = closed()
    world.put(*(world.ready(trustee) for trustee in world.state.trustees))
    return world


def decrypting() -> World:
    world = agreed()
    world.put(world.partial("t1"))
    return world


def decrypted() -> World:
    world = decrypting()
    world.put(world.partial("t3"))
    return world


def final() -> World:
    world = decrypted()
    world.put(world.announcement())
    return world


DONE, NOW, NEXT = "done", "now", "next"
STAGES: dict[str, tuple[Callable[[], World], int, str, list[str]]] = {
    "begun": (begun, 1_500, "The election is being set up", [NOW, *[NEXT] * 5]),
    "started": (started, 1_500, "The trustees are making the election key", [DONE, NOW, *[NEXT] * 4]),
    "registered": (registered, 1_500, "The trustees are making the election key", [DONE, NOW, *[NEXT] * 4]),
    "failed": (failed, 1_500, "ended without a key", [DONE, "failed", *[NEXT] * 4]),
    "keyed": (keyed, 1_500, "The election key is ready", [DONE] * 2 + [NEXT] * 4),
    "opened": (lambda: opened(0), 1_500, "Voting begins on", [DONE] * 2 + [NEXT] * 4),
    "voting": (opened, 2_500, "Voting is open until", [DONE] * 2 + [NOW] + [NEXT] * 3),
    "over": (opened, END, "The time for voting is over", [DONE] * 2 + [NOW] + [NEXT] * 3),
    "agreeing": (closed, END + 1, "So far 0 have agreed; 3 are needed", [DONE] * 3 + [NOW] + [NEXT] * 2),
    "complaints": (agreed, END + COMPLAINTS - 1, "Voters can complain until", [DONE] * 4 + [NEXT] * 2),
    "due": (agreed, END + COMPLAINTS, "Of 3 trustees 2 are needed, and 0 have", [DONE] * 4 + [NOW, NEXT]),
    "decrypting": (decrypting, 9_000, "Of 3 trustees 2 are needed, and 1 have", [DONE] * 4 + [NOW, NEXT]),
    "decrypted": (decrypted, 9_000, "The totals are decrypted", [DONE] * 5 + [NOW]),
    "final": (final, 9_000, "The result is there", [DONE] * 6),
}


@pytest.mark.parametrize("name", STAGES)
def test_stage_in_words_and_as_a_picture(show: Show, name: str) -> None:
    make, now, words, picture = STAGES[name]
    client = show(make(), now)
    assert words in text_of(client)
    assert steps(client) == picture
    assert ("Find my ballot" in text_of(client)) == _may_vote(name)
    assert not english_in(text_of(client, language="fa"), "Option", "council", "north", "south")


def _may_vote(name: str) -> bool:
    return list(STAGES).index(name) >= list(STAGES).index("opened")


def test_turnout_counts_voters_and_not_ballots(show: Show) -> None:
    world = opened()
    world.vote({"north": [(1, 0, 0), (0, 1, 0)], "south": [(0, 0, 1)]})
    world.put(world.cast(world.voters["north"][0], (0, 1, 1)), world.prepare((1, 0, 0)).challenge())
    client = show(world, 2_100)
    text = text_of(client)
    assert "3 of 6 voters on the roll have voted: 50%" in text
    assert re.search(r"north 2 of 3 66.7%", text) and re.search(r"south 1 of 3 33.3%", text)
    assert "از ۶ نفری" in text_of(client, language="fa")


def test_turnout_goes_on_from_what_was_counted() -> None:
    """What was counted before is not counted again, whichever unit goes on."""
    world = opened()
    register = Register(lambda: _reader(world))
    for unit, expected in (("north", (1, 0)), ("south", (1, 1)), ("south", (1, 2)), ("north", (2, 2))):
        index = expected[0 if unit == "north" else 1] - 1
        world.put(world.cast(world.voters[unit][index], (1, 0, 0)))
        world.put(world.cast(world.voters[unit][index], (0, 0, 0)))
        with register.current() as seen:
            found = turnout(register, seen)
        assert (found.units["north"].voted, found.units["south"].voted) == expected
        assert found.all == Share(sum(expected), 6)


def _reader(world: World) -> RecordReader:
    class Reader:
        size = len(world.log.contents)
        entries = staticmethod(world.log.entries)

    return Reader()  # type: ignore[return-value]


def test_inner_units_add_up() -> None:
    world = World(
        voters={"a": 2, "b": 1, "c": 4},
        units=(
            m.Unit("city", "", "", {"en": "City"}),
            m.Unit("east", "city", "", {"en": "East"}),
            *(m.Unit(id, "east", "s", {"en": id}) for id in "ab"),
            m.Unit("c", "city", "s", {"en": "c"}),
        ),
    )
    world.open()
    world.vote({"a": [(1, 0, 0)], "c": [(1, 0, 0), (0, 0, 0)]})
    register = Register(lambda: _reader(world))
    with register.current() as seen:
        found = turnout(register, seen).units
    assert found == {
        "city": Share(3, 7),
        "east": Share(1, 3),
        "a": Share(1, 2),
        "b": Share(0, 1),
        "c": Share(2, 4),
    }


def test_curve_follows_the_logs_clock() -> None:
    world = opened(BEGIN + 100)
    world.put(world.cast(world.voters["north"][0], (1, 0, 0)), e.Clock(BEGIN + 500))
    world.put(world.cast(world.voters["south"][0], (1, 0, 0)))
    register = Register(lambda: _reader(world))
    with register.current() as seen:
        points = curve(seen)
    by_time = {point.time: point.voted for point in points}
    assert points[0] == Moment(BEGIN, 0) and points[-1] == Moment(BEGIN + 500, 2)
    assert by_time[max(t for t in by_time if t < BEGIN + 500)] == 1
    assert all(a.time < b.time and a.voted <= b.voted for a, b in pairwise(points))


def test_curve_is_drawn_and_told(show: Show) -> None:
    world = opened()
    world.vote({"north": [(1, 0, 0)]})
    world.put(e.Clock(2_500), world.cast(world.voters["south"][0], (1, 0, 0)))
    answer = show(world, 2_500).get("/fa/")
    line = re.search(r'<polyline class="line" points="([^"]+)"', answer.text)
    assert line
    places = [float(point.split(",")[0]) for point in line[1].split()]
    assert places == sorted(places) and places[0] == 0 and places[-1] == 300
    assert "همین به‌صورت جدول" in answer.text


@pytest.mark.parametrize(("seconds", "silent"), [(stage.SILENCE, False), (stage.SILENCE + 1, True)])
def test_a_silent_board_is_named(show: Show, seconds: int, silent: bool) -> None:
    world = World(voting=m.Voting(BEGIN, BEGIN + 10 * stage.SILENCE), deadline=BEGIN + 100 * stage.SILENCE)
    world.open()
    world.vote({"north": [(1, 0, 0)]})
    text = text_of(show(world, BEGIN + seconds))
    assert ("silent" in text) == silent


def test_what_a_script_asks_for_is_only_what_changes(show: Show) -> None:
    client = show(opened(), 2_100)
    whole, part = client.get("/en/").text, client.get("/en/?live=1").text
    assert "<html" not in part and "What is voted on" not in part
    assert re.findall(r'data-part="(\w+)"', part) == re.findall(r'data-part="(\w+)"', whole)


@pytest.mark.parametrize(
    ("policy", "words"),
    [("last", "Only your last ballot counts"), ("first", "Only your first"), ("none", "may vote once")],
)
def test_revoting_in_words(show: Show, policy: str, words: str) -> None:
    world = World(revoting=policy)
    world.start()
    assert words in text_of(show(world))


def test_a_withheld_contest_needs_no_decryption(show: Show) -> None:
    world = World(min_unit_ballots=5)
    world.open()
    world.vote({"north": [(1, 0, 0)]})
    world.close()
    world.put(*(world.ready(trustee) for trustee in world.state.trustees))
    assert "The totals are decrypted" in text_of(show(world, 9_000))
