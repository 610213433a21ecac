"""The answer to "what do I owe now"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from election.entry import Entry
from trustees.secrets import Secrets


@dataclass(frozen=True)
class Owed:
    """What a trustee owes the log now.

    secrets: must be on the disk before any of the entries leaves this computer; says: what the entries do or,
    where there are none, what to wait for, in plain words; soon: it is for others, who may act at any moment.
    """

    secrets: Secrets
    entries: tuple[Entry, ...]
    says: str
    soon: bool = False


def post(secrets: Secrets, says: str, *entries: Entry) -> Owed:
    """Entries to be posted."""
    return Owed(secrets, entries, says)


def wait(secrets: Secrets, says: str) -> Owed:
    """Nothing to do before the election gets to its next step."""
    return Owed(secrets, (), says)


def wait_for(secrets: Secrets, trustees: Iterable[str], what: str) -> Owed:
    """Nothing to do before these trustees have done what they owe."""
    names = list(trustees)
    listed = " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
    return Owed(secrets, (), f"Waiting for {listed} to {what}.", soon=True)
