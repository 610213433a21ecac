"""What a verification found, for people (verifier.text) and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crypto.equivocation import Equivocation
from election.examine import CheckLine, Examination, Stage
from election.faults import Fault, Refusal
from election.reports import PASSED as PASSED
from election.reports import REFUSED as REFUSED
from election.reports import (
    ReportedCheck,
    ReportedFault,
    ReportedVoid,
    ReportedWarning,
    ReportFile,
    verdict,
)
from verifier.across import Across
from verifier.concerns import Concern, concerns


@dataclass(frozen=True)
class Report:
    """checks: V0 first; size: entries judged; examination: None where none was possible.

    anchored: an anchor was given, and it is the record's context. evidence: what convicts the log, by the view that
    contradicts the record.

    Statuses of a check:
        passed      everything was checked and holds
        empty       the record holds nothing that this check is about
        refused     at least one fault
        incomplete  no fault so far, but the record had to be given up before its end
        not run     not asked for, nothing given to compare with, or not possible after what was refused
    """

    stage: Stage
    size: int
    checks: tuple[CheckLine, ...]
    anchored: bool = False
    void: tuple[Fault, ...] = ()
    warnings: tuple[Concern, ...] = ()
    examination: Examination | None = None
    evidence: Mapping[str, Equivocation] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Examination, anchor: bytes | None, views: Across) -> Report:
        """Raises RecordError if the record can no longer be read."""
        checks = (*_lines(found), views.line)
        refused = any(line.status == "refused" for line in checks)
        warnings = () if refused else (*concerns(found), *views.warnings)
        anchored = anchor is not None and anchor == found.state.context
        void = tuple(found.void)
        return cls(found.stage, found.size, checks, anchored, void, warnings, found, views.evidence)

    @property
    def exit(self) -> int:
        """0 all checks passed, 1 refused, 3 passed but unanchored."""
        return verdict(self.stage, [line.status for line in self.checks], self.anchored)

    @property
    def verified(self) -> bool:
        return self.exit == PASSED

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Those for which the record is refused."""
        return tuple(fault for line in self.checks for fault in line.faults if not fault.void)

    @property
    def context(self) -> bytes | None:
        """32 bytes, once the manifest is accepted."""
        return (self.examination.state.context or None) if self.examination else None

    @property
    def root(self) -> bytes | None:
        """Of the tree over the entries judged, where all of them could be read."""
        found = self.examination
        return found.state.tree.root() if found and found.state.size == self.size else None

    @property
    def phase(self) -> str | None:
        """How far the election has come by the entries judged."""
        return self.examination.state.phase.name.lower() if self.examination else None

    def require(self) -> None:
        """Raises Refusal, naming the first fault, unless all checks that are due have passed."""
        for fault in self.faults:
            raise Refusal(fault.check, fault.reason, fault.entry)
        if self.exit == REFUSED:
            raise Refusal(0, "not every check could be run")

    def to_file(self, evidence: Sequence[str] = ()) -> ReportFile:
        """For programs. evidence: names of the files that keep what convicts the log."""
        return ReportFile(
            verified=self.verified,
            exit=self.exit,
            anchored=self.anchored,
            context=self.context,
            size=self.size,
            root=self.root,
            stage=self.stage.name.lower(),
            phase=self.phase,
            checks=tuple(_reported(line) for line in self.checks),
            void=tuple(ReportedVoid(f"V{fault.check}", fault.entry, fault.reason) for fault in self.void),
            warnings=tuple(ReportedWarning(f"V{one.check}", one.reason) for one in self.warnings),
            evidence=tuple(evidence),
        )

    def to_json(self) -> dict[str, Any]:
        """One object. Hashes are hex; what is not known is null."""
        return self.to_file().to_json()


def _lines(found: Examination) -> Iterator[CheckLine]:
    """The checks, with those named incomplete that saw only a part of the record."""
    # After a fault that leaves nothing to judge by, entries are still decoded: V0 is about no more than that.
    whole = 10 if found.judged == found.size else 1 if found.state.size == found.size else 0
    for line in found.checks:
        if line.number >= whole and line.status in ("passed", "empty"):
            line = replace(line, status="incomplete")
        yield line


def _reported(line: CheckLine) -> ReportedCheck:
    faults = tuple(ReportedFault(fault.entry, fault.reason) for fault in line.faults if not fault.void)
    return ReportedCheck(f"V{line.number}", line.title, line.status, dict(line.counted), faults)
