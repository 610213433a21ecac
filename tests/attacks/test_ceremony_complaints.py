"""Complaints and the attempts after them: rows 24, 59, 68, 71; all are V3.

What a trustee's own tool refuses (T in rows 24, 59) is shown in tests/trustees/.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto import sigma
from crypto.dkg.envelope import SharedSecrets
from crypto.group import G, Points, Scalars
from election.entries import Clock, Deal, parse
from tests.attacks.ceremonies import (
    bad_share,
    commit_all,
    complaint,
    complete,
    deal_entry,
    dealing_of,
    dealt,
    failed,
    opened_envelope,
    register,
    registered,
    running,
    start,
)
from tests.attacks.museum import VOTES, Museum
from tests.world import BEGIN, World

NO_EPHEMERAL = "the proof of the ephemeral key does not hold"


def test_row_59_complaint_about_an_envelope_that_was_refused(museum: Museum) -> None:
    """t3's deal has no proof of its ephemeral key: it is refused, and so is a complaint about it."""
    world = registered()
    honest = commit_all(world)
    no_proof = sigma.Proof(Points.identity(1), Scalars.random(1))
    world.put(honest["t1"], honest["t2"])
    first = world.put(deal_entry(world, "t3", honest["t3"].msg1, proof=no_proof))
    museum.refused(world, 3, first, NO_EPHEMERAL)
    running(world).opened["t3"] = dealing_of(world, "t3")
    forged = complaint(world, "t1", "t3")
    del running(world).opened["t3"], world.log.contents[first]
    museum.refused(world, 3, world.put(forged), "there is no envelope to complain about")


def test_row_59_complaint_that_opens_another_envelope(museum: Museum) -> None:
    """The values of an envelope of t2, in a complaint about t3."""
    world = registered()
    bad_share(world)
    n = world.put(complaint(world, "t1", "t3", opened_envelope(world, "t1", "t2")))
    museum.refused(world, 3, n, "the proof of the opened values does not hold")


@pytest.mark.parametrize("value", ["Se", "Sd"])
def test_row_71_complaint_with_false_values(museum: Museum, value: str) -> None:
    """One could blame anybody by "opening" an envelope with values that do not decrypt it."""
    world = dealt()
    true = opened_envelope(world, "t1", "t3")
    false = {"Se": SharedSecrets(true.Se + G, true.Sd), "Sd": SharedSecrets(true.Se, true.Sd + G)}[value]
    museum.refused(world, 3, world.put(complaint(world, "t1", "t3", false)), "the proof of the opened values")


def wrongly_complained() -> World:
    """t1 complains about a good envelope, and has published its own share."""
    world = dealt()
    world.put(complaint(world, "t1", "t3"))
    assert world.state.culprits == {"t1": "a false complaint"}
    return world


def test_row_71_the_wrong_complainer_is_left_out_and_nobody_else(museum: Museum) -> None:
    """The election goes on without t1, and the record passes."""
    world = wrongly_complained()
    world.registers(2)
    assert running(world).trustees == ("t2", "t3")
    complete(world)
    world.roll()
    world.put(world.opening(), Clock(BEGIN))
    world.vote(VOTES)
    world.finish()
    found = museum.examined(world)
    assert found.faults == []
    assert found.state.trustees == ("t2", "t3")


@pytest.mark.parametrize("trustees", [("t1", "t2", "t3"), ("t1", "t2")], ids=["all", "without the accused"])
def test_row_71_the_share_of_a_wrong_complainer_is_never_used(
    museum: Museum, trustees: tuple[str, ...]
) -> None:
    world = wrongly_complained()
    museum.refused(world, 3, world.put(start(world, trustees=trustees)), "attempt 2 belongs to t2, t3")


def test_row_71_the_attempt_does_not_go_on(museum: Museum) -> None:
    world = wrongly_complained()
    n = world.put(world.certify("t2"))
    museum.refused(world, 3, n, "attempt 1 is over: trustee t1 is at fault, a false complaint")


def test_row_71_too_few_are_left(museum: Museum) -> None:
    """Two culprits of three, where two are needed."""
    world = wrongly_complained()
    world.registers(2)
    world.deals()
    world.put(complaint(world, "t2", "t3"))
    assert set(world.state.culprits) == {"t1", "t2"}
    museum.refused(world, 3, world.put(start(world)), "only 1 honest trustees are left, 2 are needed")


def test_row_24_bad_share_names_its_dealer(museum: Museum) -> None:
    """The attempt ends, the next one is without t3, and the record passes."""
    world = failed()
    assert "does not decrypt" in world.state.culprits["t3"]
    world.registers(2)
    complete(world)
    world.roll()
    world.put(world.opening(), Clock(BEGIN))
    world.vote(VOTES)
    world.finish()
    assert museum.examined(world).faults == []


def test_row_24_the_culprit_may_not_come_back(museum: Museum) -> None:
    world = failed()
    world.put(start(world))
    running(world).start = replace(running(world).start, trustees=("t1", "t2", "t3"))
    forged = register(world, "t3")
    museum.refused(world, 3, world.put(forged), "trustee t3 is not in this attempt")


def test_row_24_complaint_after_certifying(museum: Museum) -> None:
    world = dealt()
    world.put(world.certify("t1"))
    n = world.put(complaint(world, "t1", "t3"))
    museum.refused(world, 3, n, "trustee t1 has certified already")


def test_row_68_deal_of_the_first_attempt_in_the_second(museum: Museum) -> None:
    """t2 commits in the second attempt to the very message that it dealt in the first."""
    world = failed()
    old = parse_deal(world, "t2")
    world.registers(2)
    honest = commit_all(world, t2=old)
    world.put(honest["t1"])
    n = world.put(deal_entry(world, "t2", old))
    museum.refused(world, 3, n, "trustee t2 repeats an announcement")


def parse_deal(world: World, trustee: str) -> bytes:
    deals = [entry for entry in map(parse, world.log.contents) if isinstance(entry, Deal)]
    return next(entry.msg1 for entry in deals if entry.trustee == trustee)
