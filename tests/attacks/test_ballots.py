"""Copied, clashing, opened and weak ballots: rows 34 … 37, 39, 42 … 45, 74; most of them V6.

Row 39's ballot that the policy does not name, counted all the same, is in test_results.py; 40 and 48 are the
booth's (B), and so are the receipts of 37.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto import ballot_argument
from crypto.ballot_argument import Proof
from crypto.elgamal import Ciphertexts, encrypt
from crypto.group import G, Points, Scalars
from election.canonical import b64encode
from election.entries import Cast, parse
from election.manifest import Style, Unit
from tests.attacks.cheats import Draft, cast_body, weak_transcripts
from tests.attacks.museum import Museum, opened, voted
from tests.world import World, approval

FALSE = "the cast proof or the ballot proof is false"
SAME_BODY = "an earlier entry has the same body"


def late(world: World) -> Scalars:
    """The voter of the south who has not voted yet."""
    return world.voters["south"][2]


def first_ballot(world: World) -> Cast:
    entry = parse(world.log.contents[20])
    assert isinstance(entry, Cast)
    return entry


def test_row_34_exact_copy_under_another_credential(museum: Museum) -> None:
    """The copier does not know o and proves some other."""
    world = voted()
    copy = cast_body(world, late(world), first_ballot(world).body, Scalars.random(1))
    museum.refused(world, 6, world.put(copy), SAME_BODY)


def test_row_34_copy_that_comes_before_its_original(museum: Museum) -> None:
    """The board delays a ballot to log a copy of it first; the original is still accepted."""
    world = voted()
    ballot = world.prepare((0, 1, 1))
    n = world.put(cast_body(world, world.voters["north"][0], ballot.body, Scalars.random(1)))
    world.put(world.cast(late(world), ballot))
    found = museum.void(world, 5, n, FALSE)
    assert found.state.casts == 6


def test_row_35_re_randomised_copy(museum: Museum) -> None:
    """α + u·G, β + u·K, z_r + x·Σ γ_i·u: true where the ciphertexts are not in the hash."""
    world = opened()
    u, o = Scalars.random(3), Scalars.random(1)
    with weak_transcripts("slots", "one_time_key"):
        victim = Draft.honest(world, (1, 0, 0))
        proof = victim.prove()
        known = ballot_argument.claim(victim.statement, proof)
        slots = victim.statement.slots + encrypt(Scalars.from_ints([0, 0, 0]), u, victim.statement.K)
        shift = Scalars.concat([Scalars.from_ints([0] * 6), known.x * known.gamma[:3].dot(u)])
        copied = Proof(proof.announcements, proof.responses + shift)
        copy = replace(victim.with_slots(slots), o=o)
        copy = replace(copy, statement=replace(copy.statement, one_time_key=o * G))
        ballot_argument.verify(copy.statement, copied)
    world.vote({"north": [(0, 0, 1)], "south": [(0, 1, 0)]})
    museum.void(world, 5, world.put(copy.cast(world, late(world), copied)), FALSE)


def test_row_36_first_ballot_appended_again_after_the_second(museum: Museum) -> None:
    world = voted()
    world.vote({"north": [(0, 0, 1)]})
    museum.refused(world, 6, world.put(first_ballot(world)), SAME_BODY)


def test_row_37_two_voters_shown_one_ballot(museum: Museum) -> None:
    """Their device knows o and casts one body under both credentials."""
    world = opened()
    ballot = world.prepare((1, 0, 0))
    world.put(world.cast(world.voters["north"][0], ballot))
    museum.refused(world, 6, world.put(world.cast(world.voters["north"][1], ballot)), SAME_BODY)


def test_row_39_second_ballot_where_there_is_none(museum: Museum) -> None:
    world = voted(World(revoting="none"))
    n = world.put(world.cast(world.voters["north"][0], (0, 0, 1)))
    museum.refused(world, 6, n, "the voter has voted, and this election allows no second ballot")


def test_row_42_opening_of_a_cast_ballot(museum: Museum) -> None:
    """Everybody could read it. The later of two entries with one body is refused."""
    world = opened()
    ballot = world.prepare((1, 0, 0))
    world.put(world.cast(world.voters["north"][0], ballot))
    museum.refused(world, 6, world.put(ballot.challenge()), SAME_BODY)


def test_row_42_opening_inside_a_cast_entry(museum: Museum) -> None:
    world = opened()
    ballot = world.prepare((1, 0, 0))
    content = world.cast(world.voters["north"][0], ballot).to_bytes()
    root = b64encode(ballot.randomness.root).encode()
    n = world.put(content.replace(b'"sequence":1', b'"root":"' + root + b'","sequence":1'))
    museum.refused(world, 0, n, "cast: unknown member 'root'")


def test_row_43_challenged_ballot_cast(museum: Museum) -> None:
    world = opened()
    ballot = world.prepare((1, 0, 0))
    world.put(ballot.challenge())
    museum.refused(world, 6, world.put(world.cast(world.voters["north"][0], ballot)), SAME_BODY)


@pytest.mark.parametrize("change", ["choices", "root", "rules"])
def test_row_43_challenge_that_does_not_open_its_body(museum: Museum, change: str) -> None:
    """Charged to the board, which should not have logged it, and to nobody's device."""
    world = voted()
    true = world.prepare((1, 0, 0)).challenge()
    forged = {
        "choices": replace(true, choices=(0, 1, 0)),
        "root": replace(true, root=bytes(64)),
        "rules": replace(true, choices=(1, 1, 1)),
    }[change]
    museum.void(world, 5, world.put(forged), "the opening")


