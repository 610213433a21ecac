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
from election.ledger import Phase
from election.manifest import Manifest
from election.record import WITNESSED, RecordReader
from election.witnessing import Witnessed, covered, quorum_time, witnessed
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
            self._compare(view)
        seen = [*own, *(witnessed(view.signed, self.manifest) for view in views)]
        self.faults += time_faults(self.found.state, seen)
        self.warnings += late_ballots(self.found.state, seen)
        self.counted |= {
            "older checkpoints": sum(view.receipt is None for view in views),
            "receipts": sum(view.receipt is not None for view in views),
        }

    def _own_witnesses(self) -> list[Witnessed]:
        """What the witnesses have cosigned of this record, of which their quorum must cover enough."""
        kept = self._witnessed_checkpoint()
        try:
            newest = witnessed(self.reader.signed, self.manifest)
        except ProofError as error:
            self._fault(f"a cosignature of its checkpoint is false: {error}")
            return kept
        own = [newest, *kept]
        self._check_quorum(own)
        return own

    def _witnessed_checkpoint(self) -> list[Witnessed]:
        """The one that the record keeps beside its newest, if it has one and nothing is wrong with it."""
        if self.reader.witnessed is None:
            return []
        view, before = View(WITNESSED, self.reader.witnessed), len(self.faults)
        try:
            view.check(self.manifest)
        except ForeignViewError as error:
            self._fault(str(error))
        else:
            self._compare(view)
        return [witnessed(view.signed, self.manifest)] if len(self.faults) == before else []

    def _check_quorum(self, own: Sequence[Witnessed]) -> None:
        """All of a final record must be covered; of one that still grows, some of it, and how much is said.

        own: what is known of the newest checkpoint, then of the one kept beside it.
        """
        size, newest, best = covered(own), own[0], max(own, key=lambda view: (view.reached, view.size))
        self.counted = {"witnesses who cosigned": len(best.times)}
        if self.manifest.witnesses.keys:
            self.counted["entries under their quorum"] = size
        if size == self.reader.size:
            return
        part = f"the first {size:,} of {self.reader.size:,} entries" if size else ""
        if not size or self.found.state.phase is Phase.FINAL:
            only = f"; their quorum covers no more than {part}" if part else ""
            missing = ", ".join(newest.missing)
            self._fault(f"{newest.so_far} have cosigned its checkpoint; missing: {missing}{only}")
            return
        time = quorum_time([best], self.manifest.witnesses.quorum)
        reason = f"the witnesses' quorum had cosigned {part} at {time}; nothing newer is covered yet"
        self.warnings.append(Concern(ACROSS_VIEWS, reason))

    def _compare(self, view: View) -> None:
        """The tree that the view shows must be a prefix of the record's."""
        try:
            self._compare_trees(view)
        except RecordError as error:
            self._fault(f"{view.name} cannot be compared: {error}")

    def _compare_trees(self, view: View) -> None:
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
