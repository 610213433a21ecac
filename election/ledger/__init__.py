"""The ledger: one pure rule book, run by the board on the way in and by trustees and verifiers on the way through."""

from election.ledger.apply import Logged, apply
from election.ledger.state import Closing, Phase, State, Voter

__all__ = ["Closing", "Logged", "Phase", "State", "Voter", "apply"]
