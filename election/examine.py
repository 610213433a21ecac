"""Checks V0 … V9 over a record: what a verifier reports and a trustee relies on (SPEC 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from crypto.errors import GlassballotError
from election.counting import count
from election.errors import RecordError
from election.faults import CHECKS, Fault, Refusal
from election.ledger import Phase, State
from election.passes import Progress as Progress
from election.passes import passes
from election.record import RecordReader
from election.replay import Replay, logged
from election.tally import EncryptedTally
from election.witnessing import cosigned


class Stage(IntEnum):
    """How far an election should have come. Checks V0 … `last_check` are due."""

    CEREMONY = 3
    OPEN = 6
    CLOSED = 7
    FINAL = 9

    @property
    def phase(self) -> Phase:
        """The phase that the record must have reached; the ceremony is complete within the set-up phase."""
        return {3: Phase.SETUP, 6: Phase.VOTING, 7: Phase.CLOSED, 9: Phase.FINAL}[self.value]


@dataclass(frozen=True)
class CheckLine:
    """One check. status: passed, refused, empty (nothing there to check) or not run; counted: what and how many."""

    number: int
    status: str
    counted: Mapping[str, int]
    faults: tuple[Fault, ...]

    @property
    def title(self) -> str:
        return CHECKS[self.number]


@dataclass
class Examination:
    """What was found. judged: how many of `size` entries had a state to be judged by. tally: None before closing."""

    stage: Stage
    size: int
    judged: int
    replay: Replay
    faults: list[Fault] = field(default_factory=list)

    @property
    def state(self) -> State:
        return self.replay.state

    @property
    def tally(self) -> EncryptedTally | None:
        return self.replay.tally

    @property
    def void(self) -> list[Fault]:
        """Entries without effect; they refuse nobody's record."""
        return [fault for fault in self.faults if fault.void]

    @property
    def fatal(self) -> list[Fault]:
        return [fault for fault in self.faults if not fault.void]

    @property
    def checks(self) -> list[CheckLine]:
        """One line a check, V0 first. What comes after a refused check ran only as far as that lets it."""
        return [self._line(number) for number in CHECKS if number <= Stage.FINAL]

    def _line(self, number: int) -> CheckLine:
        own = tuple(fault for fault in self.faults if fault.check == number)
        refused = any(not fault.void for fault in own)
        due = number <= self.stage and (refused or not any(fault.check < number for fault in self.fatal))
        counted = count(self.replay, number) if due else {}
        if refused:
            status = "refused"
        elif not due:
            status = "not run"
        else:
            status = "passed" if any(counted.values()) else "empty"
        return CheckLine(number, status, counted, own)

    def require(self) -> None:
        """Raises Refusal, naming the first fatal fault, unless every check that is due has passed."""
        for fault in self.fatal:
            raise Refusal(fault.check, fault.reason, fault.entry)
        for line in self.checks:
            if line.status == "not run" and line.number <= self.stage:
                raise Refusal(line.number, "this check did not run")


def follow(reader: RecordReader) -> Replay:
    """Replay a log without checking its proofs: for whoever decides nothing by it, or has checked it before.

    Raises Refusal for the first entry that the ledger refuses.
    """
    replay = Replay(reader)
    catch_up(replay, reader)
    return replay


def catch_up(replay: Replay, reader: RecordReader) -> None:
    """Take in what the log has beyond the replay. Raises EncodingError or Refusal."""
    replay.reader = reader
    for raw in reader.entries(replay.state.size):
        replay.take(logged(raw), trusting=True)


def replay_checked(reader: RecordReader) -> tuple[Replay, list[Fault]]:
    """Replay a log with every proof checked, and what in it is void. Raises Refusal for what is fatal."""
    found = passes(reader, reader.size, None)
    for fault in found.faults:
        if not fault.void:
            raise Refusal(fault.check, fault.reason, fault.entry)
    return found.replay, found.faults


