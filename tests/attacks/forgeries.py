"""Two forged records and more for every check, as the command line is to refuse them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from crypto.group import G, Points, Scalars
from election.canonical import b64encode
from election.entries import Clock
from tests.attacks.ceremonies import complaint, dealt, opened_envelope, register, started
from tests.attacks.cheats import Draft, cast_body, partial_entry, resigned, result_of, tally_of
from tests.attacks.manifests import contest, manifest
from tests.attacks.museum import agreed, closed, decrypted, voted
from tests.world import World, rule

Forge = Callable[[], tuple[World, int]]


@dataclass(frozen=True)
class Forgery:
    """check: where it is refused; forge: the world and the number of the entry that is named."""

    check: int
    forge: Forge
    reason: str
    void: bool = False

    def __str__(self) -> str:
        return f"V{self.check}-{self.forge.__name__}"


def identity_as_credential() -> tuple[World, int]:
    world = voted()
    ballot = world.cast(world.voters["south"][2], (1, 0, 0))
    key = b64encode(ballot.credential.to_bytes()).encode()
    return world, world.put(ballot.to_bytes().replace(key, b64encode(bytes(32)).encode()))


def duplicate_key() -> tuple[World, int]:
    world = voted()
    return world, world.put(b'{"kind":"clock","time":2001,"time":2002}')


def another_group() -> tuple[World, int]:
    world = World()
    return world, world.put(manifest(world, group="P-256"))


def impossible_rule() -> tuple[World, int]:
    world = World()
    return world, world.put(manifest(world, contests=contest(rules=(rule(2, 1, a=1),))))


def ballot_after_the_closing() -> tuple[World, int]:
    world = voted()
    late = world.cast(world.voters["south"][2], (1, 0, 0))
    world.close()
    return world, world.put(late)


def clock_run_away() -> tuple[World, int]:
    world = voted()
    return world, world.put(Clock(2**53 - 1))


def rogue_key() -> tuple[World, int]:
    """t3's static key cancels those of the others; it cannot prove that it has the secret."""
    world = started()
    world.put(world.register("t1"), world.register("t2"))
    rogue = Scalars.random(1) * G - world.static["t1"] * G - world.static["t2"] * G
    return world, world.put(register(world, "t3", key=rogue))


def complaint_with_false_values() -> tuple[World, int]:
    world = dealt()
    true = opened_envelope(world, "t1", "t3")
    return world, world.put(complaint(world, "t1", "t3", replace(true, Sd=true.Sd + G)))


def unlisted_credential() -> tuple[World, int]:
    world = voted()
    draft = Draft.honest(world, (1, 0, 0))
    return world, world.put(cast_body(world, Scalars.random(1), draft.body(), draft.o))


def shortened_roll() -> tuple[World, int]:
    world = World()
    world.start()
    world.ceremony()
    world.roll()
    return world, world.put(resigned(world, world.opening(), voters=5))


def thousand_votes() -> tuple[World, int]:
    world = voted()
    return world, world.put(Draft.of(world, (1000, 0, 0, -998, 0)).cast(world, world.voters["south"][2]))


def ballot_of_another_length() -> tuple[World, int]:
    world = voted()
    draft = Draft.honest(world, (1, 0, 0))
    body = replace(draft.body(), slots=draft.statement.slots[0:2])
    return world, world.put(cast_body(world, world.voters["south"][2], body, draft.o))


def two_voters_shown_one_ballot() -> tuple[World, int]:
    world = voted()
    ballot = world.prepare((1, 0, 0))
    world.put(world.cast(world.voters["south"][2], ballot))
    return world, world.put(world.cast(world.voters["north"][0], ballot))


def delayed_ballot() -> tuple[World, int]:
    world = voted()
    c = world.voters["south"][2]
    delayed = world.cast(c, (1, 0, 0))
    world.put(world.cast(c, (0, 0, 1)))
    return world, world.put(delayed)


def aggregate_with_a_vote_more() -> tuple[World, int]:
    world = decrypted()
    true = tally_of(world).aggregates
    more = replace(true, beta=true.beta + Points.concat([G, Points.identity(len(true) - 1)]))
    return world, world.put(result_of(world, (3, 1, 0), (0, 1, 1), aggregates=more))


def aggregate_of_other_ciphertexts() -> tuple[World, int]:
    world = decrypted()
    true = tally_of(world).aggregates
    return world, world.put(result_of(world, (2, 1, 0), (0, 1, 1), aggregates=true + true))


def decrypted_without_agreement() -> tuple[World, int]:
    world = closed()
    world.put(world.ready("t1"), world.ready("t2"))
    return world, world.put(world.partial("t1"))


def share_of_something_else() -> tuple[World, int]:
    world = agreed()
    share, own = world.shares["t2"], tally_of(world).aggregates.alpha
    n = world.put(partial_entry(world, "t2", share * own + own, world.partial("t2").proof))
    world.put(world.partial("t1"), world.partial("t3"))
    return world, n


def ready_for_another_closing() -> tuple[World, int]:
    world = closed()
    return world, world.put(resigned(world, world.ready("t1"), root=bytes(32)))


def one_vote_more() -> tuple[World, int]:
    world = decrypted()
    return world, world.put(result_of(world, (3, 1, 0), (0, 1, 1)))


def totals_exchanged() -> tuple[World, int]:
    world = decrypted()
    return world, world.put(result_of(world, (0, 1, 1), (2, 1, 0)))


FORGERIES = [
    Forgery(0, identity_as_credential, "cast.credential: point 0"),
    Forgery(0, duplicate_key, "an object has one key twice"),
    Forgery(1, another_group, "group: this version knows only ristretto255"),
    Forgery(1, impossible_rule, "contests.council.rules[1]: at least 2 and at most 1 is impossible"),
    Forgery(2, ballot_after_the_closing, "a cast has no place in phase closed"),
    Forgery(2, clock_run_away, "the clock is beyond the last deadline"),
    Forgery(3, rogue_key, "the proof of possession does not hold"),
    Forgery(3, complaint_with_false_values, "the proof of the opened values does not hold"),
    Forgery(4, unlisted_credential, "the credential is not on the roll"),
    Forgery(4, shortened_roll, "the roll has 6 voters, not 5"),
    Forgery(5, thousand_votes, "the cast proof or the ballot proof is false", void=True),
    Forgery(5, ballot_of_another_length, "style s has 3 slots, not 2"),
    Forgery(6, two_voters_shown_one_ballot, "an earlier entry has the same body"),
    Forgery(6, delayed_ballot, "sequence number 1 where 2 is due"),
    Forgery(7, aggregate_with_a_vote_more, "council: not the sum of the counted ballots"),
    Forgery(7, aggregate_of_other_ciphertexts, "council: not the sum of the counted ballots"),
    Forgery(8, decrypted_without_agreement, "decrypted when 2 of 3 trustees had agreed"),
    Forgery(8, share_of_something_else, "the proof does not hold", void=True),
    Forgery(8, ready_for_another_closing, "over another closing than entry 26"),
    Forgery(9, one_vote_more, "council, cell 1: a has another total"),
    Forgery(9, totals_exchanged, "council, cell 1: a has another total"),
]
