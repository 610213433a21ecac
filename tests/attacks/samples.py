"""One honest entry of every kind, and where its points, scalars and vectors are: taken from the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from crypto import ballot_argument, sigma
from crypto.elgamal import Ciphertexts
from crypto.group import G, Points, Scalars
from election import canonical
from election.entries import KINDS, Clock, ContestResult, PartialDecryption, Roll, parse
from election.entry import Entry
from election.schema import Record
from tests.attacks.ceremonies import complete, failed
from tests.attacks.museum import VOTES
from tests.world import BEGIN, World

Path = tuple[str | int, ...]
POINT, POINT_OR_IDENTITY, SCALAR = "a point", "a point or the identity", "a scalar"


@cache
def world() -> World:
    """A record with an entry of every kind: one attempt has failed, one ballot was challenged."""
    made = failed()
    made.registers(2)
    complete(made)
    made.roll()
    late, gone = Scalars.random(2) * G, made.voters["south"][2] * G
    made.put(made.sign(Roll, add=late, remove=gone, unit="south"))
    made.put(made.opening(), Clock(BEGIN), made.prepare((1, 0, 1)).challenge())
    made.vote(VOTES)
    made.finish()
    return made


@cache
def samples() -> dict[str, Entry]:
    """The last entry of every kind."""
    found = {entry.kind: entry for entry in map(parse, world().log.contents)}
    assert found.keys() == KINDS.keys()
    return found


@dataclass(frozen=True)
class Field:
    """A byte string of an entry. elements: what each 32 bytes of it are; () where it is no vector of such."""

    kind: str
    path: Path
    data: bytes
    elements: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(map(str, (self.kind, *self.path)))

    def replaced(self, data: bytes) -> bytes:
        """The entry with these bytes in the place of the field's."""
        return altered(self.kind, self.path, canonical.b64encode(data))


@cache
def fields() -> tuple[Field, ...]:
    """Every byte string of every kind."""
    return tuple(
        Field(entry.kind, path, canonical.b64decode(at(entry.to_json(), path)), elements)
        for entry in samples().values()
        for path, elements in _walk(entry, entry, ())
    )


def _walk(owner: Record, value: Any, path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    if isinstance(value, Record):
        for name in value.schema:
            yield from _walk(value, getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _walk(owner, item, (*path, i))
    elif isinstance(value, bytes):
        yield path, ()
    elif not isinstance(value, (int, str, dict)):
        yield path, _elements(owner, value)


def _elements(record: Record, value: object) -> tuple[str, ...]:
    """SPEC 1.1: where the identity is accepted, and nowhere else."""
    if isinstance(value, Points):
        some = POINT_OR_IDENTITY if isinstance(record, PartialDecryption) else POINT
        return (some,) * len(value)
    if isinstance(value, Ciphertexts):
        alpha = POINT_OR_IDENTITY if isinstance(record, ContestResult) else POINT
        return (alpha, POINT_OR_IDENTITY) * len(value)
    if isinstance(value, sigma.Proof):
        return (POINT_OR_IDENTITY,) * len(value.R) + (SCALAR,) * len(value.z)
    assert isinstance(value, ballot_argument.Proof)
    return (POINT_OR_IDENTITY,) * 4 + (SCALAR,) * len(value.responses)


def sample(kind: str) -> dict[str, Any]:
    """The JSON object of the sample, to be bent."""
    found: dict[str, Any] = json.loads(samples()[kind].to_bytes())
    return found


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def altered(kind: str, path: Path, value: Any) -> bytes:
    """The sample with another value in one place."""
    bent = sample(kind)
    at(bent, path[:-1])[path[-1]] = value
    return canonical.encode(bent)


def nodes(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value inside a JSON value, with its path."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step), inner
        yield from nodes(inner, (*path, step))