def examine(
    reader: RecordReader,
    stage: Stage | None = Stage.FINAL,
    *,
    anchor: bytes | None = None,
    size: int | None = None,
    progress: Progress | None = None,
) -> Examination:
    """Run V0 … V9 as far as the stage asks; for None as far as the election has come, be that ever so little.

    anchor: 32 bytes; size: judge only the first so many entries.

    Raises RecordError where there is no record to examine.
    """
    total = reader.size if size is None else size
    if not 0 < total <= reader.size:
        raise RecordError("record", f"{total} entries were to be examined, it has {reader.size}")
    found = passes(reader, total, progress)
    due = _stage_of(found.replay.state) if stage is None else stage
    result = Examination(due, total, found.judged, found.replay, found.faults)
    _check_anchor(result, anchor)
    _check_log(result, reader)
    _check_cells(result)
    _check_agreement(result, reader)
    result.faults = [fault for fault in result.faults if fault.check <= due or _ended(result, fault)]
    if stage is not None:
        _check_stage(result)
    result.faults.sort(key=lambda fault: (fault.check, -1 if fault.entry is None else fault.entry))
    return result


def _ended(found: Examination, fault: Fault) -> bool:
    """Whether entries after this fault could not be judged, so that it concerns every stage."""
    return not fault.void and found.judged < found.size and fault.entry == found.judged - 1


def _check_anchor(found: Examination, anchor: bytes | None) -> None:
    context = found.state.context
    if anchor is not None and context and context != anchor:
        found.faults.append(Fault(1, f"the context is {context.hex()}, the anchor {anchor.hex()}", 0))


def _check_log(found: Examination, reader: RecordReader) -> None:
    """V2: the checkpoint is signed by the manifest's log, and its root is that of the entries replayed."""
    state = found.state
    if state.manifest is None:
        return
    log = state.manifest.log
    try:
        reader.signed.verify(log.origin, log.note_key)
    except GlassballotError as error:
        found.faults.append(Fault(2, f"the checkpoint is not signed by the manifest's log: {error}"))
    if state.size == reader.size and state.tree.root() != reader.root:
        found.faults.append(Fault(2, "the checkpoint has another root than the entries"))


def _check_cells(found: Examination) -> None:
    """V7: no cell holds more ballots than its contest's packing has room for."""
    for own in found.tally.contests.values() if found.tally else ():
        most = own.contest.max_cell_ballots
        if any(cell.ballots > most for cell in own.cells):
            found.faults.append(
                Fault(7, f"{own.contest.id}: a cell holds more than max_cell_ballots, {most}")
            )


def _check_agreement(found: Examination, reader: RecordReader) -> None:
    """V8: where witnesses agree on the closing, their quorum has cosigned a checkpoint that covers it."""
    state = found.state
    if not state.partials or state.closing is None or state.election.agreement != ("witnesses",):
        return
    first = min(state.partials.values())
    try:
        views = cosigned(reader, state.election)
    except GlassballotError as error:
        found.faults.append(Fault(8, f"what witnesses have cosigned does not hold: {error}", first))
        return
    covering = [view for view in views if view.size >= state.closing.size]
    seen = max(covering, key=lambda view: len(view.times))
    if not seen.reached:
        found.faults.append(Fault(8, f"decrypted when {seen.so_far} had cosigned the closing", first))


def _stage_of(state: State) -> Stage:
    """The last stage that an election has come to, or the first one, which it may be short of."""
    return max((stage for stage in Stage if stage.phase <= state.phase), default=Stage.CEREMONY)


def _check_stage(found: Examination) -> None:
    if found.fatal:
        return
    state, stage = found.state, found.stage
    if state.phase < stage.phase or state.keys is None:
        phase = "the key ceremony" if state.keys is None else f"phase {state.phase.name.lower()}"
        found.faults.append(Fault(2, f"the record has come to {phase}, short of stage {stage.name.lower()}"))
