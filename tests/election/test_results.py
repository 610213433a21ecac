"""Summaries of results: sums over cells, titles in the language asked for, nothing before there is a result."""

from __future__ import annotations

import pytest

from election.faults import Refusal
from election.results import final_result, summarize, title_in
from tests.world import World, approval


def test_totals_are_sums_over_cells() -> None:
    world = World(
        contests=(approval("council"), approval("budget", "xy")), voters={"north": 2, "south": 2, "west": 1}
    )
    world.open()
    world.vote(
        {"north": [(1, 1, 0, 0, 1), (1, 0, 0, 0, 0)], "south": [(0, 0, 1, 1, 1)], "west": [(1, 0, 0, 0, 0)]}
    )
    world.finish()
    council, budget = summarize(world.state.election, final_result(world.replay))
    assert [(cell.id, cell.ballots, dict(cell.totals)) for cell in council.cells] == [
        ("north", 2, {"a": 2, "b": 1, "c": 0}),
        ("south", 1, {"a": 0, "b": 0, "c": 1}),
        ("west", 1, {"a": 1, "b": 0, "c": 0}),
    ]
    assert (council.ballots, council.totals, council.withheld) == (4, {"a": 3, "b": 1, "c": 1}, False)
    assert (budget.ballots, budget.totals) == (4, {"x": 1, "y": 2})


def test_no_result_before_its_time() -> None:
    world = World()
    world.open()
    with pytest.raises(Refusal, match="there is no result yet, the record is in phase voting"):
        final_result(world.replay)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ({"en": "Council", "fa": "شورا"}, "شورا"),
        ({"de": "Rat", "en": "Council"}, "Council"),
        ({"de": "Rat", "fr": "Conseil"}, "Rat"),
    ],
)
def test_title_in_the_best_language_there_is(title: dict[str, str], shown: str) -> None:
    assert title_in(title, "fa") == shown
