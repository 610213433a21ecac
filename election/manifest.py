"""The manifest: everything about an election that is fixed before it starts (SPEC 5).

Its entry hash is the election's context and the trust anchor. Parsing is strict about form (V0); `check_manifest`
is strict about sense (V1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crypto import sigma
from crypto.errors import EncodingError
from crypto.group import Points
from crypto.note import NoteKey
from election.entry import Signed, signed_members
from election.schema import (
    IDENTIFIER,
    MAX_INTEGER,
    POINT,
    STRING,
    TEXT,
    Record,
    array,
    integer,
    mapping,
    members,
    nested,
    optional_identifier,
    raw,
    string,
    word,
)

PROTOCOL = "glassballot/v1"
GROUP = "ristretto255"
CEREMONY = "COCKTAIL(Ristretto255, SHA-512)"
MANIFEST_CONTEXT = bytes(32)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_language(tag: str, place: str) -> None:
    """Raises EncodingError unless this is a language tag such as fa or en-GB (RFC 5646, the short forms)."""
    if not _LANGUAGE.fullmatch(tag):
        raise EncodingError(f"{place}: {tag[:64]!r} is no language tag")


# Language tag -> text, whose characters are a matter of V1.
Title = Mapping[str, str]
TITLE = mapping(check_language, STRING)
TIME = integer(0)


@dataclass(frozen=True)
class Option(Record):
    """A voter gives it 0 … max."""

    schema = members(id=IDENTIFIER, max=integer(), title=TITLE)
    id: str
    max: int
    title: Title


@dataclass(frozen=True)
class Term(Record):
    schema = members(option=IDENTIFIER, times=integer(-MAX_INTEGER))
    option: str
    times: int


@dataclass(frozen=True)
class Rule(Record):
    """min ≤ Σ times·option ≤ max."""

    schema = members(max=integer(-MAX_INTEGER), min=integer(-MAX_INTEGER), terms=array(nested(Term)))
    max: int
    min: int
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Contest(Record):
    """packing: options per ciphertext; max_cell_ballots: no decrypted cell may hold more ballots."""

    schema = members(
        id=IDENTIFIER,
        max_cell_ballots=integer(1),
        options=array(nested(Option)),
        packing=integer(1),
        rules=array(nested(Rule)),
        title=TITLE,
    )
    id: str
    max_cell_ballots: int
    options: tuple[Option, ...]
    packing: int
    rules: tuple[Rule, ...]
    title: Title

    @cached_property
    def largest(self) -> int:
        """The largest value that any option takes."""
        return max(option.max for option in self.options)


@dataclass(frozen=True)
class Style(Record):
    """The contests on one ballot; example: choices in layout order that keep all of its rules."""

    schema = members(contests=array(IDENTIFIER), example=array(integer()), id=IDENTIFIER)
    contests: tuple[str, ...]
    example: tuple[int, ...]
    id: str


@dataclass(frozen=True)
class Unit(Record):
    """A node of the tree of units. Leaves have a style and voters; inner units have neither. parent: "" at the top."""

    schema = members(
        id=IDENTIFIER,
        parent=string(optional_identifier),
        style=string(optional_identifier),
        title=TITLE,
    )
    id: str
    parent: str
    style: str
    title: Title


@dataclass(frozen=True)
class Trustee(Record):
    """key: its pinned identity key, which signs all of its entries."""

    schema = members(id=IDENTIFIER, key=POINT, title=TITLE)
    id: str
    key: Points
    title: Title


@dataclass(frozen=True)
class Station(Record):
    """key: signs the trackers that a polling station's device shows."""

    schema = members(id=IDENTIFIER, key=POINT, unit=IDENTIFIER)
    id: str
    key: Points
    unit: str


@dataclass(frozen=True)
class Log(Record):
    """The transparency log: origin line and signed-note verifier key (C2SP)."""

    schema = members(key=TEXT, origin=TEXT)
    key: str
    origin: str

    @property
    def note_key(self) -> NoteKey:
        """Raises EncodingError where V1 would refuse the manifest."""
        return NoteKey.parse(self.key)


