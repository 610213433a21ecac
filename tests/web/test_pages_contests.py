"""Contests with thousands of names, and units down to the last: what the first page leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin_board.web.pages.election import PAGE, matching
from election import manifest as m
from tests.web.shown import Open, Show, show_with, text_of
from tests.web.test_pages_election import begun, opened
from tests.world import World, approval, rule


@pytest.fixture
def show(at: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    return show_with(at, tmp_path, monkeypatch.setattr)


def test_contest_names_are_found_however_they_are_typed() -> None:
    options = (
        m.Option("101", 1, {"fa": "علی كريمي", "en": "Ali Karimi"}),
        m.Option("102", 1, {"fa": "مریم رستمی ۲"}),
    )
    own = m.Contest("c", 10, options, 1, (rule(0, 1, **{"101": 1, "102": 1}),), {"en": "C"})
    for asked, expected in (
        ("کریمی", ["101"]),
        ("كريمى علي", ["101"]),
        ("KARIMI", ["101"]),
        ("٢", ["102"]),
        ("۱۰۲", ["102"]),
        ("10", ["101", "102"]),
        ("nobody", []),
    ):
        assert [option.id for _, option in matching(own, asked)] == expected, asked


def test_thousands_of_names_are_not_on_the_first_page(show: Show) -> None:
    ids = [f"n{i}" for i in range(PAGE + 40)]
    options = tuple(m.Option(id, 1, {"en": f"Somebody {id}"}) for id in ids)
    limit = m.Rule(3, 0, tuple(m.Term(id, 1) for id in ids))
    many = m.Contest("many", 100, options, 1, (limit,), {"en": "Many"})
    world = World(contests=(many,))
    world.start()
    client = show(world)
    assert "Somebody" not in text_of(client) and "all 540 names" in text_of(client)
    first = text_of(client, "contests/many")
    assert "Somebody n0 " in first and "Somebody n539" not in first and "Next" in first
    assert "Mark at most 3 of all 540 options." in first
    assert "Somebody n539" in text_of(client, f"contests/many?from={PAGE}")
    asked = text_of(client, "contests/many?q=n539")
    assert "Found: 1 of 540." in asked and "Somebody n539" in asked and "Somebody n0 " not in asked


@pytest.mark.parametrize(
    "asked", ["from=-1", "from=x", "from=%DB%B1", "from=" + "9" * 30, "q=" + "%00" * 400]
)
def test_odd_questions_are_answered(show: Show, asked: str) -> None:
    client = show(begun())
    assert client.get(f"/en/contests/council?{asked}").status_code == 200
    assert client.get(f"/en/units?{asked}").status_code == 200


def test_units_lead_down(show: Show) -> None:
    client = show(opened())
    assert "There are" not in text_of(client, "units") and "0 of 6" in text_of(client, "units")
    assert "0 of 3 voters" in text_of(client, "units/north")
    assert 'href="/en/contests/council"' in client.get("/en/units/north").text


@pytest.mark.parametrize("path", ["contests/nothing", "units/nothing", "units/%3Cscript%3E"])
def test_what_there_is_not(show: Show, path: str) -> None:
    assert show(begun()).get(f"/en/{path}").status_code == 404


def test_hostile_titles_stay_text(show: Show) -> None:
    bad = "<script>alert(1)</script><b>"
    evil = m.Contest("council", 100, approval().options, 1, approval().rules, {"en": bad})
    units = (m.Unit("north", "", "s", {"en": bad}),)
    world = World(contests=(evil,), units=units, voters={"north": 1}, title={"en": bad})
    world.start()
    client = show(world)
    for path in ("", "contests/council", "units", "units/north", "contests/council?q=" + bad):
        page = client.get(f"/en/{path}").text
        assert "<script>" not in page and "<b>" not in page and "&lt;script&gt;" in page
