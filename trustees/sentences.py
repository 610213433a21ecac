"""What a trustee's tool says, in English and ready to be said in another language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime


class Moment(int):
    """POSIX seconds, said as a day and a time."""


class Sentence(str):
    """An English sentence that knows what it was made of.

    message: with %(name)s where a value stands; values: texts, numbers, moments, other sentences, and tuples of
    names, which are listed as "a, b and c".
    """

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, /, **values: object) -> Sentence:
        self = super().__new__(cls, message % {name: _english(value) for name, value in values.items()})
        self.message, self.values = message, values
        return self


def listed(names: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _english(value: object) -> object:
    if isinstance(value, Moment):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return listed(value) if isinstance(value, tuple) else value