@dataclass(frozen=True)
class Witnesses(Record):
    """Verifier keys of cosigning witnesses; quorum of them are needed, at most `faulty` may be corrupt."""

    schema = members(faulty=integer(), keys=array(TEXT), quorum=integer())
    faulty: int
    keys: tuple[str, ...]
    quorum: int


@dataclass(frozen=True)
class Voting(Record):
    """UTC seconds: ballots are taken from `begin` until before `end`."""

    schema = members(begin=TIME, end=TIME)
    begin: int
    end: int


@dataclass(frozen=True)
class Ceremony(Record):
    """threshold trustees decrypt; single_trustee 1 allows threshold 1; fewer than min_trustees end the election."""

    schema = members(
        min_trustees=integer(1),
        single_trustee=integer(0, 1),
        suite=TEXT,
        threshold=integer(),
    )
    min_trustees: int
    single_trustee: int
    suite: str
    threshold: int


@dataclass(frozen=True)
class Manifest(Signed):
    """See the members' classes. complaint_seconds: between closing and decryption; deadline: of every clock entry."""

    kind = "manifest"
    schema = signed_members(
        agreement=array(word("ready", "witnesses")),
        ceremony=nested(Ceremony),
        complaint_seconds=integer(),
        contests=array(nested(Contest)),
        deadline=TIME,
        group=TEXT,
        log=nested(Log),
        min_unit_ballots=integer(1),
        nonce=raw(32),
        office_key=POINT,
        protocol=TEXT,
        revoting=word("last", "first", "none"),
        stations=array(nested(Station)),
        styles=array(nested(Style)),
        title=TITLE,
        trustees=array(nested(Trustee)),
        units=array(nested(Unit)),
        voting=nested(Voting),
        witnesses=nested(Witnesses),
    )
    agreement: tuple[str, ...]
    ceremony: Ceremony
    complaint_seconds: int
    contests: tuple[Contest, ...]
    deadline: int
    group: str
    log: Log
    min_unit_ballots: int
    nonce: bytes
    office_key: Points
    protocol: str
    revoting: str
    stations: tuple[Station, ...]
    styles: tuple[Style, ...]
    title: Title
    trustees: tuple[Trustee, ...]
    units: tuple[Unit, ...]
    voting: Voting
    witnesses: Witnesses
    sig: sigma.Proof

    @cached_property
    def by_id(self) -> dict[str, dict[str, Any]]:
        """{"contests": {id: Contest}, …} for contests, styles, units and trustees."""
        lists: dict[str, tuple[Any, ...]] = {
            "contests": self.contests,
            "styles": self.styles,
            "units": self.units,
            "trustees": self.trustees,
        }
        return {name: {item.id: item for item in items} for name, items in lists.items()}

    def contest(self, id: str) -> Contest:
        """Raises KeyError, as do the three below."""
        found: Contest = self.by_id["contests"][id]
        return found

    def style(self, id: str) -> Style:
        found: Style = self.by_id["styles"][id]
        return found

    def unit(self, id: str) -> Unit:
        found: Unit = self.by_id["units"][id]
        return found

    def trustee(self, id: str) -> Trustee:
        found: Trustee = self.by_id["trustees"][id]
        return found

    @cached_property
    def children(self) -> dict[str, tuple[Unit, ...]]:
        """Units by parent id, "" for the top, in manifest order."""
        found: dict[str, list[Unit]] = {"": [], **{unit.id: [] for unit in self.units}}
        for unit in self.units:
            found.setdefault(unit.parent, []).append(unit)
        return {parent: tuple(units) for parent, units in found.items()}

    def votes_on(self, unit: str, contest: str) -> bool:
        """Whether voters of this leaf unit have this contest on their ballot."""
        style = self.unit(unit).style
        return bool(style) and contest in self.style(style).contests
