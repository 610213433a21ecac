"""The answer to "what do I owe now"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from election.entry import Entry
from trustees.secrets import Secrets
from trustees.sentences import Sentence


@dataclass(frozen=True)
class Owed:
    """What a trustee owes the log now.

    secrets: must be on the disk before any of the entries leaves this computer; says: what the entries do or,
    where there are none, what to wait for, in plain words; soon: it is for others, who may act at any moment.
    """

    secrets: Secrets
    entries: tuple[Entry, ...]
    says: Sentence
    soon: bool = False


def post(secrets: Secrets, says: Sentence, *entries: Entry) -> Owed:
    """Entries to be posted."""
    return Owed(secrets, entries, says)


def wait(secrets: Secrets, message: str, **values: object) -> Owed:
    """Nothing to do before the election gets to its next step. message and values: of a Sentence."""
    return Owed(secrets, (), Sentence(message, **values))


def wait_for(secrets: Secrets, trustees: Iterable[str], message: str, **values: object) -> Owed:
    """Nothing to do before these trustees, `names` in the message, have done what they owe."""
    return Owed(secrets, (), Sentence(message, names=tuple(trustees), **values), soon=True)
