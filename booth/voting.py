"""Cast or challenge: the body first, then the decision, then, only to cast, the credential (SPEC 7.2, 7.3)."""

from __future__ import annotations

import secrets as os_random
from collections.abc import Sequence

from booth.credential import Credential
from booth.errors import CredentialError, DecidedError
from crypto.errors import GlassballotError
from election.ballot import PreparedBallot, prepare
from election.entries import Cast, Challenge
from election.faults import Refusal
from election.ledger import Phase, State, Voter
from election.parameters import Parameters


class RandomSourceError(GlassballotError):
    """The operating system's random generator is broken; no ballot is made with it."""


class UndecidedBallot:
    """A complete ballot whose tracker may be shown. It is decided once, and a failure decides it too:
    whoever starts again makes a new ballot, from a new seed.
    """

    def __init__(self, ballot: PreparedBallot) -> None:
        self._ballot: PreparedBallot | None = ballot
        self.tracker = ballot.tracker

    def __repr__(self) -> str:
        return f"<UndecidedBallot {self.tracker}>"

    def cast(self, credential: Credential, state: State) -> Cast:
        """The entry that casts it after the voter's last one. state: of the log as far as it is known.

        Raises CredentialError, DecidedError.
        """
        ballot = self._decide()
        voter = find_voter(credential, state, ballot.body.style)
        return ballot.cast(credential.c, voter.sequence + 1, voter.last)

    def challenge(self) -> Challenge:
        """The entry that opens it. Raises DecidedError."""
        return self._decide().challenge()

    def _decide(self) -> PreparedBallot:
        ballot, self._ballot = self._ballot, None
        if ballot is None:
            raise DecidedError("this ballot has been decided: make a new one")
        return ballot


def make_ballot(parameters: Parameters, style: str, choices: Sequence[int]) -> UndecidedBallot:
    """Encrypt choices (one integer an option, in layout order) from a fresh seed.

    Raises ChoiceError; RandomSourceError or OSError where there is no randomness, and then no ballot.
    """
    _check_random_source()
    return UndecidedBallot(prepare(parameters, style, choices))


def check_open(state: State) -> None:
    """Raises Refusal unless ballots are taken, as far as the log's own clock tells."""
    if state.phase < Phase.VOTING:
        raise Refusal(2, "voting has not been opened")
    ended = state.clock is not None and state.clock >= state.election.voting.end
    if state.phase > Phase.VOTING or ended:
        raise Refusal(2, "voting has ended")


def find_voter(credential: Credential, state: State, style: str) -> Voter:
    """Where a voter stands on the roll. Raises CredentialError unless this credential casts this style."""
    if credential.context != state.context:
        raise CredentialError("the credential is for another election")
    voter = state.roll.get(credential.C.to_bytes())
    if voter is None:
        raise CredentialError(f"the credential {credential.pseudonym} is not on the roll")
    own = state.election.unit(voter.unit).style
    if own != style:
        raise CredentialError(
            f"this ballot has style {style}; unit {voter.unit} of the credential votes with {own}"
        )
    return voter


def _check_random_source() -> None:
    """A generator that is stuck repeats itself at once; a subtler defect nobody can see from here."""
    if len({os_random.token_bytes(32) for _ in range(3)} | {bytes(32)}) != 4:
        raise RandomSourceError("the random generator repeats itself: no ballot was made")
