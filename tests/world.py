"""A whole election in memory with every key in hand: what honest people do, and what an attacker can forge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from crypto import batch, sigma, statements
from crypto.dkg.dealing import Dealing
from crypto.dkg.rounds import DealerSecrets, certify, deal, receive
from crypto.errors import EncodingError
from crypto.group import G, Points, Scalars
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from election import entries as e
from election import manifest as m
from election.announcement import announce
from election.ballot import PreparedBallot, claims, prepare
from election.entry import Entry
from election.faults import Refusal
from election.ledger import State
from election.ledger.ceremony import commitment, extension
from election.record import LogEntry, RecordReader, RecordWriter, leaf_of
from election.replay import Replay, logged
from election.tally import decrypt

BEGIN, END, COMPLAINTS, DEADLINE = 2_000, 3_000, 100, 10_000
ORIGIN = "example.org/council"


def option(id: str, max: int = 1) -> m.Option:
    return m.Option(id, max, {"en": f"Option {id}"})


def rule(low: int, high: int, **times: int) -> m.Rule:
    return m.Rule(high, low, tuple(m.Term(name, n) for name, n in times.items()))


def approval(
    id: str = "council", names: str = "abc", *, at_most: int = 2, cell: int = 100, packing: int = 1
) -> m.Contest:
    """At most so many of these options."""
    limit = rule(0, at_most, **dict.fromkeys(names, 1))
    return m.Contest(id, cell, tuple(option(name) for name in names), packing, (limit,), {"en": id})


class MemoryLog:
    """Enough of a RecordReader for a replay."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[LogEntry]:
        for index, content in enumerate(self.contents[start:stop], start):
            yield LogEntry(index, leaf_of(content), content)


