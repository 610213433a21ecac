"""A report in lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from election.examine import CheckLine
from election.faults import ACROSS_VIEWS
from verifier.report import PASSED, REFUSED, Report

_IRREGULAR = {"entries": "entry", "leaves": "leaf", "witnesses": "witness"}


@dataclass(frozen=True)
class Line:
    """mood: a check's status, or passed, refused, unanchored, warning, or nothing in particular."""

    text: str
    mood: str = ""


def lines(report: Report) -> Iterator[Line]:
    """One line a check, faults below theirs; then warnings, void entries apart, and the verdict as the last line."""
    for check in report.checks:
        yield Line(_check(report, check), check.status)
        for fault in check.faults:
            if not fault.void:
                yield Line(f"   {_place(fault.entry)}: {fault.reason}", "refused")
    for concern in report.warnings:
        yield Line(f"Warning — V{concern.check} — {concern.reason}", "warning")
    for fault in report.void:
        yield Line(f"Void — V{fault.check} — {_place(fault.entry)}: {fault.reason}", "warning")
    root = f", root {report.root.hex()}" if report.root else ""
    yield Line(f"Record — {_quantity(report.size, 'entries')}{root}")
    if report.context:
        yield Line(f"Context — {report.context.hex()}")
    yield _verdict(report)


def _check(report: Report, check: CheckLine) -> str:
    status = "nothing to check" if check.status == "empty" else check.status
    parts = (f"V{check.number} {check.title}", status, _details(report, check))
    return " — ".join(part for part in parts if part)


def _details(report: Report, check: CheckLine) -> str:
    match check.status:
        case "passed":
            return ", ".join(_quantity(n, name) for name, n in check.counted.items())
        case "refused":
            return _quantity(sum(not fault.void for fault in check.faults), "faults")
        case "incomplete":
            judged = report.examination.judged if report.examination else 0
            return f"only {judged:,} of {_quantity(report.size, 'entries')} could be judged"
        case "not run" if check.number == ACROSS_VIEWS and not report.faults:
            return "no witnesses are named, and no older checkpoint or receipt was given"
        case "not run" if report.stage < check.number < ACROSS_VIEWS:
            return f"stage {report.stage.name.lower()} does not ask for it"
        case "not run":
            return "not possible after what was refused"
    return ""


def _verdict(report: Report) -> Line:
    stage, void = report.stage.name.lower(), _quantity(len(report.void), "void entries")
    if report.exit == REFUSED:
        checks = ", ".join(f"V{line.number}" for line in report.checks if line.status == "refused")
        return Line(f"REFUSED at {checks}; {void}", "refused")
    if report.exit == PASSED:
        return Line(f"PASSED up to stage {stage}, as the election of this anchor; {void}", "passed")
    condition = "true if the context is the one that the election office published"
    return Line(f"UNANCHORED: passed up to stage {stage}, {condition}; {void}", "unanchored")


def _place(entry: int | None) -> str:
    return "record" if entry is None else f"entry {entry}"


def _quantity(n: int, name: str) -> str:
    """1,710 cast ballots; 1 cast ballot."""
    if n == 1:
        name = " ".join(_IRREGULAR.get(word, word.removesuffix("s")) for word in name.split())
    return f"{n:,} {name}"
