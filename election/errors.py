"""Errors of election data, beside those of crypto.errors.

GlassballotError
├── ManifestError    a manifest that breaks its own rules, or ours
├── RecordError      a record that cannot be read or does not hang together
│   └── TreeError    files that are not those of the tree that the checkpoint names
├── ChoiceError      choices that break the rules of a ballot style
├── UnreachableError a board that does not answer, which says nothing about its record
└── Refusal          an entry that the ledger refuses: see election.faults

Manifest and record errors say where and why: `place` is a path such as contests[2].options[0].title or the index
of an entry.
"""

from __future__ import annotations

from crypto.errors import GlassballotError


class _PlacedError(GlassballotError):
    def __init__(self, place: str, reason: str) -> None:
        # Both arguments go to Exception, so that the error survives the way between two processes.
        super().__init__(place, reason)
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class ManifestError(_PlacedError):
    """A manifest that is refused."""


class RecordError(_PlacedError):
    """An entry, or a whole record, that is refused."""


class TreeError(RecordError):
    """Files that are not those of the tree that the checkpoint names."""


class ChoiceError(GlassballotError):
    """Choices that break the rules of a ballot style."""


class UnreachableError(GlassballotError):
    """A board that does not answer, or not as a board does; about its record nothing is known by that."""