@pytest.mark.parametrize("randomness", ["one", "repeated"])
def test_row_44_weak_randomness(museum: Museum, randomness: str) -> None:
    """α = G, or α twice in a ballot: the difference of two slots would be there for everybody."""
    world = voted()
    draft = Draft.honest(world, (1, 0, 0))
    r = {"one": [1, 7, 8], "repeated": [7, 8, 7]}[randomness]
    bad = replace(draft, r=Scalars.from_ints(r))
    bad = bad.with_slots(encrypt(Scalars.from_ints([1, 0, 0]), bad.r, draft.statement.K))
    ballot_argument.verify(bad.statement, bad.prove())
    reason = {
        "one": "a ciphertext whose randomness is 1",
        "repeated": "two ciphertexts share their randomness",
    }
    museum.refused(world, 6, world.put(bad.cast(world, late(world))), reason[randomness])


def test_row_44_no_randomness_at_all(museum: Museum) -> None:
    world = voted()
    draft = Draft.honest(world, (1, 0, 0))
    r = Scalars.concat([Scalars.from_ints([0]), draft.r[1:]])
    bare = replace(draft, r=r).with_slots(encrypt(Scalars.from_ints([1, 0, 0]), r, draft.statement.K))
    museum.refused(world, 0, world.put(bare.cast(world, late(world))), "cast.body.slots: point 0")


def test_row_44_one_time_key_used_twice(museum: Museum) -> None:
    world = voted()
    first, second = Draft.honest(world, (1, 0, 0)), Draft.honest(world, (0, 0, 0))
    world.put(first.cast(world, late(world)))
    again = replace(second, o=first.o, statement=replace(second.statement, one_time_key=first.o * G))
    n = world.put(again.cast(world, world.voters["north"][0]))
    museum.refused(world, 6, n, "the one-time key was used before")


def two_districts() -> World:
    """North and south vote on different contests of one shape."""
    contests = approval(), approval("board", "xyz")
    styles = Style(("council",), (0, 0, 0), "n"), Style(("board",), (0, 0, 0), "s")
    units = Unit("north", "", "n", {"en": "North"}), Unit("south", "", "s", {"en": "South"})
    return opened(World(contests=contests, styles=styles, units=units))


def test_row_45_ballot_moved_to_another_district(museum: Museum) -> None:
    world = two_districts()
    forged = world.cast(world.voters["north"][0], (1, 0, 0), style="s")
    museum.refused(world, 5, world.put(forged), "the voter's style is n, not s")


def test_row_45_ballot_relabelled_to_another_style(museum: Museum) -> None:
    """The proof is for the style that the ballot was made for."""
    world = two_districts()
    world.put(world.cast(world.voters["south"][0], (0, 0, 1), style="s"))
    draft = Draft.honest(world, (1, 0, 0), style="n")
    body = replace(draft.body(), style="s")
    museum.void(world, 5, world.put(cast_body(world, late(world), body, draft.o)), FALSE)


def test_row_45_ballot_of_a_style_that_does_not_exist(museum: Museum) -> None:
    world = voted()
    ballot = world.prepare((1, 0, 0))
    lost = replace(ballot, body=replace(ballot.body, style="nowhere"))
    museum.refused(world, 5, world.put(world.cast(late(world), lost)), "the voter's style is s, not nowhere")
    del world.log.contents[-1]
    challenge = replace(ballot.challenge(), body=lost.body)
    museum.refused(world, 5, world.put(challenge), "there is no style nowhere")


def test_row_74_identity_as_one_time_key(museum: Museum) -> None:
    """Anybody could cast it."""
    world = voted()
    ballot = world.cast(late(world), (1, 0, 0))
    key = b64encode(ballot.body.one_time_key.to_bytes()).encode()
    n = world.put(ballot.to_bytes().replace(key, b64encode(Points.identity(1).to_bytes()).encode()))
    museum.refused(world, 0, n, "cast.body.one_time_key: point 0")


def test_row_74_identity_as_credential(museum: Museum) -> None:
    """Anybody could vote for her."""
    world = voted()
    ballot = world.cast(late(world), (1, 0, 0))
    key = b64encode(ballot.credential.to_bytes()).encode()
    n = world.put(ballot.to_bytes().replace(key, b64encode(Points.identity(1).to_bytes()).encode()))
    museum.refused(world, 0, n, "cast.credential: point 0")


def test_row_35_slots_of_two_ballots_mixed(museum: Museum) -> None:
    world = voted()
    mine, theirs = Draft.honest(world, (1, 0, 0)), first_ballot(world).body.slots
    mixed = mine.with_slots(Ciphertexts.concat([theirs[0:1], mine.statement.slots[1:3]]))
    museum.void(world, 5, world.put(mixed.cast(world, late(world), mine.prove())), FALSE)
