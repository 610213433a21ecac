"""Contests, ballots and units that do not compile: rows 57, 62, 66; all are V1, with the place."""

from __future__ import annotations

from typing import Any

import pytest

from election import manifest as m
from tests.attacks.manifests import contest, refused
from tests.attacks.museum import Museum, opened
from tests.world import World, approval, option, rule


@pytest.mark.parametrize(
    ("contests", "reason"),
    [
        (contest(rules=(rule(2, 1, a=1),)), "rules[1]: at least 2 and at most 1 is impossible"),
        (contest(rules=(m.Rule(1, 0, (m.Term("a", 1),) * 2),)), "rules[1]: option a occurs twice"),
        (contest(options=(option("a"), option("b"), option("a"))), "contests.council: option a occurs twice"),
        (contest(rules=(rule(0, 1, a=0),)), "rules[1]: option a times 0"),
        (contest(rules=(m.Rule(1, 0, ()),)), "rules[1]: a rule about nothing"),
        (contest(rules=(rule(0, 1, d=1),)), "rules[1]: there is no option d"),
        (contest(rules=(rule(0, 2**52, a=2**52),)), "rules[1]: its sums could exceed 2^53"),
        (contest(options=(), rules=()), "contests.council: a contest without options"),
        (
            contest(options=(option("a", 0), option("b"), option("c"))),
            "council.a: an option whose largest value is 0",
        ),
        (contest(rules=(rule(1, 2, a=1, b=1),)), "styles.s.example: council: rule 1 wants 1 … 2"),
        (contest() * 2, "contests: contest council occurs twice"),
        ((), "contests: an election without contests"),
        ((*contest(), approval("board", "xyz")), "contests.board: it is on no ballot"),
    ],
    ids=[
        "lo above hi",
        "twice in a rule",
        "twice in a contest",
        "coefficient 0",
        "no terms",
        "unknown option",
        "sum that wraps",
        "no options",
        "nothing to give",
        "example breaks a rule",
        "contest twice",
        "no contests",
        "on no ballot",
    ],
)
def test_row_66_rules_that_do_not_compile(
    museum: Museum, contests: tuple[m.Contest, ...], reason: str
) -> None:
    refused(museum, reason, contests=contests)


def styles(*contests: str, example: tuple[int, ...] = (0, 0, 0)) -> tuple[m.Style, ...]:
    return (m.Style(contests, example, "s"),)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"styles": styles("board")}, "styles.s: there is no contest board"),
        ({"styles": styles()}, "styles.s: a ballot without contests"),
        (
            {"styles": styles("council", "council")},
            "styles.s: its contests must stand in manifest order, each once",
        ),
        ({"styles": styles("council", example=(0, 0))}, "styles.s.example: style s has 3 options, not 2"),
        ({"styles": styles("council", example=(2, 0, 0))}, "styles.s.example: council.a"),
        ({"styles": styles("council", example=(1, 1, 1))}, "styles.s.example: council: rule 1 wants"),
        ({"styles": styles("council") * 2}, "styles: style s occurs twice"),
        ({"units": ()}, "units: an election without units"),
        ({"units": (m.Unit("u", "", "t", {"en": "u"}),)}, "units.u: there is no style 't'"),
        ({"units": (m.Unit("u", "v", "s", {"en": "u"}),)}, "units.u: its parent v must stand before it"),
        ({"units": (m.Unit("u", "u", "s", {"en": "u"}),)}, "units.u: its parent u must stand before it"),
        ({"units": (m.Unit("u", "", "s", {"en": "u"}),) * 2}, "units: unit u occurs twice"),
        (
            {"units": (m.Unit("u", "", "s", {"en": "u"}), m.Unit("v", "u", "s", {"en": "v"}))},
            "units.u: a unit with units below it has no voters and no style",
        ),
        ({"units": (m.Unit("u", "", "", {"en": "u"}),)}, "units.u: there is no style ''"),
        ({"voting": m.Voting(3_000, 3_000)}, "voting: it ends before it begins"),
        ({"deadline": 3_099}, "deadline: it is before voting and complaints end"),
        ({"trustees": ()}, "trustees: there must be 1 to 64"),
        ({"title": {}}, "title: a title in at least one language is missing"),
    ],
)
def test_row_66_ballots_units_and_times(museum: Museum, members: dict[str, Any], reason: str) -> None:
    refused(museum, reason, **members)


def many(n: int, largest: int = 1) -> tuple[m.Option, ...]:
    return tuple(option(f"o{i}", largest) for i in range(n))


@pytest.mark.parametrize(
    ("options", "packing", "reason"),
    [(many(1025, 255), 1, "8200 bits, at most 8192"), (many(160, 2**53 - 1), 1, "above 2^40")],
    ids=["bits", "a total"],
)
def test_row_66_beyond_the_limits(
    museum: Museum, options: tuple[m.Option, ...], packing: int, reason: str
) -> None:
    blank = m.Style(("council",), (0,) * len(options), "s")
    contests = contest(options=options, rules=(), packing=packing)
    refused(museum, reason, contests=contests, styles=(blank,))


@pytest.mark.parametrize(
    ("packing", "cell", "reason"),
    [
        (4, 100, "contests.council.packing: more options a slot than there are"),
        (3, 2**20, "above 2^40"),
        (2, 2**40, "above 2^40"),
        (1, 2**41, "above 2^40"),
    ],
)
def test_row_62_sums_that_nobody_could_decode(museum: Museum, packing: int, cell: int, reason: str) -> None:
    refused(museum, reason, contests=contest(packing=packing, max_cell_ballots=cell))


def test_row_57_numbers_of_4300_digits_in_a_packed_slot(museum: Museum) -> None:
    """The slot's capacity alone would have more digits than Python prints."""
    options = many(200, 2**53 - 1)
    contests = contest(options=options, rules=(), packing=200, max_cell_ballots=2**53 - 1)
    blank = m.Style(("council",), (0,) * 200, "s")
    refused(museum, "contests.council.packing: ", contests=contests, styles=(blank,))


def test_row_57_units_nested_deeper_than_any_recursion(museum: Museum) -> None:
    names = [f"u{i}" for i in range(3000)]
    inner = (
        m.Unit(name, parent, "", {"en": name}) for name, parent in zip(names, ["", *names], strict=False)
    )
    leaf = m.Unit("leaf", names[-1], "s", {"en": "leaf"})
    world = opened(World(voters={"leaf": 3}, units=(*inner, leaf)))
    world.vote({"leaf": [(1, 0, 0), (0, 1, 0)]})
    world.finish()
    assert museum.examined(world).faults == []
