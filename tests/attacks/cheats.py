"""The attacker's tools: ballots with false bits, weak transcripts, bent announcements, entries signed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from crypto import ballot_argument, sigma, statements
from crypto.ballot_argument import Nonces, Proof, Relation, Statement, bases, claim, prove
from crypto.elgamal import Ciphertexts, encrypt
from crypto.group import G, Points, Scalars, dot
from crypto.transcript import Absorbable, Transcript
from election.entries import Body, Cast, PartialDecryption, Result
from election.tally import ContestTally, contest_result
from tests.world import World


def resigned(world: World, entry: Any, **changes: Any) -> Any:
    """The entry with other members, signed again by whoever signed it."""
    members = {name: getattr(entry, name) for name in entry.schema if name != "sig"} | changes
    return world.sign(type(entry), members.pop("trustee", ""), **members)


def cast_body(world: World, c: Scalars, body: Body, o: Scalars, **changes: Any) -> Cast:
    """A true cast proof over any body. changes: sequence, predecessor, context."""
    voter = world.state.roll.get((c * G).to_bytes())
    sequence = changes.get("sequence", voter.sequence + 1 if voter else 1)
    predecessor = changes.get("predecessor", voter.last if voter else bytes(32))
    context = changes.get("context", world.context)
    statement = statements.cast(context, body.encoded, c * G, sequence, predecessor, o * G)
    return Cast(body, c * G, predecessor, sigma.prove(statement, Scalars.concat([c, o])), sequence)


@dataclass(frozen=True)
class Draft:
    """A ballot whose every part its maker can bend. b: any scalars, bits or not; r: randomness of the slots."""

    statement: Statement
    b: Scalars
    r: Scalars
    nonces: Nonces
    o: Scalars

    @classmethod
    def of(
        cls, world: World, bits: Sequence[int], *, relation: Relation | None = None, style: str = "s"
    ) -> Draft:
        """relation: another one than the style has."""
        parameters = world.state.parameters
        assert parameters is not None
        relation = relation or parameters.layouts[style].relation
        b, r, o = Scalars.from_ints(bits), Scalars.random(len(relation.slots)), Scalars.random(1)
        slots = encrypt(relation.W @ b, r, parameters.K)
        statement = Statement(parameters.context, parameters.K, relation, style, o * G, slots)
        nonces = Nonces(
            Scalars.random(relation.bits), Scalars.random(1), Scalars.random(1), Scalars.random(1)
        )
        return cls(statement, b, r, nonces, o)

    @classmethod
    def honest(cls, world: World, choices: Sequence[int], style: str = "s") -> Draft:
        assert world.state.parameters is not None
        return cls.of(world, world.state.parameters.layouts[style].bits(choices), style=style)

    def prove(self) -> Proof:
        """What the honest prover does with these values, whether they are bits or not."""
        return prove(self.statement, self.b, self.r, self.nonces)

    def prove_shifted(self, **shifts: Points) -> Proof:
        """The announcements L1, L2 off by a point each, everything else as it should be."""
        honest = self.prove()
        B, A, L1, L2 = honest.announcements
        bent = Points.concat([B, A, L1 + shifts["L1"], L2 + shifts.get("L2", Points.identity(1))])
        known = claim(self.statement, replace(honest, announcements=bent))
        f = known.x * self.b + self.nonces.a
        z = known.x * self.nonces.rho_B + self.nonces.rho_A
        z_r = known.x * known.gamma[: len(self.r)].dot(self.r) + self.nonces.s
        return Proof(bent, Scalars.concat([f, z, z_r]))

    def body(self, proof: Proof | None = None) -> Body:
        return Body(
            self.statement.one_time_key, proof or self.prove(), self.statement.slots, self.statement.style
        )

    def cast(self, world: World, c: Scalars, proof: Proof | None = None) -> Cast:
        return cast_body(world, c, self.body(proof), self.o)

    def with_slots(self, slots: Ciphertexts) -> Draft:
        return replace(self, statement=replace(self.statement, slots=slots))


@contextmanager
def weak_transcripts(*dropped: str) -> Iterator[None]:
    """Inside, every proof is made and checked over transcripts that leave these items out.

    slots.alpha and slots.beta: only that half of the ciphertexts.
    """

    class Weak(Transcript):
        def absorb(self, label: str, data: Absorbable) -> None:
            if label == "slots" and isinstance(data, bytes):
                pieces = [data[i : i + 32] for i in range(0, len(data), 32)]
                data = b"".join(piece for i, piece in enumerate(pieces) if SLOT_HALVES[i % 2] not in dropped)
            if label not in dropped:
                super().absorb(label, data)

        def copy(self) -> Transcript:
            twin = super().copy()
            twin.__class__ = Weak
            return twin

    with ExitStack() as stack:
        for module in (ballot_argument, sigma, statements):
            stack.enter_context(patch.object(module, "Transcript", Weak))
        yield


SLOT_HALVES = ("slots.alpha", "slots.beta")


def solve_announcement(statement: Statement, proof: Proof, name: str) -> Proof:
    """One of B, A, L1, L2 chosen last, so that its equation holds: for challenges that do not depend on it."""
    known, relation, K = claim(statement, proof), statement.relation, statement.K
    gamma, x, m, N = known.gamma, known.x, len(relation.slots), relation.bits
    f, z, z_r = proof.responses[:N], proof.responses[N], proof.responses[N + 1]
    B, A, L1, L2 = proof.announcements
    base = bases(N)
    first = z * base.F + dot(f, base.G) + dot(f * (x - f), base.H)
    phi = gamma[:m].dot(relation.W @ f) + gamma[m:].dot(relation.C @ f)
    beta = dot(gamma[:m], statement.slots.beta) + gamma[m:].dot(relation.t) * G
    solved = {
        "B": lambda: (first - A) * x.invert(),
        "A": lambda: first - x * B,
        "L1": lambda: z_r * G - x * dot(gamma[:m], statement.slots.alpha),
        "L2": lambda: phi * G + z_r * K - x * beta,
    }[name]()
    order = {"B": B, "A": A, "L1": L1, "L2": L2} | {name: solved}
    return replace(proof, announcements=Points.concat(order.values()))


def tally_of(world: World, contest: str = "council") -> ContestTally:
    assert world.replay.tally is not None
    return world.replay.tally.contests[contest]


def decryption(
    world: World, trustee: str, partials: Points, contest: str = "council", **other: Any
) -> sigma.Linear:
    """That these are the trustee's partial decryptions. other: context, root, size, cells, trustee, aggregates."""
    closing, own = world.state.closing, tally_of(world, contest)
    assert closing is not None
    return statements.decryption(
        other.get("context", world.context),
        other.get("root", closing.root),
        other.get("size", closing.size),
        contest,
        other.get("cells", own.cells_digest),
        trustee,
        other.get("share_key", world.replay.share_key(trustee)),
        other.get("aggregates", own.aggregates.alpha),
        partials,
    )


def partial_entry(
    world: World, trustee: str, partials: Points, proof: sigma.Proof, contest: str = "council", **changes: Any
) -> PartialDecryption:
    """Signed by the trustee, whatever it says."""
    closing = world.state.closing
    assert closing is not None
    members = {
        "contest": contest,
        "partials": partials,
        "proof": proof,
        "root": closing.root,
        "size": closing.size,
    }
    entry: PartialDecryption = world.sign(PartialDecryption, trustee, **members | changes)
    return entry


def result_of(world: World, *totals: tuple[int, ...], contest: str = "council", **changes: Any) -> Result:
    """What the office announces of this one contest; changes: aggregates, ballots, cells."""
    announced = replace(contest_result(tally_of(world, contest), totals), **changes)
    result: Result = world.sign(Result, contests=(announced,))
    return result
