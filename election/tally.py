"""Encrypted tally → partial decryptions → totals, per contest and cell (SPEC 10)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from crypto import sigma, statements
from crypto.discrete_log import discrete_log_vartime
from crypto.elgamal import Ciphertexts
from crypto.errors import ProofError
from crypto.group import G, Points, Scalars
from crypto.polynomial import lagrange_at_zero
from election import canonical
from election.cells import Cell, cells
from election.entries import Body, ContestResult, PartialDecryption
from election.layout import packing_base, slot_capacities, slot_groups
from election.ledger.state import Closing
from election.manifest import Contest
from election.parameters import Parameters


@dataclass(frozen=True)
class ContestTally:
    """The encrypted tally of one contest: aggregates by cell, then slot. Withheld where it has no cells."""

    contest: Contest
    cells: tuple[Cell, ...]
    aggregates: Ciphertexts

    @property
    def cells_digest(self) -> bytes:
        """SHA-256 of the canonical JSON of the cells' units (SPEC 2.3)."""
        return hashlib.sha256(canonical.encode([cell.units for cell in self.cells])).digest()

    @property
    def slots(self) -> int:
        """Slots of one cell."""
        return len(slot_groups(self.contest))


@dataclass(frozen=True)
class EncryptedTally:
    """Every contest's encrypted tally over one closing."""

    parameters: Parameters
    closing: Closing
    contests: Mapping[str, ContestTally]


def aggregate(
    parameters: Parameters, closing: Closing, ballots: Iterable[tuple[str, Body]]
) -> EncryptedTally:
    """Add up the counted ballots, given as (unit, body), slot by slot and cell by cell."""
    sums: dict[str, Ciphertexts] = {}
    counts: Counter[str] = Counter()
    for unit, body in ballots:
        sums[unit] = sums[unit] + body.slots if unit in sums else body.slots
        counts[unit] += 1
    contests = parameters.manifest.contests
    tallies = {contest.id: _contest_tally(parameters, contest, sums, counts) for contest in contests}
    return EncryptedTally(parameters, closing, tallies)


def _contest_tally(
    parameters: Parameters, contest: Contest, sums: Mapping[str, Ciphertexts], counts: Mapping[str, int]
) -> ContestTally:
    m = parameters.manifest
    slots = len(slot_groups(contest))

    def unit_sum(unit: str) -> Ciphertexts:
        own = parameters.layouts[m.unit(unit).style].slots[contest.id]
        return sums[unit][own.start : own.stop]

    def cell_sum(cell: Cell) -> Ciphertexts:
        return sum((unit_sum(unit) for unit in cell.units if unit in sums), Ciphertexts.zero(slots))

    found = cells(m, contest.id, counts)
    return ContestTally(contest, found, Ciphertexts.concat(cell_sum(cell) for cell in found))


def _decryption(
    tally: EncryptedTally, contest: str, trustee: str, share_key: Points, partials: Points
) -> sigma.Linear:
    own = tally.contests[contest]
    return statements.decryption(
        tally.parameters.context,
        tally.closing.root,
        tally.closing.size,
        contest,
        own.cells_digest,
        trustee,
        share_key,
        own.aggregates.alpha,
        partials,
    )


def decrypt(
    tally: EncryptedTally, contest: str, trustee: str, share: Scalars, identity: Scalars
) -> PartialDecryption:
    """A trustee's entry for one contest. share: its secret share s_j; identity: the key that it signs with."""
    partials = share * tally.contests[contest].aggregates.alpha
    proof = sigma.prove(_decryption(tally, contest, trustee, share * G, partials), share)
    return PartialDecryption.sign(
        tally.parameters.context,
        identity,
        contest=contest,
        partials=partials,
        proof=proof,
        root=tally.closing.root,
        size=tally.closing.size,
        trustee=trustee,
    )


def verify_partial(tally: EncryptedTally, entry: PartialDecryption, share_key: Points) -> None:
    """Raises ProofError unless these are partial decryptions of this tally's own aggregates."""
    own = tally.contests.get(entry.contest)
    if own is None or not own.cells:
        raise ProofError(f"there is nothing to decrypt of {entry.contest}")
    if len(entry.partials) != len(own.aggregates):
        raise ProofError(f"{len(entry.partials)} partial decryptions of {len(own.aggregates)} aggregates")
    sigma.verify(_decryption(tally, entry.contest, entry.trustee, share_key, entry.partials), entry.proof)


def combine(aggregates: Ciphertexts, partials: Mapping[int, Points]) -> Points:
    """T·G = Σβ − Σ λ_j·M_j for each aggregate. partials: trustee's number 1 … n -> its M, k of them."""
    weights = lagrange_at_zero(list(partials))
    parts = [M.mul_vartime(weights[i]) for i, M in enumerate(partials.values())]
    return aggregates.beta - sum(parts[1:], parts[0])


def solve(
    tally: ContestTally, combined: Points, progress: Callable[[int, int], None] | None = None
) -> ContestResult:
    """Discrete logarithms, digits and totals. Raises ProofError where a total is out of its range."""
    bounds = [cell.ballots * c for cell in tally.cells for c in slot_capacities(tally.contest)]
    sums = discrete_log_vartime(combined, max(bounds), progress=progress)
    by_cell = [sums[i : i + tally.slots] for i in range(0, len(sums), tally.slots)]
    totals = tuple(
        unpack(tally.contest, cell, values) for cell, values in zip(tally.cells, by_cell, strict=True)
    )
    return contest_result(tally, totals)


def contest_result(tally: ContestTally, totals: tuple[tuple[int, ...], ...]) -> ContestResult:
    """The announcement for these totals, one tuple a cell."""
    return ContestResult(
        aggregates=tally.aggregates,
        ballots=tuple(cell.ballots for cell in tally.cells),
        cells=tuple(cell.units for cell in tally.cells),
        contest=tally.contest.id,
        totals=totals,
    )


def unpack(contest: Contest, cell: Cell, sums: Sequence[int]) -> tuple[int, ...]:
    """The total of every option out of the slots' sums. Raises ProofError for a digit out of its range."""
    base, totals = packing_base(contest), []
    for group, total in zip(slot_groups(contest), sums, strict=True):
        for _ in group:
            totals.append(total % base)
            total //= base
        if total:
            raise ProofError(f"{contest.id}: a sum has more digits than its slot has options")
    check_range(contest, cell, totals)
    return tuple(totals)


def check_range(contest: Contest, cell: Cell, totals: Sequence[int]) -> None:
    """Raises ProofError unless there is one total an option, each from 0 to what the cell's ballots can give it."""
    if len(totals) != len(contest.options):
        raise ProofError(f"{contest.id}: {len(totals)} totals for {len(contest.options)} options")
    for option, total in zip(contest.options, totals, strict=True):
        if not 0 <= total <= option.max * cell.ballots:
            raise ProofError(f"{contest.id}.{option.id}: {total} of {cell.ballots} ballots is impossible")


def pack(contest: Contest, totals: Sequence[int]) -> list[int]:
    """The slots' sums for the totals of one cell."""
    base, values = packing_base(contest), iter(totals)
    return [sum(next(values) * base**i for i, _ in enumerate(group)) for group in slot_groups(contest)]
