"""Summaries of results: sums over cells, titles in the language asked for, nothing before there is a result."""

from __future__ import annotations

import csv
import io

import pytest

from election.faults import Refusal
from election.manifest import Contest, Option, Rule, Term
from election.results import (
    CellSummary,
    ContestSummary,
    blanks,
    final_result,
    ranked,
    summarize,
    title_in,
    to_csv,
)
from tests.world import World, approval, rule


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


def test_ranks_are_shared_by_equals() -> None:
    found = ranked(approval(names="abcde"), {"a": 1, "b": 4, "c": 1, "d": 0, "e": 0})
    assert [(one.rank, one.option.id, one.total, one.tied) for one in found] == [
        (1, "b", 4, False),
        (2, "a", 1, True),
        (2, "c", 1, True),
        (4, "d", 0, False),
        (4, "e", 0, False),
    ]


A_HALF = Rule(1, 0, (Term("a", 1), Term("b", 1)))
BLANKS = {
    "at most one mark": ((rule(0, 1, a=1, b=1, c=1),), 3),
    "exactly one": ((rule(1, 1, a=1, b=1, c=1),), 0),
    "at least one of some": ((rule(1, 3, a=1),), 0),
    "at most two": ((rule(0, 2, a=1, b=1, c=1),), None),
    "at most one of some": ((A_HALF,), None),
    "as many of one as of another": ((rule(1, 3, a=2, b=-1),), None),
    "no rule": ((), None),
    "at most two, and at most one": ((rule(0, 2, a=1, b=1, c=1), rule(0, 1, a=1, b=1, c=1)), 3),
}


@pytest.mark.parametrize(("rules", "expected"), BLANKS.values(), ids=BLANKS.keys())
def test_blanks_where_the_rules_tell(rules: tuple[Rule, ...], expected: int | None) -> None:
    options = tuple(Option(id, 1, {"en": id}) for id in "abc")
    contest = Contest("council", 100, options, 1, rules, {"en": "council"})
    assert blanks(contest, 10, {"a": 4, "b": 2, "c": 1}) == expected
    assert blanks(contest, 10, {"a": 0, "b": 0, "c": 0}) == (0 if expected == 0 else 10)


def test_csv_in_two_languages_is_harmless_to_spreadsheets() -> None:
    titles = ["=1+1", "+1", "-1", "@SUM(A1)", 'مریم, "رستمی"']
    options = tuple(Option(str(n), 1, {"fa": text}) for n, text in enumerate(titles))
    contest = Contest("council", 100, options, 1, (), {"en": "Council", "fa": "شورا"})
    cell = CellSummary(("north", "south"), ({"en": "=N"}, {"en": "S"}), 5, {str(n): n for n in range(5)})
    rows = list(csv.DictReader(io.StringIO(to_csv([ContestSummary(contest, (cell,))], "fa", "en"))))
    assert len(rows) == 10
    assert [row["option_title_fa"] for row in rows[5:]] == [*(f"'{text}" for text in titles[:4]), titles[4]]
    assert (rows[5]["unit"], rows[5]["unit_title_en"]) == ("north+south", "'=N + S")
    assert (rows[0]["contest_title_fa"], rows[0]["contest_title_en"]) == ("شورا", "Council")
