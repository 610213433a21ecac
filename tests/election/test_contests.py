"""Every kind of contest from choices to totals, and the ballots that break its rules."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from election import manifest as m
from election.entries import Result, parse
from election.errors import ChoiceError
from election.ledger import Phase
from tests.attacks.cheats import Draft
from tests.election.contests import (
    choose_one,
    contest,
    cumulative,
    election,
    layout_of,
    names_of_a_list,
    one_list_or_names,
    ranking,
    score,
)
from tests.world import World, approval, option, rule

PIPELINES: dict[str, tuple[m.Contest, list[list[int]]]] = {
    "choose one": (choose_one("abc"), [[1, 0, 0], [0, 0, 1], [1, 0, 0]]),
    "approval of 3 of 8, packed by 4": (
        approval(names="abcdefgh", at_most=3, packing=4),
        [[1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 1, 1], [0] * 8, [0, 0, 1, 0, 0, 0, 0, 1]],
    ),
    "cumulative": (cumulative("abc", 5, packing=2), [[5, 0, 0], [2, 2, 1], [0, 0, 0], [0, 4, 1]]),
    "score": (score("abc", 7, packing=3), [[7, 7, 7], [0, 0, 1], [3, 0, 5]]),
    "ranking": (ranking("xyz", 2), [[1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 0, 0, 1, 0]]),
    "names of a list": (
        names_of_a_list(2, ["n1", "n2", "n3"]),
        [[1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 1]],
    ),
}


@pytest.mark.parametrize("name", PIPELINES)
def test_from_choices_to_totals(name: str) -> None:
    own, votes = PIPELINES[name]
    world = election(own, example=votes[0])
    world.open()
    world.vote({"u": votes})
    assert world.state.casts == len(votes)
    world.finish()
    assert totals(world) == tuple(sum(column) for column in zip(*votes, strict=True))


def totals(world: World) -> tuple[int, ...]:
    """Of the one cell of the one contest, out of a result that the ledger has accepted."""
    assert world.state.phase is Phase.FINAL
    result = parse(world.log.contents[-1])
    assert isinstance(result, Result)
    return result.contests[0].totals[0]


LISTS, NAMES = ["l1", "l2"], ["n1", "n2", "n3", "n4"]
TEHRAN = one_list_or_names(LISTS, NAMES, 3)
BLANK = [0, 0, 0, 0, 0, 0, 1]


def test_one_list_or_up_to_k_names_or_an_explicit_blank() -> None:
    """All three kinds of ballot, whole pipeline; the totals are right."""
    votes = [
        [1, 0, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 1, 0],
        BLANK,
    ]
    world = election(TEHRAN, example=BLANK)
    world.open()
    world.vote({"u": votes})
    assert world.state.casts == len(votes)
    world.finish()
    assert totals(world) == (1, 2, 1, 1, 1, 1, 1)


MIXED = {
    "a list and a name": [1, 0, 1, 0, 0, 0, 0],
    "two lists": [1, 1, 0, 0, 0, 0, 0],
    "a list and a blank": [0, 1, 0, 0, 0, 0, 1],
    "a name and a blank": [0, 0, 0, 0, 1, 0, 1],
    "too many names": [0, 0, 1, 1, 1, 1, 0],
    "nothing at all": [0, 0, 0, 0, 0, 0, 0],
}


@pytest.mark.parametrize("name", MIXED)
def test_mixed_ballots_are_not_made(name: str) -> None:
    with pytest.raises(ChoiceError, match="council: rule [12] wants"):
        layout_of(TEHRAN).bits(MIXED[name])


@pytest.mark.parametrize("name", MIXED)
def test_forged_mixed_ballots_have_no_proof(name: str) -> None:
    """Whatever slack bits are put beside such choices: V5, void, and the next honest one counts."""
    world = election(TEHRAN, example=BLANK)
    world.open()
    assert world.state.parameters is not None
    layout = world.state.parameters.layouts["s"]
    slack = layout.relation.bits - len(layout.options)
    c = world.voters["u"][0]
    for bits in ([0] * slack, [1] * slack, layout.bits(BLANK)[-slack:]):
        forged = Draft.of(world, [*MIXED[name], *bits]).cast(world, c)
        refusal = world.refusal(forged)
        assert (refusal.fault.check, refusal.fault.void) == (5, True)
    world.put(world.cast(c, BLANK))
    assert world.state.casts == 1


def test_rules_of_one_contest_do_not_reach_into_another() -> None:
    """Two contests with options of the same names on one ballot, each with rules and slack of its own."""
    one, other = (
        choose_one("ab"),
        contest(rule(0, 2, a=1, b=1), options=[option("a"), option("b")], id="board"),
    )
    votes = [[1, 0, 1, 1], [0, 1, 0, 0]]
    world = election(one, other, example=votes[0])
    world.open()
    world.vote({"u": votes})
    world.finish()
    result = parse(world.log.contents[-1])
    assert isinstance(result, Result)
    assert [own.totals for own in result.contests] == [((1, 1),), ((1, 1),)]


def test_styles_that_share_a_contest() -> None:
    """The same contest in different places of two ballots: slots are added where they belong."""
    shared, local = approval("council", "abc"), approval("village", "xy")
    styles = (m.Style(("council",), (0,) * 3, "town"), m.Style(("village", "council"), (0,) * 5, "country"))
    units = (m.Unit("n", "", "town", {"en": "n"}), m.Unit("s", "", "country", {"en": "s"}))
    world = World(contests=(local, shared), voters={"n": 2, "s": 2}, styles=styles, units=units)
    world.open()
    for unit, style, choices in [("n", "town", (1, 0, 1)), ("s", "country", (0, 1, 1, 0, 0))]:
        for c in world.voters[unit]:
            world.put(world.cast(c, choices, style))
    world.finish()
    result = parse(world.log.contents[-1])
    assert world.state.phase is Phase.FINAL and isinstance(result, Result)
    assert {own.contest: (own.cells, own.totals) for own in result.contests} == {
        "village": ((("s",),), ((0, 2),)),
        "council": ((("n",), ("s",)), ((2, 0, 2), (2, 0, 0))),
    }


def test_a_ballot_of_the_size_of_tehrans() -> None:
    """40 lists, 2,294 candidates, 21 seats, 1.6 million ballots: 2,335 slots, 2,345 bits, 225 kB, one proof.

    Measured on two cores: encrypting and proving 0.4 s, verifying 0.1 s; over libsodium 1.2 s and 1.0 s.
    """
    lists, names = [f"l{i}" for i in range(40)], [f"n{i}" for i in range(2294)]
    own = one_list_or_names(lists, names, 21)
    example = [*[0] * (len(own.options) - 1), 1]
    world = election(contest(*own.rules, options=own.options, cell=1_600_000), example=example, voters=1)
    world.open()
    assert world.state.parameters is not None
    relation = world.state.parameters.layouts["s"].relation
    assert (len(relation.slots), relation.bits, len(relation.constraints)) == (2335, 2335 + 10, 2)
    choices = [0] * 40 + [1] * 21 + [0] * (2294 - 21) + [0]
    ballot = world.prepare(choices)
    body = ballot.body
    assert len(body.slots.to_bytes()) + len(body.proof.to_bytes()) == 64 * 2335 + 32 * 2345 + 192 == 224_672
    world.put(world.cast(world.voters["u"][0], ballot))
    assert world.state.casts == 1
    too_many = [*layout_bits(world, choices)]
    too_many[61] = 1
    refusal = world.refusal(Draft.of(world, too_many).cast(world, world.voters["u"][0]))
    assert (refusal.fault.check, refusal.fault.void) == (5, True)


def layout_bits(world: World, choices: Sequence[int]) -> list[int]:
    assert world.state.parameters is not None
    return world.state.parameters.layouts["s"].bits(choices)
