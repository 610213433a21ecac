"""The file that `glassballot verify --json` writes: what a verification found, for programs (SPEC 9.3, 9.4).

Such a file is somebody's word and proves nothing. It is parsed strictly all the same, and may not contradict itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crypto.errors import EncodingError
from election import canonical
from election.canonical import hex32decode, hex32encode
from election.examine import Stage
from election.faults import CHECKS
from election.ledger import Phase
from election.schema import Codec, Record, array, integer, mapping, members, nested, string, word

PASSED, REFUSED, UNANCHORED = 0, 1, 3
MAX_FILE = 256 * 1024

STAGES = tuple(stage.name.lower() for stage in Stage)
PHASES = tuple(phase.name.lower() for phase in Phase)
STATUSES = ("passed", "empty", "refused", "incomplete", "not run")


def verdict(stage: Stage, statuses: Sequence[str], anchored: bool) -> int:
    """PASSED, UNANCHORED, or REFUSED unless every check that the stage asks for has passed. statuses: V0 first."""
    due = [status for number, status in enumerate(statuses) if number <= stage or status == "refused"]
    if any(status not in ("passed", "empty") for status in due):
        return REFUSED
    return PASSED if anchored else UNANCHORED


def _nullable(codec: Codec) -> Codec:
    return Codec(
        lambda value, place: None if value is None else codec.decode(value, place),
        lambda value: None if value is None else codec.encode(value),
    )


def _boolean(value: Any, place: str) -> bool:
    if type(value) is not bool:
        raise EncodingError(f"{place}: true or false was due here")
    return value


def check_encodable(text: str, place: str) -> None:
    """Raises EncodingError for a text that has no UTF-8, which JSON's escapes can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EncodingError(f"{place}: a lone surrogate") from None


_TEXT = string(check_encodable)
_HASH = Codec(hex32decode, hex32encode)
_BOOLEAN = Codec(_boolean, lambda value: value)
_NAME = word(*(f"V{number}" for number in CHECKS))
_ENTRY = _nullable(integer())


@dataclass(frozen=True)
class ReportedFault(Record):
    """Below a check. entry: None for the record as a whole."""

    schema = members(entry=_ENTRY, reason=_TEXT)
    entry: int | None
    reason: str


@dataclass(frozen=True)
class ReportedVoid(Record):
    """An entry without effect."""

    schema = members(check=_NAME, entry=_ENTRY, reason=_TEXT)
    check: str
    entry: int | None
    reason: str


@dataclass(frozen=True)
class ReportedWarning(Record):
    schema = members(check=_NAME, reason=_TEXT)
    check: str
    reason: str


@dataclass(frozen=True)
class ReportedCheck(Record):
    """check: "V0" … "V10"; counted: what was checked and how many."""

    schema = members(
        check=_NAME,
        title=_TEXT,
        status=word(*STATUSES),
        counted=mapping(check_encodable, integer()),
        faults=array(nested(ReportedFault)),
    )
    check: str
    title: str
    status: str
    counted: dict[str, int]
    faults: tuple[ReportedFault, ...]

    @property
    def number(self) -> int:
        return int(self.check.removeprefix("V"))


@dataclass(frozen=True)
class ReportFile(Record):
    """exit: as of `verdict`; context, root: 32 bytes, or None; size: entries judged; evidence: files kept."""

    schema = members(
        verified=_BOOLEAN,
        exit=integer(0, 3),
        anchored=_BOOLEAN,
        context=_nullable(_HASH),
        size=integer(),
        root=_nullable(_HASH),
        stage=word(*STAGES),
        phase=_nullable(word(*PHASES)),
        checks=array(nested(ReportedCheck)),
        void=array(nested(ReportedVoid)),
        warnings=array(nested(ReportedWarning)),
        evidence=array(_TEXT),
    )
    verified: bool
    exit: int
    anchored: bool
    context: bytes | None
    size: int
    root: bytes | None
    stage: str
    phase: str | None
    checks: tuple[ReportedCheck, ...]
    void: tuple[ReportedVoid, ...]
    warnings: tuple[ReportedWarning, ...]
    evidence: tuple[str, ...]

    @classmethod
    def parse(cls, data: bytes) -> ReportFile:
        """Raises EncodingError, naming the place, for what `verify --json` does not write."""
        found = cls.from_json(canonical.load(data, max_bytes=MAX_FILE), "report")
        found.check_consistent()
        return found

    def check_consistent(self) -> None:
        """Raises EncodingError unless every check is there once, and the verdict is theirs."""
        if [(one.number, one.title) for one in self.checks] != list(CHECKS.items()):
            raise EncodingError("report.checks: V0 to V10 were due here, each with its title")
        for one in self.checks:
            if (one.status == "refused") != bool(one.faults):
                raise EncodingError(
                    f"report.checks: {one.check} is {one.status}, with {len(one.faults)} faults"
                )
        exit = verdict(Stage[self.stage.upper()], [one.status for one in self.checks], self.anchored)
        if (self.exit, self.verified) != (exit, exit == PASSED):
            raise EncodingError(f"report.exit: {self.exit}, but by its own checks {exit}")
        if self.anchored and self.context is None:
            raise EncodingError("report.anchored: true of a report that names no context")
