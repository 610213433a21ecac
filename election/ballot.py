"""Choices → encrypted ballot → cast or challenged; and what a verifier makes of either (SPEC 7)."""

from __future__ import annotations

import hmac
import secrets as os_random
from collections.abc import Sequence
from dataclasses import dataclass

from crypto import ballot_argument, batch, sigma, statements
from crypto.elgamal import encrypt
from crypto.errors import EncodingError, GlassballotError, ProofError
from crypto.framing import frame, u32
from crypto.group import G, Points, Scalars
from crypto.transcript import Domain
from election.entries import Body, Cast, Challenge
from election.errors import ChoiceError
from election.parameters import Parameters
from election.tracker import tracker


@dataclass(frozen=True)
class Randomness:
    """All randomness of one ballot, derived from a 64-byte root; the root opens this ballot and no other."""

    root: bytes

    def __repr__(self) -> str:
        return "<Randomness>"

    @classmethod
    def from_seed(
        cls, seed: bytes, parameters: Parameters, style: str, one_time_key: Points, bits: Sequence[int]
    ) -> Randomness:
        """root = HMAC-SHA-512(seed, everything that the ballot is about). seed: 32 bytes, used once."""
        relation = parameters.layouts[style].relation
        about = frame(
            Domain.BALLOT_RANDOMNESS.encode(),
            parameters.context,
            parameters.K.to_bytes(),
            relation.digest,
            style.encode(),
            one_time_key.to_bytes(),
            bytes(bits),
        )
        return cls(hmac.digest(seed, about, "sha512"))

    def scalars(self, label: str, count: int) -> Scalars:
        """HMAC-SHA-512(root, frame(label, u32 index)) mod ℓ for index 0 … count − 1."""
        parts = (hmac.digest(self.root, frame(label.encode(), u32(i)), "sha512") for i in range(count))
        return Scalars.from_wide(b"".join(parts))


def encrypt_body(
    parameters: Parameters, style: str, bits: Sequence[int], plaintexts: Sequence[int], O: Points, root: bytes
) -> Body:
    """Encrypt and prove with all randomness from this root: the same inputs give the same bytes."""
    randomness = Randomness(root)
    relation = parameters.layouts[style].relation
    r = randomness.scalars("r", len(relation.slots))
    nonces = ballot_argument.Nonces(
        a=randomness.scalars("a", relation.bits),
        rho_B=randomness.scalars("rho_B", 1),
        rho_A=randomness.scalars("rho_A", 1),
        s=randomness.scalars("s", 1),
    )
    slots = encrypt(Scalars.from_ints(plaintexts), r, parameters.K)
    statement = ballot_argument.Statement(parameters.context, parameters.K, relation, style, O, slots)
    proof = ballot_argument.prove(statement, Scalars.from_ints(bits), r, nonces)
    return Body(O, proof, slots, style)


@dataclass(frozen=True, repr=False)
class PreparedBallot:
    """A complete body whose fate is open: cast it or challenge it, never both."""

    parameters: Parameters
    body: Body
    choices: tuple[int, ...]
    randomness: Randomness
    o: Scalars

    @property
    def tracker(self) -> str:
        return tracker(self.body.encoded)

    def cast(self, c: Scalars, sequence: int, predecessor: bytes) -> Cast:
        """The entry that casts this body under the credential secret c."""
        C = c * G
        statement = statements.cast(
            self.parameters.context, self.body.encoded, C, sequence, predecessor, self.body.one_time_key
        )
        proof = sigma.prove(statement, Scalars.concat([c, self.o]))
        return Cast(self.body, C, predecessor, proof, sequence)

    def challenge(self) -> Challenge:
        """The entry that opens this body to everybody."""
        return Challenge(self.body, self.choices, self.randomness.root)


def prepare(parameters: Parameters, style: str, choices: Sequence[int]) -> PreparedBallot:
    """Encrypt choices, one integer an option in layout order, with fresh randomness.

    Raises ChoiceError where they break the style's rules.
    """
    seed, o = os_random.token_bytes(32), Scalars.random(1)
    return prepare_with(parameters, style, choices, seed, o)


def prepare_with(
    parameters: Parameters, style: str, choices: Sequence[int], seed: bytes, o: Scalars
) -> PreparedBallot:
    """`prepare` with given secrets; never twice with one seed."""
    layout, O = parameters.layouts[style], o * G
    bits = layout.bits(choices)
    randomness = Randomness.from_seed(seed, parameters, style, O, bits)
    body = encrypt_body(parameters, style, bits, layout.plaintexts(choices), O, randomness.root)
    return PreparedBallot(parameters, body, tuple(choices), randomness, o)


def check_length(parameters: Parameters, body: Body) -> None:
    """Raises EncodingError where the style is unknown or the body has another length than its style."""
    layout = parameters.layouts.get(body.style)
    if layout is None:
        raise EncodingError(f"there is no style {body.style}")
    relation = layout.relation
    if len(body.slots) != len(relation.slots):
        raise EncodingError(f"style {body.style} has {len(relation.slots)} slots, not {len(body.slots)}")
    if len(body.proof.responses) != relation.bits + 2:
        raise EncodingError(
            f"style {body.style} has {relation.bits} bits, not {len(body.proof.responses) - 2}"
        )


def claims(parameters: Parameters, cast: Cast) -> list[batch.Claim]:
    """What must hold of a cast entry: its ballot argument and its cast proof. Raises EncodingError."""
    body = cast.body
    check_length(parameters, body)
    relation = parameters.layouts[body.style].relation
    ballot = ballot_argument.Statement(
        parameters.context, parameters.K, relation, body.style, body.one_time_key, body.slots
    )
    casting = statements.cast(
        parameters.context, body.encoded, cast.credential, cast.sequence, cast.predecessor, body.one_time_key
    )
    return [ballot_argument.claim(ballot, body.proof), sigma.claim(casting, cast.proof)]


def verify_opening(parameters: Parameters, challenge: Challenge) -> None:
    """Raises ProofError unless choices and root reproduce the challenged body, byte for byte."""
    body = challenge.body
    check_length(parameters, body)
    layout = parameters.layouts[body.style]
    try:
        bits = layout.bits(challenge.choices)
    except ChoiceError as error:
        raise ProofError(f"the opening holds no valid choices: {error}") from None
    again = encrypt_body(
        parameters, body.style, bits, layout.plaintexts(challenge.choices), body.one_time_key, challenge.root
    )
    if again.encoded != body.encoded:
        raise ProofError("the opening does not reproduce the body")


def falsehood(parameters: Parameters, ballot: Cast | Challenge) -> str:
    """What is false about a ballot's own proofs or its opening, "" where they hold."""
    try:
        if isinstance(ballot, Challenge):
            verify_opening(parameters, ballot)
        elif not batch.holds(claims(parameters, ballot), parameters.basis):
            return "the cast proof or the ballot proof is false"
    except GlassballotError as error:
        return str(error)
    return ""
