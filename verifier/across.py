"""V10, across views: does a record agree with its witnesses, with older checkpoints, with receipts? (SPEC 9.5)

No single record can show that everybody sees the same one; that is what witnesses, and whoever has kept something, are
for (SPEC 9.5; ATTACKS 39, 49, 50, 53, 76).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crypto.equivocation import Equivocation
from crypto.errors import GlassballotError, ProofError
from crypto.merkle import leaf_hash
from election.errors import RecordError
from election.examine import CheckLine, Examination
from election.faults import ACROSS_VIEWS, Fault
from election.manifest import Manifest
from election.record import RecordReader
from election.witnessing import Witnessed, witnessed
from verifier.concerns import Concern
from verifier.times import late_ballots, time_faults
from verifier.views import ForeignViewError, View

_NOT_RUN = CheckLine(ACROSS_VIEWS, "not run", {}, ())


@dataclass(frozen=True)
class Across:
    """warnings: what no rule forbids; evidence: what convicts the log, by the name of the view."""

    line: CheckLine = _NOT_RUN
    warnings: tuple[Concern, ...] = ()
    evidence: Mapping[str, Equivocation] = field(default_factory=dict)


def across(found: Examination, reader: RecordReader, views: Sequence[View]) -> Across:
    """Compare an examined record with its witnesses and with these views; not run where there are none of either.

    Raises ForeignViewError for a view of another log, or for a receipt of another election of the same one.
    """
    manifest = found.state.manifest
    if manifest is None or not (views or manifest.witnesses.keys):
        return Across()
    for view in views:
        view.check(manifest)
    comparison = _Comparison(found, reader, manifest)
    comparison.run(views)
    faults = tuple(comparison.faults)
    # After a fault elsewhere, not everything is there that would have to be compared.
    status = "refused" if faults else "not run" if found.fatal else "passed"
    line = CheckLine(ACROSS_VIEWS, status, comparison.counted, faults)
    return Across(line, tuple(comparison.warnings), comparison.evidence)


class _Comparison:
    def __init__(self, found: Examination, reader: RecordReader, manifest: Manifest) -> None:
        self.found, self.reader, self.manifest = found, reader, manifest
        self.faults: list[Fault] = []
        self.warnings: list[Concern] = []
        self.evidence: dict[str, Equivocation] = {}
        self.counted: dict[str, int] = {}

    def run(self, views: Sequence[View]) -> None:
        own = self._own_witnesses()
        for view in views:
            try:
                self._compare(view)
            except RecordError as error:
                self._fault(f"{view.name} cannot be compared: {error}")
        seen = [*own, *(witnessed(view.signed, self.manifest) for view in views)]
        self.faults += time_faults(self.found.state, seen)
        self.warnings += late_ballots(self.found.state, seen)
        self.counted = {
            "witnesses who cosigned": len(own[0].times) if own else 0,
            "older checkpoints": sum(view.receipt is None for view in views),
            "receipts": sum(view.receipt is not None for view in views),
        }

    def _own_witnesses(self) -> list[Witnessed]:
        """What the witnesses have cosigned of this record, which must be their quorum."""
        try:
            own = witnessed(self.reader.signed, self.manifest)
        except ProofError as error:
            self._fault(f"a cosignature of its checkpoint is false: {error}")
            return []
        if not own.reached:
            self._fault(f"{own.so_far} have cosigned its checkpoint; missing: {', '.join(own.missing)}")
        return [own]

    def _compare(self, view: View) -> None:
        """The tree that the view shows must be a prefix of the record's."""
        seen, size = view.signed.checkpoint, self.reader.size
        if seen.size <= size:
            root = self.reader.root_at(seen.size)
            if root == seen.root:
                return self._look_up(view)
            self._convict(view, root)
            reason = f"at {seen.size} entries its root is {seen.root.hex()}, the record's {root.hex()}"
        else:
            reason = f"it has {seen.size} entries, the record {size}: an older copy, or entries taken back"
        if self._has_another_entry(view):
            assert view.receipt is not None
            self._fault(f"{view.name} has the log's word for another entry", view.receipt.proof.index)
        else:
            self._fault(f"{view.name} shows another log: {reason}")
        return None

    def _has_another_entry(self, view: View) -> bool:
        """Whether the record has something else where a receipt's entry should be."""
        if view.receipt is None or view.receipt.proof.index >= self.reader.size:
            return False
        index = view.receipt.proof.index
        (leaf,) = self.reader.leaves(index, index + 1)
        return leaf_hash(leaf) != view.receipt.leaf

    def _convict(self, view: View, root: bytes) -> None:
        """Keep both checkpoints, if the record's is the log's at all, which V2 says."""
        size, log = view.signed.checkpoint.size, self.manifest.log.note_key
        proof = tuple(self.reader.consistency_proof(size)) if size else ()
        evidence = Equivocation(view.signed, self.reader.signed, root, proof)
        try:
            evidence.verify(log)
        except GlassballotError:
            return
        self.evidence[view.name] = evidence

    def _look_up(self, view: View) -> None:
        """A receipt whose entry is in the log: does its ballot count? (ATTACKS 39)"""
        if view.receipt is None:
            return
        context, number = view.receipt.context, view.receipt.proof.index
        if context != self.found.state.context:
            raise ForeignViewError(f"{view.name}: it names another election, {context.hex()}")
        if number < self.found.judged and number not in self.found.state.counted():
            reason = f"{view.name}: entry {number} does not count; 'glassballot receipt check' says why"
            self.warnings.append(Concern(ACROSS_VIEWS, reason))

    def _fault(self, reason: str, entry: int | None = None) -> None:
        self.faults.append(Fault(ACROSS_VIEWS, reason, entry))