class World:
    """voters: unit -> how many; like: another election whose people and keys this one has. Nothing is hidden."""

    def __init__(
        self,
        *,
        contests: Sequence[m.Contest] = (approval(),),
        voters: Mapping[str, int] = {"north": 3, "south": 3},
        trustees: int = 3,
        threshold: int = 2,
        like: World | None = None,
        **members: Any,
    ) -> None:
        self.office: Scalars = like.office if like else Scalars.random(1)
        self.log_key: SigningKey = like.log_key if like else SigningKey.generate()
        self.trustee_keys = {f"t{i}": Scalars.random(1) for i in range(1, trustees + 1)}
        self.voters = {unit: [Scalars.random(1) for _ in range(n)] for unit, n in voters.items()}
        if like:
            self.trustee_keys, self.voters = like.trustee_keys, like.voters
        self.log = MemoryLog()
        self.replay = Replay(cast(RecordReader, self.log))
        self.static: dict[str, Scalars] = {}
        self.dealt: dict[str, Dealing] = {}
        self.shares: dict[str, Scalars] = {}
        self.members = {**self._manifest(contests, list(voters), threshold), **members}

    def _manifest(
        self, contests: Sequence[m.Contest], units: Sequence[str], threshold: int
    ) -> dict[str, Any]:
        n = len(self.trustee_keys)
        blank = tuple(0 for contest in contests for _ in contest.options)
        return {
            "agreement": ("ready",),
            "ceremony": m.Ceremony(max(threshold, n - 1), 1 if threshold == 1 else 0, m.CEREMONY, threshold),
            "complaint_seconds": COMPLAINTS,
            "contests": tuple(contests),
            "deadline": DEADLINE,
            "group": m.GROUP,
            "log": m.Log(str(NoteSigner(ORIGIN, self.log_key).key), ORIGIN),
            "min_unit_ballots": 1,
            "nonce": b"nonce of this election, 32 bytes",
            "office_key": self.office * G,
            "protocol": m.PROTOCOL,
            "revoting": "last",
            "stations": (),
            "styles": (m.Style(tuple(contest.id for contest in contests), blank, "s"),),
            "title": {"en": "Council", "fa": "شورا"},
            "trustees": tuple(m.Trustee(id, x * G, {"en": id}) for id, x in self.trustee_keys.items()),
            "units": tuple(m.Unit(unit, "", "s", {"en": unit}) for unit in units),
            "voting": m.Voting(BEGIN, END),
            "witnesses": m.Witnesses(0, (), 0),
        }

    @property
    def state(self) -> State:
        return self.replay.state

    @property
    def context(self) -> bytes:
        return self.state.context

    def put(self, *entries: Entry | bytes) -> int:
        """Log entries, without effect where they are refused or false; the number of the last one."""
        for entry in entries:
            content = entry if isinstance(entry, bytes) else entry.to_bytes()
            index = len(self.log.contents)
            self.log.contents.append(content)
            raw = LogEntry(index, leaf_of(content), content)
            try:
                known = logged(raw)
                self.replay.take(known, self._falsehood(known.entry))
            except (Refusal, EncodingError):
                self.replay.pass_over(raw)
        return len(self.log.contents) - 1

    def refusal(self, entry: Entry | bytes) -> Refusal:
        """Why the ledger would refuse this entry now, which is not logged."""
        content = entry if isinstance(entry, bytes) else entry.to_bytes()
        known = logged(LogEntry(self.state.size, leaf_of(content), content))
        try:
            self.replay.take(known, self._falsehood(known.entry))
        except Refusal as refusal:
            return refusal
        raise AssertionError("the ledger has accepted it")

    def _falsehood(self, entry: Entry) -> str:
        """Of a cast, whose proofs a replay leaves to its caller."""
        if not isinstance(entry, e.Cast) or self.state.parameters is None:
            return ""
        false = batch.find_bad(claims(self.state.parameters, entry), self.state.parameters.basis)
        return "its proofs are false" if false else ""

    def sign(self, kind: type[Any], trustee: str = "", **members: Any) -> Any:
        """An entry signed by a trustee, or by the office."""
        if trustee:
            members["trustee"] = trustee
        return kind.sign(self.context, self.trustee_keys[trustee] if trustee else self.office, **members)

    def start(self) -> None:
        self.put(m.Manifest.sign(m.MANIFEST_CONTEXT, self.office, **self.members), e.Clock(1_000))

    def registers(self, attempt: int = 1) -> None:
        """The start of an attempt and its registers."""
        trustees = tuple(t for t in self.trustee_keys if t not in self.state.culprits)
        self.put(self.sign(e.CeremonyStart, attempt=attempt, deadline=BEGIN, trustees=trustees))
        for trustee in trustees:
            self.put(self.register(trustee))

    def register(self, trustee: str) -> e.Register:
        current = self.state.attempt
        assert current is not None
        d = self.static[trustee] = Scalars.random(1)
        statement = statements.register(self.context, current.session_id, current.index(trustee), d * G)
        members = {"attempt": current.start.attempt, "key": d * G, "proof": sigma.prove(statement, d)}
        return cast(e.Register, self.sign(e.Register, trustee, **members))

    def deals(self) -> None:
        """Commits and deals of all."""
        current = self.state.attempt
        assert current is not None
        made = {trustee: self.deal(trustee) for trustee in current.trustees}
        for trustee, entry in made.items():
            self.put(self.commit(trustee, entry.msg1))
        self.put(*made.values())

    def commit(self, trustee: str, msg1: bytes) -> e.Commit:
        current = self.state.attempt
        assert current is not None
        commit = commitment(current.session_id, current.index(trustee), msg1)
        return cast(e.Commit, self.sign(e.Commit, trustee, attempt=current.start.attempt, commit=commit))

    def deal(self, trustee: str, tamper: Mapping[int, bytes] | None = None) -> e.Deal:
        """An honest dealing, or one whose envelopes to some recipients are replaced."""
        current = self.state.attempt
        assert current is not None and current.session is not None
        index, d = current.index(trustee), self.static[trustee]
        secrets = DealerSecrets.derive(current.session, index, bytes([index]) * 32)
        dealing = deal(current.session, index, d, secrets)
        envelopes = tuple((tamper or {}).get(i, sealed) for i, sealed in enumerate(dealing.envelopes, 1))
        dealing = replace(dealing, envelopes=envelopes)
        self.dealt[trustee] = dealing
        msg1 = dealing.to_bytes()
        digest = hashlib.sha512(msg1).digest()
        statement = statements.ephemeral(self.context, current.session_id, index, digest, dealing.E)
        proof = sigma.prove(statement, secrets.e)
        return cast(e.Deal, self.sign(e.Deal, trustee, attempt=current.start.attempt, msg1=msg1, proof=proof))

    def certify(self, trustee: str) -> e.Certify:
        current = self.state.attempt
        assert current is not None and current.dealings is not None
        index, d = current.index(trustee), self.static[trustee]
        share = receive(current.dealings, index, d)
        self.shares[trustee] = share.x
        signature = certify(current.dealings, share, d, extension(current)).to_bytes()
        members = {"attempt": current.start.attempt, "signature": signature, "transcript": current.transcript}
        return cast(e.Certify, self.sign(e.Certify, trustee, **members))

    def key(self) -> e.Key:
        current = self.state.attempt
        assert current is not None and current.dealings is not None
        return e.Key(current.start.attempt, current.dealings.keys.K, current.dealings.keys.S)

    def ceremony(self) -> None:
        self.registers()
        self.deals()
        assert self.state.attempt is not None
        for trustee in self.state.attempt.trustees:
            self.put(self.certify(trustee))
        self.put(self.key())

    def roll(self) -> None:
        for unit, secrets in self.voters.items():
            add = Points.concat(c * G for c in secrets)
            self.put(self.sign(e.Roll, add=add, remove=Points.identity(0), unit=unit))

    def opening(self) -> e.Opening:
        return cast(e.Opening, self.sign(e.Opening, roll=self.state.roll_hash, voters=len(self.state.roll)))

    def open(self) -> None:
        """Everything up to the first ballot."""
        self.start()
        self.ceremony()
        self.roll()
        self.put(self.opening(), e.Clock(BEGIN))

    def prepare(self, choices: Sequence[int], style: str = "s") -> PreparedBallot:
        assert self.state.parameters is not None
        return prepare(self.state.parameters, style, choices)

    def cast(self, c: Scalars, choices: Sequence[int] | PreparedBallot, style: str = "s") -> e.Cast:
        """The next ballot of a credential, not yet logged."""
        voter = self.state.roll[(c * G).to_bytes()]
        ballot = choices if isinstance(choices, PreparedBallot) else self.prepare(choices, style)
        return ballot.cast(c, voter.sequence + 1, voter.last)

    def vote(self, votes: Mapping[str, Sequence[Sequence[int]]]) -> None:
        """unit -> one vector of choices a voter."""
        for unit, ballots in votes.items():
            for c, choices in zip(self.voters[unit], ballots, strict=False):
                self.put(self.cast(c, choices))

    def close(self) -> None:
        self.put(e.Clock(END), self.sign(e.Closing))

    def ready(self, trustee: str) -> e.Ready:
        closing = self.state.closing
        assert closing is not None
        return cast(e.Ready, self.sign(e.Ready, trustee, root=closing.root, size=closing.size))

    def partial(self, trustee: str, contest: str = "council") -> e.PartialDecryption:
        assert self.replay.tally is not None
        return decrypt(self.replay.tally, contest, trustee, self.shares[trustee], self.trustee_keys[trustee])

    def announcement(self) -> e.Result:
        assert self.replay.tally is not None
        return announce(self.replay.tally, self.replay.numbered_partials, self.office)

    def decrypt(self) -> None:
        """All are ready, the first k decrypt every contest that has something to decrypt."""
        for trustee in self.state.trustees:
            self.put(self.ready(trustee))
        assert self.replay.tally is not None
        for trustee in self.state.trustees[: self.state.election.ceremony.threshold]:
            for contest in self.replay.tally.contests.values():
                if contest.cells:
                    self.put(self.partial(trustee, contest.contest.id))

    def finish(self) -> None:
        """From the closing to the result."""
        self.close()
        self.decrypt()
        self.put(self.announcement())

    def write(self, folder: Path) -> Path:
        """The record as a folder, signed by its log."""
        writer = RecordWriter(folder, ORIGIN, self.log_key)
        writer.create()
        writer.append(self.log.contents)
        return folder
