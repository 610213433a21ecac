"""What a record says about a receipt, in the order in which it may be said (SPEC 3.5)."""

from __future__ import annotations

from collections.abc import Callable

from election.evidence import contradiction
from election.manifest import Manifest
from election.receipt import NotOurReceipt, Receipt, check_signed
from election.record import RecordReader
from election.standing import Finding, Word
from election.witnessing import cosigned, witnessed


def judge_receipt(
    receipt: Receipt,
    reader: RecordReader,
    manifest: Manifest,
    context: bytes,
    by_ledger: Callable[[], Finding],
) -> Finding:
    """What became of the ballot of a receipt; a contradiction has its `evidence` among the facts.

    reader: a record that the log of this manifest has signed; by_ledger: what its ledger says of the entry with the
    receipt's index, asked only where that is the receipt's own. Raises ProofError where a cosignature of the record
    is false, and whatever by_ledger raises.
    """
    try:
        own = check_signed(receipt, manifest)
    except NotOurReceipt as error:
        return Finding(Word.NOT_OURS, facts={"reason": str(error)})
    if conflict := contradiction(receipt, own, reader):
        facts = {"reason": conflict.reason, "evidence": conflict}
        return Finding(Word.CONTRADICTED, receipt.index, facts)
    if receipt.context != context:
        return Finding(Word.NOT_OURS, facts={"reason": f"it names another election, {receipt.context.hex()}"})
    if reader.size <= receipt.index:
        return Finding(Word.NOT_THERE, receipt.index, {"size": reader.size})
    finding = by_ledger()
    views = (witnessed(receipt.proof.signed, manifest), *cosigned(reader, manifest))
    seen = max(len(view.times) for view in views if view.size > receipt.index)
    if finding.word is Word.COUNTED and seen < manifest.witnesses.quorum:
        return Finding(Word.UNWITNESSED, receipt.index, {"count": seen, "quorum": manifest.witnesses.quorum})
    return finding
