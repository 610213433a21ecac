"""What people type, and rules in plain words; a ballot that mixes lists and names cannot be made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from booth.choices import ballot_paper, describe, read_choices
from booth.rules import explain
from election.errors import ChoiceError
from election.layout import Layout, compile_layout
from election.manifest import Contest, Manifest, Option, Rule, Style, Term

PERSONS = ("anna", "babak", "chen", "dara", "ece")


def option(id: str, max: int = 1, **title: str) -> Option:
    return Option(id, max, title or {"en": id.title()})


def terms(times: int, *ids: str) -> tuple[Term, ...]:
    return tuple(Term(id, times) for id in ids)


def layout_of(*contests: Contest) -> Layout:
    style = Style(tuple(contest.id for contest in contests), (), "s")
    by_id = {contest.id: contest for contest in contests}
    fake = SimpleNamespace(style=lambda id: style, contest=lambda id: by_id[id])
    return compile_layout(cast(Manifest, fake), "s")


def contest(id: str, options: tuple[Option, ...], *rules: Rule) -> Contest:
    return Contest(id, 10, options, 1, rules, {"en": id.title(), "fa": "شورا"})


def council() -> Contest:
    """One list, or up to three names, or an explicit blank."""
    lists, names = ("left", "right"), PERSONS
    options = tuple(option(id) for id in (*lists, *names, "blank"))
    together = Rule(3, 0, (*terms(3, *lists), *terms(1, *names), *terms(3, "blank")))
    something = Rule(3, 1, terms(1, *lists, *names, "blank"))
    return contest("council", options, together, something)


@pytest.fixture
def layout() -> Layout:
    return layout_of(council())


@pytest.fixture
def two() -> Layout:
    """Titles, digits and values to confuse."""
    yes_no = contest(
        "a.b",
        (option("yes", en="Yes", fa="بله"), option("no", en="No", fa="خیر")),
        Rule(1, 0, terms(1, "yes", "no")),
    )
    points = contest(
        "points",
        (option("x", 5, en="علي كريم", fa="علی کریم"), option("y", 5, en="A=B"), option("no", 5, en="No")),
        Rule(7, 0, terms(1, "x", "y", "no")),
    )
    return layout_of(yes_no, points)


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        (["left"], {0}),
        (["blank"], {7}),
        (["anna", "babak", "chen"], {2, 3, 4}),
        (["ANNA"], {2}),
        (["Anna"], {2}),
        (["council.anna"], {2}),
        (["Council.Anna"], {2}),
        (["شورا.anna"], {2}),
        (["3"], {2}),
        (["۳", "٤"], {2, 3}),
        (["anna=1", "babak=0"], {2}),
        (["anna=۱"], {2}),
    ],
)
def test_typed(layout: Layout, typed: list[str], marked: set[int]) -> None:
    choices = read_choices(layout, typed)
    assert {i for i, value in enumerate(choices) if value} == marked


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        (["yes"], (1, 0, 0, 0, 0)),
        (["a.b.no"], (0, 1, 0, 0, 0)),
        (["points.no=2"], (0, 0, 0, 0, 2)),
        (["علی کریم=۳"], (0, 0, 3, 0, 0)),
        (["بله", "x=5", "A=B=2"], (1, 0, 5, 2, 0)),
        (["points.2=2"], (0, 0, 0, 2, 0)),
    ],
)
def test_titles_values_and_contests(two: Layout, typed: list[str], choices: tuple[int, ...]) -> None:
    assert read_choices(two, typed) == choices


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("no", "could be a.b.no, points.no"),
        ("1", "could be a.b.yes, points.x"),
        ("x", "x=NUMBER"),
        ("A=B", "y=NUMBER"),
        ("x=6", "from 0 to 5"),
        ("x=-1", "from 0 to 5"),
        ("x=1.0", "from 0 to 5"),
        ("x=", "from 0 to 5"),
        ("x=" + "9" * 5000, "from 0 to 5"),
        ("nobody", "is called"),
        ("", "is called"),
        ("=", "is called"),
        ("9" * 5000, "is called"),
        ("a.b.", "is called"),
    ],
)
def test_refused(two: Layout, typed: str, reason: str) -> None:
    with pytest.raises(ChoiceError, match=reason):
        read_choices(two, [typed])


def test_an_option_twice(layout: Layout) -> None:
    with pytest.raises(ChoiceError, match="same option"):
        read_choices(layout, ["anna", "3"])


def test_ids_that_are_numbers_are_not_counted() -> None:
    codes = layout_of(contest("c", (option("2", en="Two"), option("1", en="One"), option("x", en="X"))))
    assert read_choices(codes, ["2"]) == (1, 0, 0)
    with pytest.raises(ChoiceError):
        read_choices(codes, ["3"])


def test_an_id_does_not_outvote_another_title() -> None:
    crossed = layout_of(contest("c", (option("a", en="B"), option("b", en="A"))))
    with pytest.raises(ChoiceError, match="could be"):
        read_choices(crossed, ["A"])
    assert read_choices(crossed, ["a"]) == (1, 0)


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        (["left", "anna"], 1),
        (["left", "right"], 1),
        (["left", "blank"], 1),
        (["blank", "anna"], 1),
        (["anna", "babak", "chen", "dara"], 1),
        ([], 2),
    ],
)
def test_mixed_ballot_cannot_be_made(layout: Layout, typed: list[str], rule: int) -> None:
    with pytest.raises(ChoiceError, match=f"Council, rule {rule}: Mark .* You gave: "):
        read_choices(layout, typed)


def test_broken_rule_says_why(layout: Layout) -> None:
    with pytest.raises(ChoiceError) as caught:
        read_choices(layout, ["left", "anna"])
    assert str(caught.value) == (
        "Council, rule 1: Mark either one of Left, Right and Blank, or at most 3 of Anna, Babak, Chen, Dara and "
        "Ece; not both. You gave: Left (left), Anna (anna)."
    )


A, B, C = option("a"), option("b"), option("c")
WITH = Rule(0, -2, (Term("a", -2), Term("b", 1), Term("c", 1)))


@pytest.mark.parametrize(
    ("rule", "english"),
    [
        (Rule(1, 1, terms(1, "a", "b", "c")), "Mark exactly 1 of all 3 options."),
        (Rule(2, 0, terms(1, "a", "b", "c")), "Mark at most 2 of all 3 options."),
        (Rule(3, 1, terms(1, "a", "b", "c")), "Mark at least 1 of all 3 options."),
        (Rule(2, 1, terms(1, "a", "b", "c")), "Mark from 1 to 2 of all 3 options."),
        (Rule(9, -1, terms(1, "a", "b", "c")), "Mark as many of all 3 options as you like."),
        (Rule(1, 0, terms(1, "a", "b")), "Mark at most 1 of A and B."),
        (WITH, "Mark B and C only together with A, at most 2 of them."),
        (Rule(4, -1, (Term("a", 3), Term("b", -1))), "3 × A − B must be from -1 to 4."),
    ],
)
def test_rules_in_plain_words(rule: Rule, english: str) -> None:
    own = contest("c", (A, B, C), rule)
    assert explain(own, rule) == english
    persian = explain(own, rule, "fa")
    assert persian != english and not any(digit in persian for digit in "0123456789")


def test_points_in_plain_words() -> None:
    options = (option("a", 5), option("b", 5))
    rules = (
        Rule(7, 0, terms(1, "a", "b")),
        Rule(7, 7, terms(1, "a", "b")),
        Rule(7, 2, terms(1, "a", "b")),
    )
    own = contest("c", options, *rules)
    assert [explain(own, rule) for rule in rules] == [
        "Give all 2 options together at most 7 points.",
        "Give all 2 options together exactly 7 points.",
        "Give all 2 options together from 2 to 7 points.",
    ]


def test_persian_sentence(layout: Layout) -> None:
    own = council()
    assert explain(own, own.rules[0], "fa") == (
        "یا یکی از Left، Right و Blank را علامت بزنید، یا حداکثر ۳ مورد از "
        "Anna، Babak، Chen، Dara و Ece را؛ نه هر دو."
    )


def test_describe(two: Layout) -> None:
    lines = describe(two, (0, 0, 3, 0, 1))
    assert lines == ["A.B: nothing is marked", "Points: علي كريم (x) = 3, No (no) = 1"]


def test_ballot_paper_shows_rules_and_all_options(layout: Layout) -> None:
    paper = "\n".join(ballot_paper(layout))
    assert "either one of" in paper
    assert all(f"({id})" in paper for id in ("left", "right", *PERSONS, "blank"))
