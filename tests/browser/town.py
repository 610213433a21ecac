"""A city's election in memory, Persian and English, as far as one of its phases: what all pages are looked at with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crypto import merkle
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.group import G
from crypto.merkle import leaf_hash
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from crypto.tlog_proof import TlogProof
from election import entries as e
from election import manifest as m
from election.receipt import Receipt, log_leaf
from election.record import leaf_of
from election.standing import Ballot
from election.tracker import pseudonym
from tests.browser.words import CANDIDATES, CITY, COUNCIL, PARK, STATIONS, TITLE, TRUSTEES, YES_NO
from tests.world import ORIGIN, World, rule

PHASES = ("setup", "keyed", "voting", "closed", "decrypting", "final")
"""In this order: half a ceremony, a key, ballots, 2 trustees agreed, 1 decrypted, the result."""

CREATED = int(datetime(2027, 5, 8, 6, 30, tzinfo=UTC).timestamp())
BEGIN = int(datetime(2027, 6, 18, 4, 30, tzinfo=UTC).timestamp())
END = int(datetime(2027, 6, 18, 18, 30, tzinfo=UTC).timestamp())
VOTERS = {"station-1": 16, "station-2": 14, "station-3": 10}
BLANK = (0,) * (len(CANDIDATES) + len(YES_NO))


def _at(start: int, **after: int) -> e.Clock:
    return e.Clock(start + int(timedelta(**after).total_seconds()))


def _contest(id: str, title: m.Title, options: Sequence[tuple[str, m.Title]], at_most: int) -> m.Contest:
    limit = rule(0, at_most, **{id: 1 for id, _ in options})
    return m.Contest(id, 100, tuple(m.Option(id, 1, text) for id, text in options), 1, (limit,), title)


def _world(like: World | None = None) -> World:
    """The people, their keys and the manifest. like: an election whose people and keys these are."""
    contests = (_contest("council", COUNCIL, CANDIDATES, 3), _contest("park", PARK, YES_NO, 1))
    leaves = (m.Unit(id, "city", "s", title) for id, title in STATIONS)
    world = World(
        contests=contests,
        voters=VOTERS,
        trustees=5,
        threshold=3,
        like=like,
        complaint_seconds=int(timedelta(days=2).total_seconds()),
        deadline=_at(END, days=30).time,
        min_unit_ballots=5,
        title=TITLE,
        units=(m.Unit("city", "", "", CITY), *leaves),
        voting=m.Voting(BEGIN, END),
    )
    people = zip(world.trustee_keys.items(), TRUSTEES, strict=True)
    world.members["trustees"] = tuple(m.Trustee(id, x * G, title) for (id, x), title in people)
    return world


def choices(*chosen: int) -> tuple[int, ...]:
    """A vector with these options, counted over both contests, marked."""
    return tuple(int(i in chosen) for i in range(len(BLANK)))


@dataclass
class Town:
    """The world, and the numbers of the entries of ballots that something happened to."""

    world: World
    counted: int = -1
    superseded: int = -1
    challenged: int = -1
    dropped: int = -1

    @classmethod
    def at(cls, phase: str) -> Town:
        """An election that has come as far as this one of PHASES."""
        town = cls(_world())
        reached = PHASES.index(phase)
        for step in (town.half_ceremony, town.ceremony, town.voting, town.close, town.decrypt, town.finish):
            if reached < 0:
                break
            step()
            reached -= 1
        return town

    def half_ceremony(self) -> None:
        """All have registered, three have committed, the roll of two stations is there."""
        world = self.world
        world.put(m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members), e.Clock(CREATED))
        trustees = tuple(world.trustee_keys)
        deadline = _at(CREATED, days=7).time
        world.put(world.sign(e.CeremonyStart, attempt=1, deadline=deadline, trustees=trustees))
        for hour, trustee in enumerate(trustees, 2):
            world.put(_at(CREATED, hours=3 * hour), world.register(trustee))
        self._deals = {trustee: world.deal(trustee) for trustee in trustees}
        for hour, trustee in enumerate(trustees[:3]):
            world.put(_at(CREATED, days=1, hours=3 * hour), world.commit(trustee, self._deals[trustee].msg1))

    def ceremony(self) -> None:
        """The other half, and the roll."""
        world = self.world
        world.put(_at(CREATED, days=2))
        for trustee in list(self._deals)[3:]:
            world.put(world.commit(trustee, self._deals[trustee].msg1))
        world.put(*self._deals.values())
        for hour, trustee in enumerate(self._deals):
            world.put(_at(CREATED, days=3, hours=hour), world.certify(trustee))
        world.put(world.key(), _at(CREATED, days=10))
        world.roll()

    def voting(self) -> None:
        """Thirty of forty vote over the day; only four of them at the third station, fewer than may be told apart."""
        world, turn = self.world, 0
        world.put(_at(BEGIN, days=-1), world.opening())
        for unit, voting in (("station-1", 14), ("station-2", 12), ("station-3", 4)):
            for i, credential in enumerate(world.voters[unit][:voting]):
                if i % 2 == 0:
                    world.put(_at(BEGIN, minutes=7 + 3 * turn + 13 * (turn % 4), hours=turn // 4))
                marked = (turn % 7, (turn * 5 + 1) % 9, 9 + (turn % 3 == 0))
                number = world.put(world.cast(credential, BLANK if turn == 9 else choices(*marked)))
                if (unit, i) == ("station-1", 3):
                    self.superseded = number
                if (unit, i) == ("station-2", 1):
                    self.dropped = number
                turn += 1
        world.put(_at(BEGIN, hours=12, minutes=20))
        self.counted = world.put(world.cast(world.voters["station-1"][3], choices(0, 2, 3, 10)))
        self.challenged = world.put(world.prepare(choices(1, 4, 9)).challenge())

    def close(self) -> None:
        """Closed; two of the four trustees whose word is needed have agreed."""
        world = self.world
        world.put(_at(END, minutes=5), world.sign(e.Closing))
        for hour, trustee in enumerate(world.state.trustees[:2]):
            world.put(_at(END, hours=2 + hour), world.ready(trustee))

    def decrypt(self) -> None:
        """All but one have agreed; one has decrypted."""
        world = self.world
        for hour, trustee in enumerate(world.state.trustees[2:4]):
            world.put(_at(END, hours=14 + hour), world.ready(trustee))
        self._decrypted_by(world.state.trustees[0], _at(END, days=2, hours=13))

    def finish(self) -> None:
        """Two more decrypt, and the office announces."""
        for hour, trustee in enumerate(self.world.state.trustees[1:3]):
            self._decrypted_by(trustee, _at(END, days=2, hours=14 + hour))
        self.world.put(_at(END, days=2, hours=18), self.world.announcement())

    def _decrypted_by(self, trustee: str, clock: e.Clock) -> None:
        assert self.world.replay.tally is not None
        contests = self.world.replay.tally.contests.values()
        self.world.put(clock, *(self.world.partial(trustee, one.contest.id) for one in contests))

    @property
    def noted(self) -> list[int]:
        """Of the ballots that something happened to."""
        return [n for n in (self.counted, self.superseded, self.challenged, self.dropped) if n >= 0]

    def cheated(self) -> World:
        """The same election by a board that has dropped a ballot: before the closing, as after it nobody would sign."""
        fork = _world(like=self.world)
        fork.put(*(c for i, c in enumerate(self.world.log.contents) if i != self.dropped))
        return fork

    def ballot(self, number: int) -> Ballot:
        found = e.parse(self.world.log.contents[number])
        assert isinstance(found, Ballot)
        return found

    def receipt(self, number: int, key: SigningKey | None = None) -> Receipt:
        """What the board answered the voter. key: of somebody who would like to be this log."""
        row = [leaf_hash(leaf_of(content)) for content in self.world.log.contents[: number + 1]]

        def node(level: int, place: int) -> bytes:
            return merkle.root(row[place << level : (place + 1) << level])

        checkpoint = Checkpoint(ORIGIN, len(row), merkle.root(row))
        signed = sign_checkpoint(checkpoint, NoteSigner(ORIGIN, key or self.world.log_key))
        proof = TlogProof(number, tuple(merkle.inclusion_proof(number, len(row), node)), signed)
        ballot = self.ballot(number)
        assert leaf_hash(log_leaf(ballot)) == row[number]
        return Receipt(self.world.context, ballot, proof)

    def stranger(self) -> str:
        """The pseudonym of somebody who has not voted."""
        return pseudonym((self.world.voters["station-3"][-1] * G).to_bytes())
